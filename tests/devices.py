"""What the tests of `az iot device registration create` are made of."""

from __future__ import annotations

from cryptography import x509 as cryptography_x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from dps_emulator.lab import certificates

SCOPE = "0ne00000A0A"
KEY1 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
KEY2 = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
# The vector of the documentation: a group's key, a device's id, its key.
GROUP_KEY = "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw=="
MEMBER = "sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6"
MEMBER_KEY = "Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc="
HUB = "linked-hub.azure-devices.net"


def symmetric(primary=KEY1, **members):
    """An individual enrollment, of `dev` unless told otherwise."""
    keys = {"primaryKey": primary, "secondaryKey": KEY2}
    return {"registrationId": "dev", "attestation": {"type": "symmetricKey", "symmetricKey": keys}, **members}


def group(**members):
    record = symmetric(GROUP_KEY, enrollmentGroupId="grp", **members)
    del record["registrationId"]
    return record


def x509(branch, certificate):
    """An attestation."""
    return {"type": "x509", "x509": {branch: {"primary": {"certificate": certificate}}}}


def said(result):
    """All but the line in which azure-cli itself repeats what was typed."""
    lines = (
        line for line in result.err.splitlines() if not line.startswith("DEBUG: cli.knack.cli: Command arguments:")
    )
    return "\n".join([result.out, *lines])


POLICY = {
    "namespaceName": "factory-ns",
    "certificateAuthorityName": "factory-ca",
    "certificatePolicyName": "ninety-days",
}


def csr(*names, encoding=certificates.PEM, key="dev"):
    """A certificate signing request with these common names, signed by the key of that name."""
    subject = [cryptography_x509.NameAttribute(NameOID.COMMON_NAME, name) for name in names]
    builder = cryptography_x509.CertificateSigningRequestBuilder(cryptography_x509.Name(subject))
    return builder.sign(certificates.key(key), hashes.SHA256()).public_bytes(encoding)
