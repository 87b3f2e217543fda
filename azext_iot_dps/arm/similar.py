"""Existing names that look like one that does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def closest(name: str, names: Iterable[str]) -> list[str]:
    """Those of `names` that look like `name`, the best first; letter case is ignored."""
    known = {each.lower(): each for each in names}
    return [known[each] for each in get_close_matches(name.lower(), known)]


def unlinked_hubs(named: Iterable[str], linked: Iterable[str]) -> list[tuple[str, str | None]]:
    """The host names that are none of the `linked` hubs, each with the linked one that it looks like, if any.

    The first labels are compared: the rest of a host name is the same for all hubs.
    """
    known = {hub.lower(): hub for hub in linked}
    labels = {hub.partition(".")[0]: hub for hub in known}
    found: list[tuple[str, str | None]] = []
    for hub in named:
        close = get_close_matches(hub.lower().partition(".")[0], labels, 1)
        if hub.lower() not in known:
            found.append((hub, known[labels[close[0]]] if close else None))
    return found
