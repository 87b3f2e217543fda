"""Target arguments → a client that knows how to connect and has not done so yet."""

from functools import cache, partial

from knack.log import get_logger

logger = get_logger(__name__)

TARGET_ARGUMENTS = ("dps_name", "resource_group_name", "login", "auth_type_dataplane")


def cf_dps(right, cli_ctx, args, find=None):
    """Take the target arguments out of `args`; what is left belongs to the handler.

    `right` is what a shared access policy must grant for the command, should a policy be looked up. `find` looks
    up the service, where another already does.
    """
    from azure.cli.core.commands.transform import unregister_global_transforms

    from azext_iot_dps.service.client import DpsClient

    # They would add members to the service's answer, next to a tag called "id" for example.
    unregister_global_transforms(cli_ctx)
    # Which right reading keys needs is documented nowhere, and EnrollmentWrite can do all that EnrollmentRead can.
    rights = ("EnrollmentWrite", right) if args.get("show_keys") else (right,)
    hubs = args.get("iot_hubs") or []
    return DpsClient(partial(_connect, cli_ctx, rights, find, hubs, *(args.pop(name) for name in TARGET_ARGUMENTS)))


def _connect(cli_ctx, rights, find, hubs, dps_name, resource_group_name, login, auth_type):
    from azext_iot_dps.service import clouds, discovery, target
    from azext_iot_dps.service.auth import LoginAuth, SasAuth
    from azext_iot_dps.service.transport import service_transport

    if login:
        found = target.parse(login)
        return service_transport(found.host, SasAuth(found))

    name = target.host(dps_name)
    find = find or partial(discovery.Services(cli_ctx).find, name, resource_group_name)
    if auth_type == "login":
        audience = clouds.audience(cli_ctx)
        host = name if "." in name or ":" in name else _checked(find(), hubs).host
        return service_transport(host, LoginAuth(cli_ctx, audience))

    service = _checked(find(), hubs)
    return service_transport(service.host, SasAuth(service.target(rights)))


def _checked(service, hubs):
    """The service as Azure Resource Manager tells it; hubs that look like a slip of the pen are warned of."""
    from azext_iot_dps.service import similar

    for slip in similar.hub_slips(" ".join(hubs).split(), service.hubs):
        logger.warning(slip)
    return service


def cf_device(cli_ctx, args):
    """A client for the device API, and for reading an enrollment's keys; the ID scope is looked up where it lacks."""
    from azure.cli.core.azclierror import InvalidArgumentValueError

    from azext_iot_dps.service import clouds, discovery, target
    from azext_iot_dps.service.device import DeviceClient

    id_scope, typed, group = args.pop("id_scope"), args.pop("provisioning_host"), args["resource_group_name"]
    host = target.bare(typed)
    if not target.is_host(host):
        raise InvalidArgumentValueError("--provisioning-host takes a host name.")
    # the port is no part of the service's name
    name = target.parse(args["login"]).host.partition(":")[0] if args["login"] else args["dps_name"]
    find = cache(lambda: discovery.Services(cli_ctx).find(name, group))

    def locate():
        if not getattr(typed, "is_default", False):
            return host, id_scope or find().id_scope
        if id_scope:
            return clouds.active(cli_ctx).device_host, id_scope
        return find().device_host, find().id_scope

    return DeviceClient(cf_dps("EnrollmentWrite", cli_ctx, args, find), locate, cli_ctx)


def cf_services(cli_ctx, args):
    """The services of the subscription, by Azure Resource Manager alone; the arguments are all the handler's."""
    from azext_iot_dps.service.discovery import Services

    return Services(cli_ctx)
