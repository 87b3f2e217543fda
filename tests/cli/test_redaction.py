"""Redaction of messages of the service, and of az's log file."""

import pytest

from dps_emulator.lab import certificates

MARK = "bWFya2VkLXNlY3JldC1tYXJrZWQtc2VjcmV0"
CREATE = "enrollment create --eid dev"


@pytest.fixture
def logged(monkeypatch, tmp_path):
    """Has az write its log file; returns its content without the command line that azure-cli itself repeats."""
    monkeypatch.setenv("AZURE_LOGGING_ENABLE_LOG_FILE", "true")
    monkeypatch.setenv("AZURE_LOGGING_LOG_DIR", str(tmp_path / "logs"))

    def read():
        lines = (tmp_path / "logs" / "az.log").read_text().splitlines()
        return "\n".join(line for line in lines if "Command arguments:" not in line)

    return read


@pytest.mark.parametrize(
    "options",
    [
        f"--at symmetricKey --pk {MARK} --sk {MARK}",
        f"--at tpm --ek {MARK}",
        f"--at symmetricKey --ap custom --wh https://f.example/?code={MARK} --av 2021-10-01",
        "--at x509 --cp FILE",
        f"--at symmetricKey --pk {MARK} --cp FILE",
        f"--at symmetricKey --pk {MARK}!",
        f"--at symmetricKey --ap custom --wh http://f.example/?code={MARK} --av 2021-10-01",
        f"--at symmetricKey --tags 'SharedAccessKey={MARK}'",
    ],
)
@pytest.mark.parametrize("fault", [{}, {"status": 400}, {"status": 503}, {"drop": "after"}, {"raw": "<html>"}], ids=str)
def test_no_mark_is_said_or_logged(iot, dps, tmp_path, logged, options, fault):
    path = tmp_path / "both.pem"
    path.write_text(certificates.pem() + certificates.private_key().decode())
    private = certificates.private_key().decode().splitlines()[1]
    if fault:
        dps.fail(20, method="PUT", **fault)
    result = iot(f"{CREATE} {options.replace('FILE', str(path))} --debug")
    shown = iot("enrollment show --eid dev --show-keys --debug")
    key = dps.policies[0]["primaryKey"]
    for text in (result.err, shown.err, logged()):
        said = "\n".join(line for line in text.splitlines() if "Command arguments:" not in line)
        assert [secret for secret in (MARK, private, key) if secret in said] == []
    assert "transport: " in shown.err


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 429, 500, 503])
def test_the_services_words_are_said_without_secrets(iot, dps, status):
    words = f"Bad webhook https://f.example/?code={MARK} with SharedAccessKey={MARK} of Bearer {MARK}."
    dps.fail(5, status=status, body={"errorCode": status * 1000, "message": words}, headers={"Retry-After": "0"})
    result = iot("enrollment show --eid dev --debug")
    assert MARK not in "".join(line for line in result.err.splitlines() if "Command arguments:" not in line)
    assert "Bad webhook https://f.example/?code=*** with SharedAccessKey=*** of Bearer ***" in result.err


def test_arms_words_are_said_without_secrets(az, dps):
    error = {"error": {"code": "AuthorizationFailed", "message": f"No. SharedAccessKey={MARK}"}}
    dps.fail(status=403, path="/listkeys", body=error)
    result = az("iot dps enrollment list -n mydps -g myrg --debug")
    assert result.exit_code == 1
    assert MARK not in result.err
