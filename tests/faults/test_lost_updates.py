"""Updates with --etag '*' whose response was lost: repeated only while the record is the one that was read."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from azext_iot_dps.service.connection import Age, _age

SYMMETRIC = {"type": "symmetricKey", "symmetricKey": {"primaryKey": "A" * 24, "secondaryKey": "B" * 24}}
UNKNOWN = "The request may have succeeded. Check the {} before retrying.\n"
OLD, NEW = "b2xk", "bmV3"
LINES = {
    "enrollment": ("enrollment update --eid dev --ps disabled --etag *", "enrollments", "registrationId"),
    "enrollment group": (
        "enrollment-group update --gid dev --ps disabled --etag *",
        "groups",
        "enrollmentGroupId",
    ),
}


@pytest.fixture(params=LINES.items(), ids=LINES)
def updated(request, iot, dps):
    """Runs the update; the shelf of its record is an attribute, `put` writes the record as another client."""
    noun, (line, shelf, member) = request.param

    class Updated:
        records = getattr(dps, shelf)
        unknown = UNKNOWN.format(noun)

        def put(self, etag, **members):
            self.records.put({member: "dev", "attestation": SYMMETRIC, "etag": etag, **members})

        def __call__(self):
            return iot(line)

    made = Updated()
    made.put(OLD)
    return made


def conditions(dps):
    return [etag for _, _, etag, _ in dps.sent("PUT")]


def test_carried_out_is_success(dps, updated):
    dps.fail(drop="after", method="PUT")
    result = updated()
    assert (result.exit_code, result.json["etag"]) == (0, updated.records["dev"]["etag"])
    assert conditions(dps) == ["*"]


def test_what_was_read_is_written_with_its_etag(dps, updated):
    dps.fail(drop="before", method="PUT")
    assert updated().exit_code == 0
    assert updated.records["dev"]["provisioningStatus"] == "disabled"
    assert conditions(dps) == ["*", OLD]


def test_what_others_wrote_is_left(dps, updated):
    dps.fail(drop="before", method="PUT", where=lambda request: updated.put(NEW) or request.method == "PUT")
    result = updated()
    assert result.exit_code == 1
    assert updated.unknown in result.err
    assert updated.records["dev"]["etag"] == NEW


def test_what_others_write_before_the_second_put_is_left(dps, updated):
    dps.fail(drop="before", method="PUT")

    def second(request):
        if request.method == "PUT":
            updated.put(NEW)
        return False

    dps.fail(where=second)
    result = updated()
    assert (result.exit_code, conditions(dps)) == (1, ["*", OLD])
    assert updated.unknown in result.err
    assert (updated.records["dev"]["etag"], updated.records["dev"].get("provisioningStatus")) == (NEW, None)


def test_what_others_delete_is_not_created(dps, updated):
    def removed(request):
        if request.method == "PUT":
            updated.records.remove("dev")
        return request.method == "PUT"

    dps.fail(drop="before", method="PUT", where=removed)
    result = updated()
    assert (result.exit_code, "dev" in updated.records) == (1, False)
    assert updated.unknown in result.err


@pytest.mark.parametrize(
    ("created", "ahead", "doubt", "age"),
    [
        ("2026-01-01T00:00:04Z", 0, 0, Age.NEWER),
        ("2026-01-01T00:00:03.9Z", 0, 0, Age.UNSURE),
        ("2025-12-31T23:59:57Z", 0, 0, Age.UNSURE),
        ("2025-12-31T23:59:56Z", 0, 0, Age.OLDER),
        ("2025-12-31T23:59:56Z", 0, 1, Age.UNSURE),
        ("2026-01-01T00:00:12Z", 0, 10, Age.UNSURE),
        ("2026-01-01T00:00:14Z", 0, 10, Age.NEWER),
        ("2026-01-01T00:00:14Z", 0, -10, Age.NEWER),
        ("2026-01-01T00:00:12Z", 20, 0, Age.OLDER),
        ("2026-01-01T00:00:00Z", -20, 0, Age.NEWER),
        ("2025-01-01T00:00:00Z", None, 0, Age.UNSURE),
        ("2025-02-30T00:00:00Z", 0, 0, Age.UNSURE),
        ("2025-01-01T00:00:00", 0, 0, Age.UNSURE),
        (None, 0, 0, Age.UNSURE),
        (5, 0, 0, Age.UNSURE),
    ],
)
def test_the_age_of_a_record_by_a_look_up_that_takes_time(created, ahead, doubt, age):
    started = datetime(2026, 1, 1, tzinfo=timezone.utc)
    assert _age({"createdDateTimeUtc": created}, started, ahead, timedelta(seconds=doubt)) is age
