"""Input without measure: each is refused in words, before time or memory run out."""

from __future__ import annotations

import os
import tracemalloc

import pytest
from azure.cli.core.azclierror import AzCLIError

from azext_iot_dps.enrollments.patching import patch_of
from azext_iot_dps.record.kinds import INDIVIDUAL
from azext_iot_dps.record.violation import Violations
from azext_iot_dps.service import redaction
from dps_emulator.lab import certificates
from tools.fuzz.arguments import CONVERTERS

pytestmark = pytest.mark.usefixtures("ten_seconds")
MANY = 100_000
MEGABYTE = 1_000_000
LOGIN = "HostName={};SharedAccessKeyName={};SharedAccessKey={}"
TEXTS = {
    "lists": "[" * MANY,
    "objects": '{"a":' * MANY,
    "whole objects": '{"a":' * MANY + "1" + "}" * MANY,
    "python objects": "{'a':" * MANY,
    "whole python objects": "{'a':" * MANY + "1" + "}" * MANY,
    "minus": "{'a':" + "-" * MANY + "1}",
    "not": "{'a':" + "not " * MANY + "1}",
    "parentheses": "{'a':" + "(" * MANY + "1" + ")" * MANY + "}",
    "sum": "{'a':" + "1+" * MANY + "1}",
    "power": "{'a':" + "1**" * MANY + "1}",
    "members": "{'a':x" + ".x" * MANY + "}",
    "items": "{'a':x" + "[0]" * MANY + "}",
    "calls": "{'a':x" + "()" * MANY + "}",
    "conditions": "{'a':" + "1 if 1 else " * (MANY // 2) + "1}",
    "functions": "{'a':" + "lambda:" * MANY + "1}",
    "digits": '{"a":' + "1" * MANY + "}",
    "python digits": "{'a':" + "1" * MANY + "}",
    "hexadecimal digits": "{'a': 0x" + "f" * MANY + "}",
    "much": "{'a': [" + "1," * 10_000_000 + "]}",
    "much text": '{"a": "' + "x" * 20 * MEGABYTE + '"}',
}
SHORT = ("--enrollment-id", "--primary-key", "--top", "--etag", "--api-version", "--dps-name", "--login")
WORDS = {
    "letters": "A" * MEGABYTE,
    "digits": "1" * MEGABYTE,
    "dots": "a." * MEGABYTE + "a",
    "dashes": "-" * MEGABYTE,
    "semicolons": ";" * MEGABYTE,
    "hosts": "a.azure-devices." * MANY,
    "host": LOGIN.format("a." * MEGABYTE + "a", "p", "QUFB"),
    "port": LOGIN.format("a:" + "1" * MEGABYTE, "p", "QUFB"),
    "policy": LOGIN.format("a.b", "p" * MEGABYTE, "QUFB"),
    "not utf-8": LOGIN.format("a.b", "\udcff", "QUFB"),
}


def read(path):
    return patch_of(INDIVIDUAL, "dev", {"attestation_type": "x509", "certificate_path": str(path)})


def refused(function, *given):
    with pytest.raises((AzCLIError, Violations)) as refusal:
        function(*given)
    assert len(str(refusal.value)) < 1000
    return str(refusal.value)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_json(text):
    assert refused(CONVERTERS["--initial-twin-tags"], text).startswith("--initial-twin-tags must be a JSON object: ")


@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
@pytest.mark.parametrize("option", CONVERTERS)
def test_words(option, word):
    if option in SHORT:
        refused(CONVERTERS[option], word)
    for text in (word, "https://" + word):
        try:
            CONVERTERS[option](text)
        except AzCLIError as error:
            assert len(str(error)) < 1000


def der(tag, content):
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, *([] if len(content) < 128 else [0x80 + len(size)]), *size]) + content


def private_key(*numbers):
    """A PKCS#1 private key of these numbers."""
    return der(0x30, b"".join(der(2, number.to_bytes(number.bit_length() // 8 + 1, "big")) for number in numbers))


PRIMES = 2**86243 - 1, 2**44497 - 1
FILES = {
    "zeros": bytes(50 * MEGABYTE),
    "blank": b" " * (2 * MEGABYTE),
    "pem": b"-----BEGIN CERTIFICATE-----\n" + b"QUFB\n" * MEGABYTE,
    "marks": b"-----BEGIN CERTIFICATE-----\n" * 30_000,
    "one line": b"-----BEGIN " + b"A" * (MEGABYTE - 20),
    "blocks": b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n" * 15_000,
    "nested": b"\x30\x83\x0f\x00\x00" * (MEGABYTE // 5),
    # whoever tests whether these are prime will test for hours
    "private key": private_key(0, PRIMES[0] * PRIMES[1], 65537, PRIMES[0], *PRIMES, 1, 1, 1),
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_certificate_files(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    tracemalloc.start()
    try:
        words = refused(read, path)
        assert tracemalloc.get_traced_memory()[1] < 40 * MEGABYTE
    finally:
        tracemalloc.stop()
    assert " is not a certificate: it is " in words


@pytest.mark.parametrize("content", ["key.der", "key.pem"])
def test_a_private_key_is_still_told_by_its_look(tmp_path, content):
    path = tmp_path / content
    path.write_bytes(certificates.private_key(certificates.DER if "der" in content else certificates.PEM))
    assert refused(read, path).endswith("it is a private key.")


@pytest.mark.parametrize(
    "text",
    [
        "x" * 20 * MEGABYTE,
        "SharedAccessKey" + " " * MEGABYTE,
        "-----BEGIN " * MEGABYTE,
        "-----BEGIN " + "A" * MEGABYTE,
        "-----BEGIN PRIVATE KEY-----" * MANY,
        "Bearer " * MEGABYTE,
        "primaryKey " * MEGABYTE,
        "[" * MANY,
        '{"a":' * MANY,
    ],
    ids=lambda text: text[:20],
)
def test_the_log_stays_short(text):
    assert len(redaction.body(text.encode())) < 5000
    assert len(redaction.body(text[:MEGABYTE])) < 5000


LINE = "enrollment show --eid dev"
NESTED = {
    "lists": b"[" * MANY,
    "whole lists": b"[" * MANY + b"]" * MANY,
    "objects": b'{"a":' * MANY,
    "deeper than az can print": b'{"a":' * 900 + b"1" + b"}" * 900,
    "noise": os.urandom(MEGABYTE) * 20,
    "zeros": bytes(20 * MEGABYTE),
    "html": b"<html>\xe9" * 3 * MEGABYTE,
    "digits": b'{"a":' + b"1" * MEGABYTE + b"}",
    "not a number": b'{"a": NaN}',
}


@pytest.mark.parametrize("kind", ["application/json", "text/html", ""], ids=["json", "html", "untold"])
@pytest.mark.parametrize("content", NESTED.values(), ids=NESTED)
def test_answers_of_the_service(iot, dps, content, kind):
    dps.fail(raw=content, content_type=kind)
    result = iot(LINE)
    assert result.exit_code == 1
    assert "returned an unexpected response (HTTP 200)." in result.err
    assert len(result.err) < 1000


@pytest.mark.parametrize("content", NESTED.values(), ids=NESTED)
@pytest.mark.parametrize("status", [400, 503])
def test_refusals_of_the_service(iot, dps, content, status):
    dps.fail(times=9, raw=content, status=status)
    result = iot(LINE)
    assert result.exit_code == 1
    assert f"The service returned HTTP {status} " in result.err
    assert len(result.err) < 1000


@pytest.mark.parametrize("content", NESTED.values(), ids=NESTED)
@pytest.mark.parametrize("given", ["-n mydps", "-n mydps -g myrg"])
def test_answers_of_azure_resource_manager(az, dps, content, given):
    dps.fail(path="/providers/", raw=content)
    result = az(f"iot dps {LINE} {given}")
    assert result.exit_code == 1
    assert "returned an unexpected response (HTTP 200)." in result.err
    assert dps.service_requests == []


def test_a_message_without_end_is_cut(iot, dps):
    dps.fail(status=400, body={"message": "x" * 20 * MEGABYTE, "errorCode": {"a": [1] * MEGABYTE}, "trackingId": [1]})
    result = iot(LINE)
    assert result.exit_code == 1
    assert result.err == f"ERROR: {'x' * 4000} (error 400)\n"


@pytest.mark.parametrize(("levels", "exit_code"), [(150, 0), (151, 1)])
@pytest.mark.parametrize("output", ["json", "jsonc", "yaml", "table", "tsv"])
def test_what_is_taken_can_be_printed(iot, dps, levels, exit_code, output):
    dps.fail(raw=b'{"a":' * levels + b"1" + b"}" * levels)
    assert iot(f"{LINE} -o {output}").exit_code == exit_code


def test_a_list_that_goes_in_circles_ends(iot, dps):
    for token in "abcab":
        dps.fail(body=[{"registrationId": token}], headers={"x-ms-continuation": token})
    result = iot("enrollment list")
    assert result.exit_code == 1
    assert result.err == f"ERROR: {dps.host} returned the same continuation token twice.\n"
    assert len(dps.requests) == 4


@pytest.mark.parametrize("group", ["\udcff", "\ud800"])
def test_a_group_that_is_not_utf_8_is_not_found(az, group):
    assert az("iot dps enrollment list -n mydps -g", group).exit_code == 3


def test_a_long_id_and_etag_reach_nobody(iot, dps):
    assert iot("enrollment show --eid", "a" * MEGABYTE).exit_code == 1
    assert iot("enrollment delete --eid dev --etag", "a" * MEGABYTE).exit_code == 1
    assert dps.requests == []
