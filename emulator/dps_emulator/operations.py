"""Operations of the device API: what a device asks about after it registered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Operation:
    """`chain` is the certificate that was issued to the device, and those of its issuers."""

    registration_id: str
    chain: list[str]
    finished: bool
