"""az iot device registration create --csr: what is read as a certificate signing request, and what is refused."""

from __future__ import annotations

import base64
import re

import pytest

from dps_emulator.lab import certificates
from tests.devices import KEY1, csr, said, symmetric

PEM = csr("dev")
DER = base64.b64decode("".join(PEM.decode().splitlines()[1:-1]))
BASE64 = base64.b64encode(DER).decode()
OTHER = csr("other").decode()
WRAPPED = "\n".join(re.findall(".{1,64}", BASE64))
KEY = certificates.private_key(name="dev")


def pem(label, der):
    return f"-----BEGIN {label}-----\n{base64.b64encode(der).decode()}\n-----END {label}-----\n"


@pytest.fixture
def register(create, dps):
    dps.enrollments.put(symmetric())
    return lambda *more: create(f"--key {KEY1}", *more)


READ = {
    "PEM": PEM,
    "base64": BASE64.encode(),
    "base64 in lines": WRAPPED.encode(),
    "DER": DER,
    "PEM of PowerShell": PEM.decode().encode("utf-16"),
    "PEM of an old openssl": pem("NEW CERTIFICATE REQUEST", DER).encode(),
    "a key before it": KEY + PEM,
}


# azure-cli itself reads the file behind an @, some of DER as UTF-16.
SPELLED = [(name, spelled) for name in READ for spelled in ("--csr {}", "--csr-file-path {}")]
SPELLED += [(name, "--csr @{}") for name in READ if name != "DER"]


@pytest.mark.parametrize(("name", "spelled"), SPELLED)
def test_a_file_is_sent_as_base64_of_der(register, dps, tmp_path, name, spelled):
    content = READ[name]
    (tmp_path / "dev.csr").write_bytes(content)
    assert register(*spelled.format(tmp_path / "dev.csr").split()).exit_code == 0
    assert dps.requests[0].body == {"registrationId": "dev", "csr": BASE64}
    assert {each.query["api-version"] for each in dps.requests} == {"2026-11-01"}


@pytest.mark.parametrize("typed", [PEM.decode(), BASE64, WRAPPED])
def test_what_is_typed_is_sent_as_base64_of_der(register, dps, typed):
    assert register("--csr", typed).exit_code == 0
    assert dps.requests[0].body == {"registrationId": "dev", "csr": BASE64}


FORM = "--csr must be a certificate signing request (PKCS#10): PEM, base64 of DER, or a file with it.\n"
NAME = "--csr must have the registration ID 'dev' as its only common name (CN), but has {}.\n"
REFUSED = {
    "a certificate": (certificates.pem("dev"), FORM),
    "base64 of a certificate": (base64.b64encode(certificates.der("dev")).decode(), FORM),
    "a private key": (KEY.decode(), FORM),
    "a damaged one": (pem("CERTIFICATE REQUEST", DER[:-9]), FORM),
    "more than one": (pem("CERTIFICATE REQUEST", DER + b"x"), FORM),
    "damaged base64": (BASE64[:-3], FORM),
    "a large one": (PEM.decode() + " " * 65_536, FORM),
    "two": (PEM.decode() + OTHER, "--csr must be one certificate signing request, not 2.\n"),
    "signed by another": (
        pem("CERTIFICATE REQUEST", DER[:-1] + bytes([DER[-1] ^ 1])),
        "--csr has a signature that its key did not make.\n",
    ),
    "of another device": (OTHER, NAME.format("'other'")),
    "of a device in capitals": (csr("Dev").decode(), NAME.format("'Dev'")),
    "without a name": (csr().decode(), NAME.format("none")),
    "with two names": (csr("dev", "two").decode(), NAME.format("'dev', 'two'")),
    "with a control character": (csr("\x1b[2J").decode(), NAME.format(r"'\x1b[2J'")),
    "empty": ("", "--csr must not be empty.\n"),
}


@pytest.mark.parametrize("typed, message", REFUSED.values(), ids=REFUSED)
def test_what_the_service_would_not_accept_is_refused_before_anything_is_sent(create, dps, typed, message):
    result = create("", "--csr", typed, where="-n mydps")
    assert (result.exit_code, result.out) == (1, "")
    assert f"ERROR: {message}" in result.err
    assert BASE64[:40] not in result.err
    assert dps.requests == []


def test_the_way_to_make_one_is_told(create, dps):
    result = create("", "--csr", OTHER, where="-n mydps")
    assert result.err.endswith(
        "\nTo make a key and a CSR: openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "
        "Device.key -out Device.csr -subj /CN=dev\n"
    )


def test_a_file_that_is_not_there_is_named(create, dps, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = create("--csr gone.csr", where="-n mydps")
    assert (result.exit_code, result.err) == (1, "ERROR: --csr: cannot read gone.csr: No such file or directory.\n")
    assert dps.requests == []


def test_no_part_of_it_is_logged_or_in_an_error(register, dps):
    said_by = [said(register("--debug", "--csr", BASE64))]
    body = {"errorCode": 400004, "message": f"Not a CSR: {BASE64}"}
    dps.fail(status=400, body=body, path="/register")
    said_by.append(said(register("--debug", "--csr", BASE64)))
    assert "Not a CSR: ***" in said_by[1]
    assert all("register: " in text and BASE64[20:60] not in text for text in said_by)
