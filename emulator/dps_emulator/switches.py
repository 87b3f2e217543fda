"""Ways in which the service may legitimately differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .issuer import Element

ThrottleStyle = Literal["retry-after", "none", "date"]
ThrottleKind = Literal["window", "bucket"]
ThrottleCount = Literal["calls", "records"]
NewerMembers = Literal["hide-and-clear", "hide-and-keep", "show-all", "refuse"]


@dataclass
class Switches:
    api_versions: tuple[str, ...] | None = None
    """Those that the service API knows, to play a region or cloud that is behind; None for all."""

    device_api_versions: tuple[str, ...] | None = None
    """The same of the device API."""

    newer_members: NewerMembers = "hide-and-clear"
    """Members of a record that the request's api-version does not have are hidden, and a PUT clears them, keeps them,
    or is refused when it names one; or every version shows and stores them."""

    empty_pages: bool = False
    """A listing starts with an empty page and a continuation."""

    chunked: bool = False
    """Answers come in chunks, without Content-Length."""

    precondition_as_409: bool = False
    """An etag that does not match is 409203, not 412."""

    assigned_at_once: bool = False
    """A register that succeeds answers 200 with the result, not 202 with an operation to ask about."""

    issued_element: Element = "der"
    """The certificates of an issued chain are each the base64 of DER, as documented, or of PEM, as one user saw."""

    retry_after: int = 3
    """Seconds that a registering device is asked to wait."""

    latency: float = 0
    """Seconds that every answer takes at least."""

    throttle: int | None = None
    """Calls to DPS, by operators and devices, that are answered within a minute; further ones meet a 429."""

    throttle_style: ThrottleStyle = "retry-after"
    """How a 429 names the time to come back: seconds in Retry-After, no such header, or a date in Retry-After."""

    throttle_kind: ThrottleKind = "window"
    """`window`: that many in any sixty seconds. `bucket`: that many at once, and as many again evenly in a minute."""

    throttle_count: ThrottleCount = "calls"
    """`records`: a bulk call counts once for each of its records; beyond the limit it passes when none is used."""

    page_size: int = 100
    """Records on a page of a listing at most."""

    webhook_authority: str | None = None
    """CA certificates to trust in addition to the usual ones when custom allocation asks a function: PEM."""

    def reset(self) -> None:
        vars(self).update(vars(Switches()))
