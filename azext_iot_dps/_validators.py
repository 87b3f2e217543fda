"""Checks and conversions of what was typed: no network, no files. No message repeats a key."""

from __future__ import annotations

import base64
import itertools
import re
from datetime import date
from urllib.parse import urlsplit

from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError

from azext_iot_dps.enums import AuthType


def validate_target(namespace, auth_type_default="iotdps-data-auth-type"):
    """Some service must be named; and argparse has not seen an auth type that is a configured default."""
    if not (namespace.dps_name or "").strip() and not (namespace.login or "").strip():
        raise RequiredArgumentMissingError(
            "Which Device Provisioning Service? Give --dps-name (-n) or --login (-l).",
            recommendation="Names of the current subscription: az iot dps list --query '[].name'",
        )
    namespace.auth_type_dataplane = str(namespace.auth_type_dataplane).lower()
    if namespace.auth_type_dataplane not in list(AuthType):
        raise InvalidArgumentValueError(
            f"The configured default {auth_type_default} is neither 'key' nor 'login'.",
            recommendation=f"Set it with: az configure --defaults {auth_type_default}=login",
        )


def record_id(option: str):
    """A converter for an id as the service allows it, but for '.' and '..', which mean something else in a URL."""

    def convert(text: str) -> str:
        return _id(option, text)

    return convert


def record_ids(option: str):
    """A converter for ids, of which one word may hold several: the lines of a file."""

    def convert(text: str) -> list[str]:
        if text.startswith("@"):
            raise InvalidArgumentValueError(f"{option}: the file {text[1:]} cannot be read as text.")
        return [_id(f"{option} ('{id[:40]}')", id) for id in text.split()] or [_id(option, text)]

    return convert


def validate_import(namespace):
    """A check of the file alone needs no service."""
    if not namespace.validate_only:
        validate_target(namespace)


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
            raise InvalidArgumentValueError(
                f"{option} must be the base64 text of 16 to 64 bytes.",
                recommendation=f"A new one, in bash: {option} \"$(openssl rand -base64 64 | tr -d '\\n')\"",
            )
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
        if not text.strip():
            raise InvalidArgumentValueError(f"{option} must not be empty.")
        if "\n" in text or text.startswith("-----BEGIN"):
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
        raise InvalidArgumentValueError(
            "--etag must be an etag as 'show' prints it, or * for whatever there is.",
            recommendation="Add --query etag -o tsv to the command that shows the record.",
        )
    return text


def top(text: str) -> int | None:
    """How many records; None for all of them, which is spelled -1."""
    if text == "-1":
        return None
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
        raise InvalidArgumentValueError("--top takes a number from 1 up, or -1 for all.")
    return int(text)


def concurrency(text: str) -> int:
    """How many calls at a time, from 1 to 32."""
    if not re.fullmatch(r"[0-9]{1,2}", text) or not 1 <= int(text) <= 32:
        raise InvalidArgumentValueError("--concurrency takes a number from 1 to 32.")
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


def _decoded(option, text):
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise InvalidArgumentValueError(f"{option} must be base64.") from None
