"""What MkDocs does differently here: the site has the folders of the repository, so that links are the same in both."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[2]
HOME, CONTRIBUTING = "README.md", "CONTRIBUTING.md"
EMULATOR = ("docs/emulator.md", "docs/clients.md", "emulator/README.md")
COMMANDS = "docs/commands.md"
STYLE = "tools/site/code.css"
# The order in which a reader may want them; a page that is not here comes after these.
GUIDES = (
    *(
        "authentication",
        "pipelines",
        "fleets",
        "files",
        "fleet-in-git",
        "day-two",
        "report",
        "rotation",
        "registrations",
    ),
    *("pki", "doctor", "api-versions", "together-with-azure-iot", "migrating", "troubleshooting", "performance"),
)

_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]+)\]\((?P<target>[^)\s]+)\)")
_TARGET = re.compile(r"\]\(([^)\s]+)\)|\bsrc=\"([^\"]+)\"")


def on_files(files: Files, config: Any) -> Files:
    """The pages of the repository, and the files that they name, in place of the folder docs alone."""
    theme = [file for file in files if file.src_dir != config.docs_dir]
    documents = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs").rglob("*.md"))]
    pages = [HOME, *documents, EMULATOR[-1], CONTRIBUTING]
    config.nav = navigation(documents)
    names = sorted({*pages, STYLE, *(name for page in pages for name in _named(page))})
    return Files([*theme, *(File.generated(config, name, abs_src_path=str(ROOT / name)) for name in names)])


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Without links to folders, which a repository can show and a site cannot."""

    def text_of(link: re.Match[str]) -> str:
        path = _path(page.file.src_uri, link["target"])
        return link["text"] if path is not None and path.is_dir() else link[0]

    return _LINK.sub(text_of, markdown)


def navigation(documents: Iterable[str]) -> list[Any]:
    """What the site's menu has, for the pages of the folder docs by their paths."""
    commands = [COMMANDS, *sorted((name for name in documents if name.startswith("docs/commands/")), key=_stem)]
    guides = [name for name in documents if name not in (*commands, *EMULATOR)]
    known = [f"docs/{name}.md" for name in GUIDES]
    guides.sort(key=lambda name: known.index(name) if name in known else len(known))
    return [
        {"Home": HOME},
        {"Guides": guides},
        {"Commands": commands},
        {"Emulator": list(EMULATOR)},
        {"Contributing": CONTRIBUTING},
    ]


def _stem(name: str) -> str:
    return PurePosixPath(name).stem


def _named(page: str) -> Iterable[str]:
    """The files of the repository that a page links to or shows, pages excepted."""
    for found in _TARGET.finditer((ROOT / page).read_text(encoding="utf-8")):
        path = _path(page, found[1] or found[2])
        if path is not None and path.is_file() and path.suffix != ".md":
            yield path.relative_to(ROOT).as_posix()


def _path(page: str, target: str) -> Path | None:
    """What a link in a page leads to; None if it leads out of the repository."""
    name = target.partition("#")[0]
    if not name or ":" in name:
        return None
    path = (ROOT / PurePosixPath(page).parent / name).resolve()
    return path if path.is_relative_to(ROOT) else None
