"""az iot dps doctor: the examples of its help."""

from __future__ import annotations

import shlex

import pytest
import yaml
from knack.help_files import helps

import azext_iot_dps  # noqa: F401
from dps_emulator.lab import certificates
from tests.devices import KEY1, symmetric, x509

EXAMPLES = [example["text"] for example in yaml.safe_load(helps["iot dps doctor"])["examples"]]


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_finds_nothing_wrong(az, dps, tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "device.pem").write_text(certificates.pem("dev"))
    (tmp_path / "device.key").write_bytes(certificates.private_key(name="dev"))
    certificate = {"registrationId": "dev", "attestation": x509("clientCertificates", certificates.pem("dev"))}
    dps.enrollments.put(certificate if "certificate" in text else symmetric())
    filled = {
        "{dps_name}": "mydps",
        "{resource_group}": "myrg",
        "{registration_id}": "dev",
        "{device_key}": KEY1,
        "{connection_string}": dps.connection_string,
    }
    words = [filled.get(word, word) for word in shlex.split(text)]
    result = az("", *words[1:])
    assert (result.exit_code, result.err) == (0, "")
    assert "failed" not in result.out
    assert "warning" not in result.out
