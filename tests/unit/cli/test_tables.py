"""Rows that fit 120 columns."""

from __future__ import annotations

import pytest

from azext_iot_dps.cli.tables import fitted, moment, several, short


def line(row):
    """The characters of a line as azure-cli prints it: columns two wider than their names at least, two between."""
    return sum(max(len(name) + 2, len(text)) for name, text in row.items()) + 2 * (len(row) - 1)


def test_columns_that_no_row_fills_are_left_out():
    rows = [{"A": "1", "B": None, "C": ""}, {"A": None, "B": None, "C": "3"}]
    assert fitted(rows) == [{"A": "1", "C": ""}, {"A": "", "C": "3"}]


def test_no_rows():
    assert fitted([]) == []


def test_a_line_of_120_is_not_shortened():
    row = {"Id": "i" * 40, "AssignedHub": "h" * 78}
    assert line(row) == 120
    assert fitted([row]) == [row]


def test_the_widest_elastic_column_is_shortened_first():
    (row,) = fitted([{"Id": "i" * 60, "AssignedHub": "h" * 50, "DeviceId": "d" * 20}])
    assert row == {"Id": "i" * 60, "AssignedHub": "h" * 35 + "…", "DeviceId": "d" * 20}
    assert line(row) == 120


def test_ids_are_never_shortened():
    row = {"Id": "i" * 150, "DeviceId": "d" * 30}
    assert fitted([row]) == [{"Id": "i" * 150, "DeviceId": "d" * 10 + "…"}]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-01-02T03:04:05.6789Z", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
        ("soon", "soon"),
        (None, None),
    ],
)
def test_a_moment_has_no_fractions(text, shown):
    assert moment(text) == shown


def test_small_things():
    assert (several([1, 2]), several(1)) == ([1, 2], [1])
    assert (short("my.azure-devices.net"), short("my"), short(5), short(None)) == ("my", "my", None, None)
