"""Several workers at a time: the service responds to a call only once as many are under way as there are workers."""

from __future__ import annotations

import json
from itertools import count
from threading import Barrier, BrokenBarrierError

import pytest

from dps_emulator import Emulator
from tests.command_line import run
from tests.results import succeeded

# Seconds after which a call that stays alone fails; nothing waits so long while there are enough workers.
ALONE = 20
# Calls after which four workers are under way.
START = 120
KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}


@pytest.fixture
def meeting(emulator, monkeypatch, request):
    """An emulator whose responses to POST of a path wait until so many are ready; parametrized with (path, number).

    The first START of them do not wait, since workers start gently.
    """
    path, number = request.param
    barrier = Barrier(number)
    alone, begun = [], count()

    def ended(request):
        if request.method == "POST" and request.path.endswith(path) and next(begun) >= START:
            try:
                barrier.wait(ALONE)
            except BrokenBarrierError:
                alone.append(request.path)

    with Emulator(ended=ended) as server:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", server.ca_file)
        yield server
        assert alone == []


@pytest.mark.parametrize("meeting", [("/attestationmechanism", 4)], indirect=True)
def test_export_reads_four_keys_at_a_time(meeting, tmp_path):
    for number in range(START + 8):
        meeting.enrollments.put({"registrationId": f"dev{number}", "attestation": SYMMETRIC})
    line = f"iot dps enrollment export --show-keys --file {tmp_path}/fleet.json"
    assert run(line, "--login", meeting.connection_string).json["count"] == START + 8
    assert json.loads((tmp_path / "fleet.json").read_text()) == meeting.enrollments.values()
    # the listing, and one for each worker
    assert meeting.handshakes == 5


@pytest.mark.parametrize("meeting", [("/enrollments", 4)], indirect=True)
def test_import_sends_as_many_calls_at_a_time_as_concurrency_says(meeting, tmp_path):
    file = tmp_path / "fleet.jsonl"
    records = [{"registrationId": f"dev{number}", "attestation": SYMMETRIC} for number in range(10 * START + 80)]
    file.write_text("\n".join(map(json.dumps, records)))
    line = f"iot dps enrollment import --mode create --concurrency 4 --file {file}"
    assert succeeded(run(line, "--login", meeting.connection_string).json) == 10 * START + 80
    assert (len(meeting.requests), meeting.handshakes) == (START + 8, 4)


@pytest.fixture
def imported(iot, tmp_path):
    """Imports the given number of records with an option."""

    def imported(count, option):
        proof = {"type": "tpm", "tpm": {"endorsementKey": "QUFB"}}
        records = [{"registrationId": f"dev{number}", "attestation": proof} for number in range(count)]
        (tmp_path / "a.json").write_text(json.dumps(records))
        return iot(f"enrollment import --file {tmp_path}/a.json {option}")

    return imported


@pytest.mark.parametrize("concurrency", ["1", "32"])
def test_a_connection_for_each_worker_at_most(imported, dps, concurrency):
    result = imported(200, f"--concurrency {concurrency}")
    assert (succeeded(result.json), len(dps.enrollments), len(dps.requests)) == (200, 200, 20)
    assert 1 <= dps.handshakes <= int(concurrency)


@pytest.mark.parametrize("concurrency", ["0", "33", "-1", "4.5", "all", ""])
def test_another_concurrency_is_refused(imported, dps, concurrency):
    result = imported(2, f"--concurrency '{concurrency}'")
    assert (result.exit_code, dps.requests) == (1, [])
    assert "--concurrency must be a number from 1 to 32." in result.err
