"""CSV files: a row and a patch, a record and a row. An empty cell names nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from azext_iot_dps.record import json_text
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.patch import Patch
from azext_iot_dps.record.paths import Json, as_object, get, put
from azext_iot_dps.record.schema import READ_ONLY, Field, column_fields
from azext_iot_dps.record.values import CERTIFICATE, OBJECT, PATH, mangled, refuse_mangled
from azext_iot_dps.record.violation import Fault, Invalid, Note, Violation, Violations

Row = dict[str, str]

# The word for a member that is left out of a new record, where an empty cell means its default.
NONE = "none"
_DEVICE = "deviceId"


def spelling(kind: Kind) -> Callable[[str], str]:
    """A function that names members by their columns; a member without one by its path."""
    known = {field.path: field.column for field in column_fields(kind)}
    objects = _object_paths(kind)

    def spell(path: str) -> str:
        path = path.lstrip("-")
        for column, above in objects.items():
            if path.startswith(f"{above}."):
                return column + path[len(above) :]
        return known.get(path) or known.get(path.rpartition(".")[0], path)

    return spell


def column(kind: Kind, name: str) -> str | None:
    """The column that a cell of a header names. Letter case, blanks around it, `_` and `-` do not matter.

    With a dot it is a member of a JSON object: what follows the first dot is that member's name as it is.
    """
    head, dot, member = name.strip().partition(".")
    known = _columns_by_letters(kind).get(_letters(head))
    if not dot:
        return known
    return f"{known}.{member}" if member and known in _object_paths(kind) else None


def object_columns(kind: Kind) -> list[str]:
    """The columns that hold JSON objects of the user's own."""
    return list(_object_paths(kind))


def patch(kind: Kind, row: Row, read: Callable[[str, str], bytes]) -> Patch:
    """The patch that the cells of a row name; `read` gets the content of a certificate file by its column and path.

    Raises Violations, and what `read` raises.
    """
    members: Json = {kind.id_member: row.get(kind.id_member, "")}
    notes: list[Note] = []
    without_default: list[str] = []
    wrong: list[Violation] = []
    for field in column_fields(kind):
        cell = row.get(field.column, "")
        if field.default is not None and cell == NONE:
            without_default.append(field.path)
        elif cell and field.path != kind.id_member:
            try:
                value = _value(kind, field, cell, read, notes)
            except Invalid as error:
                wrong.append(_with_none(field, error).of(field.path))
            except Violations as error:
                wrong.extend(error.violations)
            else:
                # an object without members names nothing, as the option does
                if value != {}:
                    put(members, field.path, value)
    sentences = {path: mangled(row.get(path, "")) for path in (kind.id_member, _DEVICE)}
    notes += [Note((path,), sentence) for path, sentence in sentences.items() if sentence]
    wrong += _set_members(kind, row, members)
    if wrong:
        raise Violations(*wrong)
    return Patch(kind, members, without_default=without_default, notes=notes, parts=parts(kind, row))


def parts(kind: Kind, row: Row) -> list[str]:
    """The paths of the objects of which the cells of a row name single members, in columns such as `tags.site`."""
    heads = dict.fromkeys(name.partition(".")[0] for name, cell in row.items() if cell and "." in name)
    return [_object_paths(kind)[head] for head in heads]


def row(kind: Kind, stored: Json) -> Row:
    """The cells that stand for a stored record; `holds_all` says what they lose."""
    return {field.column: _cell(field, get(stored, field.path)) for field in column_fields(kind)}


def holds_all(kind: Kind, stored: Json, cells: Row) -> bool:
    """Whether the cells hold all of a record but certificates and the service's own members."""
    try:
        made = patch(kind, {name: cell for name, cell in cells.items() if cell}, lambda column, path: b"")
    except Violations:
        return False
    kept = {name: value for name, value in stored.items() if name not in READ_ONLY and value is not None}
    return _comparable(kind, kept) == _comparable(kind, made.with_defaults(dict(made.members)))


@cache
def _columns_by_letters(kind: Kind) -> dict[str, str]:
    return {_letters(field.column): field.column for field in column_fields(kind)}


def _letters(name: str) -> str:
    return name.strip().lower().replace("_", "").replace("-", "")


@cache
def _object_paths(kind: Kind) -> dict[str, str]:
    """The columns of JSON objects that are the user's own, and their paths."""
    return {field.column: field.path for field in column_fields(kind) if field.value is OBJECT}


def _set_members(kind: Kind, row: Row, members: Json) -> list[Violation]:
    """Put what the cells of columns such as `tags.site` hold into the members; what is wrong with them."""
    wrong: list[Violation] = []
    for name, cell in row.items():
        head, dot, member = name.partition(".")
        if not (dot and cell):
            continue
        path = _object_paths(kind)[head]
        try:
            value = json_text.parse_scalar(cell)
        except Invalid as error:
            wrong.append(error.of(f"{path}.{member}"))
            continue
        if row.get(head):
            reason = "{0} and {1} cannot be combined in one row. Use one of them."
            wrong.append(Violation((path, f"{path}.{member}"), reason, fault=Fault.CONFLICT))
        else:
            # a dot in the member's own name separates nothing
            put(members, path, {**as_object(get(members, path)), member: value})
    return wrong


def _cell(field: Field, value: object) -> str:
    if value is None or field.value is CERTIFICATE or type(value) is not field.value.type:
        return NONE if field.default is not None else ""
    try:
        return field.value.write(value) or (NONE if field.default is not None else "")
    except TypeError:
        return ""


def _with_none(field: Field, error: Invalid) -> Invalid:
    """The error, with the word that the column also accepts."""
    if field.default is None:
        return error
    return Invalid(f"{error.reason.rstrip('.')}, or {NONE}.", *error.advice, value=error.value)


def _value(kind: Kind, field: Field, cell: str, read: Callable[[str, str], bytes], notes: list[Note]) -> Any:
    if field.path == _DEVICE:
        refuse_mangled(cell)
    if not field.is_file:
        return field.value.parse(cell)
    from azext_iot_dps.record import certificate

    path = PATH.parse(cell)
    return certificate.entry(field.path, path, read(field.column, path), kind.signing, notes)


def _comparable(kind: Kind, record: Json) -> Json:
    attestation = as_object(record.get("attestation"))
    x509 = {name: part for name, part in as_object(attestation.get("x509")).items() if name != kind.certificates}
    rest = {name: part for name, part in attestation.items() if name != "x509"}
    return {**record, "attestation": {**rest, **({"x509": x509} if x509 else {})}}
