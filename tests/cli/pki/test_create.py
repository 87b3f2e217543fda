"""az iot dps pki create."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import datetime, timedelta, timezone

import pytest
from azure.cli.core.azclierror import FileOperationError
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from azext_iot_dps.pki.folder import Folder
from tests.cli.pki.made import validity

CREATE = "iot dps pki create --out pki"
TESTS_ONLY = "WARNING: These certificates are for tests only: their private keys are in files, not encrypted.\n"


def read(path):
    return x509.load_pem_x509_certificates(path.read_bytes())


def extensions(certificate):
    return [(type(each.value).__name__, each.critical) for each in certificate.extensions]


def test_the_files_are_listed_and_only_their_owner_reads_the_keys(az, folder):
    result = az(f"{CREATE} --registration-id dev1 plant:2")
    assert (result.exit_code, result.err) == (0, TESTS_ONLY)
    assert result.json["purpose"] == "tests only"
    stems = ["root", "intermediate", "dev1", "plant_2"]
    listed = [(each["certificate"], each["key"]) for each in result.json["certificates"]]
    assert listed == [(f"pki/{stem}.pem", f"pki/{stem}.key") for stem in stems]
    names = ["CN=Test Only Root CA", "CN=Test Only Intermediate CA", "CN=dev1", "CN=plant:2"]
    assert [each["subjectName"] for each in result.json["certificates"]] == names
    assert [each.get("registrationId") for each in result.json["certificates"]] == [None, None, "dev1", "plant:2"]
    modes = {path.name: path.stat().st_mode & 0o777 for path in (folder / "pki").iterdir()}
    assert modes == {f"{stem}{end}": mode for stem in stems for end, mode in ((".pem", 0o644), (".key", 0o600))}
    for entry in result.json["certificates"]:
        certificate = read(folder / entry["certificate"])[0]
        assert entry["sha256Thumbprint"] == certificate.fingerprint(hashes.SHA256()).hex().upper()
        key = load_pem_private_key((folder / entry["key"]).read_bytes(), None)
        assert key.public_key().public_numbers() == certificate.public_key().public_numbers()
        ends = datetime.strptime(entry["notAfterUtc"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
        assert ends == validity(certificate)[1]
        left = ends - datetime.now(timezone.utc)
        assert timedelta(days=29, hours=23) < left <= timedelta(days=30)


@pytest.mark.parametrize(("kind", "exchanges"), [("ec", False), ("rsa", True)])
def test_the_extensions_are_those_of_cas_and_of_tls_clients(az, folder, kind, exchanges):
    assert az(f"{CREATE} --rid dev1 --key-type {kind} --name Plant --days 400").exit_code == 0
    (root,), (intermediate,), (leaf, second) = (read(folder / "pki" / f"{stem}.pem") for stem in
                                                ("root", "intermediate", "dev1"))  # fmt: skip
    assert second == intermediate
    assert root.subject.rfc4514_string() == "CN=Plant Root CA"
    authority = [("SubjectKeyIdentifier", False), ("BasicConstraints", True), ("KeyUsage", True)]
    assert extensions(root) == authority
    assert extensions(intermediate) == [*authority, ("AuthorityKeyIdentifier", False)]
    assert extensions(leaf) == [*authority, ("ExtendedKeyUsage", False), ("AuthorityKeyIdentifier", False)]
    chain = (root, intermediate, leaf)
    limits = [each.extensions.get_extension_for_class(x509.BasicConstraints).value for each in chain]
    assert [(each.ca, each.path_length) for each in limits] == [(True, None), (True, 0), (False, None)]
    usages = [each.extensions.get_extension_for_class(x509.KeyUsage).value for each in chain]
    assert [(each.key_cert_sign, each.crl_sign, each.digital_signature, each.key_encipherment) for each in usages] == [
        (True, True, False, False),
        (True, True, False, False),
        (False, False, True, exchanges),
    ]
    purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [*purposes] == [ExtendedKeyUsageOID.CLIENT_AUTH]
    for certificate, issuer in ((root, root), (intermediate, root), (leaf, intermediate)):
        certificate.verify_directly_issued_by(issuer)
        assert certificate.signature_hash_algorithm.name == "sha256"
        own = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
        if certificate is not root:
            named = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
            assert named.key_identifier == own


@pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl")
def test_openssl_verifies_the_chain_of_a_device(pki):
    command = "openssl verify -x509_strict -purpose sslclient -CAfile root.pem -untrusted dev1.pem dev1.pem"
    done = subprocess.run(command.split(), cwd=pki, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("dev1.pem: OK\n", "")


def test_nothing_is_overwritten(az, pki):
    before = {path.name: path.read_bytes() for path in pki.iterdir()}
    result = az(f"{CREATE} --registration-id dev3")
    assert result.exit_code == 1
    assert result.err.startswith("ERROR: --out: pki/root.pem and 3 other files exist already. Nothing was written.\n")
    result = az(f"{CREATE} --add --registration-id dev3 dev2")
    assert result.err.startswith("ERROR: --out: pki/dev2.pem and 1 other files exist already. Nothing was written.\n")
    assert {path.name: path.read_bytes() for path in pki.iterdir()} == before


def test_devices_are_added_and_expire_with_their_issuer(az, pki):
    (pki / "ids.txt").write_text("dev3\ndev4\n")
    result = az(f"{CREATE} --add --registration-id @{pki}/ids.txt --days 90")
    assert result.exit_code == 0
    intermediate = read(pki / "intermediate.pem")[0]
    ends = validity(intermediate)[1]
    assert f"WARNING: The new certificates expire on {ends.date()}, with that of their issuer.\n" in result.err
    assert [each["registrationId"] for each in result.json["certificates"]] == ["dev3", "dev4"]
    leaf, issuer = read(pki / "dev4.pem")
    leaf.verify_directly_issued_by(issuer)
    assert (issuer, validity(leaf)[1]) == (intermediate, ends)


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ("--registration-id " + "x" * 65, 1, "has 65 characters; a common name (CN) has 64 at most."),
        ("--registration-id dev1 DEV1", 1, "'DEV1' and 'dev1' would have the same file pki/DEV1.pem."),
        ("--registration-id Root", 1, "'Root' and 'root' would have the same file pki/Root.pem."),
        ("--registration-id a/b", 1, "--registration-id: 'a/b' must be 1 to 128 letters"),
        ("--add", 1, "--add requires --registration-id."),
        ("--add --registration-id dev1", 1, "--out: cannot read pki/intermediate.pem: No such file or directory."),
        ("--days 3651", 1, "--days must be a number from 1 to 3650."),
        ("--name " + "x" * 41, 1, "--name must be 1 to 40 printable characters."),
        ("--key-type dsa", 2, "--key-type"),
    ],
)
def test_what_is_refused_writes_nothing(az, folder, options, code, message):
    result = az(f"{CREATE} {options}")
    assert result.exit_code == code
    assert message in result.err
    assert [*folder.iterdir()] == []


def test_a_folder_that_cannot_be_written_to_is_said(az, folder):
    (folder / "pki").write_text("")
    result = az(CREATE)
    assert (result.exit_code, result.err) == (1, "ERROR: --out: cannot write to pki: File exists.\n")


def test_files_before_a_failure_are_removed(folder):
    contents = [("pki/a.pem", b"x"), ("pki/a.key", b"x"), ("gone/b.pem", b"x")]
    with pytest.raises(FileOperationError) as refused:
        Folder("--out", "pki").write(contents)
    assert str(refused.value) == "--out: cannot write to pki: No such file or directory."
    assert [*(folder / "pki").iterdir()] == []


def test_no_private_key_is_printed(az, folder):
    result = az(f"{CREATE} --registration-id dev1 --debug")
    keys = [line for path in (folder / "pki").glob("*.key") for line in path.read_text().splitlines()[1:-1]]
    assert len(keys) == 9
    assert [line for line in keys if line in json.dumps(result.json) + result.err] == []


def test_a_table_has_a_row_a_certificate(az):
    lines = az(f"{CREATE} --registration-id dev1 -o table").out.splitlines()
    assert lines[0].split() == ["Certificate", "Key", "SubjectName", "Expires"]
    assert lines[4].split()[:3] == ["pki/dev1.pem", "pki/dev1.key", "CN=dev1"]
