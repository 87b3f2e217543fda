"""Client certificates at the level of TLS: which are let through, and what the others see of them."""

from __future__ import annotations

import ssl
from hashlib import sha256
from typing import Any

from .certificates import pem
from .refusal import Refusal
from .state import Table

CHAIN = "emulator.client_chain"

# An anchor need not be the root of its chain. Python has a name for this number of OpenSSL's since 3.10.
_PARTIAL_CHAIN = ssl.VerifyFlags(0x80000)


class Anchors:
    """The certificates by which TLS lets a client's through, asking for none; letting through is no authentication yet.

    Python's ssl refuses what no anchor vouches for during the handshake, where the real service says 401. So an anchor
    stays one when its record is gone, and a test can add one that no record has.
    """

    def __init__(self, tls: ssl.SSLContext, kept: Table) -> None:
        """`kept` has the certificates by their SHA-256: those of an earlier process are let through again."""
        self._tls, self._kept = tls, kept
        tls.verify_mode = ssl.CERT_OPTIONAL
        tls.verify_flags |= _PARTIAL_CHAIN
        for certificate in list(kept.values()):
            self.add(certificate)

    def add(self, certificate: str) -> None:
        """Let through what this certificate is or has signed; PEM, or the base64 of DER."""
        try:
            self._tls.load_verify_locations(cadata=pem(certificate))
        except (Refusal, ssl.SSLError):
            # what cannot be an anchor is the record's trouble
            return
        self._kept[sha256(certificate.encode()).hexdigest()] = certificate

    def of_record(self, record: Any) -> None:
        """The same for every certificate of an enrollment or group as it was sent."""
        if isinstance(record, dict):
            if isinstance(record.get("certificate"), str):
                self.add(record["certificate"])
            for name in ("attestation", "x509", "clientCertificates", "signingCertificates", "primary", "secondary"):
                self.of_record(record.get(name))


def client_chain(connection: Any) -> list[str]:
    """SHA-256 thumbprints of a client's certificates up to the one that vouched for them, its own first."""
    # public from Python 3.13 on
    inner = connection if hasattr(connection, "get_verified_chain") else connection._sslobj
    if hasattr(inner, "get_verified_chain"):
        chain: list[Any] = inner.get_verified_chain() or []
    else:  # before 3.10 there is the device's own alone, and so no chain of a group
        chain = [der for der in [connection.getpeercert(binary_form=True)] if der]
    ders = [each if isinstance(each, bytes) else ssl.PEM_cert_to_DER_cert(each.public_bytes()) for each in chain]
    return [sha256(der).hexdigest().upper() for der in ders]
