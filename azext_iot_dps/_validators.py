"""Checks and conversions of what was typed: no network, no files. No message repeats a key."""

from __future__ import annotations

import ast
import base64
import itertools
import json
import re
import warnings
from datetime import date
from urllib.parse import urlsplit

from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError

from azext_iot_dps.enums import AuthType

# Far deeper than IoT Hub lets a twin be (10), far less than would exhaust Python's stack.
MAX_DEPTH = 100
# Characters, some thirty times of what a twin may hold.
MAX_JSON = 1_000_000
# Bits of an integer; Python refuses to write more than 4,300 digits.
MAX_BITS = 14_000


def validate_target(namespace):
    """Some service must be named; and argparse has not seen an auth type that is a configured default."""
    if not (namespace.dps_name or "").strip() and not (namespace.login or "").strip():
        raise RequiredArgumentMissingError(
            "Which Device Provisioning Service? Give --dps-name (-n) or --login (-l).",
            recommendation="Names of the current subscription: az iot dps list --query '[].name'",
        )
    namespace.auth_type_dataplane = str(namespace.auth_type_dataplane).lower()
    if namespace.auth_type_dataplane not in list(AuthType):
        raise InvalidArgumentValueError(
            "The configured default iotdps-data-auth-type is neither 'key' nor 'login'.",
            recommendation="Set it with: az configure --defaults iotdps-data-auth-type=login",
        )


def record_id(option: str):
    """A converter for an id as the service allows it, but for '.' and '..', which mean something else in a URL."""

    def convert(text: str) -> str:
        return _id(option, text)

    return convert


def record_ids(option: str):
    """A converter for ids, of which one word may hold several: the lines of a file."""

    def convert(text: str) -> list[str]:
        return [_id(option, id) for id in text.split()] or [_id(option, text)]

    return convert


def validate_device_key(namespace):
    """The key of the group is given, or a group of some service to take it from."""
    namespace.registration_id = list(itertools.chain.from_iterable(namespace.registration_id))
    if namespace.symmetric_key:
        return
    if not namespace.enrollment_id:
        raise RequiredArgumentMissingError("Which key? Give --symmetric-key, or --group-id and its service.")
    validate_target(namespace)


def _id(option, text):
    if not re.fullmatch(r"[A-Za-z0-9._:-]{1,128}", text) or text in (".", ".."):
        raise InvalidArgumentValueError(
            f"{option} takes 1 to 128 letters, digits, '-', '.', '_' and ':', other than '.' and '..' alone."
        )
    return text


def symmetric_key(option: str):
    """A converter for a symmetric key: base64 of 16 to 64 bytes."""

    def convert(text: str) -> str:
        if not 16 <= len(_decoded(option, text)) <= 64:
            raise InvalidArgumentValueError(f"{option} must be the base64 text of 16 to 64 bytes.")
        return text

    return convert


def endorsement_key(text: str) -> str:
    """A TPM endorsement key: base64."""
    if not _decoded("--endorsement-key", text):
        raise InvalidArgumentValueError("--endorsement-key must not be empty.")
    return text


def file_path(option: str):
    """A converter for the path of a file. A variable that was not set, and a file's content, are refused unseen."""

    def convert(text: str) -> str:
        if not text.strip() or "\n" in text or text.startswith("-----BEGIN"):
            raise InvalidArgumentValueError(f"{option} takes the path of a file: not its content, and without '@'.")
        return text

    return convert


def name(option: str):
    """A converter for a name that a variable which was not set would leave empty."""

    def convert(text: str) -> str:
        if not text.strip():
            raise InvalidArgumentValueError(f"{option} must not be empty.")
        return text

    return convert


def etag(text: str) -> str:
    """An etag as it will stand in a header. Empty is refused: a script that lost its etag would change anything."""
    if not re.fullmatch(r"[\x21-\x7e]{1,1000}", text):
        raise InvalidArgumentValueError("--etag must be an etag as 'show' prints it, or * for whatever there is.")
    return text


def top(text: str) -> int | None:
    """How many records; None for all of them, which is spelled -1."""
    if text == "-1":
        return None
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
        raise InvalidArgumentValueError("--top takes a number from 1 up, or -1 for all.")
    return int(text)


def api_version(text: str) -> str:
    """The version of the types in a custom allocation request: a date, -preview may follow."""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(-preview)?", text) or date.fromisoformat(text[:10]) < date(2018, 9, 1):
            raise ValueError
    except ValueError:
        raise InvalidArgumentValueError(
            "--api-version takes a date, which -preview may follow, from 2018-09-01-preview on: for example 2021-10-01."
        ) from None
    return text


def webhook_url(text: str) -> str:
    """The https URL of a function; it may hold a secret, so that no message repeats it."""
    try:
        parts = urlsplit(text)
        valid = parts.scheme.lower() == "https" and parts.hostname and not re.search(r"[\s\x00-\x1f]", text)
    except ValueError:
        valid = False
    if not valid:
        raise InvalidArgumentValueError("--webhook-url takes the https:// URL of a function.")
    return text


def json_object(option: str):
    """A converter for a JSON object; '' means an empty one. Null members of objects are left out, at every depth."""

    def convert(text: str) -> dict:
        if not text:
            return {}
        if text.startswith("@"):
            raise InvalidArgumentValueError(f"{option}: the file {text[1:]} cannot be read as text.")
        try:
            if len(text) > MAX_JSON:
                raise ValueError(f"it is longer than {MAX_JSON:,} characters")
            value = _parsed(text.lstrip("\ufeff"))
            if not isinstance(value, dict):
                raise ValueError(f"it is {_TYPES.get(type(value), 'something else')}, not an object")
            return _plain(value, MAX_DEPTH)
        except (RecursionError, MemoryError):
            reason = "it is nested too deeply"
        except ValueError as error:
            reason = str(error)
        raise InvalidArgumentValueError(
            f"{option} takes a JSON object, but {reason}.",
            recommendation=(
                f"In bash: {option} '{{\"a\": 1}}'. In PowerShell, and wherever double quotes get lost: "
                f"{option} \"{{'a': 1}}\". Or from a file: {option} @file.json (in PowerShell '@file.json')."
            ),
        )

    return convert


_TYPES = {list: "a list", str: "a text", int: "a number", float: "a number", bool: "true or false", type(None): "null"}
_WORDS = {"true": True, "false": False, "null": None}


def _parsed(text):
    """JSON, or else a Python literal, in which JSON's words for True, False and None are allowed too."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        fault = f"it is broken at line {error.lineno}, column {error.colno}: {error.msg}"
    if "'" not in text:
        raise ValueError(fault)
    try:
        with warnings.catch_warnings():
            # of '\d', which Python reads as it was meant
            warnings.simplefilter("ignore")
            return ast.literal_eval(_Words().visit(ast.parse(text.strip(), mode="eval")))
    except (SyntaxError, ValueError, TypeError):
        raise ValueError(fault) from None


class _Words(ast.NodeTransformer):
    def visit_Name(self, node):
        return ast.Constant(_WORDS[node.id]) if node.id in _WORDS else node


def _no_number(word):
    raise ValueError(f"{word} is no JSON number")


def _plain(value, depth, keep_nulls=False):
    """`value` without null members, once it is sure to be nothing but JSON; within lists all stays as it was typed."""
    if depth < 0:
        raise ValueError(f"it is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("its keys must be texts")
        kept = {key: item for key, item in value.items() if keep_nulls or item is not None}
        return {_encodable(key): _plain(item, depth - 1, keep_nulls) for key, item in kept.items()}
    if isinstance(value, list):
        return [_plain(item, depth - 1, keep_nulls=True) for item in value]
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


def _decoded(option, text):
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise InvalidArgumentValueError(f"{option} must be base64.") from None
