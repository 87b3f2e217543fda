"""What is wrong with files: a fault of several records of one is shown once, with their lines."""

from __future__ import annotations

from collections.abc import Callable

from azext_iot_dps.record.violation import Fault, Violation

# Different faults that are shown, ranges of lines that are shown of one, and characters of one.
KINDS, RANGES, LENGTH = 20, 10, 1_000
# Different values that are shown of a fault, and characters of one.
VALUES, VALUE_LENGTH = 3, 60


def sentence(violation: Violation, spell: Callable[[str], str], row: dict[str, str] | None) -> str:
    """What a record breaks, where `row` is one of CSV, with what explains that all rows do."""
    text = violation.told(spell)
    if row is not None and violation.fault is Fault.MISSING and not {*map(spell, violation.members)} & row.keys():
        text += " The file has no such column."
    return text


class Faults:
    """The faults of files, in their order. Memory and text are bounded, however many there are."""

    def __init__(self, tell: Callable[[str], None] | None = None) -> None:
        """`tell` gets every fault as a line of text."""
        self.count = 0
        self._tell = tell
        self._kinds: dict[tuple[str, str], _Lines] = {}
        self._more, self._more_lines, self._last_line = 0, 0, ("", 0)

    def add(self, place: int, line: int, fault: str, value: str = "", file: str = "") -> None:
        """Note a fault of the record that is the `place`-th of all and begins on that line.

        `value` is what it has instead: faults that differ in it only are shown together. `file` is shown, where there
        are several.
        """
        self.count += 1
        if self._tell:
            told = _Lines()
            told.add(place, line, value)
            self._tell(_told(file, fault, told))
        fault = fault if len(fault) <= LENGTH else f"{fault[:LENGTH]}…"
        if (file, fault) not in self._kinds and len(self._kinds) == KINDS:
            self._more += 1
            self._more_lines += (file, line) != self._last_line
            self._last_line = file, line
        else:
            self._kinds.setdefault((file, fault), _Lines()).add(place, line, value)

    def told(self, option: str = "--file", outcome: str = "Nothing was sent.") -> str:
        """The faults as lines of text, below a line that counts them; `option` names the files."""
        found = [f"{option} has {_counted(self.count, 'fault')}. {outcome}"]
        for (file, fault), lines in self._kinds.items():
            found.append(_told(file, fault, lines))
        if self._more:
            found.append(f"… and {_counted(self._more, 'more fault')} on {_counted(self._more_lines, 'line')}.")
        return "\n".join(found)


class _Lines:
    """Where records begin; those that follow each other in the file make a range."""

    def __init__(self) -> None:
        self._ranges: list[tuple[int, int]] = []
        self._last_place = 0
        self._more = 0
        self._values: dict[str, None] = {}

    def add(self, place: int, line: int, value: str) -> None:
        if value and len(self._values) <= VALUES:
            self._values[value[: VALUE_LENGTH + 1]] = None
        if self._ranges and not self._more and place <= self._last_place + 1:
            self._ranges[-1] = self._ranges[-1][0], line
        elif len(self._ranges) < RANGES:
            self._ranges.append((line, line))
        else:
            self._more += 1
        self._last_place = place

    def values(self) -> str:
        """What the records have there, where that may be shown."""
        values = [f"{value[:VALUE_LENGTH]!r}" + "…" * (len(value) > VALUE_LENGTH) for value in self._values]
        others = " and others" if len(values) > VALUES else ""
        return f" Found: {', '.join(values[:VALUES])}{others}." if values else ""

    def told(self) -> str:
        """Their lines."""
        shown = ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in self._ranges)
        more = f" and {self._more:,} more" if self._more else ""
        return f"line{'' if shown.isdigit() else 's'} {shown}{more}"


def _told(file: str, fault: str, lines: _Lines) -> str:
    return f"{file}{', ' if file else ''}{lines.told()}: {fault}{lines.values()}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
