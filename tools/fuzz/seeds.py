"""What fuzzing starts from: the folders of `corpus`, one for each target."""

from __future__ import annotations

from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
NAMES = (
    *("answer", "arm", "certificate", "connection", "json", "number", "record", "redaction", "registration"),
    *("secret", "table", "word"),
)


def seeds(name: str) -> list[Path]:
    """The seeds of a target, and what was found with them."""
    return sorted(path for path in (CORPUS / name).iterdir() if path.is_file())


def grown(name: str) -> Path:
    """Where the inputs go that reached new lines; `make clean` removes them."""
    return CORPUS.parents[2] / ".hypothesis" / "fuzz" / name
