"""YAML: a list of records, or documents that are each a record or a list; each record with its line.

Plain scalars are JSON's numbers, true, false and null, or else text: a date, `no` and `0123` stay what is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, TextIO

from azext_iot_dps.exact_json import integer, number, refuse_repeated
from azext_iot_dps.fleets.entry import LONGEST, MAX_RECORD, TOO_LONG, Entry
from azext_iot_dps.fleets.json_reading import CHUNK
from azext_iot_dps.record.json_text import MAX_DEPTH, checked
from azext_iot_dps.record.paths import Json

# Characters of all values with anchors of a document, which are kept, and of all that aliases repeat in a file.
MAX_ANCHORED, MAX_ALIASED = 16_000_000, 256_000_000
NO_MAPPING = "a record must be a YAML mapping"
_NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_STANDARD = "tag:yaml.org,2002:"
_MERGE = "<<"
# Characters of a tag or an anchor in a message.
_SHOWN = 60


def records(text: TextIO) -> Iterator[Entry]:
    """The records of YAML, of which no more than one and the values with anchors are held at a time."""
    import yaml

    source = _Bounded(text)
    reader = _Reader(yaml, source)
    try:
        yield from reader.entries()
    except _TooMuch:
        yield Entry(reader.line, {}, TOO_LONG, is_last=True)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else reader.line
        yield Entry(line, {}, f"broken YAML: {error.problem}", is_last=True)
    except yaml.YAMLError:
        reason = "broken YAML: it contains a character that is not allowed"
        yield Entry(reader.line, {}, reason, is_last=True)


class _TooMuch(Exception):
    """More text than a record may have, and nothing that ends in it."""


class _Bounded:
    """A stream from which is read no more than a record ahead of what was parsed."""

    def __init__(self, text: TextIO):
        self._text = text
        self._read = 0
        self.parsed = 0

    def read(self, size: int = CHUNK) -> str:
        if self._read - self.parsed > LONGEST + CHUNK:
            raise _TooMuch
        more = self._text.read(min(size, CHUNK))
        self._read += len(more)
        return more


class _Value(NamedTuple):
    """A value and its characters, those that aliases repeat included."""

    value: Any
    size: int


class _Reader:
    """Makes records of the parser's events. `line` is that of the last event."""

    def __init__(self, yaml: Any, source: _Bounded):
        self._yaml, self._source = yaml, source
        self._events = yaml.parse(source, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self._anchors: dict[str, _Value] = {}
        self._anchored = self._aliased = 0
        # lists and mappings that have begun and not ended, and where the record begins
        self._open = self._begin = 0
        self.line = 1

    def entries(self) -> Iterator[Entry]:
        """All records; one that is broken in itself does not keep the others from being read."""
        is_list = False
        for event in iter(self._next, None):
            if isinstance(event, self._yaml.DocumentStartEvent):
                self._anchors, self._anchored = {}, 0
            elif isinstance(event, self._yaml.SequenceStartEvent) and not is_list:
                is_list = True
                if event.tag not in (None, "!", f"{_STANDARD}seq"):
                    yield Entry(self.line, {}, _tag_fault(event.tag))
            elif isinstance(event, self._yaml.SequenceEndEvent):
                is_list = False
            elif isinstance(event, self._yaml.NodeEvent) and (is_list or not self._is_empty(event)):
                yield self._entry(event, int(is_list))

    def _is_empty(self, event: Any) -> bool:
        """Whether a document has nothing in it."""
        return isinstance(event, self._yaml.ScalarEvent) and event.value == "" and event.implicit[0]

    def _entry(self, event: Any, above: int) -> Entry:
        line, self._begin = event.start_mark.line + 1, event.start_mark.index
        try:
            record = checked(self._value(event, 0).value, MAX_DEPTH, keep_nulls=True)
            return Entry(line, record) if isinstance(record, dict) else Entry(line, {}, NO_MAPPING)
        except UnicodeError:
            # of the file
            raise
        except ValueError as error:
            while self._open > above:
                self._next()
            return Entry(line, {}, str(error))

    def _next(self) -> Any:
        event = next(self._events, None)
        if event is not None:
            self.line, self._source.parsed = event.start_mark.line + 1, event.end_mark.index
            self._open += isinstance(event, self._yaml.CollectionStartEvent)
            self._open -= isinstance(event, self._yaml.CollectionEndEvent)
        return event

    def _value(self, event: Any, depth: int) -> _Value:
        """The value that begins with an event. Raises ValueError, in the middle of it."""
        if event.end_mark.index - self._begin > MAX_RECORD:
            raise ValueError(TOO_LONG)
        if depth > MAX_DEPTH:
            raise ValueError(f"it is nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, self._yaml.AliasEvent):
            return self._alias(event.anchor)
        if isinstance(event, self._yaml.ScalarEvent):
            made = _Value(_scalar(event), len(event.value) + 2)
        elif isinstance(event, self._yaml.SequenceStartEvent):
            made = self._list(event, depth)
        else:
            made = self._mapping(event, depth)
        if event.anchor:
            self._anchored += made.size - self._anchors.get(event.anchor, _Value(None, 0)).size
            if self._anchored > MAX_ANCHORED:
                raise ValueError(f"the values with anchors are longer than {MAX_ANCHORED:,} characters")
            self._anchors[event.anchor] = made
        return made

    def _alias(self, anchor: str) -> _Value:
        if anchor not in self._anchors:
            raise ValueError(f"the alias *{anchor[:_SHOWN]} has no anchor before it")
        known = self._anchors[anchor]
        self._aliased += known.size
        if self._aliased > MAX_ALIASED:
            raise ValueError(f"the aliases of the file repeat more than {MAX_ALIASED:,} characters")
        return known

    def _list(self, event: Any, depth: int) -> _Value:
        _check_tag(event, "seq")
        items, size = [], 2
        while not isinstance(event := self._next(), self._yaml.SequenceEndEvent):
            item = self._value(event, depth + 1)
            items.append(item.value)
            size = _total(size, item)
        return _Value(items, size)

    def _mapping(self, event: Any, depth: int) -> _Value:
        _check_tag(event, "map")
        names: list[str] = []
        members: Json = {}
        merged: list[Any] = []
        size = 2
        while not isinstance(event := self._next(), self._yaml.MappingEndEvent):
            # `<<` in quotes is a name like any other
            is_merge = isinstance(event, self._yaml.ScalarEvent) and event.value == _MERGE and event.implicit[0]
            name = self._name(event, depth)
            item = self._value(self._next(), depth + 1)
            size = _total(size + len(name), item)
            if is_merge:
                merged += item.value if isinstance(item.value, list) else [item.value]
            else:
                names.append(name)
                members[name] = item.value
        refuse_repeated(names)
        for part in merged:
            if not isinstance(part, dict):
                raise ValueError(f"the value of {_MERGE} must be a mapping")
            members = {**part, **members}
        return _Value(members, size)

    def _name(self, event: Any, depth: int) -> str:
        """The name of a member: the text of a scalar, also of one that is a number as a value."""
        named = self._value(event, depth + 1)
        if not isinstance(event, self._yaml.ScalarEvent) and not isinstance(named.value, str):
            raise ValueError("the name of a member must be text")
        return str(getattr(event, "value", named.value))


def _total(size: int, item: _Value) -> int:
    if size + item.size > MAX_RECORD:
        raise ValueError(f"{TOO_LONG}, with what its aliases repeat")
    return size + item.size


def _scalar(event: Any) -> Any:
    if event.tag not in (None, "!", f"{_STANDARD}str"):
        raise ValueError(_tag_fault(event.tag))
    # in quotes, or with a tag
    return _plain(event.value) if event.implicit[0] and event.tag is None else event.value


def _plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    found = _NUMBER.fullmatch(text)
    if not found:
        return text
    return number(text) if found[2] or found[3] else integer(text)


def _check_tag(event: Any, name: str) -> None:
    if event.tag not in (None, "!", f"{_STANDARD}{name}"):
        raise ValueError(_tag_fault(event.tag))


def _tag_fault(tag: str) -> str:
    shown = repr(tag.replace(_STANDARD, "!!", 1)[:_SHOWN])
    return f"the tag {shown} is not supported: only text, numbers, true, false, null, lists and mappings are"
