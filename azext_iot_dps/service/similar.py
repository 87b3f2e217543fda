"""Names that look like the one that is not there."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def closest(name: str, names: Iterable[str]) -> list[str]:
    """A question with the names that look like `name`, if there are such; letter case is ignored."""
    known = {each.lower(): each for each in names}
    close = [known[each] for each in get_close_matches(name.lower(), known)]
    return [f"Did you mean {' or '.join(close)}?"] if close else []


def hub_slips(typed: Iterable[str], linked: Iterable[str]) -> list[str]:
    """A sentence for each typed host name that is none of the `linked` hubs and looks like one of them.

    Their first labels are compared: behind those, all hubs look alike.
    """
    known = {hub.lower(): hub for hub in linked}
    labels = {hub.partition(".")[0]: hub for hub in known}
    found = []
    for hub in typed:
        close = get_close_matches(hub.lower().partition(".")[0], labels, 1)
        if hub.lower() not in known and close:
            found.append(f"The IoT hub {hub} is not linked to the service. Did you mean {known[labels[close[0]]]}?")
    return found
