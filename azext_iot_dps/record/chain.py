"""Certificate chains: whether the certificate of a device leads to that of a group.

Like `certificate`, this module needs libraries that are slow to import: others import it inside functions.
"""

from __future__ import annotations

import re
from enum import Enum

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from OpenSSL import crypto

from azext_iot_dps.base64 import decoded
from azext_iot_dps.record.comparison import thumbprint
from azext_iot_dps.record.paths import Json, as_object

# The value of each part of a distinguished name: quoted, or with a backslash before each comma.
_VALUE = re.compile(r"""=\s*("(?:[^"]|"")*"|(?:\\.|[^,+\\])*)""")


class Link(Enum):
    """How a chain and a certificate belong together, of which the service shows the info only."""

    # the chain has the certificate, which vouches for the device
    PROVEN = "proven"
    # the chain names the certificate as an issuer, and does not have it
    NAMED = "named"
    # the chain has the certificate, which does not vouch for the device
    BROKEN = "broken"
    NONE = "none"


def sha256(certificate: x509.Certificate) -> str:
    """The thumbprint as the service shows it."""
    return certificate.fingerprint(SHA256()).hex().upper()


def link(chain: list[x509.Certificate], entry: Json) -> Link:
    """How the chain of a device, its own certificate first, belongs to a signing certificate of a stored record."""
    wanted = thumbprint(entry)
    for authority in chain[1:]:
        if sha256(authority) == wanted:
            return Link.PROVEN if vouches(authority, chain) else Link.BROKEN
    subject = _values(str(as_object(entry.get("info")).get("subjectName") or ""))
    issuers = [sorted(str(part.value).lower() for part in each.issuer) for each in _path(chain)]
    return Link.NAMED if subject and subject in issuers else Link.NONE


def vouches(authority: x509.Certificate, chain: list[x509.Certificate]) -> bool:
    """Whether the chain leads to the certificate, be it a root or not, by signatures, names, dates and constraints.

    The certificate of the device does not vouch for itself.
    """
    if authority == chain[0]:
        return False
    leaf, *others = map(crypto.X509.from_cryptography, chain)
    store = crypto.X509Store()
    store.add_cert(crypto.X509.from_cryptography(authority))
    store.set_flags(crypto.X509StoreFlags.PARTIAL_CHAIN)
    try:
        crypto.X509StoreContext(store, leaf, others).verify_certificate()
    except crypto.X509StoreContextError:
        return False
    return True


def uploaded(text: str) -> x509.Certificate:
    """A certificate as Azure Resource Manager shows it: base64 of DER or of PEM. Raises ValueError for other text."""
    data = decoded("".join(text.split()))
    load = x509.load_pem_x509_certificate if data.startswith(b"-----BEGIN") else x509.load_der_x509_certificate
    return load(data)


def top_issuer(chain: list[x509.Certificate]) -> str:
    """The issuer of the last certificate to which the chain leads."""
    return _path(chain)[-1].issuer.rfc4514_string()


def _path(chain: list[x509.Certificate]) -> list[x509.Certificate]:
    """The device's certificate, that of its issuer, and so on, as far as the chain has them."""
    path = [chain[0]]
    while True:
        above = [each for each in chain if each.subject == path[-1].issuer and each not in path]
        if not above:
            return path
        path.append(above[0])


def _values(name: str) -> list[str]:
    """The values in the text of a distinguished name, sorted and in lower case.

    The service may spell types, order, blanks and quotes in another way than RFC 4514.
    """
    found = [value.strip() for value in _VALUE.findall(name)]
    quoted = [value[1:-1].replace('""', '"') if value[:1] == '"' else re.sub(r"\\(.)", r"\1", value) for value in found]
    return sorted(value.lower() for value in quoted)
