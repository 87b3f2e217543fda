"""A JSON object on the command line: read, checked, and refused with where it is wrong."""

from __future__ import annotations

import ast
import json
import re
import warnings

from azure.cli.core.azclierror import InvalidArgumentValueError

# Far deeper than IoT Hub lets a twin be (10), far less than would exhaust Python's stack.
MAX_DEPTH = 100
# Characters, some thirty times of what a twin may hold.
MAX_JSON = 1_000_000
# Bits of an integer; Python refuses to write more than 4,300 digits.
MAX_BITS = 14_000
# Characters shown before and behind a fault.
BEFORE, BEHIND = 50, 20


def json_object(option: str):
    """A converter for a JSON object; '' means an empty one. Null members of objects are left out, at every depth."""

    def convert(text: str) -> dict:
        if not text:
            return {}
        if text.startswith("@"):
            raise InvalidArgumentValueError(f"{option}: the file {text[1:]} cannot be read as text.")
        shown = []
        try:
            if len(text) > MAX_JSON:
                raise ValueError(f"it is longer than {MAX_JSON:,} characters")
            value = _parsed(text.lstrip("\ufeff"))
            if not isinstance(value, dict):
                raise ValueError(f"it is {_TYPES.get(type(value), 'something else')}, not an object")
            return plain(value, MAX_DEPTH)
        except (RecursionError, MemoryError):
            reason = "it is nested too deeply"
        except json.JSONDecodeError as error:
            reason = f"it is broken at line {error.lineno}, column {error.colno}: {error.msg}"
            shown = _place(error)
        except ValueError as error:
            reason = str(error)
        raise InvalidArgumentValueError(
            f"{option} takes a JSON object, but {reason}.",
            recommendation=[
                *shown,
                f"In bash: {option} '{{\"a\": 1}}', or from a file: {option} @file.json",
                f"In PowerShell: {option} \"{{'a': 1}}\", or from a file: {option} '@file.json'",
                f'In cmd: {option} "{{\\"a\\": 1}}", or from a file: {option} @file.json',
            ],
        )

    return convert


_TYPES = {list: "a list", str: "a text", int: "a number", float: "a number", bool: "true or false", type(None): "null"}
_WORDS = {"true": True, "false": False, "null": None}


def _parsed(text):
    """JSON, or else a Python literal, in which JSON's words for True, False and None are allowed too."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        fault = error
    if "'" not in text:
        raise fault
    try:
        with warnings.catch_warnings():
            # of '\d', which Python reads as it was meant
            warnings.simplefilter("ignore")
            return ast.literal_eval(_Words().visit(ast.parse(text.strip(), mode="eval")))
    except (SyntaxError, ValueError, TypeError):
        raise fault from None


def _place(fault):
    """The line with the fault, and a caret below it. Of what may be secret there are asterisks: all but keys."""
    line = fault.doc.split("\n")[fault.lineno - 1].rstrip("\r")
    first = fault.lineno == 1
    keys = {
        at for key in re.finditer(_KEY, "," + line) for at in range(*key.span(1)) if not (first and key.start() == 0)
    }
    masked = "".join(letter if at in keys or letter in _MARKS else "*" for at, letter in enumerate(line, 1))
    if not masked.strip(" *"):
        return []
    column = fault.colno - 1
    start, end = max(0, column - BEFORE), column + BEHIND
    before, behind = "…" * (start > 0), "…" * (end < len(masked))
    return [f"  {before}{masked[start:end]}{behind}", " " * (2 + len(before) + column - start) + "^"]


# A key at the start of a line has a comma put before it; on the first line it would be no key.
_KEY = r"""(?a)[{,]\s*["']?([A-Za-z_][\w.$-]{0,60})["']?\s*:"""
_MARKS = set(" {}[]:,\"'")


class _Words(ast.NodeTransformer):
    def visit_Name(self, node):
        return ast.Constant(_WORDS[node.id]) if node.id in _WORDS else node


def _no_number(word):
    raise ValueError(f"{word} is no JSON number")


def plain(value, depth, keep_nulls=False):
    """`value` without null members, once it is sure to be nothing but JSON; within lists all stays as it was typed."""
    if depth < 0:
        raise ValueError(f"it is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("its keys must be texts")
        kept = {key: item for key, item in value.items() if keep_nulls or item is not None}
        return {_encodable(key): plain(item, depth - 1, keep_nulls) for key, item in kept.items()}
    if isinstance(value, list):
        return [plain(item, depth - 1, keep_nulls=True) for item in value]
    if type(value) not in _TYPES:
        raise ValueError(f"it holds a {type(value).__name__}, which JSON does not know")
    if value in (float("inf"), float("-inf")) or (isinstance(value, int) and value.bit_length() > MAX_BITS):
        raise ValueError("it holds a number that is too large")
    return _encodable(value) if isinstance(value, str) else value


def _encodable(text):
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("it holds half a character, which cannot be written as UTF-8") from None
    return text
