"""What the steps of one examination share, and what each of them finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from azext_iot_dps.arm.failure import NotPermitted
from azext_iot_dps.cli.client import Located
from azext_iot_dps.record.paths import Json
from azext_iot_dps.service.client import DpsClient
from azext_iot_dps.service.enrollments import Enrollments

if TYPE_CHECKING:
    import requests
    from cryptography import x509

    from azext_iot_dps.arm.services import Service


# Names that a message has.
_MOST = 5


class Status(str, Enum):
    """How a step ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


class Finding(NamedTuple):
    """What a step found, and what to do about it; '' if there is nothing to do."""

    status: Status
    message: str
    advice: str = ""


class Device(NamedTuple):
    """A device and how it would authenticate, if that was specified: by its own key, or by a certificate file."""

    id: str
    key: str | None = None
    certificate_file: str | None = None
    key_file: str | None = None
    passphrase: str | None = None


@dataclass
class Case:
    """What is examined. The members below the line are set by the steps that find them out.

    `locate` finds the service by the target options. `chain` are the certificates of the device, its own first.
    `admitting` is the record that would accept the device, of `group` if that is not None.
    """

    cli_ctx: Any
    locate: Callable[[], Located]
    client: DpsClient
    device: Device | None = None
    # ---
    place: Located = field(default_factory=lambda: Located(""))
    response: requests.Response | None = None
    chain: list[x509.Certificate] = field(default_factory=list)
    admitting: Json | None = None
    group: str | None = None

    @property
    def service(self) -> Service | None:
        """The service as Azure Resource Manager describes it, None if nothing was requested of it."""
        return self.place.service

    @cached_property
    def authorities(self) -> dict[str, Json] | None:
        """The CA certificates that were uploaded to the service, None if the sign-in may not read them.

        Raises ServiceError.
        """
        try:
            return self.service.certificates() if self.service else None
        except NotPermitted:
            return None

    @property
    def address(self) -> tuple[str, int]:
        """The host without the port, and the port."""
        host, _, port = self.place.host.partition(":")
        return host, int(port or 443)

    @property
    def groups(self) -> Enrollments:
        """The enrollment groups of the service."""
        return self.client.enrollment_groups


def ok(message: str) -> Finding:
    """The step found nothing wrong."""
    return Finding(Status.OK, message)


def warning(message: str, advice: str = "") -> Finding:
    """The step found what may be wrong, or could not decide it."""
    return Finding(Status.WARNING, message, advice)


def failed(message: str, advice: str = "") -> Finding:
    """The step found what is wrong."""
    return Finding(Status.FAILED, message, advice)


def skipped(message: str, advice: str = "") -> Finding:
    """The step does not apply; the message says why."""
    return Finding(Status.SKIPPED, message, advice)


def listed(names: Iterable[str]) -> str:
    """The names, or the first ones and how many there are more."""
    found = list(names)
    return ", ".join(found[:_MOST]) + (f", and {len(found) - _MOST} more" if len(found) > _MOST else "")
