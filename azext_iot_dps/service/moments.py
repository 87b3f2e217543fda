"""Times as the service writes them."""

from __future__ import annotations

import re
from datetime import datetime


def moment(text: object) -> datetime | None:
    """A time in UTC, without fractions of a second; None for what is no time of the service."""
    # Python 3.9 reads neither the service's seven digits of a second nor its Z
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z", str(text), re.ASCII)
    try:
        return datetime.fromisoformat(f"{match[1]}+00:00") if match else None
    except ValueError:
        return None
