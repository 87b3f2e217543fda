"""--set, --add and --remove of update: azure-cli's own helpers on the record that the options make of the stored one.

The values do not pass through these helpers, which would round numbers and repeat keys in errors. They get a token for
each value, which is replaced afterwards.
"""

from __future__ import annotations

import copy
import re
from secrets import token_hex
from typing import Any, NamedTuple

from azure.cli.core.azclierror import ArgumentUsageError, InvalidArgumentValueError
from azure.cli.core.commands.arm import add_properties, remove_properties, set_properties
from knack.util import CLIError

from azext_iot_dps.enrollments.options import ADD_USAGE, REMOVE_USAGE, SET_USAGE
from azext_iot_dps.record import edits
from azext_iot_dps.record.json_text import parse_value
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.paths import Json
from azext_iot_dps.record.schema import tree
from azext_iot_dps.record.violation import Fault, Invalid, Note, Violation, Violations
from azext_iot_dps.service import redaction

SET, ADD, REMOVE = "--set", "--add", "--remove"
_USAGE = {SET: SET_USAGE, ADD: ADD_USAGE, REMOVE: REMOVE_USAGE}
# An equals sign in brackets, as in hubs[name=x], belongs to the path.
_EXPRESSION = re.compile(r"((?:[^=\[]|\[[^\]]*\])+)=(.*)", re.DOTALL)
_NAMES = re.compile(r"\[.*?\]|[^.\[]+")
_KEY = re.compile(r"(?=[A-Za-z]*[0-9+/=])[A-Za-z0-9+/]{22,}={0,2}")
_STRINGS = "Values are read as JSON where possible. To keep them as strings, add --force-string."


class _Step(NamedTuple):
    """One call of a helper: `path` has the names, `words` is the argument with tokens instead of values."""

    option: str
    path: list[str]
    words: list[str]


class GenericUpdate:
    """The changes that these options name, in their order."""

    def __init__(self, kind: Kind, options: dict[str, Any]):
        """`options` are the arguments of the handler. Raises an azclierror or Violations for what is always wrong."""
        self._kind = kind
        self._force_string = bool(options.get("force_string"))
        self._values: dict[str, Any] = {}
        self._steps: list[_Step] = []
        for option, words in options.get("ordered_arguments") or ():
            self._steps += [self._set(word) for word in words] if option == SET else [self._listed(option, words)]

    def __bool__(self) -> bool:
        return bool(self._steps)

    @property
    def names(self) -> list[str]:
        """The members of a record that they change, or parts of them."""
        return [step.path[0] for step in self._steps]

    def over(self, desired: Json, stored: Json, notes: list[Note]) -> Json:
        """What they make of a record, which is not changed. `stored` is what it was before the other options.

        Raises InvalidArgumentValueError for a path that is not there, and Violations.
        """
        record = copy.deepcopy(desired)
        for step in self._steps:
            _run(step, record)
            record = self._with_values(record, step)
        try:
            return edits.outcome(self._kind, record, desired, stored, notes)
        except Violations as error:
            raise self._by_paths(error) from None

    def _set(self, word: str) -> _Step:
        match = _EXPRESSION.fullmatch(word)
        if not match:
            raise _invalid_syntax(SET)
        return _Step(SET, self._path(SET, match[1]), [f'{match[1]}="{self._token(SET, match[2])}"'])

    def _listed(self, option: str, words: list[str]) -> _Step:
        path, *rest = words
        if option == ADD:
            if not rest:
                raise _invalid_syntax(ADD)
            # azure-cli makes objects of strings from pairs
            rest = [word if "=" in word else f'"{self._token(ADD, word)}"' for word in rest]
        return _Step(option, self._path(option, path), [path, *rest])

    def _path(self, option: str, text: str) -> list[str]:
        names = _NAMES.findall(text)
        if not text.strip(". "):
            raise _invalid_syntax(option)
        if names[0] == "etag":
            raise ArgumentUsageError("The ETag cannot be set: it is new after each update.", recommendation=_ETAG)
        try:
            edits.check_path(self._kind, names)
        except Violations as error:
            raise self._by_paths(error) from None
        return names

    def _token(self, option: str, text: str) -> str:
        try:
            value = parse_value(text, as_string=self._force_string)
        except Invalid as error:
            raise InvalidArgumentValueError(f"{option} {error.reason}", recommendation=_STRINGS) from None
        token = token_hex(16)
        self._values[token] = value
        return token

    def _with_values(self, part: Any, step: _Step) -> Any:
        """A part of a record with values instead of their tokens; a member whose value is null is left out."""
        if isinstance(part, list):
            return [self._with_values(item, step) for item in part]
        if not isinstance(part, dict):
            return copy.deepcopy(self._values.get(part, part)) if isinstance(part, str) else part
        if not all(isinstance(name, str) for name in part):
            # azure-cli's helper takes an index of an object for a name
            raise InvalidArgumentValueError(f"'{'.'.join(step.path[:-1])}' is not a list.")
        return {
            name: self._with_values(item, step)
            for name, item in part.items()
            if not isinstance(item, str) or self._values.get(item, item) is not None
        }

    def _by_paths(self, error: Violations) -> Violations:
        """The same violations, with members by the paths that were typed instead of options."""
        typed = any(not isinstance(value, str) for value in self._values.values())

        def told(violation: Violation) -> Violation:
            more = (_STRINGS,) if typed and violation.fault is Fault.INVALID else ()
            return Violation((), violation.told(str), (*violation.advised(str), *more), violation.fault)

        return Violations(*map(told, error.violations))


_ETAG = "Use --etag to update the record only if it was not modified after this ETag was read."


def _run(step: _Step, record: Json) -> None:
    try:
        if step.option == SET:
            _grow(record, step.path, {})
            set_properties(record, step.words[0], False)
        elif step.option == ADD:
            if step.path[0] in tree():
                # a new name is more likely to be misspelled
                _grow(record, [*step.path, ""], [])
            add_properties(record, step.words, False)
        else:
            remove_properties(record, step.words)
    except CLIError as error:
        raise InvalidArgumentValueError(_KEY.sub(redaction.HIDDEN, redaction.text(str(error)))) from None
    except (ValueError, LookupError, TypeError, AttributeError):
        raise _invalid_syntax(step.option) from None


def _grow(record: Any, path: list[str], last: Any) -> None:
    """Add the objects above a member that is to be set, where there are none; the lowest one is `last`.

    The helpers do so for models, of which all members are known, but hardly for JSON.
    """
    for place, (name, below) in enumerate(zip(path, path[1:]), 2):
        if not isinstance(record, dict) or name.startswith("[") or below.startswith("["):
            return
        if record.get(name) is None:
            record[name] = last if place == len(path) else {}
        record = record[name]


def _invalid_syntax(option: str) -> InvalidArgumentValueError:
    return InvalidArgumentValueError(f"invalid syntax: {_USAGE[option]}")
