"""Certificates that a service would refuse."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from dps_emulator.lab import certificates

# Of an RSA key of 1024 bits, signed with SHA-1.
WEAK = """-----BEGIN CERTIFICATE-----
MIICJDCCAQwCFHxPuWoq18glv5oDZENoWJzI/854MA0GCSqGSIb3DQEBBQUAMBIx
EDAOBgNVBAMMB3dlYWstY2EwHhcNMjYxMTMwMDAyMTM2WhcNNDgxMDI1MDAyMTM2
WjAPMQ0wCwYDVQQDDAR3ZWFrMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC/
8YwKCQ1VmgwxU5zGR+RKonTCpEE+/mKiDkMS+KVIxNlbB5ddJVTWBx1kqgf/ec06
6fwMU17w6FRrgYzkFlJXpZvBJH7vTtcwzS12aFFAwdQyJHUcyOPmj5AEML6aqklp
vSX/oknQ9x0ehxyQaxjO3OQGhA5fT7F+bc+zM7gBBwIDAQABMA0GCSqGSIb3DQEB
BQUAA4IBAQA/7g9cgu0re8+QsaIGUT0TICVkfGg9tfRMg6hgP4nfZLv8eOXVRhTV
RlStHjBX1Rsx4BQ3KsJttWnqcalKOGCRzYZKAWfvQ7FzluuDYu5KZEonXMcEPnzP
Om3CaLsOgsyTwak+eZWBbmXQn6SHLNcEluJsUXkMmiCVcv9lgi2ubdyA/nJW1p8e
SGdzgmQ1MRS0knFvvRLKfIpXq1hRRYV1oN8NhkL53BX+9Vmpy6GKtgq79as3cJU5
diITtnQ0nR1L/24u/0KSZaa09dZkrzkN9YESniw2TC96+yQ97V+VSiv8cI0Jg7vq
HHYyVcFezIAeZakKtFv53drLhBe5xGHD
-----END CERTIFICATE-----
"""
SERVER = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
# the second of the nine is that of non-repudiation
NO_SIGNATURE = x509.KeyUsage(False, True, False, False, False, False, False, False, False)
NO_CA_SIGNATURE = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
CA = x509.BasicConstraints(ca=True, path_length=None)
LAST_CA = x509.BasicConstraints(ca=True, path_length=0)


def validity(certificate):
    """The first and the last second, with the time zone that certificates of cryptography before 42 do not have."""
    if hasattr(certificate, "not_valid_after_utc"):
        return certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return tuple(
        each.replace(tzinfo=timezone.utc) for each in (certificate.not_valid_before, certificate.not_valid_after)
    )


def issued(name, by, *extensions, days=(-1, 365), key=None):
    """A certificate of the lab's key of that name, or of another, signed by the lab's key of its issuer."""
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)] if each else []) for each in (name, by)]
    starts, ends = (datetime.now(timezone.utc) + timedelta(days=number) for number in days)
    builder = x509.CertificateBuilder(names[1], names[0], certificates.key(key or name).public_key(), 1, starts, ends)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    return builder.sign(certificates.key(by), hashes.SHA256())


def write(name, *chain):
    """A file of certificates."""
    Path(name).write_text(certificates.text(*chain))
    return name
