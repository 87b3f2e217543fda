"""Provisioning services by name: their hosts, ID scopes, linked hubs and policies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote

from azext_iot_dps.arm.certificates import Certificates
from azext_iot_dps.arm.failure import ArmError, NoRight, NotFound, What
from azext_iot_dps.arm.manager import Arm
from azext_iot_dps.arm.network import NetworkRules, network_rules
from azext_iot_dps.arm.similar import closest
from azext_iot_dps.base64 import is_base64
from azext_iot_dps.service.failure import Reason, ServiceError
from azext_iot_dps.service.responses import Json, json_object
from azext_iot_dps.service.target import Target, is_host, is_policy

# ARM omits implied rights from its responses (Azure/azure-rest-api-specs#10356).
_IMPLIED = {"EnrollmentWrite": {"EnrollmentRead", "RegistrationStatusRead", "RegistrationStatusWrite"}}
# ARM's error code for a resource group that does not exist.
_NO_GROUP = "ResourceGroupNotFound"


class Services:
    """The services of a subscription. Nothing is requested before one is asked for."""

    def __init__(self, connect: Callable[[], Arm]):
        """`connect` is called by each method, and may raise what it likes."""
        self._connect = connect

    def find(self, name: str, group: str | None) -> Service:
        """The service of that name, in the resource group or, without one, in the whole subscription.

        Letter case is ignored. Raises NotFound, NotPermitted and ServiceError.
        """
        arm = self._connect()
        return _in_group(arm, name, group) if group else _anywhere(arm, name)

    def all(self, group: str | None) -> list[Service]:
        """Those of the resource group or, without one, of the subscription. Raises NotPermitted and ServiceError."""
        return list(_listed(self._connect(), group))


class Service:
    """One service as ARM describes it. What ARM omits raises ServiceError(INCOMPLETE) when it is read."""

    def __init__(self, arm: Arm, resource: Json):
        """`resource` is ARM's JSON."""
        self._arm = arm
        self._resource = resource
        properties = resource.get("properties")
        self._properties: Json = properties if isinstance(properties, dict) else {}

    @property
    def name(self) -> str:
        """The name in the letter case in which the service was created."""
        return str(self._resource.get("name"))

    @property
    def group(self) -> str:
        """The resource group."""
        return str(self._resource.get("resourcegroup"))

    @property
    def state(self) -> str:
        """Active, or why it is not: Activating, Suspended, Deleting and so on."""
        return str(self._properties.get("state"))

    @property
    def host(self) -> str:
        """The host of the service API."""
        return self._host("serviceOperationsHostName")

    @property
    def device_host(self) -> str:
        """The host of the device API, where devices register."""
        return self._host("deviceProvisioningHostName")

    @property
    def hubs(self) -> list[str]:
        """Host names of the linked IoT hubs."""
        return [str(hub.get("name")) for hub in self._hubs()]

    @property
    def allocated_hubs(self) -> list[str]:
        """Host names of those linked hubs that devices of enrollments without hubs of their own are assigned to."""
        return [str(hub.get("name")) for hub in self._hubs() if hub.get("applyAllocationPolicy") is not False]

    @property
    def allocation_policy(self) -> str:
        """The policy of enrollments that have none: Hashed, GeoLatency or Static."""
        return str(self._properties.get("allocationPolicy") or "Hashed")

    @property
    def network(self) -> NetworkRules:
        """From where the service may be reached."""
        return network_rules(self._properties)

    @property
    def id_scope(self) -> str:
        """The ID scope, by which devices name the service."""
        scope = self._properties.get("idScope")
        if not isinstance(scope, str) or not scope.isalnum():
            raise self._incomplete("ID scope")
        return scope

    def target(self, rights: tuple[str, ...]) -> Target:
        """The host and the best policy: one with every right, else one with the first of `rights` that any has.

        One of `rights` may be several, with commas between them. Raises NoRight when there is none, NotPermitted and
        ServiceError.
        """
        policies = self.policies()
        for wanted in ({"ServiceConfig", "EnrollmentWrite"}, *({*right.split(", ")} for right in rights)):
            for policy in policies:
                if wanted <= _rights(policy):
                    return Target(self.host, policy["keyName"], policy["primaryKey"])
        raise NoRight(self.name, rights[-1])

    def targets(self, key_type: str) -> list[Target]:
        """The host with each of the policies that has a key of that type, `primary` or `secondary`."""
        keys = ((policy["keyName"], policy.get(f"{key_type}Key")) for policy in self.policies())
        return [Target(self.host, name, str(key)) for name, key in keys if is_base64(key)]

    def target_of(self, policy: str, key_type: str) -> Target:
        """The host with the policy of that name, regardless of letter case. Raises NotFound when there is none."""
        targets = self.targets(key_type)
        for target in targets:
            if target.policy.lower() == policy.lower():
                return target
        similar = closest(policy, [target.policy for target in targets])
        raise NotFound(What.POLICY, policy, service=self.name, similar=similar)

    def policies(self) -> list[Json]:
        """The shared access policies that have a name and a primary key, keys included."""
        listed = self._arm.pages("POST", f"{self._path()}/listkeys", "listkeys/action")
        return [each for each in listed if is_policy(each.get("keyName")) and is_base64(each.get("primaryKey"))]

    def rights(self, policy: str) -> list[str]:
        """The rights of the policy of that name, implied ones included; none if there is no such policy.

        Raises NotPermitted and ServiceError.
        """
        return sorted(right for each in self.policies() if each["keyName"] == policy for right in _rights(each))

    def certificates(self) -> dict[str, Json]:
        """The properties of the uploaded CA certificates by their names in lower case.

        Raises NotPermitted and ServiceError.
        """
        listed = self._arm.pages("GET", f"{self._path()}/certificates", "certificates/read")
        found = {str(each.get("name")).lower(): each.get("properties") for each in listed}
        return {name: properties for name, properties in found.items() if isinstance(properties, dict)}

    @property
    def uploads(self) -> Certificates:
        """The CA certificates that were uploaded to it, to add and verify others."""
        return Certificates(self._arm, self._path())

    def _path(self) -> str:
        id = self._resource.get("id")
        if not isinstance(id, str) or not id.startswith("/"):
            raise self._incomplete("resource ID")
        return id

    def _hubs(self) -> list[Json]:
        linked = self._properties.get("iotHubs")
        return [hub for hub in linked or [] if isinstance(hub, dict)]

    def _host(self, name: str) -> str:
        host = self._properties.get(name)
        if not is_host(host):
            raise self._incomplete("host name")
        return str(host)

    def _incomplete(self, what: str) -> ServiceError:
        return ServiceError(Reason.INCOMPLETE, f"Azure Resource Manager returned no {what} for '{self.name}'.")


def _in_group(arm: Arm, name: str, group: str) -> Service:
    try:
        response = arm.send("GET", f"{arm.folder(group)}/{quote(name, safe='')}", "read")
    except ServiceError as error:
        if not error.not_found:
            raise
        missing = NotFound(What.SERVICE, name, arm.subscription, group)
        if error.code == _NO_GROUP:
            missing = NotFound(What.GROUP, group, arm.subscription, group, service=name)
        missing.elsewhere_group, missing.similar = _elsewhere(arm, name)
        raise missing from error
    return Service(arm, {"name": name, **json_object(response)})


def _anywhere(arm: Arm, name: str) -> Service:
    names = []
    for service in _listed(arm, None):
        if service.name.lower() == name.lower():
            return service
        names.append(service.name)
    raise NotFound(What.SERVICE, name, arm.subscription, similar=closest(name, names))


def _elsewhere(arm: Arm, name: str) -> tuple[str | None, list[str]]:
    """The group that has a service of that name, or similar names; nothing when ARM does not tell."""
    try:
        found = list(_listed(arm, None))
    except (ArmError, ServiceError):
        return None, []
    same = [service.group for service in found if service.name.lower() == name.lower()]
    return (same[0], []) if same else (None, closest(name, [each.name for each in found]))


def _listed(arm: Arm, group: str | None) -> Iterator[Service]:
    return (Service(arm, resource) for resource in arm.pages("GET", arm.folder(group), "read"))


def _rights(policy: Json) -> set[str]:
    rights = {right.strip() for right in str(policy.get("rights", "")).split(",")}
    return rights.union(*(_IMPLIED.get(right, set()) for right in rights))
