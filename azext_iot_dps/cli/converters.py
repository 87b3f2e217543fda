"""Converters of option values: what `type=` of an argument takes. No network, no files, and no message with a key."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iot_dps.record.values import ANY, NAME, OBJECT, PATH, Value
from azext_iot_dps.record.violation import Invalid

Converter = Callable[[str], Any]


def typed(option: str, value: Value) -> Converter:
    """A converter to a value of the rulebook. Raises InvalidArgumentValueError."""

    def convert(text: str) -> Any:
        refuse_unread_file(option, text)
        try:
            return value.parse(text)
        except Invalid as error:
            advice = [*error.advice, *_quoting(option)] if value in (OBJECT, ANY) else list(error.advice)
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
        raise InvalidArgumentValueError(f"{option}: the file {text[1:]} cannot be read as text.")


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
