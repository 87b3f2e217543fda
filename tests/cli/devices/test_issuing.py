"""az iot device registration create --csr: the certificates that the service issues, and where they go."""

from __future__ import annotations

import base64
import shutil
import stat
import subprocess

import pytest
from cryptography import x509

from dps_emulator.lab import certificates
from tests.devices import GROUP_KEY, KEY1, MEMBER, POLICY, csr, group, symmetric

PEM = csr("dev").decode()
LEAF = certificates.text(certificates.signed("dev", "ica"))
CHAIN = LEAF + certificates.text(certificates.signed("ica", "root", True), certificates.signed("root", "root", True))
ANOTHERS = certificates.text(certificates.signed("other", "ica"))
NO_CERTIFICATE = "'dev' is registered, but the service issued no certificate."
HOW = "\nWithout a certificate policy in the enrollment or the enrollment group no certificate is issued."


@pytest.fixture
def out(tmp_path):
    return tmp_path / "issued.pem"


@pytest.fixture
def register(create, dps, out):
    dps.enrollments.put(symmetric(**POLICY))
    return lambda *more: create(f"--key {KEY1} --csr", PEM, "--certificate-out", str(out), *more)


@pytest.fixture
def issued(dps):
    """Lets the service issue something."""

    def issued(chain):
        state = {"registrationId": "dev", "issuedCertificateChain": chain}
        dps.fail(body={"operationId": "5.a.b", "status": "assigned", "registrationState": state}, path="/register")

    return issued


def chain_of(result):
    return result.json["registrationState"].get("issuedCertificateChain")


@pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl")
@pytest.mark.parametrize("element", ["der", "pem"])
def test_the_chain_is_shown_as_it_came_and_written_as_pem(register, dps, out, tmp_path, element):
    dps.switches.issued_element = element
    result = register()
    assert (result.exit_code, result.err) == (0, "")
    assert chain_of(result) == dps.requests[-1].answer["registrationState"]["issuedCertificateChain"]
    assert out.read_text().count("BEGIN CERTIFICATE") == 3
    assert out.read_text().endswith(dps.issuing_authority)
    (tmp_path / "root.pem").write_text(dps.issuing_authority)
    trust = ["-CAfile", str(tmp_path / "root.pem"), "-untrusted", str(out)]
    line = ["openssl", "verify", "-x509_strict", "-purpose", "sslclient", *trust, str(out)]
    assert subprocess.check_output(line, text=True) == f"{out}: OK\n"
    own = x509.load_pem_x509_certificate(out.read_bytes())
    assert own.public_key().public_numbers() == certificates.key("dev").public_key().public_numbers()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_a_device_of_a_group_that_is_assigned_at_once(create, dps, out):
    dps.switches.assigned_at_once = True
    dps.groups.put(group(**POLICY))
    typed = ["--csr", csr(MEMBER).decode(), "--certificate-out", str(out)]
    assert create(f"--key {GROUP_KEY} --compute-key", *typed, id=MEMBER).exit_code == 0
    assert out.read_text().count("BEGIN CERTIFICATE") == 3


def test_a_device_with_a_certificate_gets_another_one(create, dps, own, out):
    dps.enrollments.put({**dps.enrollments["dev"], **POLICY})
    assert create(*own, "--csr", PEM, "--certificate-out", str(out)).exit_code == 0
    assert out.read_text().count("BEGIN CERTIFICATE") == 3


@pytest.mark.parametrize("encode", [str, lambda pem: base64.encodebytes(pem.encode()).decode()])
def test_elements_may_be_pem(register, issued, out, encode):
    issued([encode(each + "-----END CERTIFICATE-----\n") for each in CHAIN.split("-----END CERTIFICATE-----\n")[:-1]])
    assert register().exit_code == 0
    assert out.read_text() == CHAIN


@pytest.mark.parametrize("policy", [{}, POLICY])
def test_without_a_certificate_the_result_is_printed_and_nothing_written(create, dps, out, issued, policy):
    dps.enrollments.put(symmetric(**policy))
    if policy:
        issued([])
    result = create(f"--key {KEY1} --csr", PEM, "--certificate-out", str(out))
    assert (result.exit_code, result.json["status"]) == (1, "assigned")
    assert result.err.startswith(f"ERROR: {NO_CERTIFICATE} {out} was not written.{HOW}")
    assert not out.exists()


def test_without_a_file_for_it_there_is_a_warning(create, dps):
    dps.enrollments.put(symmetric())
    result = create(f"--key {KEY1} --csr", PEM)
    assert (result.exit_code, result.json["status"]) == (0, "assigned")
    assert result.err.startswith(f"WARNING: {NO_CERTIFICATE} ")


NO_CHAIN = "The service issued what is not a chain of certificates."
WRONG = {
    "text": (["hello"], NO_CHAIN),
    "a number": ([1], NO_CHAIN),
    "an object": ({"leaf": LEAF}, NO_CHAIN),
    "a key": ([certificates.private_key().decode()], NO_CHAIN),
    "two in one": ([CHAIN], NO_CHAIN),
    "something behind it": ([LEAF, "AAAA"], NO_CHAIN),
    "of another key": ([ANOTHERS], "The service issued a chain that does not begin with a certificate for the key of"),
}


@pytest.mark.parametrize("chain, message", WRONG.values(), ids=WRONG)
def test_a_chain_that_is_none_is_printed_and_not_written(register, issued, out, chain, message):
    out.write_text("before")
    issued(chain)
    result = register()
    assert (result.exit_code, chain_of(result)) == (1, chain)
    assert result.err.startswith(f"ERROR: {message}")
    assert f"{out} was not written.\nThe device is registered." in result.err
    assert out.read_text() == "before"


def test_another_certificate_is_replaced_and_its_mode_kept(register, out):
    out.write_text("before")
    out.chmod(0o640)
    assert register().exit_code == 0
    assert (out.read_text().count("BEGIN CERTIFICATE"), stat.S_IMODE(out.stat().st_mode)) == (3, 0o640)


def test_a_private_key_is_not_replaced(register, dps, out):
    out.write_bytes(certificates.private_key())
    result = register()
    assert result.exit_code == 1
    assert f"--certificate-out: {out} contains a private key, which would be lost.\n" in result.err
    assert dps.requests == []


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_sent(create, dps, tmp_path):
    result = create("--csr", PEM, "--certificate-out", f"{tmp_path}/gone/issued.pem", where="-n mydps")
    assert result.exit_code == 1
    assert "--certificate-out: cannot write " in result.err
    assert (dps.requests, list(tmp_path.iterdir())) == ([], [])


@pytest.mark.parametrize("fault", [{"status": 401}, {"body": {"operationId": "5.a.b", "status": "failed"}}])
def test_a_registration_that_fails_leaves_no_file(register, dps, tmp_path, fault):
    dps.fail(path="/register", **fault)
    assert register().exit_code == 1
    assert list(tmp_path.iterdir()) == []
