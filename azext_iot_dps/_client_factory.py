"""Target arguments → a client that knows how to connect and has not done so yet."""

from functools import partial

TARGET_ARGUMENTS = ("dps_name", "resource_group_name", "login", "auth_type_dataplane")


def cf_dps(right, cli_ctx, args):
    """Take the target arguments out of `args`; what is left belongs to the handler.

    `right` is what a shared access policy must grant for the command, should a policy be looked up.
    """
    from azure.cli.core.commands.transform import unregister_global_transforms

    from azext_iot_dps.service.client import DpsClient

    # They would add members to the service's answer, next to a tag called "id" for example.
    unregister_global_transforms(cli_ctx)
    # Which right reading keys needs is documented nowhere, and EnrollmentWrite can do all that EnrollmentRead can.
    rights = ("EnrollmentWrite", right) if args.get("show_keys") else (right,)
    return DpsClient(partial(_connect, cli_ctx, rights, *(args.pop(name) for name in TARGET_ARGUMENTS)))


def _connect(cli_ctx, rights, dps_name, resource_group_name, login, auth_type):
    from azext_iot_dps.service import discovery, target
    from azext_iot_dps.service.auth import LoginAuth, SasAuth
    from azext_iot_dps.service.transport import service_transport

    if login:
        found = target.parse(login)
        return service_transport(found.host, SasAuth(found))

    name, services = target.host(dps_name), discovery.Services(cli_ctx)
    if auth_type == "login":
        host = name if "." in name or ":" in name else services.find(name, resource_group_name).host
        return service_transport(host, LoginAuth(cli_ctx, discovery.AUDIENCE))

    service = services.find(name, resource_group_name)
    return service_transport(service.host, SasAuth(service.target(rights)))


def cf_services(cli_ctx, args):
    """The services of the subscription, by Azure Resource Manager alone; the arguments are all the handler's."""
    from azext_iot_dps.service.discovery import Services

    return Services(cli_ctx)
