"""What Azure Resource Manager does not have, or does not let the current sign-in do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class What(Enum):
    """What was looked for."""

    SERVICE = "service"
    POLICY = "policy"
    GROUP = "resource group"


class ArmError(Exception):
    """The base of the exceptions of this package. What ARM answers otherwise is a ServiceError."""


@dataclass(eq=False)
class NotFound(ArmError):
    """A service, a policy or a resource group that does not exist.

    `subscription` is searched for a service, within `group` if there is one; `service` has the policies, or was looked
    for in the resource group. `similar` are similar existing names of services, and `elsewhere_group` is another group
    that has the service.
    """

    what: What
    name: str
    subscription: str = ""
    group: str | None = None
    service: str = ""
    similar: list[str] = field(default_factory=list)
    elsewhere_group: str | None = None

    def __str__(self) -> str:
        if self.what is What.POLICY:
            return f"Shared access policy '{self.name}' not found in '{self.service}'."
        if self.what is What.GROUP:
            return f"Resource group '{self.name}' not found in subscription {self.subscription}."
        where = f"resource group '{self.group}' of subscription" if self.group else "subscription"
        return f"Device Provisioning Service '{self.name}' not found in {where} {self.subscription}."


@dataclass(eq=False)
class NotPermitted(ArmError):
    """The current sign-in may not do this: `action` is the one that a role must include, `message` is ARM's."""

    action: str
    message: str

    def __str__(self) -> str:
        return f"The current sign-in is not permitted to do this: {self.message}"


@dataclass(eq=False)
class Changed(ArmError):
    """Another client changed the CA certificate of that name between two steps on it."""

    name: str

    def __str__(self) -> str:
        return f"The CA certificate '{self.name}' was changed by another client at the same time."


@dataclass(eq=False)
class NoRight(ArmError):
    """No shared access policy of `service` has this right."""

    service: str
    right: str

    def __str__(self) -> str:
        return f"No shared access policy of '{self.service}' has the right {self.right}."
