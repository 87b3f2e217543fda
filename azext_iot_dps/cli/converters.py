"""Converters of option values: what `type=` of an argument takes. No network, and no message with a key."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from azure.cli.core.azclierror import FileOperationError, InvalidArgumentValueError

from azext_iot_dps.cli import files
from azext_iot_dps.record.values import ANY, NAME, OBJECT, PATH, Value
from azext_iot_dps.record.violation import Invalid

Converter = Callable[[str], Any]


def typed(option: str, value: Value, *ways: str) -> Converter:
    """A converter to a value of the rulebook; `ways` are advice on any other.

    Raises InvalidArgumentValueError, and FileOperationError for `@file` that azure-cli could not read.
    """

    def convert(text: str) -> Any:
        refuse_unread_file(option, text)
        try:
            return value.parse(text)
        except Invalid as error:
            forgotten = files.without_at(option, text) if value in (OBJECT, ANY) else ""
            if forgotten:
                raise InvalidArgumentValueError(f"{option}: {forgotten}.") from None
            advice = [*error.advice, *ways, *(_quoting(option) if value in (OBJECT, ANY) else [])]
            raise InvalidArgumentValueError(f"{option} {error.reason}", recommendation=advice) from None

    return convert


def several(option: str, value: Value) -> Converter:
    """A converter to a list: one word may hold several values, as the lines of a file do. An error names the value."""

    def convert(text: str) -> list[Any]:
        refuse_unread_file(option, text)
        return [typed(f"{option}: '{word}'", value)(word) for word in text.split()] or [typed(option, value)(text)]

    return convert


def refuse_unread_file(option: str, text: str) -> None:
    """azure-cli leaves `@file` as it is when it cannot read the file as text."""
    if text.startswith("@"):
        raise FileOperationError(f"{option}: cannot read {text[1:]}: {files.unread(text[1:])}.")


def file_path(option: str) -> Converter:
    """A converter for the path of a file; an unset variable and the content of a file are refused."""
    return typed(option, PATH)


def name(option: str) -> Converter:
    """A converter for a name, which an unset variable would leave empty."""
    return typed(option, NAME)


def number(option: str, most: int, unlimited: bool = False) -> Converter:
    """A converter for a whole number from 1 to `most`; None stands for -1, where that means `unlimited`."""

    def convert(text: str) -> int | None:
        if unlimited and text == "-1":
            return None
        if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= most:
            limit = "of at least 1, or -1 for all" if unlimited else f"from 1 to {most}"
            raise InvalidArgumentValueError(f"{option} must be a number {limit}.")
        return int(text)

    return convert


def _quoting(option: str) -> list[str]:
    return [
        f"In bash: {option} '{{\"a\": 1}}', or from a file: {option} @file.json",
        f"In PowerShell: {option} \"{{'a': 1}}\", or from a file: {option} '@file.json'",
        f'In cmd: {option} "{{\\"a\\": 1}}", or from a file: {option} @file.json',
    ]
