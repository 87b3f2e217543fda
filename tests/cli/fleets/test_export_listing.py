"""export while others write: the service may list a record twice."""

import json

import pytest


@pytest.mark.parametrize("keys", ["", "--show-keys"])
def test_a_record_that_is_listed_twice_is_exported_once(iot, dps, tmp_path, keys):
    """The service pages while others write; it ignores the letter case of ids."""
    for id in ("a", "b"):
        dps.enrollments.put({"registrationId": id, "attestation": {"type": "symmetricKey"}})
    pages = [["b", "a"], ["A", "b"], [None, None]]
    for number, page in enumerate(pages):
        raw = json.dumps([{"registrationId": id, "attestation": {"type": "symmetricKey"}} for id in page])
        headers = {"x-ms-continuation": str(number)} if number < 2 else {}
        dps.fail(path="/enrollments/query", raw=raw, headers=headers)
    result = iot(f"enrollment export -f {tmp_path}/fleet.jsonl --only-show-errors {keys}")
    ids = [json.loads(line)["registrationId"] for line in (tmp_path / "fleet.jsonl").read_text().splitlines()]
    assert (result.exit_code, result.json["count"], ids) == (0, 4, ["b", "a", None, None])
    assert len(dps.requests) == 3 + (2 if keys else 0)
