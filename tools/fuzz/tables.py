"""CSV files: what is read of them is a record, and the row of that record is read as the same."""

from __future__ import annotations

import tempfile

from azext_iot_dps import exact_json
from azext_iot_dps.fleets.formats import FileFormat, ImportMode
from azext_iot_dps.fleets.importing import loaded
from azext_iot_dps.fleets.items import Item
from azext_iot_dps.fleets.loading import Rules
from azext_iot_dps.fleets.sources import Source
from azext_iot_dps.fleets.writing import Writer
from azext_iot_dps.record import columns, schema
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL, Kind
from azext_iot_dps.record.paths import Json, as_object
from tools.fuzz.json_numbers import read
from tools.fuzz.trial import tried

MODES = tuple(ImportMode)


def table(data: bytes) -> None:
    """The first byte says of what kind the records are and what is done with them; the rest is the file."""
    first = data[0] if data else 0
    kind, mode = (INDIVIDUAL, GROUP)[first % 2], MODES[first // 2 % len(MODES)]
    items = tried(_items, data[1:], kind, mode)
    for item in items or ():
        assert item.source[kind.id_member]
        assert mode is not ImportMode.CREATE or item.created is not None
        assert item.deletion[kind.id_member] == item.id
        # of a record that is deleted nothing else is checked
        assert mode is ImportMode.DELETE or item.patch.id == item.id
        exact_json.dumps(item.created).encode()
        if item.created and not _has_certificates(kind, item.created):
            again(kind, item.created)


def again(kind: Kind, created: Json) -> None:
    """The row of a record makes the same record."""
    cells = columns.row(kind, created)
    assert columns.holds_all(kind, created, cells)
    with tempfile.NamedTemporaryFile("w+", encoding="utf-8", newline="") as file:
        Writer(file, FileFormat.CSV, schema.columns(kind)).write(cells)
        file.flush()
        with loaded([Source(file.name, FileFormat.CSV)], kind, Rules(ImportMode.CREATE)) as records:
            ((item, _),) = records.decided()
    assert read(exact_json.dumps(item.created)) == read(exact_json.dumps(created))


def _items(content: bytes, kind: Kind, mode: ImportMode) -> list[Item]:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        with loaded([Source(file.name, FileFormat.CSV)], kind, Rules(mode)) as records:
            items = [item for item, _ in records.decided()]
    assert len(items) == records.total
    return items


def _has_certificates(kind: Kind, created: Json) -> bool:
    return bool(as_object(created["attestation"].get("x509")).get(kind.certificates))
