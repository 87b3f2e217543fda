"""Faults of a file: each once with its lines, and no more text than can be read."""

import tracemalloc

from azext_iot_dps.fleets.faults import Faults


def shown(*faults):
    """The lines of text for faults, given by the place of the record, its line and what is wrong."""
    found = Faults()
    for fault in faults:
        found.add(*fault)
    return found.told().splitlines()


def test_one():
    assert shown((0, 2, "A.")) == ["--file has 1 fault. Nothing was sent.", "line 2: A."]


def test_records_that_follow_each_other_are_a_range():
    """Whatever lies between the lines on which they begin."""
    faults = [(place, line, "A.") for place, line in ((0, 2), (1, 3), (2, 9), (3, 10), (7, 20), (9, 30), (10, 31))]
    assert shown(*faults) == ["--file has 7 faults. Nothing was sent.", "lines 2-10, 20, 30-31: A."]


def test_records_on_the_same_line_are_no_range():
    assert shown((0, 1, "A."), (1, 1, "A."), (1, 1, "A."))[1:] == ["line 1: A."]


def test_each_kind_stands_where_it_came_first():
    assert shown((0, 1, "B."), (0, 1, "A."), (1, 2, "A."), (2, 3, "B."))[1:] == ["lines 1, 3: B.", "lines 1-2: A."]


def test_ten_ranges_are_shown():
    odd = [(line, line, "A.") for line in range(1, 20, 2)]
    all_ten = "lines 1, 3, 5, 7, 9, 11, 13, 15, 17, 19"
    assert shown(*odd)[1:] == [f"{all_ten}: A."]
    assert shown(*odd, (21, 21, "A."))[1:] == [f"{all_ten} and 1 more: A."]
    assert shown(*odd, *((line, line, "A.") for line in range(21, 2021)))[1:] == [f"{all_ten} and 2,000 more: A."]


def test_twenty_kinds_are_shown():
    kinds = [(line, line, f"{line}.") for line in range(1, 21)]
    assert len(shown(*kinds)) == 21
    assert shown(*kinds, (21, 21, "x."))[-1] == "… and 1 more fault on 1 line."
    more = [(21, 21, "x."), (21, 21, "y."), (22, 22, "20."), (23, 23, "x."), (24, 24, "z.")]
    assert shown(*kinds, *more)[-2:] == ["lines 20, 22: 20.", "… and 4 more faults on 3 lines."]


def test_values_are_shown_with_the_fault_that_they_have():
    """Records whose values differ have the same fault."""
    assert shown((0, 2, "A.", "x"), (1, 3, "A.", "y\n\x1b"), (2, 4, "A.", "x"), (3, 9, "B."))[1:] == [
        "lines 2-4: A. Found: 'x', 'y\\n\\x1b'.", "line 9: B.",
    ]  # fmt: skip
    assert shown(*((line, line, "A.", str(line)) for line in range(1, 4)))[1:] == [
        "lines 1-3: A. Found: '1', '2', '3'."
    ]
    assert shown(*((line, line, "A.", str(line)) for line in range(1, 2000)))[1:] == [
        "lines 1-1999: A. Found: '1', '2', '3' and others."
    ]
    assert shown((0, 1, "A.", "x" * 60), (0, 1, "A.", "y" * 61))[1:] == [
        "line 1: A. Found: '" + "x" * 60 + "', '" + "y" * 60 + "'…."
    ]


def test_text_and_memory_have_a_limit():
    tracemalloc.start()
    found = Faults()
    for line in range(50_000):
        found.add(line, 3 * line, f"{line} is wrong: " + "x" * 10_000, f"{line}" + "x" * 10_000)
        found.add(line, 3 * line, "A." if line % 2 else "B.")
    text = found.told()
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()
    assert len(text) < 30_000
    assert text.startswith("--file has 100,000 faults. Nothing was sent.\nline 0: 0 is wrong: xxx")
    assert text.endswith("\n… and 49,982 more faults on 49,982 lines.")
