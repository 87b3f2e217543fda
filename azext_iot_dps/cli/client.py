"""Client factories: the target options of a command, made into a client that has not connected yet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from azure.cli.core.azclierror import InvalidArgumentValueError
from knack.log import get_logger

if TYPE_CHECKING:
    import ssl

    from azext_iot_dps.arm.manager import Arm
    from azext_iot_dps.arm.services import Service, Services
    from azext_iot_dps.record.kinds import Kind
    from azext_iot_dps.service.auth import Credential
    from azext_iot_dps.service.client import DpsClient, Registrations
    from azext_iot_dps.service.enrollments import Enrollments
    from azext_iot_dps.service.target import Target
    from azext_iot_dps.service.transport import Transport

logger = get_logger(__name__)

# Linked hubs that a warning names.
_MOST_HUBS = 5

TARGET_ARGUMENTS = ("dps_name", "resource_group_name", "login", "auth_type_dataplane")


def cf_dps(right: str, cli_ctx: Any, args: dict[str, Any], find: Callable[[], Service] | None = None) -> DpsClient:
    """A client of the service API; it takes the target arguments out of `args`, which then belong to the handler.

    `right` is what a shared access policy must grant for the command, if a policy is looked up; several have commas
    between them. `find` looks up the service if another function already does. azure-cli calls it with two arguments,
    after `functools.partial` has added the right.
    """
    # Which right reading keys needs is undocumented; EnrollmentWrite includes EnrollmentRead.
    reads_keys = args.get("show_keys") or args.get("with_keys")
    return dps_client(("EnrollmentWrite", right) if reads_keys else (right,), cli_ctx, args, find)


def dps_client(
    rights: tuple[str, ...], cli_ctx: Any, args: dict[str, Any], find: Callable[[], Service] | None = None
) -> DpsClient:
    """The client of `cf_dps` for a policy that has the first of the rights that any policy has."""
    from azure.cli.core.commands.transform import unregister_global_transforms

    from azext_iot_dps.cli.api_versions import versions
    from azext_iot_dps.service.client import DpsClient

    # They would add members to the service's responses, for example next to a tag named "id".
    unregister_global_transforms(cli_ctx)
    hubs = args.get("iot_hubs") or [args.get("iot_hub_host_name") or ""]
    connect = partial(_connect, cli_ctx, rights, find, hubs, *(args.pop(name) for name in TARGET_ARGUMENTS))
    return DpsClient(connect, _matches, versions(cli_ctx))


class Collection(NamedTuple):
    """The client of commands on enrollments of one kind, and of the registrations of all kinds."""

    kind: Kind
    records: Enrollments
    registrations: Registrations


def cf_collection(kind: Kind, right: str, cli_ctx: Any, args: dict[str, Any]) -> Collection:
    """The enrollments or the enrollment groups of a client of `cf_dps`."""
    client = cf_dps(right, cli_ctx, args)
    return Collection(kind, client.enrollment_groups if kind.signing else client.enrollments, client.registrations)


class Pair(NamedTuple):
    """The enrollments of one kind of two services, to be copied from one to the other.

    `hubs` are those of which the other one should know: a warning says when it does not, once it is connected.
    """

    source: Collection
    to: Collection
    hubs: list[str]


def cf_pair(kind: Kind, cli_ctx: Any, args: dict[str, Any]) -> Pair:
    """The clients of the service that the target options name, to read, and of that which --to names, to write."""
    # not empty, since it stands in for an option that was given
    hubs = [""]
    given = (args.pop("to"), args.pop("to_resource_group"), args.pop("to_login"), args["auth_type_dataplane"])
    to = {**dict(zip(TARGET_ARGUMENTS, given)), "iot_hubs": hubs}
    return Pair(
        cf_collection(kind, "EnrollmentRead", cli_ctx, args), cf_collection(kind, "EnrollmentWrite", cli_ctx, to), hubs
    )


def _matches(sent: dict[str, Any], stored: dict[str, Any]) -> bool:
    # here, since few responses are lost
    from azext_iot_dps.record.comparison import matches

    return matches(sent, stored)


def cf_services(cli_ctx: Any, args: dict[str, Any]) -> Services:
    """The services of the subscription, by Azure Resource Manager alone; all arguments stay with the handler."""
    return services(cli_ctx)


def services(cli_ctx: Any) -> Services:
    """The services of the active subscription. Nothing is requested yet."""
    from azext_iot_dps.arm.services import Services

    return Services(partial(_arm, cli_ctx))


class Located(NamedTuple):
    """A service, by whichever of the target options.

    `service` is what Azure Resource Manager returned, None without a request to it. `target` is that of a connection
    string.
    """

    host: str
    service: Service | None = None
    target: Target | None = None


def located(
    cli_ctx: Any,
    dps_name: str | None,
    resource_group_name: str | None,
    login: str | None,
    auth_type: str,
    find: Callable[[], Service] | None = None,
) -> Located:
    """Where the service of the target options is. Requests go to Azure Resource Manager only, by `find` if it is given.

    Raises an azclierror for what is neither a name nor a connection string, and what `Services.find` raises.
    """
    from azext_iot_dps.cli import connection_string

    if login:
        target = connection_string.parse(login)
        return Located(target.host, target=target)
    name = connection_string.host(dps_name)
    if auth_type == "login" and ("." in name or ":" in name):
        return Located(name)
    service = find() if find else services(cli_ctx).find(service_name(name), resource_group_name)
    return Located(service.host, service)


def service_name(typed: str | None) -> str:
    """The name of a service from its name or host name. Raises an azclierror for what is neither."""
    from azext_iot_dps.cli import connection_string

    return connection_string.host(typed).split(".")[0]


def service_transport(
    host: str, auth: Credential, api_version: str | None = None, ssl_context: ssl.SSLContext | None = None
) -> Transport:
    """The transport to a host of a provisioning service, by default for the service API. Nothing is sent yet."""
    from azext_iot_dps.service.transport import Transport
    from azext_iot_dps.service.versions import DEFAULT

    verified = verify()
    if not verified:
        logger.warning("Connection verification is disabled. The server's identity is not checked.")
    return Transport(f"https://{host}", api_version or DEFAULT, auth, verified, ssl_context)


def _connect(
    cli_ctx: Any,
    rights: tuple[str, ...],
    find: Callable[[], Service] | None,
    hubs: list[str],
    dps_name: str | None,
    resource_group_name: str | None,
    login: str | None,
    auth_type: str,
) -> Transport:
    from azext_iot_dps.cli.sign_in import login_auth
    from azext_iot_dps.service.auth import SasAuth

    # a wrong setting is refused before any request
    audience = _audience(cli_ctx) if auth_type == "login" and not login else ""
    host, service, target = located(cli_ctx, dps_name, resource_group_name, login, auth_type, find)
    if target:
        return service_transport(host, SasAuth(target))
    if service:
        _warn_of_unlinked(service, hubs)
        if not audience:
            return service_transport(host, SasAuth(service.target(rights)))
    elif not _is_of_active_cloud(cli_ctx, host):
        logger.warning(
            "The access token of the current sign-in is sent to %s, which is not a host of the active cloud.", host
        )
    return service_transport(host, login_auth(cli_ctx, audience))


def _arm(cli_ctx: Any) -> Arm:
    from azure.cli.core.commands.client_factory import get_subscription_id

    from azext_iot_dps.arm.manager import Arm
    from azext_iot_dps.cli.sign_in import login_auth

    base = cli_ctx.cloud.endpoints.resource_manager
    return Arm(base, get_subscription_id(cli_ctx), login_auth(cli_ctx), verify())


def _warn_of_unlinked(service: Service, hubs: list[str]) -> None:
    """Warn of each of the hubs that is not linked to the service."""
    from azext_iot_dps.arm.similar import unlinked_hubs
    from azext_iot_dps.service.redaction import printable

    linked = service.hubs
    others = f", and {len(linked) - _MOST_HUBS} more" if len(linked) > _MOST_HUBS else ""
    listed = f"Linked hubs: {', '.join(linked[:_MOST_HUBS])}{others}." if linked else "No hub is linked to it."
    for hub, similar in unlinked_hubs(" ".join(hubs).split(), linked):
        way = f"Did you mean {similar}?" if similar else listed
        logger.warning("The IoT hub %s is not linked to the service. %s", hub, printable(way))


def _is_of_active_cloud(cli_ctx: Any, host: str) -> bool:
    from azext_iot_dps.arm import clouds

    cloud = cli_ctx.cloud
    return clouds.has_host(cloud.name, cloud.endpoints.resource_manager, vars(cloud.suffixes).values(), host)


def _audience(cli_ctx: Any) -> str:
    """The configured audience of tokens, or else that of the active cloud."""
    from azext_iot_dps.arm import clouds

    default = clouds.cloud(cli_ctx.cloud.name).audience
    configured = (cli_ctx.config.get("iot_dps", "audience", fallback="") or "").strip()
    if configured and not clouds.is_audience(configured):
        raise InvalidArgumentValueError(
            "The configured iot_dps.audience is not a URI.",
            recommendation=f"Run `az config set iot_dps.audience={default}` or `az config unset iot_dps.audience`.",
        )
    return configured or default


def verify() -> bool:
    """Whether the certificates of hosts are checked, as azure-cli's own setting says."""
    from azure.cli.core.util import should_disable_connection_verify

    return not should_disable_connection_verify()
