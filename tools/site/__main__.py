"""`python -m tools.site FOLDER`: exits with 1 if a link of a built site is broken or a page loads from elsewhere."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# Their targets are not loaded until a reader follows them.
_ONLY_LINKS = ("a", "form")
_IN_CSS = re.compile(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\"')\s]+)")


@dataclass
class Page(HTMLParser):
    """A page's links as (tag, target), and the names that links may lead to."""

    file: Path
    links: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in ("id", "name") and value:
                self.names.add(value)
            elif name in ("href", "src", "action", "data") and value is not None:
                self.links.append((tag, value))


def broken(folder: Path) -> Iterator[str]:
    """A sentence for everything that is wrong with the site in a folder."""
    pages = {file.resolve(): Page(file) for file in sorted(folder.rglob("*.html"))}
    if not pages:
        yield f"{folder} has no pages."
    for file, page in pages.items():
        for tag, target in page.links:
            fault = _fault(folder.resolve(), pages, file, tag, target)
            if fault:
                yield f"{file.relative_to(folder.resolve())}: {target} {fault}."
    for style in folder.rglob("*.css"):
        for found in _IN_CSS.finditer(style.read_text(encoding="utf-8")):
            yield f"{style.relative_to(folder)}: {found[1]} would be loaded from elsewhere."


def _fault(folder: Path, pages: dict[Path, Page], file: Path, tag: str, target: str) -> str | None:
    parts = urlsplit(target)
    if parts.scheme in ("http", "https") or parts.netloc:
        return None if tag in _ONLY_LINKS else "would be loaded from elsewhere"
    if parts.scheme:  # data:, mailto:
        return None
    path = unquote(parts.path)
    start = folder if path.startswith("/") else file.parent
    found = (start / path.lstrip("/")).resolve() if path else file
    if found.is_dir():
        found /= "index.html"
    if not found.is_file():
        return "leads nowhere"
    name = unquote(parts.fragment)
    if name and found in pages and name not in pages[found].names:
        return "leads to a page without this section"
    return None


def main() -> int:
    """Print what is wrong."""
    faults = list(broken(Path(sys.argv[1])))
    print(*faults, sep="\n", end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
