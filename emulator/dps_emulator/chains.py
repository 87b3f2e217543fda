"""Chains of certificates: what a client presented, and which CA certificates vouch for it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from OpenSSL import crypto

from .certificates import common_names, info, pem
from .refusal import Refusal
from .state import Table

CHAIN = "emulator.client_chain"
Chain = Sequence[crypto.X509]
"""A client's certificates as it presented them, its own first."""


class SigningCertificates:
    """Those of groups in full, by thumbprint: a record has only their info, and a client's chain may end below them."""

    def __init__(self, kept: Table) -> None:
        """`kept` is where they are kept. Earlier versions had other keys there, in lower case."""
        self._kept = kept
        for key in [key for key in kept if not key.isupper()]:
            self._keep(kept.pop(key))

    def of_record(self, record: Any) -> None:
        """Keep those of a record as it was sent."""
        x509 = ((record.get("attestation") or {}).get("x509") or {}) if isinstance(record, dict) else {}
        for slot in (x509.get("signingCertificates") or {}).values():
            if isinstance(slot, dict) and isinstance(slot.get("certificate"), str):
                self._keep(slot["certificate"])

    def in_full(self, slot: Any) -> Any:
        """An entry of a record, which has the info, with the certificate (PEM) if it was sent."""
        text = self._kept.get(slot["info"]["sha256Thumbprint"]) if slot and slot.get("info") else None
        return {**slot, "certificate": text} if text else slot

    def clear(self) -> None:
        self._kept.clear()

    def _keep(self, text: str) -> None:
        # other text is refused with its record
        with suppress(Refusal):
            self._kept[info(text)["sha256Thumbprint"]] = pem(text)


def thumbprint(certificate: crypto.X509) -> str:
    """SHA-256 in upper-case hex, as the service tells it."""
    return certificate.digest("sha256").decode().replace(":", "")


def names(certificate: crypto.X509) -> list[str]:
    """The common names of its subject; none for a certificate that cannot be read."""
    try:
        return common_names(crypto.dump_certificate(crypto.FILETYPE_PEM, certificate).decode())
    except (Refusal, ValueError):
        return []


def loaded(text: str) -> crypto.X509:
    """From PEM."""
    return crypto.load_certificate(crypto.FILETYPE_PEM, text.encode())


def vouches(authority: crypto.X509, chain: Chain) -> bool:
    """Whether the chain leads to this certificate by signatures, names, dates and constraints.

    The chain need not contain it, and it need not be a root.
    """
    store = crypto.X509Store()
    store.add_cert(authority)
    store.set_flags(crypto.X509StoreFlags.PARTIAL_CHAIN)
    try:
        crypto.X509StoreContext(store, chain[0], list(chain[1:])).verify_certificate()
    except crypto.X509StoreContextError:
        return False
    finally:
        forget_errors()
    return True


def forget_errors() -> None:
    """Empty the thread's list of errors. OpenSSL before 4.0 takes those of a verification for its next ones of TLS.

    pyOpenSSL has no function for it, but each error that it raises takes them all.
    """
    with suppress(crypto.Error):
        crypto.load_certificate(crypto.FILETYPE_PEM, b"")
