"""Results of imports, as far as most tests compare them."""

from __future__ import annotations

from typing import Any


def succeeded(result: dict[str, Any]) -> int:
    """How many records are as the file asks for."""
    return sum(result[name] for name in ("created", "updated", "unchanged", "deleted"))


def failures(result: dict[str, Any]) -> list[dict[str, Any]]:
    """What failed, without the name of the file."""
    return [{name: failure[name] for name in ("line", "id", "code", "message")} for failure in result["failures"]]
