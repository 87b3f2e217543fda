"""Options of apply and import that mean nothing without others, and a file without a record."""

import pytest

from tests.results import failures


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("apply --exit-code", "--exit-code requires --what-if."),
        ("apply --max-deletes 5", "--max-deletes requires --prune."),
        ("import --mode upsert --ignore-missing", "--ignore-missing requires --mode delete."),
        ("import --ignore-missing", "--ignore-missing requires --mode delete."),
    ],
)
@pytest.mark.parametrize("noun", ["enrollment", "enrollment-group"])
def test_an_option_that_would_change_nothing_is_refused(iot, dps, tmp_path, noun, line, told):
    (tmp_path / "a.jsonl").write_text("")
    verb, _, options = line.partition(" ")
    result = iot(f"{noun} {verb} --file {tmp_path}/a.jsonl {options}")
    assert (result.exit_code, result.out, result.err, dps.requests) == (1, "", f"ERROR: {told}\n", [])


@pytest.mark.parametrize("line", ["apply", "import --mode upsert", "import --mode update"])
def test_a_file_without_a_record_costs_no_request(iot, dps, tmp_path, line):
    (tmp_path / "a.jsonl").write_text("\n")
    result = iot(f"enrollment {line} --file {tmp_path}/a.jsonl")
    assert (result.exit_code, result.json["total"], failures(result.json), dps.requests) == (0, 0, [], [])
