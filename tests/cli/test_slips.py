"""What people type by mistake, and variables that were not set: refused with the reason, and nothing repeated."""

import pytest

from dps_emulator.lab import certificates

CREATE = "iot dps enrollment create --eid dev -n mydps --at"
UPDATE = "iot dps enrollment update --eid dev -n mydps"


@pytest.mark.parametrize("option", ["--certificate-path", "--secondary-certificate-path"])
@pytest.mark.parametrize("command", [f"{CREATE} x509", UPDATE])
@pytest.mark.parametrize("given", ["", " ", certificates.private_key().decode(), certificates.pem()])
def test_a_file_is_given_by_its_path(az, dps, option, command, given):
    result = az(command, option, given)
    assert (result.exit_code, dps.requests) == (1, [])
    said = "must be the path of a file, without '@', not its content." if given.strip() else "must not be empty."
    assert result.err == f"ERROR: {option} {said}\n"


def test_a_file_by_its_content(az, dps, tmp_path):
    path = tmp_path / "key.pem"
    path.write_bytes(certificates.private_key())
    result = az(f"{CREATE} x509 --cp @{path}")
    assert (result.exit_code, dps.requests) == (1, [])
    assert "PRIVATE KEY" not in result.err


@pytest.mark.parametrize("option", ["--tags", "--props", "--info"])
def test_a_file_that_is_not_there(az, dps, tmp_path, option):
    result = az(UPDATE, option, f"@{tmp_path}/absent.json")
    assert (result.exit_code, dps.requests) == (1, [])
    assert result.err.endswith(f": cannot read {tmp_path}/absent.json: No such file or directory.\n")


def test_a_connection_string_in_a_file_that_is_not_there(az, dps, tmp_path):
    result = az("iot dps enrollment list", "--login", f"@{tmp_path}/absent.txt")
    assert (result.exit_code, dps.requests) == (1, [])
    assert result.err == f"ERROR: --login: cannot read {tmp_path}/absent.txt: No such file or directory.\n"


@pytest.mark.parametrize("option", ["--initial-twin-tags", "--initial-twin-properties", "--device-information"])
def test_a_json_file_without_its_at(az, dps, tmp_path, option):
    (tmp_path / "twin.json").write_text("{}")
    result = az(f"{UPDATE} {option} {tmp_path}/twin.json")
    assert (result.exit_code, dps.requests) == (1, [])
    assert (
        result.err
        == f"ERROR: {option}: To read the file {tmp_path}/twin.json, specify {option} @{tmp_path}/twin.json.\n"
    )


def test_a_folder_is_no_json(az, dps, tmp_path):
    result = az(f"{UPDATE} --tags @{tmp_path}")
    assert (result.exit_code, dps.requests) == (1, [])
    assert result.err == f"ERROR: --initial-twin-tags: cannot read {tmp_path}: it is a folder.\n"


def test_a_file_named_in_the_variable(az, dps, monkeypatch):
    monkeypatch.setenv("AZURE_IOT_DPS_CONNECTION_STRING", "@dps.txt")
    result = az("iot dps enrollment list")
    assert (result.exit_code, dps.requests) == (1, [])
    assert result.err.startswith(
        "ERROR: AZURE_IOT_DPS_CONNECTION_STRING: The variable must contain the connection string itself, not the name "
        "of a file.\n"
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f"{UPDATE} --device-id ''", "--device-id must not be empty.\nTo remove it: --remove-device-id"),
        (f"{CREATE} symmetricKey --device-id ''", "--device-id must not be empty."),
        (
            f"{CREATE} tpm --ek 'QUJD REVG'",
            "--endorsement-key must be base64 and not empty.\nCopy it as a whole, without blanks and line breaks.",
        ),
        (
            f"{CREATE} symmetricKey --ap static --ih hub1",
            "--iot-hubs must be host names with a domain.\nDid you mean hub1.azure-devices.net?",
        ),
        (
            f"{CREATE} symmetricKey --only-show-errors --hn hub1",
            "--iot-hubs must be host names with a domain.\nDid you mean hub1.azure-devices.net?",
        ),
        (
            "iot dps enrollment export -n mydps --file fleet.xlsx",
            "--file fleet.xlsx: .xlsx is not the extension of a format of records: .json, .csv, .jsonl, .ndjson, "
            ".yaml, .yml.\nSpecify a .csv file, which spreadsheet programs open.",
        ),
    ],
)
def test_a_value_that_cannot_be(az, dps, line, told):
    result = az(line)
    assert (result.exit_code, dps.requests) == (1, [])
    assert result.err == f"ERROR: {told}\n"


def test_a_connection_string_over_two_lines(az, dps):
    login = dps.connection_string.replace("provisioning", "provis\nioning")
    result = az("iot dps enrollment list", "--login", login)
    assert (result.exit_code, dps.requests) == (1, [])
    assert "contains a line break or another control character.\n" in result.err


@pytest.mark.parametrize("hub", ["a,b", "https://hub.example/", "a;b", "hub\x07", "hüb"])
@pytest.mark.parametrize("option", ["--iot-hubs", "--hn"])
def test_a_hub_is_a_host_name(az, dps, option, hub):
    policy = ["--ap", "hashed"] if option == "--iot-hubs" else []
    result = az(f"{CREATE} symmetricKey --only-show-errors", option, hub, *policy)
    assert (result.exit_code, dps.requests) == (1, [])
    assert result.err == "ERROR: --iot-hubs must be host names, separated by spaces only.\n"


def test_an_authority_that_is_not_there(iot, dps, monkeypatch, tmp_path):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "absent.pem"))
    for line in ("list", "show --eid dev", "create --eid dev --at symmetricKey", "delete --eid dev"):
        result = iot(f"enrollment {line}")
        assert (result.exit_code, dps.requests) == (1, [])
        assert result.err == (
            "ERROR: The file or folder in REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE cannot be read. Nothing was sent.\n"
        )


@pytest.mark.parametrize("host", ["localhost:99999", "localhost:65536"])
def test_a_port_that_is_none(az, dps, host):
    result = az("iot dps enrollment list", "--login", f"HostName={host};SharedAccessKeyName=a;SharedAccessKey=QUFB")
    assert result.err.startswith("ERROR: --login: The HostName of the connection string is not a host name.\n")


@pytest.mark.parametrize("proxy", ["foo:bar", "http://", "//"])
def test_a_proxy_that_is_none(iot, dps, monkeypatch, proxy):
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    result = iot("enrollment list")
    assert (result.exit_code, dps.requests) == (1, [])
    assert result.err.startswith(f"ERROR: {dps.host} could not be reached.\n")
