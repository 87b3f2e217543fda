"""The index of releases, and what a release may not do to it."""

import zipfile

import pytest

from tools.release.__main__ import main
from tools.release.index import Unpublishable, empty, extended

METADATA = """\
Metadata-Version: 2.1
Name: azure-iot-dps
Version: {}
Summary: Enrollments
License: MIT
Classifier: Environment :: Console
Classifier: Programming Language :: Python :: 3.9
Requires-Dist: msrest

A description.
"""
ENTRY = {
    "downloadUrl": "https://example.com/1.1.0/azure_iot_dps-1.1.0-py3-none-any.whl",
    "filename": "azure_iot_dps-1.1.0-py3-none-any.whl",
    "metadata": {
        "azext.minCliCoreVersion": "2.46.0",
        "classifiers": ["Environment :: Console", "Programming Language :: Python :: 3.9"],
        "license": "MIT",
        "metadata_version": "2.0",
        "name": "azure-iot-dps",
        "run_requires": [{"requires": ["msrest"]}],
        "summary": "Enrollments",
        "version": "1.1.0",
    },
}


@pytest.fixture
def wheel(tmp_path):
    def wheel(version, name="azure_iot_dps", code=""):
        file = tmp_path / f"{name}-{version}-py3-none-any.whl"
        with zipfile.ZipFile(file, "w") as archive:
            # of a fixed time, so that equal contents are equal files
            for path, content in {
                "azext_iot_dps/__init__.py": code,
                "azext_iot_dps/azext_metadata.json": '{"azext.minCliCoreVersion": "2.46.0"}',
                f"{name}-{version}.dist-info/METADATA": METADATA.format(version),
            }.items():
                archive.writestr(zipfile.ZipInfo(path), content)
        return file

    return wheel


def test_an_entry(wheel):
    (entry,) = extended(empty(), wheel("1.1.0"), "https://example.com/1.1.0")["extensions"]["azure-iot-dps"]
    assert len(entry.pop("sha256Digest")) == 64
    assert entry == ENTRY


def test_an_index_keeps_what_it_has(wheel):
    other = {"extensions": {"other": [{"filename": "x"}]}, "formatVersion": "1"}
    first = extended(other, wheel("1.1.0"), "https://example.com/1.1.0")
    second = extended(first, wheel("1.10.0"), "https://example.com/1.10.0")
    # once more, and nothing is there twice
    third = extended(second, wheel("1.10.0"), "https://example.com/1.10.0")
    assert third == second
    assert second["formatVersion"] == "1" and second["extensions"]["other"] == [{"filename": "x"}]
    assert [entry["downloadUrl"] for entry in second["extensions"]["azure-iot-dps"]] == [
        "https://example.com/1.1.0/azure_iot_dps-1.1.0-py3-none-any.whl",
        "https://example.com/1.10.0/azure_iot_dps-1.10.0-py3-none-any.whl",
    ]


def test_a_released_version_may_not_change(wheel):
    index = extended(empty(), wheel("1.1.0"), "https://example.com")
    changed = wheel("1.1.0", code="changed = True")
    with pytest.raises(Unpublishable) as refused:
        extended(index, changed, "https://example.com")
    assert str(refused.value) == "azure-iot-dps 1.1.0 is in the index with other contents. Release another version."


@pytest.mark.parametrize("index", [{}, {"extensions": {}}, {"extensions": [], "formatVersion": "1"}])
def test_an_index_of_another_format_is_refused(wheel, index):
    with pytest.raises(Unpublishable, match="is not an index of Azure CLI extensions, format version 1"):
        extended(index, wheel("1.1.0"), "https://example.com")


@pytest.mark.parametrize(
    ("emulator", "url", "reason"),
    [
        ("0.0.1", "", "The URL must begin with https://, as in: make release URL=https://example.com/1.0.0\n"),
        ("0.0.1", "http://example.com", "The URL must begin with https://, "),
        ("0.0.2", "https://example.com", "The extension is 0.0.1, the emulator 0.0.2.\n"),
        ("0.0.1", "https://example.com", "HISTORY.rst has no section '0.0.1 (YYYY-MM-DD)'.\n"),
    ],
)
def test_what_is_refused_writes_nothing(wheel, tmp_path, capsys, emulator, url, reason):
    files = {wheel("0.0.1"), wheel(emulator, "azure_iot_dps_emulator")}
    assert main([str(tmp_path), "--url", url]) == 1
    assert capsys.readouterr().err.startswith(reason)
    assert set(tmp_path.iterdir()) == files
