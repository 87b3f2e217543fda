"""Twenty real `az` at once against one service, with one configuration folder: in any order, each result is correct.

No test depends on which az comes first, or on how many are under way at the same time.
"""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from azext_iot_dps.record.paths import get

pytestmark = pytest.mark.az
KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
NEW = "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXc="
CONTENDED = "ERROR: Other clients modified 'dev' during each of 5 attempts to update it. Run the command again.\n"
TRACKING = r" tracking ID [0-9A-Za-z:.-]+\)"
EXISTS = (
    rf"ERROR: Enrollment already exists\. \(error 409201,{TRACKING}\n"
    r"'one' was not changed\. Use `update` to change it\.\n"
)
CHANGED = (
    rf"ERROR: Precondition failed\. \(error 412000,{TRACKING}\n"
    r"The enrollment was modified after this ETag was read\. Run `show` for the current ETag, or omit --etag\.\n"
)
MISSING = rf"ERROR: Enrollment '[a-z]+' not found in [a-z]+\. \(error 404201,{TRACKING}\n"
# what an az may say at its end, by its exit code
CONTENTION = CONTENDED.replace("dev", "[a-z]+")
WORDS = {0: "", 1: f"{EXISTS}|{CHANGED}|{CONTENTION}", 3: MISSING}


@pytest.fixture
def one(real_az, dps):
    """Runs one `az iot dps enrollment …`; half of them sign in with a name, and so ask Azure for the key."""

    def one(line, by_name=False):
        target = ["-n", "mydps", "-g", "myrg"] if by_name else ["--login", dps.connection_string]
        done = real_az.run(f"iot dps enrollment {line}", *target)
        assert re.fullmatch(WORDS[done.returncode], done.stderr), done.stderr
        assert bool(done.stdout) == (done.returncode == 0 and not line.startswith("delete"))
        return done

    return one


@pytest.fixture
def wave(one):
    """Runs these command lines all at once; returns their results in the same order."""

    def wave(lines):
        with ThreadPoolExecutor(len(lines)) as pool:
            return list(pool.map(one, lines, [number % 2 == 1 for number in range(len(lines))]))

    return wave


@pytest.fixture
def seed(dps):
    """Puts a record with symmetric keys there; gives its etag."""

    def seed(id):
        proof = {"type": "symmetricKey", "symmetricKey": KEYS}
        return dps.enrollments.put({"registrationId": id, "attestation": proof, "deviceId": "kept"})["etag"]

    return seed


def outcomes(results):
    """Exit code → how many ended with it."""
    codes = [result.returncode for result in results]
    return {code: codes.count(code) for code in sorted(set(codes))}


def printed(results):
    return [json.loads(result.stdout) for result in results if result.stdout]


def test_creates_and_deletes(wave, seed, dps):
    seed("gone")
    same = ["create --eid one --at symmetricKey"] * 8
    different = [f"create --eid other-{number} --at symmetricKey" for number in range(6)]
    results = wave([*same, *different, *["delete --eid gone"] * 6])
    assert outcomes(results[:8]) == {0: 1, 1: 7}
    assert outcomes(results[8:14]) == {0: 6}
    assert outcomes(results[14:]) == {0: 1, 3: 5}
    # the keys that were printed are those that are stored
    for record in printed(results):
        assert record == dps.enrollments[record["registrationId"]]
    assert {record["registrationId"] for record in dps.enrollments.values()} == {
        "one", "other-0", "other-1", "other-2", "other-3", "other-4", "other-5",
    }  # fmt: skip


def test_updates_with_one_etag_and_without(wave, seed, dps):
    etag = seed("guarded")
    seed("open")
    guarded = [f"update --eid guarded --etag {etag} --tags '{{\"by\": {number}}}'" for number in range(10)]
    unguarded = [f"update --eid open --tags '{{\"by\": {number}}}'" for number in range(10)]
    results = wave([*guarded, *unguarded])
    assert outcomes(results[:10]) == {0: 1, 1: 9}
    assert outcomes(results[10:]).keys() <= {0, 1}
    assert outcomes(results[10:]).get(0, 0) > 5
    (winner,) = printed(results[:10])
    by = [result.returncode for result in results[:10]].index(0)
    assert winner["initialTwin"]["tags"] == {"by": by}
    assert dps.enrollments["guarded"] == winner
    records = printed(results[10:])
    succeeded = [number for number, result in enumerate(results[10:]) if result.returncode == 0]
    assert [record["initialTwin"]["tags"] for record in records] == [{"by": number} for number in succeeded]
    assert dps.enrollments["open"] in records
    for record in (winner, *records):
        assert (record["attestation"]["symmetricKey"], record["deviceId"]) == (KEYS, "kept")


OF_BOTH = [
    ("--tags '{\"a\": 1}'", "initialTwin.tags", {"a": 1}),
    ("--props '{\"b\": 2}'", "initialTwin.properties.desired", {"b": 2}),
    ("--ps disabled", "provisioningStatus", "disabled"),
    ("--ee true", "capabilities", {"iotEdge": True}),
    ("--rp never", "reprovisionPolicy", {"updateHubAssignment": False, "migrateDeviceData": False}),
    ("--ap hashed", "allocationPolicy", "hashed"),
    (f"--pk {NEW}", "attestation.symmetricKey.primaryKey", NEW),
    (f"--sk {NEW}", "attestation.symmetricKey.secondaryKey", NEW),
]
OF_ENROLLMENTS = [
    ("--device-id new", "deviceId", "new"),
    ("--info '{\"c\": 3}'", "optionalDeviceInformation", {"c": 3}),
]


def test_updates_of_different_members_all_hold(real_az, dps):
    """Each holds, or says that others changed the record every time."""
    attestation = {"type": "symmetricKey", "symmetricKey": KEYS}
    dps.enrollments.put({"registrationId": "dev", "attestation": attestation})
    dps.groups.put({"enrollmentGroupId": "dev", "attestation": attestation})
    lines = [("enrollment", *update) for update in OF_BOTH + OF_ENROLLMENTS]
    lines += [("enrollment-group", *update) for update in OF_BOTH]

    def update(line):
        return real_az.run(f"iot dps {line[0]} update --eid dev {line[1]}", "--login", dps.connection_string)

    with ThreadPoolExecutor(len(lines)) as pool:
        results = list(pool.map(update, lines))
    for (noun, _, path, value), result in zip(lines, results):
        stored = (dps.enrollments if noun == "enrollment" else dps.groups)["dev"]
        assert result.returncode == 0 or result.stderr == CONTENDED
        assert (get(stored, path) == value) == (result.returncode == 0)
    assert outcomes(results).get(0, 0) > len(lines) / 2


def test_everything_at_once_on_one_record(wave, seed, dps):
    etag = seed("one")
    creates = ["create --eid one --at symmetricKey"] * 5
    updates = [f"update --eid one --device-id update-{number}" for number in range(5)]
    guarded = [f"update --eid one --etag {etag} --device-id guarded-{number}" for number in range(5)]
    results = wave([*creates, *updates, *guarded, *["delete --eid one"] * 5])
    created, updated, kept, deleted = (outcomes(results[first : first + 5]) for first in (0, 5, 10, 15))
    assert created.keys() <= {0, 1}
    assert updated.keys() <= {0, 1, 3}
    assert deleted.keys() <= {0, 3}
    # that etag holds until the first change, and never again
    assert kept.get(0, 0) <= 1
    # it was there; each delete that found it took it away, each create that did not find it put it there
    left = 1 + created.get(0, 0) - deleted.get(0, 0)
    assert left == len(dps.enrollments)
    assert left in (0, 1)
    assert deleted.get(0, 0) >= 1
    if left:
        assert dps.enrollments["one"] in printed(results)


def test_with_etag_no_update_is_lost(one, seed, dps):
    seed("counter")
    workers = 4
    all_have_read = Barrier(workers, timeout=60)

    def add(worker):
        """Reads, adds itself, writes; again when the record has changed since. Gives how often it was refused."""
        for refused in range(workers):
            read = json.loads(one("show --eid counter").stdout)
            if not refused:
                all_have_read.wait()
            tags = {**read.get("initialTwin", {}).get("tags", {}), f"worker-{worker}": refused}
            line = f"update --eid counter --etag {read['etag']} --tags '{json.dumps(tags)}'"
            done = one(line)
            if done.returncode == 0:
                return refused
            assert re.fullmatch(CHANGED, done.stderr)
        raise AssertionError("refused more often than others can have changed it")

    with ThreadPoolExecutor(workers) as pool:
        refused = list(pool.map(add, range(workers)))
    # of the first updates, all with the same etag, one was carried out
    assert refused.count(0) == 1
    assert dps.enrollments["counter"]["initialTwin"]["tags"] == {
        f"worker-{worker}": times for worker, times in enumerate(refused)
    }
    assert dps.enrollments["counter"]["attestation"]["symmetricKey"] == KEYS
