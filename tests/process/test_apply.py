"""An apply that is killed in a real `az` and run again: the service ends where an undisturbed run leaves it."""

import json
import signal

import pytest

from tests.process.held import PATIENCE, is_bulk

pytestmark = pytest.mark.az
KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
NEW_KEYS = {"primaryKey": "bmV3LWtleS1uZXcta2V5LW5ldy1rZXk=", "secondaryKey": KEYS["secondaryKey"]}
WITH_KEYS = {"type": "symmetricKey", "symmetricKey": KEYS}
WITHOUT_KEYS = {"type": "symmetricKey"}
TPM = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}


def record(number, site, attestations):
    attestation = attestations[number % len(attestations)]
    return {"registrationId": f"dev{number}", "attestation": attestation, "initialTwin": {"tags": {"site": site}}}


# 100 that stay, 100 that change, some their keys too, 100 that are new, and 30 that no file has
STORED = [record(number, "north", [WITH_KEYS, WITH_KEYS, TPM]) for number in range(200)]
SURPLUS = [record(number, "north", [WITH_KEYS, WITH_KEYS, TPM]) for number in range(900, 930)]
WANTED = [
    *(record(number, "north", [WITH_KEYS, WITHOUT_KEYS, TPM]) for number in range(100)),
    *(
        record(number, "south", [WITHOUT_KEYS, {**WITH_KEYS, "symmetricKey": NEW_KEYS}, TPM])
        for number in range(100, 200)
    ),
    *(record(number, "south", [WITH_KEYS, WITHOUT_KEYS, TPM]) for number in range(200, 300)),
]
APPLY = "iot dps enrollment apply --file fleet.jsonl --failed-file left.jsonl --prune --max-deletes 30 --yes"


def seed(dps):
    for each in (*STORED, *SURPLUS):
        dps.enrollments.put(each)


def write(folder):
    (folder / "fleet.jsonl").write_text("".join(json.dumps(each) + "\n" for each in WANTED))


def comparable(dps):
    """What is stored, without ETags and dates, and with one word for keys that the service made."""
    known = {*KEYS.values(), *NEW_KEYS.values()}
    records = {}
    for stored in dps.enrollments.values():
        kept = {name: part for name, part in stored.items() if name != "etag" and not name.endswith("DateTimeUtc")}
        if kept["attestation"]["type"] == "symmetricKey":
            keys = kept["attestation"]["symmetricKey"].items()
            shown = {name: key if key in known else "generated" for name, key in keys}
            kept["attestation"] = {**kept["attestation"], "symmetricKey": shown}
        records[kept["registrationId"]] = kept
    return records


def counts(out):
    result = json.loads(out)
    return {name: result[name] for name in ("created", "updated", "unchanged", "deleted", "failed", "notSent")}


@pytest.fixture(scope="module")
def undisturbed(emulator, real_az, tmp_path_factory):
    """What is stored after a run that nothing disturbs."""
    emulator.reset()
    seed(emulator)
    write(real_az.folder)
    done = real_az.run(APPLY, "--login", emulator.connection_string)
    assert counts(done.stdout) == {
        "created": 100, "updated": 100, "unchanged": 100, "deleted": 30, "failed": 0, "notSent": 0,
    }, done.stderr  # fmt: skip
    stored = comparable(emulator)
    # what the file does not name stays
    shown = [stored[id]["attestation"]["symmetricKey"] for id in ("dev1", "dev100", "dev102", "dev204")]
    assert shown == [KEYS, NEW_KEYS, KEYS, KEYS]
    assert sorted(stored) == sorted(each["registrationId"] for each in WANTED)
    return stored


def is_page(request):
    return request.path == "/enrollments/query"


def is_key(request):
    return request.path.endswith("/attestationmechanism")


def is_call(mode):
    return lambda request: is_bulk(request) and request.body["mode"] == mode


CREATE, UPDATE, DELETE = map(is_call, ("create", "updateIfMatchETag", "delete"))


@pytest.mark.parametrize(
    ("number", "wanted", "is_carried_out", "concurrency"),
    [
        (2, is_page, False, 4),
        (1, CREATE, False, 4),
        (1, CREATE, True, 4),
        # with one worker the five before it were answered
        (6, CREATE, False, 1),
        (10, CREATE, True, 4),
        # the first 67 are of the plan
        (80, is_key, False, 4),
        (1, UPDATE, False, 4),
        (5, UPDATE, True, 1),
        (10, UPDATE, True, 4),
        (2, DELETE, True, 1),
    ],
    ids=[
        "second page", "first create, lost", "first create", "sixth create, lost", "last create", "key of an update",
        "first update, lost", "fifth update", "last update", "second delete",
    ],
)  # fmt: skip
def test_a_killed_apply_is_finished_by_a_second_one(
    undisturbed, start, hold, dps, tmp_path, number, wanted, is_carried_out, concurrency
):
    seed(dps)
    work, temporary = tmp_path / "work", tmp_path / "temporary"
    work.mkdir()
    temporary.mkdir()
    write(work)
    command = [*APPLY.split(), "--concurrency", str(concurrency)]
    held = hold(number, wanted)
    process = start(*command, cwd=work, TMPDIR=str(temporary))
    assert held.arrived.wait(PATIENCE)
    process.kill()
    assert process.wait(PATIENCE) == -signal.SIGKILL
    assert [path.name for path in (*work.iterdir(), *temporary.iterdir())] == ["fleet.jsonl"]
    with dps.enrollments.lock:
        before = {stored["registrationId"]: stored for stored in dps.enrollments.values()}
    # what had arrived may be carried out, although nobody hears of it
    held.release(is_carried_out)
    again = start(*command, cwd=work, TMPDIR=str(temporary))
    out, err = again.communicate(timeout=PATIENCE)
    done = counts(out)
    assert (again.returncode, done["failed"], done["notSent"]) == (0, 0, 0), err
    assert done["created"] + done["updated"] + done["unchanged"] == 300
    assert comparable(dps) == undisturbed
    # no key was made twice
    made = [each["registrationId"] for each in WANTED[200:] if each["attestation"] == WITHOUT_KEYS]
    assert all(dps.enrollments[id]["attestation"] == before[id]["attestation"] for id in made if id in before)
    assert [path.name for path in (*work.iterdir(), *temporary.iterdir())] == ["fleet.jsonl"]


def test_pruned_records_that_were_not_sent_after_all_are_no_records_of_the_file(start, dps, tmp_path):
    """The call that deletes them is refused for now, and the wait for the next attempt is interrupted."""
    for number in range(10):
        dps.enrollments.put(record(number, "north", [TPM]))
    (tmp_path / "fleet.jsonl").write_text("".join(json.dumps(record(n, "north", [TPM])) + "\n" for n in range(9)))
    dps.fail(where=is_bulk, status=429, headers={"Retry-After": "60"})
    process = start(*APPLY.split(), "--concurrency", "1", cwd=tmp_path)
    assert process.stderr.readline().endswith("(error 429): next attempt in 60 seconds.\n")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    result = json.loads(out)
    counts = {name: result[name] for name in ("total", "unchanged", "deleted", "failed", "notSent")}
    assert counts == {"total": 9, "unchanged": 9, "deleted": 0, "failed": 0, "notSent": 0}
    assert "\n1 stored records that no file has were left as they are.\n" in err
    assert (process.returncode, len(dps.enrollments)) == (1, 10)
