"""Tab completion. Whatever fails, it offers nothing: a shell prompt is no place for an error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import Any

from azure.cli.core.decorators import Completer

from azext_iot_dps.cli import client

# Seconds that a user at a prompt accepts to wait.
PATIENCE = 2.0
# Matches above which nothing is offered: a part of them would look like all.
MOST = 100


def _completer(ask: Callable[[Any, Any], Iterable[Any]]) -> Any:
    """A completer of azure-cli that offers what `ask` finds for a command and what was typed of it."""

    def complete(cmd: Any, prefix: str, namespace: Any, **_: Any) -> list[str]:
        return _offered(prefix, lambda: ask(cmd, namespace))

    return Completer(complete)


def _ids(cmd: Any, namespace: Any, collection: str) -> Iterator[Any]:
    target = {name: getattr(namespace, name, None) for name in client.TARGET_ARGUMENTS}
    login = target["login"]
    if login and login.startswith("@"):
        # azure-cli reads such files for commands only
        target["login"] = Path(login[1:]).expanduser().read_text(encoding="utf-8-sig").strip()
    records = getattr(client.cf_dps("EnrollmentRead", cmd.cli_ctx, target), collection)
    return (record.get(records.id_member) for record in records.query())


def _offered(prefix: str, ask: Callable[[], Iterable[Any]]) -> list[str]:
    """All that begins with what was typed, if `ask` finds it within PATIENCE and it is no more than MOST; else []."""
    found: list[str] = []

    def answer() -> None:
        # azure-cli, requests and files each have errors of their own, and none may reach the prompt
        with suppress(Exception):
            matches = (text for text in ask() if isinstance(text, str) and text.startswith(prefix))
            first = [text for text in islice(matches, MOST + 1) if text.isprintable()]
            found.extend(first if len(first) <= MOST else [])

    # a daemon, so that the process does not wait for its end
    asking = Thread(target=answer, daemon=True)
    asking.start()
    asking.join(PATIENCE)
    return list(found)


def _services(cmd: Any, namespace: Any) -> list[str]:
    return [service.name for service in client.services(cmd.cli_ctx).all(namespace.resource_group_name)]


def _hubs(cmd: Any, namespace: Any) -> list[str]:
    name = client.service_name(namespace.dps_name)
    return client.services(cmd.cli_ctx).find(name, namespace.resource_group_name).hubs


# IDs of the service
enrollment_ids = _completer(lambda cmd, namespace: _ids(cmd, namespace, "enrollments"))
group_ids = _completer(lambda cmd, namespace: _ids(cmd, namespace, "enrollment_groups"))
# names of the services of the resource group, or of the subscription
services = _completer(_services)
# host names of the IoT hubs that are linked to the service
hubs = _completer(_hubs)
