"""az iot dps doctor: devices with certificates."""

from __future__ import annotations

from functools import partial

import pytest
from cryptography import x509 as crypto
from cryptography.hazmat.primitives.asymmetric import ec

from azext_iot_dps.record.certificate import validity
from dps_emulator.lab import certificates
from tests.devices import KEY1, symmetric, x509

ROOT = certificates.signed("root", by="root", authority=True)
MIDDLE = certificates.signed("middle", by="root", authority=True)
MEMBER = certificates.signed("member", by="middle")
PASSPHRASE = "correct horse ü"


@pytest.fixture
def files(tmp_path):
    """Writes the files of a device; the options that name them."""

    def files(certificate, key=b""):
        (tmp_path / "device.pem").write_text(certificate)
        (tmp_path / "device.key").write_bytes(key)
        options = ["--certificate-file-path", str(tmp_path / "device.pem")]
        return [*options, "--key-file-path", str(tmp_path / "device.key")] if key else options

    return files


@pytest.fixture
def put_group(dps):
    """Stores a group with a CA certificate."""

    def put_group(certificate, id="grp", **members):
        attestation = x509("signingCertificates", certificates.text(certificate))
        dps.groups.put({"enrollmentGroupId": id, "attestation": attestation, **members})

    return put_group


@pytest.fixture
def member(device, files):
    """Examines the device `member` with a chain of certificates."""
    return lambda *chain: device("member", *files(certificates.text(*chain)))


def put_own(dps, name="dev"):
    dps.enrollments.put({"registrationId": "dev", "attestation": x509("clientCertificates", certificates.pem(name))})


def test_the_certificate_of_an_individual_enrollment(device, dps, files):
    put_own(dps)
    key = certificates.encrypted_key(PASSPHRASE, "dev")
    examined = device("dev", *files(certificates.pem("dev"), key), "--passphrase", PASSPHRASE)
    ends = validity(certificates.certificate("dev"))[1].date()
    assert examined["credential"] == (
        f"The certificate of the device is valid until {ends}. Certificates in the file: 1. The private key belongs to "
        "it.",
        None,
    )
    assert examined["enrollment"] == (
        "The individual enrollment 'dev' accepts the device: it has this certificate.",
        None,
    )
    assert examined["assigned-hub"] == ("The device would be assigned to linked-hub.azure-devices.net.", None)
    assert PASSPHRASE not in examined.result.out + examined.result.err


def test_another_certificate(device, dps, files):
    put_own(dps, "device")
    message, advice = device("dev", *files(certificates.pem("dev")))["enrollment"]
    assert message == (
        "The individual enrollment 'dev' has another certificate. Its SHA-256 thumbprint is "
        f"{certificates.thumbprint('device')}, that of the device {certificates.thumbprint('dev')}. An individual "
        "enrollment takes precedence over groups."
    )
    assert advice == "To replace it: az iot dps enrollment update --eid dev --certificate-path <file>"


def test_a_certificate_for_an_enrollment_with_a_key(device, dps, files):
    dps.enrollments.put(symmetric())
    message, advice = device("dev", *files(certificates.pem("dev")))["enrollment"]
    assert message.startswith("The individual enrollment 'dev' has symmetricKey attestation, and the device authent")
    assert advice == "Use --symmetric-key, or delete the enrollment."


WRONG = {
    "another name": (certificates.pem("device"), b"", "has the common name 'device', but --registration-id is 'dev'."),
    "expired": (
        certificates.text(certificates.certificate("dev", days_from=-9, days_to=-2)),
        b"",
        "device.pem expired on ",
    ),
    "another key": (certificates.pem("dev"), certificates.private_key(), "does not belong to the certificate in "),
    "a locked key": (certificates.pem("dev"), certificates.encrypted_key("x", "dev"), "device.key is encrypted."),
    "no certificate": ("hello", b"", "is not a certificate: it is not PEM"),
}


@pytest.mark.parametrize("certificate, key, message", WRONG.values(), ids=WRONG)
def test_files_with_which_no_device_can_authenticate(device, files, certificate, key, message):
    examined = device("dev", *files(certificate, key))
    assert examined.statuses["credential"] == "failed"
    assert message in examined["credential"][0]
    assert examined["enrollment"][0] == "It depends on step credential."


def test_a_file_that_is_not_there(device):
    message, _ = device("dev", "--certificate-file-path", "/nowhere/x.pem")["credential"]
    assert message == "--certificate-file-path: cannot read /nowhere/x.pem: No such file or directory."


@pytest.mark.parametrize("authority", [ROOT, MIDDLE], ids=["root", "intermediate"])
def test_a_chain_that_leads_to_the_certificate_of_a_group(member, put_group, authority):
    put_group(certificates.authority(), id="other")
    put_group(authority)
    examined = member(MEMBER, MIDDLE, ROOT)
    assert examined["enrollment"] == (
        "The enrollment group 'grp' accepts the device: the chain leads to its CA certificate.",
        None,
    )
    assert examined.statuses["assigned-hub"] == "ok"


@pytest.mark.parametrize("authority, chain", [(ROOT, [MEMBER, MIDDLE]), (MIDDLE, [MEMBER])])
def test_a_chain_without_the_certificate_of_the_group_is_likely(member, put_group, authority, chain):
    put_group(authority)
    examined = member(*chain)
    assert (examined.statuses["enrollment"], examined.statuses["assigned-hub"]) == ("warning", "ok")
    message, advice = examined["enrollment"]
    assert message == (
        "The enrollment group 'grp' probably accepts the device: the chain names its CA certificate as issuer."
    )
    assert advice.startswith("Append the certificate of the group to the file of --certificate-file-path: the service ")


def test_a_chain_that_leads_elsewhere(member, put_group):
    put_group(certificates.authority())
    assert member(MEMBER, MIDDLE)["enrollment"] == (
        "There is no individual enrollment 'member', and none of the enrollment groups has a CA certificate to which "
        "the chain leads. Its last issuer is CN=root. Groups: 1, with this attestation: 1.",
        "The file must contain the intermediate certificates up to the certificate of the group. To see those of "
        "groups: az iot dps enrollment-group list",
    )


def test_a_chain_without_its_intermediate_certificate(member, put_group):
    put_group(ROOT)
    assert "Its last issuer is CN=middle." in member(MEMBER)["enrollment"][0]


@pytest.mark.parametrize(
    "chain",
    [
        [certificates.signed("member", by="middle", key_of="device"), MIDDLE, ROOT],
        [MEMBER, certificates.signed("middle", by="root", authority=True, ended=True), ROOT],
        [MEMBER, certificates.signed("middle", by="root"), ROOT],
        [MEMBER, ROOT],
    ],
    ids=["forged", "expired", "no CA", "a gap"],
)
def test_a_chain_with_a_fault(member, put_group, chain):
    put_group(ROOT)
    examined = member(*chain)
    assert examined.statuses["enrollment"] == "failed"
    assert examined["enrollment"][0].startswith(
        "The enrollment group 'grp' has a CA certificate of the file, which did not sign the certificate of the device"
    )


def test_a_group_whose_certificate_expired(member, put_group):
    ended = certificates.signed("root", by="root", authority=True, ended=True)
    put_group(ended)
    message, advice = member(MEMBER, MIDDLE)["enrollment"]
    assert message == (
        "The enrollment group 'grp' has the CA certificate of the device, which expired on "
        f"{validity(ended)[1].date()}."
    )
    assert advice == "Replace it."


def test_a_disabled_group_next_to_another(member, put_group):
    put_group(ROOT, provisioningStatus="disabled")
    assert member(MEMBER, MIDDLE, ROOT)["enrollment"][0] == "The enrollment group 'grp' is disabled."
    put_group(MIDDLE, id="grp2")
    assert member(MEMBER, MIDDLE, ROOT)["enrollment"][0].startswith("The enrollment group 'grp2' accepts the device: ")


def test_a_subject_as_azure_spells_it(member, dps):
    name = crypto.Name.from_rfc4514_string("CN=Plant CA,O=Contoso\\, Ltd,ST=Bavaria,C=DE")
    issued = _issued(name)
    info = {
        "subjectName": 'C=DE, S=Bavaria, O="Contoso, Ltd", CN=Plant CA',
        "sha256Thumbprint": "AB",
        "notAfterUtc": "2049-01-01T00:00:00Z",
    }
    attestation = {"type": "x509", "x509": {"signingCertificates": {"primary": {"info": info}}}}
    dps.groups.put({"enrollmentGroupId": "grp", "attestation": attestation})
    assert member(issued)["enrollment"][0].startswith("The enrollment group 'grp' probably accepts the device: ")


def _issued(issuer):
    starts, ends = certificates.VALID
    subject = crypto.Name.from_rfc4514_string("CN=member")
    build = partial(crypto.CertificateBuilder, issuer, subject, certificates.key("member").public_key(), 5)
    key = ec.generate_private_key(ec.SECP256R1())
    return build(starts, ends).sign(key, certificates.hashes.SHA256())


def test_a_certificate_does_not_vouch_for_itself(member, put_group):
    put_group(MEMBER)
    assert member(MEMBER, MEMBER).statuses["enrollment"] == "failed"


def test_a_key_does_not_count_for_a_group_with_certificates(device, put_group):
    put_group(ROOT)
    assert device("member", "--symmetric-key", KEY1)["enrollment"][0].endswith("Groups: 1, with this attestation: 0.")
