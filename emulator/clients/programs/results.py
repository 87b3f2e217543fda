"""What a client's program gets and reports: one line of JSON for each operation."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

FILE = Path(sys.argv[1])
FACTS: dict[str, Any] = json.loads(FILE.read_text())
FOLDER = FILE.parent
KEY1 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
KEY2 = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
KEYS = {"primaryKey": KEY1, "secondaryKey": KEY2}


def attempt(operation: str, function: Callable[[], Any]) -> Any:
    """Call it, report whether it worked, and return what it returned."""
    try:
        result = function()
    except Exception as error:
        reason = str(error).strip() or repr(error.__cause__ or error)
        report(operation, f"{type(error).__name__}: {reason}"[:300])
        return None
    report(operation, None)
    return result


def refused(operation: str, expected: str, function: Callable[[], Any]) -> None:
    """The operation is that the emulator refuses, which the library tells by an error of this name."""
    try:
        function()
    except Exception as error:
        name = type(error).__name__
        report(operation, None if name == expected else f"{name} instead of {expected}: {error}")
    else:
        report(operation, "it was accepted")


def same(value: Any, expected: Any) -> None:
    """Raises for a value that is not the one expected."""
    if value != expected:
        raise ValueError(f"{value!r} instead of {expected!r}")


def report(operation: str, failure: str | None) -> None:
    print(json.dumps({"operation": operation, "failure": failure}), flush=True)
