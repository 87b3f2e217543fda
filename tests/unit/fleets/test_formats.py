"""The format of a file: named, by its extension, or refused."""

import pytest
from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iot_dps.fleets.formats import FileFormat, format_of


@pytest.mark.parametrize(
    ("path", "named", "format"),
    [
        ("a.jsonl", None, FileFormat.LINES),
        ("a.NDJSON", None, FileFormat.LINES),
        ("a.Json", None, FileFormat.ARRAY),
        ("a.yaml", None, FileFormat.YAML),
        ("a.YML", None, FileFormat.YAML),
        ("a.jsonl", "yaml", FileFormat.YAML),
        ("b.json/a.csv", None, FileFormat.CSV),
        ("-", None, FileFormat.LINES),
        ("b.xlsx/fleet", None, FileFormat.LINES),
        ("/dev/fd/63", None, FileFormat.LINES),
        (".fleet", None, FileFormat.LINES),
        ("a.txt", "csv", FileFormat.CSV),
        ("a.csv", "json", FileFormat.ARRAY),
    ],
)
def test_the_format_of_a_file(path, named, format):
    assert format_of(path, named) is format


@pytest.mark.parametrize(
    ("path", "suffix", "advice"),
    [
        ("a.xlsx", ".xlsx", "Save the sheet as CSV UTF-8 in the spreadsheet program, and specify that file."),
        ("a.ODS", ".ODS", "Save the sheet as CSV UTF-8 in the spreadsheet program, and specify that file."),
        ("a.txt", ".txt", "Rename the file, or specify its format with --format: jsonl, json, yaml, csv."),
        ("a.jsonl.gz", ".gz", "Rename the file, or specify its format with --format: jsonl, json, yaml, csv."),
    ],
)
def test_another_extension_is_refused(path, suffix, advice):
    with pytest.raises(InvalidArgumentValueError) as error:
        format_of(path, None)
    known = ".json, .csv, .jsonl, .ndjson, .yaml, .yml"
    assert str(error.value) == f"--file {path}: {suffix} is not the extension of a format of records: {known}."
    assert error.value.recommendations == [advice]
