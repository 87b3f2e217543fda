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
