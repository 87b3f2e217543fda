"""Which version of the service API each command uses, and what is remembered of a host."""

import json
import os
import stat
from pathlib import Path

import pytest

OLD, NEW = "2021-10-01", "2026-11-01"
CREATE = "enrollment create --eid dev --at symmetricKey"
UPDATE = "enrollment update --eid dev --provisioning-status disabled"
POLICY = "--adr-namespace factory-ns --adr-ca-name factory-ca --adr-cert-policy-name ninety-days"


@pytest.fixture
def asked(dps):
    """The versions of the requests to the service since the last look, with their methods."""

    def taken():
        found = [(request.method, request.query["api-version"], request.status) for request in dps.service_requests]
        dps.requests.clear()
        return found

    return taken


@pytest.fixture
def memory(dps):
    return Path(os.environ["AZURE_CONFIG_DIR"], "iot_dps_api_versions.json")


@pytest.fixture
def behind(dps):
    """A region without the newest version."""
    dps.switches.api_versions = (OLD,)


def test_what_loses_nothing_uses_the_version_that_is_everywhere(iot, asked):
    for line in (CREATE, "enrollment show --eid dev", "enrollment list", "enrollment delete --eid dev"):
        assert iot(line).exit_code == 0
    assert {version for _, version, _ in asked()} == {OLD}


def test_what_is_written_back_is_read_by_the_newest_version(iot, asked):
    iot(CREATE), asked()
    assert iot(UPDATE).exit_code == 0
    assert asked() == [("GET", NEW, 200), ("POST", NEW, 200), ("PUT", NEW, 200)]
    assert iot("enrollment show --eid dev").exit_code == 0
    assert asked() == [("GET", NEW, 200)]


@pytest.mark.parametrize(
    "line", ["export --file -", "diff --file FILE", "apply --file FILE", "apply --file FILE --what-if"]
)
def test_files_see_every_member(iot, asked, tmp_path, line):
    file = tmp_path / "fleet.jsonl"
    file.write_text(json.dumps({"registrationId": "dev", "attestation": {"type": "symmetricKey"}}))
    iot(CREATE), asked()
    assert iot(f"enrollment {line.replace('FILE', str(file))}").exit_code == 0
    assert {version for _, version, _ in asked()} == {NEW}


def test_a_service_that_is_behind_costs_one_request_a_day(iot, asked, behind, memory):
    iot(CREATE), asked()
    assert iot(UPDATE).json["provisioningStatus"] == "disabled"
    assert asked() == [("GET", NEW, 400), ("GET", OLD, 200), ("POST", OLD, 200), ("PUT", OLD, 200)]
    assert iot("enrollment export --file -").exit_code == 0
    assert asked() == [("POST", OLD, 200)]
    (entry,) = json.loads(memory.read_text()).values()
    entry["until"] -= 24 * 60 * 60
    memory.write_text(json.dumps({"other.example": entry, **dict.fromkeys(json.loads(memory.read_text()), entry)}))
    assert iot("enrollment export --file -").exit_code == 0
    assert [version for _, version, _ in asked()] == [NEW, OLD]


@pytest.mark.parametrize(
    "line", [f"enrollment create --eid dev2 --at symmetricKey {POLICY}", f"enrollment update --eid dev {POLICY}"]
)
def test_new_options_are_refused_where_their_version_is_not_served(iot, dps, asked, behind, line):
    iot(CREATE), asked()
    result = iot(line)
    assert result.exit_code == 1
    assert (
        f"{dps.host} does not offer API version 2026-11-01 yet, which has certificate policies. Nothing was changed."
        in result.err
    )
    assert len(asked()) == 1
    assert list(dps.enrollments) == ["dev"] and "namespaceName" not in dps.enrollments.get("dev")


@pytest.mark.parametrize("verb", ["import", "apply", "import --mode upsert"])
def test_a_file_with_new_members_is_refused_there_too(iot, dps, asked, behind, tmp_path, verb):
    file = tmp_path / "fleet.csv"
    columns = "registrationId,attestation,namespaceName,certificateAuthorityName,certificatePolicyName"
    file.write_text(f"{columns}\ndev,symmetricKey,factory-ns,factory-ca,ninety-days\n")
    result = iot(f"enrollment {verb} --file {file}")
    assert "does not offer API version 2026-11-01 yet" in result.err and result.exit_code == 1
    assert asked() == [("POST", NEW, 400)] and not len(dps.enrollments)


def test_an_unknown_member_of_a_file_is_sent_by_the_newest_version_that_is_served(iot, dps, asked, memory, tmp_path):
    file = tmp_path / "fleet.jsonl"
    record = {"registrationId": "dev", "attestation": {"type": "symmetricKey"}, "unheardOf": 1}
    file.write_text(json.dumps(record))
    assert iot(f"enrollment import --file {file}").exit_code == 0
    assert asked() == [("POST", NEW, 200), ("POST", NEW, 200)]
    dps.reset()
    memory.unlink()
    dps.switches.api_versions = (OLD,)
    assert iot(f"enrollment import --file {file}").exit_code == 0
    assert asked() == [("POST", NEW, 400), ("POST", OLD, 200), ("POST", OLD, 200)]


def test_a_setting_is_used_for_everything(iot, dps, asked, monkeypatch):
    monkeypatch.setenv("AZURE_IOT_DPS_API_VERSION", NEW)
    for line in (CREATE, UPDATE, "enrollment list", "enrollment delete --eid dev"):
        assert iot(line).exit_code == 0
    assert {version for _, version, _ in asked()} == {NEW}
    monkeypatch.setenv("AZURE_IOT_DPS_API_VERSION", "2019-03-31")
    iot(CREATE), asked()
    assert iot(UPDATE).exit_code == 0
    assert {version for _, version, _ in asked()} == {"2019-03-31"}


@pytest.mark.parametrize("setting", ["newest", "2026-13-01", "2026-11-01-beta"])
def test_a_setting_that_is_no_version_is_refused(iot, dps, monkeypatch, setting):
    monkeypatch.setenv("AZURE_IOT_DPS_API_VERSION", setting)
    result = iot("enrollment list")
    assert "The configured iot_dps.api_version is not an API version: a date, optionally with -preview." in result.err
    assert "az config unset iot_dps.api_version" in result.err
    assert (result.exit_code, dps.requests) == (1, [])


def test_the_memory_is_its_owners_alone(iot, memory):
    iot(CREATE), iot(UPDATE)
    assert stat.S_IMODE(memory.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1]", b'{"HOST": 1}', b'{"HOST": {"version": "1", "until": 1}}', b"\xff\x00", b"[" * 100_000],
)
def test_garbage_in_the_memory_is_replaced(iot, dps, memory, content):
    memory.write_bytes(content.replace(b"HOST", dps.host.encode()))
    iot(CREATE)
    assert iot(UPDATE).exit_code == 0
    assert json.loads(memory.read_text())[dps.host]["version"] == NEW


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_a_memory_that_cannot_be_used_is_left_alone(iot, memory, make, ten_seconds):
    make(memory)
    try:
        iot(CREATE)
        result = iot(UPDATE)
    finally:
        (os.rmdir if memory.is_dir() else os.unlink)(memory)
    assert (result.exit_code, result.err) == (0, "")


def test_what_was_remembered_may_be_wrong(iot, dps, asked, memory):
    iot(CREATE), iot(UPDATE), asked()
    dps.switches.api_versions = (OLD,)
    assert iot("enrollment update --eid dev --provisioning-status enabled").exit_code == 0
    assert asked()[:2] == [("GET", NEW, 400), ("GET", OLD, 200)]
    assert json.loads(memory.read_text())[dps.host]["version"] == OLD


def test_debug_shows_the_version_of_each_request(iot, dps):
    iot(CREATE)
    told = iot(f"{UPDATE} --debug").err
    assert "PUT /enrollments/dev: 200 in" in told and f"(API version {NEW}, request" in told
