"""az iot dps connection-string …"""

from concurrent.futures import ThreadPoolExecutor

from azure.cli.core.azclierror import ResourceNotFoundError
from knack.log import get_logger

logger = get_logger(__name__)

# Services that Azure Resource Manager is asked about at the same time.
AT_ONCE = 4


def show_connection_string(
    client, dps_name=None, resource_group_name=None, policy_name=None, key_type=None, show_all=False
):
    def strings(service):
        return _strings(service, None if show_all else policy_name, key_type)

    if dps_name:
        return {"connectionString": strings(client.find(dps_name, resource_group_name))}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        listed = pool.map(lambda service: _listed(service, strings), client.all(resource_group_name))
        return [entry for entry in listed if entry]


def _listed(service, strings):
    """The entry of one service of several; a service that has none is warned of and left out."""
    if service.state != "Active":
        logger.warning("'%s' is left out: its state is %s, not Active.", service.name, service.state)
        return None
    try:
        return {"name": service.name, "connectionString": strings(service)}
    except ResourceNotFoundError as error:
        logger.warning("'%s' is left out: %s", service.name, error)
        return None


def _strings(service, policy_name, key_type):
    """The connection string of one policy, or those of all policies when none is named."""
    if policy_name is None:
        return [target.connection_string for target in service.targets(key_type)]
    return service.target_of(policy_name, key_type).connection_string
