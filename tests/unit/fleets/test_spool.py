"""The records of files while a command works on them."""

from __future__ import annotations

from threading import Thread

import pytest

from azext_iot_dps import exact_json
from azext_iot_dps.fleets.spool import DiskFull, Spool


@pytest.fixture
def spool():
    spool = Spool()
    yield spool
    spool.close()


def test_records_are_found_by_place_and_by_id_in_any_letter_case(spool):
    assert [spool.add(id, [id]) for id in ("Dev0", "dev1", "DEV2")] == [None, None, None]
    assert (spool.count, spool.kept(1), spool.find("dev0"), spool.find("Dev2")) == (
        3, ["dev1"], (0, ["Dev0"], None), (2, ["DEV2"], None),
    )  # fmt: skip
    assert spool.find("dev3") is None


def test_the_first_of_two_of_an_id_is_kept(spool):
    spool.add("dev", 1)
    assert (spool.add("DEV", 2), spool.count, spool.kept(0)) == (0, 1, 1)


def test_decisions(spool):
    for number in range(5):
        spool.add(f"dev{number}", number)
    spool.decide(1, "update", {"a": 1})
    spool.decide(3, "update")
    spool.decide(4, "create")
    assert list(spool.rows("update")) == [(1, 1, {"a": 1}), (3, 3, None)]
    assert list(spool.rows(None)) == [(0, 0, None), (2, 2, None)]
    assert spool.counts() == {None: 2, "update": 2, "create": 1}
    assert list(spool.all()) == [(0, None), (1, "update"), (2, None), (3, "update"), (4, "create")]
    spool.decide(1, None)
    assert [place for place, _, _ in spool.rows(None)] == [0, 1, 2]


def test_rows_go_on_while_decisions_change(spool):
    for number in range(250):
        spool.add(f"dev{number}", number)
    seen = []
    for place, _, _ in spool.rows(None):
        seen.append(place)
        spool.decide(place, "done")
    assert seen == list(range(250))


def test_numbers_keep_their_spelling(spool):
    spool.add("dev", exact_json.loads("[1E2, 1.10]"))
    spool.decide(0, "update", exact_json.loads("[1e-400]"))
    ((_, kept, stored),) = spool.rows("update")
    assert (exact_json.dumps(kept), exact_json.dumps(stored)) == ("[1E2,1.10]", "[1e-400]")


def test_several_threads_may_ask(spool):
    for number in range(300):
        spool.add(f"dev{number}", number)
    found: list[int] = []
    threads = [Thread(target=lambda: found.extend(kept for _, kept, _ in spool.rows(None))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(found) == sorted(list(range(300)) * 4)


def fill(spool):
    for number in range(10_000):
        spool.add(f"dev{number}", "x" * 1000)


def test_a_full_disk(spool):
    spool._database.execute("PRAGMA max_page_count = 10")
    with pytest.raises(DiskFull) as refusal:
        fill(spool)
    assert str(refusal.value) == (
        "The records of --file cannot be kept in the folder for temporary files: database or disk is full."
    )
    assert refusal.value.recommendations == ["Set TMPDIR to a folder on a disk with more space."]


def test_values_by_id_in_any_letter_case(spool):
    for number in reversed(range(250)):
        spool.add(f"{'dD'[number % 2]}ev{number:03}", number)
    assert list(spool.by_id()) == list(range(250))
