"""JSON that a user typed: read, checked, and refused with the place where it is broken."""

from __future__ import annotations

import ast
import json
import math
import re
import warnings
from collections.abc import Callable
from typing import Any

from azext_iot_dps import exact_json
from azext_iot_dps.record.json_slips import slip
from azext_iot_dps.record.paths import Json
from azext_iot_dps.record.violation import Invalid

# Far deeper than IoT Hub lets a twin be (10), far less than would exhaust Python's stack.
MAX_DEPTH = 100
# Characters, some thirty times of what a twin may hold.
MAX_JSON = 1_000_000
# Bits of an integer; Python refuses to write more than 4,300 digits.
MAX_BITS = 14_000
# Characters shown before and after a syntax error.
BEFORE, AFTER = 50, 20

NAMES = {
    dict: "an object", list: "a list", str: "a string", int: "a number", float: "a number",
    exact_json.Number: "a number", bool: "a boolean",
    type(None): "null",
}  # fmt: skip
_JSON_NUMBER = r"(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?"
_OF_SPREADSHEETS = {"TRUE": "true", "FALSE": "false"}
_SIGNS: dict[type, str] = {ast.USub: "-", ast.UAdd: ""}
_CONSTANTS = {"true": True, "false": False, "null": None}


def type_name(value: Any) -> str:
    """The JSON type of a value, with its article."""
    return NAMES.get(type(value), f"a {type(value).__name__}")


def parse_object(text: str) -> Json:
    """The JSON object that a text holds, also with Python's single quotes; '' is an empty one.

    Null members of objects are left out, at every depth, except within lists. Raises Invalid.
    """
    return _read(text, "a JSON object", lambda value: checked(_object(value))) if text else {}


def parse_any(text: str) -> Any:
    """The JSON value of any type that a text holds, also with Python's single quotes, with nulls. Raises Invalid."""
    return _read(text, "JSON", lambda value: checked(value, keep_nulls=True))


def _read(text: str, what: str, accepted: Callable[[Any], Any]) -> Any:
    shown: list[str] = []
    try:
        if len(text) > MAX_JSON:
            raise ValueError(f"it is longer than {MAX_JSON:,} characters")
        return accepted(_parsed(text.lstrip("\ufeff")))
    except (RecursionError, MemoryError):
        reason = "it is nested too deeply"
    except json.JSONDecodeError as error:
        known = slip(text)
        reason = known.place + known.reason if known else f"line {error.lineno}, column {error.colno}: {error.msg}"
        shown = [] if known else _place(error)
    except ValueError as error:
        reason = str(error)
    raise Invalid(f"must be {what}: {reason}.", *shown)


def _object(value: Any) -> Json:
    if not isinstance(value, dict):
        raise ValueError(f"it is {type_name(value)}")
    return value


def parse_value(text: str, as_string: bool = False) -> Any:
    """The JSON value or the Python literal that a text holds; the text itself if it holds neither, or `as_string`.

    Null members of objects are left out as in `parse_object`. Raises Invalid, whose reason does not repeat the text.
    """
    try:
        if len(text) > MAX_JSON:
            raise ValueError(f"it is longer than {MAX_JSON:,} characters")
        return checked(text if as_string else _parsed_or_text(text))
    except (RecursionError, MemoryError):
        reason = "it is nested too deeply"
    except ValueError as error:
        reason = str(error)
    raise Invalid(f"has a value that cannot be used: {reason}.")


def parse_scalar(text: str) -> Any:
    """The JSON number, true, false or null that a text is, also TRUE and FALSE of spreadsheets; else the text itself.

    Raises Invalid for a number that is too large.
    """
    word = _OF_SPREADSHEETS.get(text, text)
    if not re.fullmatch(f"-?{_JSON_NUMBER}|true|false|null", word):
        return text
    try:
        return checked(exact_json.loads(word))
    except ValueError as error:
        raise Invalid(f"cannot be sent: {error}.") from None


def checked(value: Any, depth: int = MAX_DEPTH, keep_nulls: bool = False) -> Any:
    """The value without null members, when JSON can hold it; within lists everything stays.

    Raises ValueError for what is nested deeper than `depth` levels, cannot be encoded or is not JSON.
    """
    if depth < 0:
        raise ValueError(f"it is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("its member names must be strings")
        kept = {key: item for key, item in value.items() if keep_nulls or item is not None}
        return {_encodable(key): checked(item, depth - 1, keep_nulls) for key, item in kept.items()}
    if isinstance(value, list):
        return [checked(item, depth - 1, keep_nulls=True) for item in value]
    if type(value) not in NAMES:
        raise ValueError(f"it contains {type_name(value)}, which JSON cannot hold")
    if (isinstance(value, float) and math.isinf(value)) or (isinstance(value, int) and value.bit_length() > MAX_BITS):
        raise ValueError(exact_json.TOO_LARGE)
    return _encodable(value) if isinstance(value, str) else value


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("it contains an unpaired surrogate, which UTF-8 cannot encode") from None
    return text


def _parsed_or_text(text: str) -> Any:
    try:
        return _parsed(text, mark="")
    except json.JSONDecodeError:
        return text


def _parsed(text: str, mark: str = "'") -> Any:
    """JSON, or a Python literal in which JSON's words for True, False and None are allowed too.

    Only what contains the `mark` may be one of Python.
    """
    try:
        value = exact_json.loads(text)
    except json.JSONDecodeError as error:
        fault = error
    else:
        exact_json.check_names(text, value)
        return value
    if mark not in text:
        raise fault
    try:
        with warnings.catch_warnings():
            # for '\d', which Python reads as it was meant
            warnings.simplefilter("ignore")
            literals = _Literals(text.strip())
            value = ast.literal_eval(literals.tree())
    except (SyntaxError, ValueError, TypeError):
        raise fault from None
    for names in literals.names:
        exact_json.refuse_repeated(names)
    return value


class _Literals(ast.NodeTransformer):
    """A Python literal with JSON's words for constants, and with numbers that keep their spelling."""

    def __init__(self, text: str):
        self._text = text
        # those of each object
        self.names: list[list[str]] = []
        self._lines = text.encode("utf-8", "replace").splitlines()

    def tree(self) -> Any:
        return self.visit(ast.parse(self._text, mode="eval"))

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Constant(_CONSTANTS[node.id]) if node.id in _CONSTANTS else node

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
        self.names.append([key for key in keys if isinstance(key, str)])
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        spelled = self._spelled(node)
        return ast.Constant(exact_json.number(spelled)) if re.fullmatch(_JSON_NUMBER, spelled) else node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        spelled, sign = self._spelled(node.operand), _SIGNS.get(type(node.op))
        if sign is None or not re.fullmatch(_JSON_NUMBER, spelled):
            return self.generic_visit(node)
        return ast.Constant(exact_json.number(sign + spelled))

    def _spelled(self, node: ast.expr) -> str:
        """The source of a number."""
        if not isinstance(node, ast.Constant) or type(node.value) is not float:
            return ""
        return self._lines[node.lineno - 1][node.col_offset : node.end_col_offset].decode("utf-8", "replace")


# A member name at the start of a line gets a comma put before it; on the first line it is not a member name.
_KEY = r"""(?a)[{,]\s*["']?([A-Za-z_][\w.$-]{0,60})["']?\s*:"""
_MARKS = set(" {}[]:,\"'")


def _place(fault: json.JSONDecodeError) -> list[str]:
    """The line with the error, and a caret below it. Values may be secret: asterisks stand for them."""
    line = fault.doc.split("\n")[fault.lineno - 1].rstrip("\r")
    first = fault.lineno == 1
    names = {
        at for key in re.finditer(_KEY, "," + line) for at in range(*key.span(1)) if not (first and key.start() == 0)
    }
    masked = "".join(letter if at in names or letter in _MARKS else "*" for at, letter in enumerate(line, 1))
    if not masked.strip(" *"):
        return []
    column = fault.colno - 1
    start, end = max(0, column - BEFORE), column + AFTER
    before, after = "…" * (start > 0), "…" * (end < len(masked))
    return [f"  {before}{masked[start:end]}{after}", " " * (2 + len(before) + column - start) + "^"]
