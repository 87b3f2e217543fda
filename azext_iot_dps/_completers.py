"""What Tab offers. Whatever goes wrong, it offers nothing: a shell is no place for an error."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from threading import Thread

from azure.cli.core.decorators import Completer

from azext_iot_dps._client_factory import TARGET_ARGUMENTS, cf_dps

# Seconds that a user at a prompt waits gladly.
PATIENCE = 2.0
# As many records as the service gives at once.
PAGE = 100


@Completer
def enrollment_ids(cmd, prefix, namespace, **_):
    """IDs of individual enrollments, of the first page."""
    return _offered(prefix, lambda: _ids(cmd, namespace, "enrollments"))


@Completer
def group_ids(cmd, prefix, namespace, **_):
    """IDs of enrollment groups, of the first page."""
    return _offered(prefix, lambda: _ids(cmd, namespace, "enrollment_groups"))


@Completer
def services(cmd, prefix, namespace, **_):
    """Names of the services of the resource group, or of the subscription."""
    return _offered(prefix, lambda: [service.name for service in _services(cmd).all(namespace.resource_group_name)])


@Completer
def hubs(cmd, prefix, namespace, **_):
    """Host names of the IoT hubs that are linked to the service."""
    return _offered(prefix, lambda: _services(cmd).find(namespace.dps_name, namespace.resource_group_name).hubs)


def _services(cmd):
    from azext_iot_dps.service.discovery import Services

    return Services(cmd.cli_ctx)


def _ids(cmd, namespace, collection):
    records = getattr(_client(cmd, namespace), collection)
    return [record.get(records.id_member) for record in islice(records.query(top=PAGE), PAGE)]


def _client(cmd, namespace):
    target = {name: getattr(namespace, name, None) for name in TARGET_ARGUMENTS}
    login = target["login"]
    if login and login.startswith("@"):
        # azure-cli reads such files for commands only
        target["login"] = Path(login[1:]).expanduser().read_text(encoding="utf-8-sig").strip()
    return cf_dps("EnrollmentRead", cmd.cli_ctx, target)


def _offered(prefix, ask):
    """What `ask` finds within PATIENCE and begins as typed."""
    found: list = []

    def answer():
        try:
            found.extend(ask())
        # azure-cli, requests and files each have errors of their own, and none may reach the prompt
        except Exception:
            found.clear()

    # a daemon: who waits no longer does not wait for its end either
    asking = Thread(target=answer, daemon=True)
    asking.start()
    asking.join(PATIENCE)
    return [text for text in list(found) if isinstance(text, str) and text.startswith(prefix)]
