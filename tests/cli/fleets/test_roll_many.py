"""roll of many: files and --where, by the plan and the run of apply; one file serves all stages."""

import csv

import pytest

from dps_emulator.lab import certificates
from tests.devices import GROUP_KEY, KEY1, KEY2, group, symmetric, x509
from tests.results import failures

COUNTS = ("total", "updated", "unchanged", "failed", "notSent")


def ca(name):
    return certificates.signed(name, by=name, authority=True)


def counted(result):
    return [result.json[name] for name in COUNTS]


def thumbprint(name):
    return ca(name).fingerprint(certificates.hashes.SHA256()).hex().upper()


def slots(dps, id):
    stored = dps.groups[id]["attestation"]["x509"]["signingCertificates"]
    return {name: entry["info"]["sha256Thumbprint"] for name, entry in stored.items()}


def keys(dps, id):
    return tuple(dps.enrollments[id]["attestation"]["symmetricKey"].values())


def bulk(dps):
    return [body for *_, body in dps.sent("POST") if body and "mode" in body]


@pytest.fixture
def authorities(dps, tmp_path, monkeypatch):
    """Two groups with CA certificates, and a file with what follows these; the file's folder is not the working one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cas").mkdir()
    rows = ["enrollmentGroupId,certificatePath,secondaryCertificatePath,tags"]
    for id in ("north", "south"):
        for age in ("old", "new"):
            (tmp_path / "cas" / f"{id}-{age}.pem").write_text(certificates.text(ca(f"{id}-{age}")))
        attestation = x509("signingCertificates", certificates.text(ca(f"{id}-old")))
        dps.groups.put({"enrollmentGroupId": id, "attestation": attestation})
        rows.append(f'{id},{id}-old.pem,{id}-new.pem,"{{""not"": ""applied""}}"')
    (tmp_path / "cas" / "cas.csv").write_text("\n".join([*rows, ""]))


@pytest.fixture
def fleet(dps):
    """Three devices with symmetric keys in the north, and one with a TPM in the south."""
    tags = {"initialTwin": {"tags": {"site": "north"}}}
    for number in range(3):
        dps.enrollments.put({**symmetric(**tags), "registrationId": f"dev{number}"})
    tpm = {"type": "tpm", "tpm": {"endorsementKey": "QUFB"}}
    dps.enrollments.put({"registrationId": "tpm", "attestation": tpm, "initialTwin": {"tags": {"site": "south"}}})


def test_certificates_of_a_file_in_three_stages(iot, dps, authorities):
    line = "enrollment-group roll --file cas/cas.csv"
    both = [("north", "south"), {"primary": "old", "secondary": "new"}]

    def stored():
        return [slots(dps, id) for id in both[0]]

    def expected(**ages):
        return [{slot: thumbprint(f"{id}-{age}") for slot, age in ages.items()} for id in both[0]]

    assert counted(iot(f"{line} --new-certificate")) == [2, 2, 0, 0, 0]
    assert (stored(), [len(call["enrollmentGroups"]) for call in bulk(dps)]) == (
        expected(primary="old", secondary="new"),
        [2],
    )
    assert counted(iot(f"{line} --new-certificate")) == [2, 0, 2, 0, 0]
    assert counted(iot(f"{line} --promote")) == [2, 2, 0, 0, 0]
    assert stored() == expected(primary="new", secondary="old")
    assert counted(iot(f"{line} --promote")) == [2, 0, 2, 0, 0]
    assert counted(iot(f"{line} --finish")) == [2, 2, 0, 0, 0]
    assert (stored(), "initialTwin" in dps.groups["north"]) == (expected(primary="new"), False)


def test_keys_by_where_an_export_and_its_file(iot, dps, fleet, tmp_path):
    where = ["--where", "initialTwin.tags.site == 'north'"]
    added = iot("enrollment roll --new-key", *where)
    assert (counted(added), added.err) == ([3, 3, 0, 0, 0], "")
    new = [keys(dps, f"dev{number}")[1] for number in range(3)]
    assert ([keys(dps, f"dev{number}")[0] for number in range(3)], len({KEY2, *new})) == ([KEY1] * 3, 4)
    assert not any(key in added.out for key in new)

    assert iot(f"enrollment export --show-keys --file {tmp_path}/keys.csv", *where).exit_code == 0
    line = f"enrollment roll --file {tmp_path}/keys.csv"
    # as if an earlier run had been interrupted
    done = {"type": "symmetricKey", "symmetricKey": {"primaryKey": new[1], "secondaryKey": KEY1}}
    dps.enrollments.put({**dps.enrollments["dev1"], "attestation": done})
    assert counted(iot(f"{line} --promote")) == [3, 2, 1, 0, 0]
    assert [keys(dps, f"dev{number}") for number in range(3)] == [(key, KEY1) for key in new]
    assert counted(iot(f"{line} --finish")) == [3, 3, 0, 0, 0]
    after = [keys(dps, f"dev{number}") for number in range(3)]
    assert ([each[0] for each in after], {KEY1, *new} & {each[1] for each in after}) == (new, set())
    assert counted(iot(f"{line} --finish")) == [3, 0, 3, 0, 0]


def test_of_many_keys_none_is_swapped_unseen(iot, dps, fleet):
    result = iot("enrollment roll --promote", "--where", "starts_with(registrationId, 'dev')")
    assert (result.exit_code, counted(result), bulk(dps)) == (1, [3, 0, 0, 3, 0], [])
    message = (
        "The service does not show which symmetric key is the new one. Specify the new symmetric key with "
        "attestation.symmetricKey.secondaryKey. With --force the two are swapped, each time."
    )
    assert failures(result.json)[0] == {"line": None, "id": "dev0", "code": None, "message": message}
    assert counted(iot("enrollment roll --promote --force", "--where", "starts_with(registrationId, 'dev')")) == [
        3, 3, 0, 0, 0,
    ]  # fmt: skip
    assert [keys(dps, f"dev{number}") for number in range(3)] == [(KEY2, KEY1)] * 3


def test_what_cannot_be_done_is_a_failure_and_others_are_done(iot, dps, fleet, tmp_path):
    rows = [["registrationId", "secondaryKey"], ["dev0", GROUP_KEY], ["tpm", ""], ["gone", ""], ["dev1", KEY1]]
    with open(tmp_path / "a.csv", "w", newline="") as file:
        csv.writer(file).writerows(rows)
    line = f"enrollment roll --new-key --file {tmp_path}/a.csv"
    plan = iot(f"{line} --what-if")
    assert (plan.exit_code, [each["id"] for each in plan.json["update"]], bulk(dps)) == (1, ["dev0"], [])
    result = iot(line)
    assert (result.exit_code, counted(result)) == (1, [4, 1, 0, 3, 0])
    assert failures(result.json) == [
        {
            "line": 3,
            "id": "tpm",
            "code": None,
            "message": "The enrollment has tpm attestation, in which nothing can be rotated.",
        },
        {"line": 4, "id": "gone", "code": 404, "message": "Enrollment 'gone' not found."},
        {"line": 5, "id": "dev1", "code": None, "message": "secondaryKey is the primary symmetric key already."},
    ]
    assert [keys(dps, id) for id in ("dev0", "dev1")] == [(KEY1, GROUP_KEY), (KEY1, KEY2)]
    assert iot(f"{line} -o table").out.splitlines()[-1].split()[:5] == [
        "failed",
        "dev1",
        f"{tmp_path}/a.csv",
        "5",
        "secondaryKey",
    ]


def test_one_that_another_client_modified_is_a_failure(iot, dps, fleet):
    def modify(request):
        # between the read and the write
        if request.path == "/enrollments" and "deviceId" not in dps.enrollments["dev1"]:
            dps.enrollments.put({**dps.enrollments["dev1"], "deviceId": "other", "etag": "b3RoZXI="})
        return False

    dps.fail(where=modify)
    result = iot("enrollment roll --new-key", "--where", "starts_with(registrationId, 'dev')")
    assert (result.exit_code, counted(result), keys(dps, "dev1")) == (1, [3, 2, 0, 1, 0], (KEY1, KEY2))


def test_devices_that_have_not_registered_since_hold_up_their_own_group(iot, dps, tmp_path):
    (tmp_path / "keys.csv").write_text(f"enrollmentGroupId,secondaryKey\nnorth,{KEY2}\nsouth,{KEY2}\n")
    for id in ("north", "south"):
        dps.groups.put({**group(), "enrollmentGroupId": id, "lastUpdatedDateTimeUtc": "2026-05-04T08:30:00.25Z"})
    # of the second that the record was updated in, too
    states = [("2026-05-04T08:30:00.3Z", "assigned"), ("2999-01-01T00:00:00Z", "assigned")]
    states += [("2026-05-04T08:30:00.2499999Z", "assigned")] * 6 + [("2020-01-01T00:00:00Z", "failed")]
    for number, (when, status) in enumerate(states):
        state = {"registrationId": f"dev{number}", "status": status, "lastUpdatedDateTimeUtc": when, "etag": "AAAA"}
        dps.registrations.put({**state, "enrollmentGroupId": "south" if number == 0 else "north"})
    line = f"enrollment-group roll --file {tmp_path}/keys.csv --promote --finish"
    result = iot(line)
    (failure,) = failures(result.json)
    assert (result.exit_code, counted(result), failure["id"]) == (1, [2, 1, 0, 1, 0], "north")
    assert result.json["devices"] == {"assigned": 8, "registeredSinceUpdate": 2}
    told, _, names = failure["message"].partition(": ")
    assert told == (
        "6 of 7 assigned devices have not registered since the enrollment group was last updated, at "
        "2026-05-04T08:30:00.25Z"
    )
    named = names.partition(" and 1 more. Wait until they have registered with the new one. With --force")[0]
    assert {*named.split(", ")} < {f"dev{number}" for number in range(2, 8)} and named.count(",") == 4
    assert counted(iot(f"{line} --force")) == [2, 2, 0, 0, 0]
    assert dps.groups["north"]["attestation"]["symmetricKey"]["primaryKey"] == KEY2
