"""The handlers of PKIs for tests."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from azure.cli.core.azclierror import InvalidArgumentValueError
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from knack.log import get_logger

from azext_iot_dps.arm.services import Services
from azext_iot_dps.cli import files, private_keys
from azext_iot_dps.cli.client import service_name
from azext_iot_dps.cli.ending import fail_after_output
from azext_iot_dps.pki import issuing
from azext_iot_dps.pki.folder import CERTIFICATE, INTERMEDIATE, KEY, ROOT, Folder
from azext_iot_dps.pki.issuing import Issued, Span
from azext_iot_dps.pki.options import KeyType, Purpose, is_certificate_name
from azext_iot_dps.record import certificate, chain_check
from azext_iot_dps.record.chain_check import MAX_COMMON_NAME, Finding, Severity
from azext_iot_dps.record.paths import Json
from azext_iot_dps.record.violation import Invalid

logger = get_logger(__name__)

_OUT, _CERTIFICATE, _KEY, _CA = "--out", "--certificate-path", "--key-path", "--ca-path"
_ID = "--registration-id"


def create_pki(
    out: str,
    registration_id: list[str] | None = None,
    days: int = 30,
    key_type: str = KeyType.EC.value,
    name: str = "Test Only",
    add: bool = False,
) -> Json:
    """Write a root CA, an intermediate CA and certificates of devices into a folder, or with `add` devices alone."""
    folder, kind, span = Folder(_OUT, out), KeyType(key_type), Span.of_days(days)
    ids = list(dict.fromkeys(registration_id or []))
    long = next((id for id in ids if len(id) > MAX_COMMON_NAME), None)
    if long is not None:
        raise InvalidArgumentValueError(
            f"{_ID}: '{long}' has {len(long)} characters; a common name (CN) has {MAX_COMMON_NAME} at most."
        )
    folder.check_free([*([] if add else [ROOT, INTERMEDIATE]), *ids])
    made: dict[str, Issued] = {}
    if add:
        issuer = _authority(folder.file(INTERMEDIATE, CERTIFICATE), folder.file(INTERMEDIATE, KEY), None, _OUT, _OUT)
        if span.within(issuer.certificate).ends < span.ends:
            ends = certificate.validity(issuer.certificate)[1]
            logger.warning("The new certificates expire on %s, with that of their issuer.", ends.date())
    else:
        made[ROOT] = issuing.root(f"{name} Root CA", kind, span)
        issuer = made[INTERMEDIATE] = issuing.intermediate(f"{name} Intermediate CA", kind, span, made[ROOT])
    for id in ids:
        made[id] = issuing.device(id, kind, span.within(issuer.certificate), issuer)
    contents = []
    for stem, issued in made.items():
        above = [issuer.certificate] if stem in ids else []
        contents.append((folder.file(stem, CERTIFICATE), _pem(issued.certificate, *above)))
        contents.append((folder.file(stem, KEY), issuing.key_pem(issued)))
    folder.write(contents)
    logger.warning("These certificates are for tests only: their private keys are in files, not encrypted.")
    return {
        "purpose": "tests only",
        "certificates": [
            {
                **({"registrationId": stem} if stem in ids else {}),
                "certificate": folder.file(stem, CERTIFICATE),
                "key": folder.file(stem, KEY),
                "subjectName": chain_check.subject(issued.certificate),
                "sha256Thumbprint": issued.certificate.fingerprint(hashes.SHA256()).hex().upper(),
                "notAfterUtc": f"{certificate.validity(issued.certificate)[1]:%Y-%m-%dT%H:%M:%SZ}",
            }
            for stem, issued in made.items()
        ],
    }


def check_certificate(
    cmd: Any,
    certificate_file: str,
    key_file: str | None = None,
    ca_files: list[str] | None = None,
    registration_id: str | None = None,
    passphrase: str | None = None,
    purpose: str = Purpose.DEVICE.value,
) -> list[Json]:
    """What a service would refuse of a certificate, its chain and its key; the command fails if there is anything."""
    data = files.content(_CERTIFICATE, certificate_file)
    found = _certificates(_CERTIFICATE, certificate_file, data)
    authorities = [each for path in ca_files or [] for each in _certificates(_CA, path, files.content(_CA, path))]
    if purpose == Purpose.CA:
        findings = [*chain_check.of_authority(found)]
    else:
        findings = [*chain_check.of_device(found, registration_id, authorities)]
    if key_file:
        key, _ = private_keys.read(_KEY, key_file, passphrase)
        belongs = private_keys.belongs(key, found[0])
        severity = Severity.OK if belongs else Severity.ERROR
        message = f"The key in {key_file} {'belongs' if belongs else 'does not belong'} to the certificate."
        findings.append(Finding(severity, "privateKey", chain_check.subject(found[0]), message))
    errors = sum(each.severity is Severity.ERROR for each in findings)
    if errors:
        message = f"{certificate_file} has {errors} error{'s' * (errors > 1)}: the service would refuse it."
        fail_after_output(cmd.cli_ctx, message, [])
    return [{**each._asdict(), "severity": each.severity.value} for each in findings]


def prove_possession(
    client: Services,
    dps_name: str,
    certificate_file: str,
    key_file: str,
    resource_group_name: str | None = None,
    certificate_name: str | None = None,
    passphrase: str | None = None,
    what_if: bool = False,
) -> Json:
    """Upload a CA certificate if it is not there, and verify it with its private key; what is done stays done."""
    authority = _authority(certificate_file, key_file, passphrase, _CERTIFICATE, _KEY)
    thumbprint = authority.certificate.fingerprint(hashes.SHA1()).hex().upper()
    certificates = client.find(service_name(dps_name), resource_group_name).uploads
    uploaded = certificates.all()
    same = [each for each in uploaded if each.thumbprint == thumbprint]
    name = certificate_name or (same[0].name if same else _default_name(certificate_file))
    known = next((each for each in uploaded if each.name.lower() == name.lower()), None)
    if known is not None and known not in same:
        raise InvalidArgumentValueError(
            f"The service has another certificate of the name '{known.name}'.",
            recommendation="Specify another name with --certificate-name.",
        )
    needed = {"upload": known is None, "generateVerificationCode": True, "sign": True, "verify": True}
    if known is not None and known.is_verified:
        needed = dict.fromkeys(needed, False)
    elif not what_if:
        known, code = certificates.new_code(known or certificates.upload(name, _pem(authority.certificate)))
        known = certificates.verify(known, _pem(issuing.proof(code, authority)))
    state = "planned" if what_if else "done"
    return {
        "certificateName": known.name if known else name,
        "subjectName": chain_check.subject(authority.certificate),
        "sha1Thumbprint": thumbprint,
        "isVerified": known is not None and known.is_verified,
        "steps": [{"step": step, "state": state if needed[step] else "notNeeded"} for step in needed],
    }


def _default_name(path: str) -> str:
    name = PurePath(path).stem
    if not is_certificate_name(name):
        raise InvalidArgumentValueError(
            f"The name of the file {path} cannot be that of a certificate.",
            recommendation="Specify a name with --certificate-name.",
        )
    return name


def _authority(path: str, key_path: str, passphrase: str | None, option: str, key_option: str) -> Issued:
    """A CA of two files."""
    found = _certificates(option, path, files.content(option, path))[0]
    key, _ = private_keys.read(key_option, key_path, passphrase)
    if not private_keys.belongs(key, found):
        raise InvalidArgumentValueError(f"{key_option}: the key in {key_path} does not belong to {path}.")
    if certificate.is_authority(found) is False:
        raise InvalidArgumentValueError(f"{option}: {path} is not a CA certificate.")
    return Issued(found, key)  # type: ignore[arg-type]


def _certificates(option: str, path: str, data: bytes) -> list[x509.Certificate]:
    try:
        return certificate.all_of_file(data)
    except Invalid as error:
        raise InvalidArgumentValueError(f"{option}: {path} {error.reason}", recommendation=list(error.advice)) from None


def _pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)
