"""Release notes in Markdown, from the section of a version in HISTORY.rst."""

from __future__ import annotations

import re
import textwrap

from tools.release.index import Unpublishable


def notes(history: str, version: str) -> str:
    """The section of that version, with each paragraph and item on one line, since GitHub shows line breaks.

    Raises Unpublishable if there is no such section with a date.
    """
    heading = rf"^{re.escape(version)} \(\d{{4}}-\d\d-\d\d\)\n-+\n"
    _, *following = re.split(heading, history, maxsplit=1, flags=re.MULTILINE)
    if not following:
        raise Unpublishable(f"HISTORY.rst has no section '{version} (YYYY-MM-DD)'.")
    section = re.split(r"^.+\n-{3,}\n", following[0], maxsplit=1, flags=re.MULTILINE)[0]
    with_headings = re.sub(r"^(.+)\n~+$", r"## \1", section.strip(), flags=re.MULTILINE)
    on_one_line = re.sub(r"(?<=\S)\n *(?=[^\s*#])", " ", with_headings)
    return on_one_line.replace("``", "`") + "\n"


def installation(url: str, extension: str, emulator: str, index_url: str) -> str:
    """How these wheels in the folder `url` are installed, and the extension by its name from the index."""
    return textwrap.dedent(f"""
        ## Install

        ```
        az extension add --yes --source {url}/{extension}
        pip install {url}/{emulator}
        ```

        To install and update the extension by its name, use the index of its releases:

        ```
        az config set extension.index_url={index_url}
        az extension update --name azure-iot-dps
        ```

        Other extensions need Microsoft's index: `az config unset extension.index_url`.
        """)
