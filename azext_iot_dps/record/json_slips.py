"""Usual slips in JSON, of which the parser's own message does not show the cause."""

from __future__ import annotations

from typing import NamedTuple

# as word processors write them, with the straight one
_CURLY = dict.fromkeys("\u201c\u201d\u201e\u201f", '"') | dict.fromkeys("\u2018\u2019\u201a\u201b", "'")
_CLOSING = {"{": "}", "[": "]"}
_LF = "\n"
# Closing brackets that are shown.
_MOST = 5


class Slip(NamedTuple):
    """What is wrong, and before it the line and the column where one character is."""

    reason: str
    place: str = ""


def slip(text: str) -> Slip | None:
    """What is wrong with a text that JSON does not allow, where that is known; no value is repeated."""
    if not text.strip():
        return Slip("it is empty")
    marks, in_string = _marks(text)
    for at, letter in marks:
        if letter in _CURLY:
            place = f"line {text.count(_LF, 0, at) + 1}, column {at - text.rfind(_LF, 0, at)}: "
            return Slip(f"{letter} is a curly quote. Type {_CURLY[letter]} instead", place)
    if text.lstrip()[0] not in "{[\"'":
        return Slip("it is text, not JSON")
    missing = "" if in_string else _missing([letter for _, letter in marks])
    if len(missing) > _MOST:
        return Slip(f"{len(missing)} closing brackets are missing")
    return Slip(f"the closing {missing} is missing") if missing else None


def _marks(text: str) -> tuple[list[tuple[int, str]], bool]:
    """Brackets and curly quotes outside of strings of either quote, and whether the text ends within a string."""
    marks, quote, escaped = [], "", False
    for at, letter in enumerate(text):
        if escaped:
            escaped = False
        elif quote:
            escaped = letter == "\\"
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in _CURLY or letter in "{}[]":
            marks.append((at, letter))
    return marks, bool(quote)


def _missing(brackets: list[str]) -> str:
    """The closing brackets that would have to follow; '' if there are none, or if others do not match."""
    open: list[str] = []
    for bracket in brackets:
        if bracket in _CLOSING:
            open.append(_CLOSING[bracket])
        elif not open or open.pop() != bracket:
            return ""
    return "".join(reversed(open))
