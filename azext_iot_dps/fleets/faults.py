"""What is wrong with a file: a fault of several records is shown once, with their lines."""

from __future__ import annotations

# Different faults that are shown, ranges of lines that are shown of one, and characters of one.
KINDS, RANGES, LENGTH = 20, 10, 1_000


class Faults:
    """The faults of a file, in its order. Memory and text are bounded, however many there are."""

    def __init__(self) -> None:
        self.count = 0
        self._kinds: dict[str, _Lines] = {}
        self._more, self._more_lines, self._last_line = 0, 0, 0

    def add(self, place: int, line: int, fault: str) -> None:
        """Note a fault of the record that is the `place`-th of the file and begins on that line."""
        self.count += 1
        fault = fault if len(fault) <= LENGTH else f"{fault[:LENGTH]}…"
        if fault not in self._kinds and len(self._kinds) == KINDS:
            self._more += 1
            self._more_lines += line != self._last_line
            self._last_line = line
        else:
            self._kinds.setdefault(fault, _Lines()).add(place, line)

    def told(self) -> str:
        """The faults as lines of text, below a line that counts them."""
        found = [f"--file has {_counted(self.count, 'fault')}. Nothing was sent."]
        found += [f"{lines.told()}: {fault}" for fault, lines in self._kinds.items()]
        if self._more:
            found.append(f"… and {_counted(self._more, 'more fault')} on {_counted(self._more_lines, 'line')}.")
        return "\n".join(found)


class _Lines:
    """Where records begin; those that follow each other in the file make a range."""

    def __init__(self) -> None:
        self._ranges: list[tuple[int, int]] = []
        self._last_place = 0
        self._more = 0

    def add(self, place: int, line: int) -> None:
        if self._ranges and not self._more and place <= self._last_place + 1:
            self._ranges[-1] = self._ranges[-1][0], line
        elif len(self._ranges) < RANGES:
            self._ranges.append((line, line))
        else:
            self._more += 1
        self._last_place = place

    def told(self) -> str:
        shown = ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in self._ranges)
        more = f" and {self._more:,} more" if self._more else ""
        return f"line{'' if shown.isdigit() else 's'} {shown}{more}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
