"""Numbers of JSON: each keeps its literal, in what is sent as well, and is compared by its value."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from azext_iot_dps import exact_json
from azext_iot_dps.enrollments import handlers as enrollments
from azext_iot_dps.record.schema import READ_ONLY
from tools.fuzz import wire
from tools.fuzz.arguments import CONVERTERS
from tools.fuzz.trial import text, tried

# Of more values not all pairs are compared.
MOST = 30


class Literal(str):
    """A number, as it is written."""

    __slots__ = ()


def numbers(data: bytes) -> None:
    """Two lines: the values of a stored record, and the tags that are typed for it."""
    stored, typed = (*data.split(b"\n", 1), b"")[:2]
    # files and responses are UTF-8
    document = stored.decode("utf-8", "replace")
    kept(document)
    updated(document, text(typed))


def kept(document: str) -> None:
    """Reading and writing changes nothing; equal is what Python's decimals call equal."""
    try:
        value = exact_json.loads(document)
    except (ValueError, RecursionError):
        return
    for ascii in (True, False):
        assert read(exact_json.dumps(value, ascii)) == read(document)
    plain = exact_json.plain(value)
    assert plain == json.loads(document)
    assert not any(isinstance(part, exact_json.Number) for part in inner(plain))
    assert exact_json.same(value, exact_json.loads(exact_json.dumps(value)))
    parts = list(zip(inner(value), inner(read(document))))[:MOST]
    for one, known in parts:
        for other, other_known in parts:
            equal = alike(known, other_known)
            assert equal is None or exact_json.same(one, other) is equal, (known, other_known)
    repeats = _repeats(document)
    try:
        exact_json.check_names(document, value)
    except ValueError:
        assert repeats
    else:
        assert not repeats


def updated(stored: str, typed: str) -> None:
    """An update sends the literals of a stored record, and of the tags that are typed."""
    try:
        known = read(stored)
        exact_json.loads(stored)
    except (ValueError, RecursionError):
        return
    twin = f'{{"tags":{stored},"properties":{{"desired":{stored}}},"x":[{stored}]}}'
    record = f'{{"registrationId":"dev","etag":"e","attestation":{{"type":"tpm"}},"initialTwin":{twin},"y":{stored}}}'
    expected = {**read(record), "deviceId": "new"}
    assert known == expected["y"]
    sent = _put(record, {"device_id": "new"})
    assert sent is None or sent == expected
    tags = tried(CONVERTERS["--initial-twin-tags"], typed)
    if not tags:
        return
    sent = _put(record, {"initial_twin_tags": tags, "device_id": "new"})
    assert sent is None or {**sent["initialTwin"], "tags": 0} == {**expected["initialTwin"], "tags": 0}
    try:
        named = read(typed)
    except (ValueError, RecursionError):
        # in Python's spelling
        return
    assert sent is None or sent["initialTwin"]["tags"] == _without_nulls(named)


def _put(record: str, options: dict[str, Any]) -> Any:
    """What is sent for a stored record; None when it cannot be changed."""
    script = wire.Script([wire.answer(200, {}, record.encode("utf-8", "surrogatepass"))])
    client = wire.individual(wire.connected(script))
    tried(enrollments.update_enrollment, client, "dev", **options)
    bodies = [request.body for request in script.sent if request.method == "PUT"]
    if not bodies:
        return None
    sent = read(bodies[0].decode() if isinstance(bodies[0], bytes) else str(bodies[0]))
    assert not READ_ONLY & sent.keys()
    return sent


def read(document: str) -> Any:
    """JSON with literals instead of numbers, read without our code."""
    return json.loads(document, parse_float=Literal, parse_int=Literal, parse_constant=_refused)


def _refused(word: str) -> Any:
    raise ValueError(word)


def inner(value: Any) -> list[Any]:
    """A value and all that is in it."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *(item for part in parts for item in inner(part))]


def alike(one: Any, other: Any) -> bool | None:
    """Whether two values of `read` are the same; None where Python's decimals cannot hold them."""
    if isinstance(one, Literal) and isinstance(other, Literal):
        try:
            return Decimal(one) == Decimal(other)
        except InvalidOperation:
            return None
    if type(one) is not type(other):
        return False
    if isinstance(one, (dict, list)):
        if len(one) != len(other) or (isinstance(one, dict) and one.keys() != other.keys()):
            return False
        found = [alike(one[name], other[name]) for name in (one if isinstance(one, dict) else range(len(one)))]
        return False if False in found else None if None in found else True
    return bool(one == other)


def _repeats(document: str) -> bool:
    found: list[bool] = []
    json.loads(document, object_pairs_hook=lambda pairs: found.append(len(dict(pairs)) < len(pairs)))
    return any(found)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    return value
