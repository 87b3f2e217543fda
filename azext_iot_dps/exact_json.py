"""JSON that keeps the spelling of numbers: `1E2`, `1.10` and decimals of forty digits stay what they are."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

# Characters of a number; Python refuses to read or write integers of more digits.
MAX_DIGITS = 4_300
# Characters of a member's name in a message.
_MAX_NAME = 60
TOO_LARGE = "it contains a number that is too large"

# Stands before a literal while the standard encoder writes it as a string. No user can know it.
_MARK = os.urandom(16).hex()
_NAME_END = re.compile(r'"\s*:')


class Number(float):
    """A number with its literal, where Python would write another one. Too many digits make it infinite.

    It has no __dict__, from which azure-cli would make an object.
    """

    __slots__ = ("text",)
    # whether this process has made one: until then no value needs to be searched for them
    any_made: ClassVar[bool] = False
    text: str

    def __new__(cls, text: str) -> Number:
        """`text` is a JSON number."""
        made = super().__new__(cls, text if len(text) <= MAX_DIGITS else "inf")
        made.text = text
        cls.any_made = True
        return made

    def __getnewargs__(self) -> tuple[str]:  # type: ignore[override]
        return (self.text,)


def number(text: str) -> float:
    """What the JSON decoder calls for a number with a fraction or an exponent; infinite where it is too large."""
    value = float(text) if len(text) <= MAX_DIGITS else math.inf
    return value if repr(value) == text else Number(text)


def integer(text: str) -> int | float:
    """What the JSON decoder calls for integers. Raises ValueError for one with too many digits."""
    if len(text) > MAX_DIGITS:
        raise ValueError(TOO_LARGE)
    return int(text) if text != "-0" else Number(text)


def no_constant(word: str) -> None:
    """What the JSON decoder calls for NaN and Infinity, which Python would read. Raises ValueError."""
    raise ValueError(f"{word} is not a JSON number")


_READ: Any = {"parse_int": integer, "parse_constant": no_constant}
# Leaves numbers that are too large to `dumps`, so that the end of what holds them is found.
DECODER = json.JSONDecoder(**_READ, parse_float=number)


def loads(text: str | bytes) -> Any:
    """The value of JSON text. Raises ValueError, also for NaN, Infinity and numbers that are too large."""
    return _FINITE.decode(text) if isinstance(text, str) else json.loads(text, **_READ, parse_float=_finite)


def dumps(value: Any, ascii: bool = True) -> str:
    """The value as JSON without white space; `ascii` is whether other characters are escaped.

    Raises ValueError for infinite numbers and NaN.
    """
    encode = _ASCII if ascii else _TEXT
    if not Number.any_made or not _has_numbers(value):
        return encode(value)
    return re.sub(f'"{_MARK}([^"]*)"', r"\1", encode(_replaced(value, _marked)))


def plain(value: Any) -> Any:
    """The value with floats of Python instead of numbers with literals: for az, which prints and queries it."""
    return _replaced(value, float) if Number.any_made and _has_numbers(value) else value


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal; numbers by their exact decimal value, however they are spelled."""
    kind = type(one)
    # first, as most values are these, and every record of a service is compared
    if kind is type(other) and kind in _PLAIN:
        return bool(one == other)
    if isinstance(one, dict):
        if not isinstance(other, dict) or one.keys() != other.keys():
            return False
        # a loop, which is faster than a generator
        for name, item in one.items():  # noqa: SIM110
            if not same(item, other[name]):
                return False
        return True
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    if _is_number(one) and _is_number(other):
        return _decimal(one) == _decimal(other)
    return type(one) is type(other) and bool(one == other)


def check_names(text: str, value: Any) -> None:
    """Raise ValueError when an object in JSON text names a member twice; `value` is what the text holds."""
    members = _members(value)
    # The text has a colon for each member. With others in its strings, the ends of names are counted: fast as well.
    if text.count(":") == members or len(_NAME_END.findall(text)) == members:
        return

    def note(pairs: list[tuple[str, Any]]) -> None:
        refuse_repeated(name for name, _ in pairs)

    json.JSONDecoder(object_pairs_hook=note).raw_decode(text.strip())


def refuse_repeated(names: Iterable[str]) -> None:
    """Raise ValueError when a name is there twice. The message has it without control characters."""
    seen = set()
    for name in names:
        if name in seen:
            shown = name if len(name) <= _MAX_NAME else f"{name[:_MAX_NAME]}…"
            raise ValueError(f"it contains the member {shown!r} twice")
        seen.add(name)


def _finite(text: str) -> float:
    value = number(text)
    if math.isinf(value):
        raise ValueError(TOO_LARGE)
    return value


def _has_numbers(value: Any) -> bool:
    for item in value.values() if type(value) is dict else value if type(value) in _LISTS else (value,):
        kind = type(item)
        if kind is Number or ((kind is dict or kind in _LISTS) and _has_numbers(item)):
            return True
    return False


def _replaced(value: Any, by: Callable[[Number], Any]) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(item, by) for name, item in value.items()}
    if isinstance(value, _LISTS):
        return [_replaced(item, by) for item in value]
    return by(value) if type(value) is Number else value


def _marked(value: Number) -> str:
    if math.isinf(value):
        raise ValueError(TOO_LARGE)
    return _MARK + value.text


def _members(value: Any) -> int:
    """The number of members of all objects in a value that the decoder made."""
    is_object = type(value) is dict
    count = len(value) if is_object else 0
    # a loop, since every record of a file is counted
    for item in value.values() if is_object else value if type(value) is list else ():
        if type(item) is dict or type(item) is list:
            count += _members(item)
    return count


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _decimal(value: float) -> tuple[bool, str, int]:
    """Whether it is negative, its digits without zeros at both ends, and the power of ten of the last one."""
    text = value.text if isinstance(value, Number) else repr(value)
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    significant = digits.rstrip("0")
    if not significant:
        return False, "", 0
    return text.startswith("-"), significant, int(exponent or 0) - len(fraction) + len(digits) - len(significant)


_LISTS = (list, tuple)
_PLAIN = frozenset((str, bool, int, type(None)))
_FINITE = json.JSONDecoder(**_READ, parse_float=_finite)
# Values are trees, so that no search for circles is needed.
_ASCII = json.JSONEncoder(allow_nan=False, check_circular=False, separators=(",", ":")).encode
_TEXT = json.JSONEncoder(allow_nan=False, check_circular=False, separators=(",", ":"), ensure_ascii=False).encode
