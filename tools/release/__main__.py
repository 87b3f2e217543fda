"""Writes index.json, SHA256SUMS and notes.md next to the wheels of a release."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tools.release.index import Unpublishable, distribution, empty, extended, sha256
from tools.release.notes import installation, notes

ROOT = Path(__file__).parents[2]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.release", description=__doc__)
    parser.add_argument("folder", type=Path, help="Where the wheels of the extension and of the emulator are.")
    parser.add_argument("--url", required=True, help="The https URL of the folder that will serve these files.")
    parser.add_argument("--index-url", help="The URL of index.json that stays the same. Default: in that folder.")
    parser.add_argument("--extend", type=Path, help="The index.json of the release before; its entries are kept.")
    given = parser.parse_args(arguments)
    url = given.url.rstrip("/")
    try:
        _write(given.folder, url, given.index_url or f"{url}/index.json", given.extend)
    except Unpublishable as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


def _write(folder: Path, url: str, index_url: str, before: Path | None) -> None:
    # The checksum of a wheel is in the index itself: only TLS protects both.
    if not url.startswith("https://"):
        raise Unpublishable("The URL must begin with https://, as in: make release URL=https://example.com/1.0.0")
    (extension,) = folder.glob("azure_iot_dps-*.whl")
    (emulator,) = folder.glob("azure_iot_dps_emulator-*.whl")
    version = distribution(extension).version
    if distribution(emulator).version != version:
        raise Unpublishable(f"The extension is {version}, the emulator {distribution(emulator).version}.")
    history = notes((ROOT / "HISTORY.rst").read_text(encoding="utf-8"), version)
    index = extended(json.loads(before.read_text(encoding="utf-8")) if before else empty(), extension, url)
    files = {
        "notes.md": history + installation(url, extension.name, emulator.name, index_url),
        "index.json": json.dumps(index, indent=4, sort_keys=True) + "\n",
        "SHA256SUMS": "".join(f"{sha256(wheel)}  {wheel.name}\n" for wheel in (extension, emulator)),
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
