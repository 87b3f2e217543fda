"""Links of the documents, and the check of the site that is made of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.site.__main__ import broken

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "emulator" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]


def anchors(page):
    """Of the headings of a page, as GitHub makes them."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title) for title in titles)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere_in_the_repository(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if ":" in target:
            continue
        name, _, anchor = target.partition("#")
        found = page.parent / name if name else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


def test_what_is_wrong_with_a_site(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "index.html").write_text('<h2 id="known">A</h2>')
    (tmp_path / "own.css").write_text("a { background: url(https://b.example/c.png); color: red }")
    (tmp_path / "index.html").write_text(
        """
        <link href="own.css" rel="stylesheet"><a href="there/#known">1</a><a href="https://d.example/">2</a>
        <a href="/there/">3</a><img src="data:image/gif;base64,AAAA"><a href="mailto:a@e.example">4</a>
        <a href="there/#unknown">5</a><a href="missing/">6</a><a href="#nowhere">7</a>
        <script src="https://f.example/g.js"></script><link href="//h.example/i.css" rel="stylesheet">
        """
    )
    assert list(broken(tmp_path)) == [
        "index.html: there/#unknown leads to a page without this section.",
        "index.html: missing/ leads nowhere.",
        "index.html: #nowhere leads to a page without this section.",
        "index.html: https://f.example/g.js would be loaded from elsewhere.",
        "index.html: //h.example/i.css would be loaded from elsewhere.",
        "own.css: https://b.example/c.png would be loaded from elsewhere.",
    ]


def test_a_site_without_pages(tmp_path):
    assert list(broken(tmp_path)) == [f"{tmp_path} has no pages."]
