"""From where a provisioning service may be reached, as Azure Resource Manager describes it."""

from __future__ import annotations

from typing import Any, NamedTuple

from azext_iot_dps.service.responses import Json


class IpRule(NamedTuple):
    """One of the IP filter rules, of which the first that fits an address decides."""

    action: str
    mask: str
    target: str

    def __str__(self) -> str:
        return f"{self.action} {self.mask} ({self.target})"


class NetworkRules(NamedTuple):
    """`endpoints` are the states of the private endpoint connections, such as Approved or Pending."""

    is_public: bool
    rules: list[IpRule]
    endpoints: list[str]


def network_rules(properties: Json) -> NetworkRules:
    """Those in the properties of a service. Public access that is not mentioned is enabled, as Azure has it."""
    return NetworkRules(
        str(properties.get("publicNetworkAccess") or "Enabled").lower() != "disabled",
        [
            IpRule(str(rule.get("action")), str(rule.get("ipMask")), str(rule.get("target") or "all"))
            for rule in _objects(properties.get("ipFilterRules"))
        ],
        [_state(each) for each in _objects(properties.get("privateEndpointConnections"))],
    )


def _state(connection: Json) -> str:
    properties = connection.get("properties")
    state = properties.get("privateLinkServiceConnectionState") if isinstance(properties, dict) else None
    return str(state.get("status")) if isinstance(state, dict) else "Unknown"


def _objects(value: Any) -> list[Json]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
