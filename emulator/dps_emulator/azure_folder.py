"""The configuration folder of an azure-cli whose cloud is the emulator."""

from __future__ import annotations

from configparser import RawConfigParser
from pathlib import Path

CLOUD = "lab"
ENDPOINTS = (
    "resource_manager",
    "active_directory",
    "active_directory_resource_id",
    "active_directory_graph_resource_id",
    "management",
    "gallery",
)


def write(folder: Path, url: str) -> None:
    """Register the cloud and select it; what else the folder holds, such as a sign-in, stays."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _set(folder / "clouds.config", {CLOUD: {f"endpoint_{name}": url for name in ENDPOINTS}})
    # Otherwise the sign-in library asks a host on the internet about the authority of a service principal.
    core = {"instance_discovery": "false", "collect_telemetry": "false"}
    _set(folder / "config", {"cloud": {"name": CLOUD}, "core": core})


def _set(file: Path, sections: dict[str, dict[str, str]]) -> None:
    parser = RawConfigParser()
    parser.read(file, encoding="utf-8")
    for section, values in sections.items():
        if not parser.has_section(section):
            parser.add_section(section)
        for name, value in values.items():
            parser.set(section, name, value)
    with file.open("w", encoding="utf-8") as written:
        parser.write(written)
