"""The index from which `az extension add --name` and `az extension update` take an extension."""

from __future__ import annotations

import hashlib
import json
import zipfile
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

Index = dict[str, Any]


class Unpublishable(Exception):
    """Why these files cannot be released; the text is for the person who tries to."""


def sha256(file: Path) -> str:
    """The SHA-256 of a file, as hexadecimal digits."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def distribution(wheel: Path) -> Distribution:
    """What a wheel says about itself."""
    (found,) = distributions(path=[str(wheel)])
    return found


def extended(index: Index, wheel: Path, url: str) -> Index:
    """An index that has all of `index` and the extension in `wheel`, which is served in the folder `url`.

    Raises Unpublishable if the version is in the index with other contents: an az that has it would keep the old ones.
    """
    if index.get("formatVersion") != "1" or not isinstance(index.get("extensions"), dict):
        raise Unpublishable("The index to extend is not an index of Azure CLI extensions, format version 1.")
    entry = _entry(wheel, url)
    name, version = entry["metadata"]["name"], entry["metadata"]["version"]
    others = []
    for known in index["extensions"].get(name, []):
        if known["metadata"]["version"] != version:
            others.append(known)
        elif known["sha256Digest"] != entry["sha256Digest"]:
            raise Unpublishable(f"{name} {version} is in the index with other contents. Release another version.")
    return {"extensions": {**index["extensions"], name: [*others, entry]}, "formatVersion": "1"}


def empty() -> Index:
    """An index of no extension."""
    return {"extensions": {}, "formatVersion": "1"}


def _entry(wheel: Path, url: str) -> dict[str, Any]:
    return {
        "downloadUrl": f"{url}/{wheel.name}",
        "filename": wheel.name,
        "metadata": _metadata(wheel),
        "sha256Digest": sha256(wheel),
    }


def _metadata(wheel: Path) -> dict[str, Any]:
    """What azure-cli reads before it has the wheel, such as the azure-cli that the extension needs."""
    described = distribution(wheel)
    known = described.metadata
    with zipfile.ZipFile(wheel) as archive:
        (own,) = (name for name in archive.namelist() if name.endswith("/azext_metadata.json"))
        azext = json.loads(archive.read(own))
    return {
        **azext,
        "classifiers": known.get_all("Classifier"),
        "license": known["License"],
        # the version in which metadata was JSON
        "metadata_version": "2.0",
        "name": known["Name"],
        "run_requires": [{"requires": described.requires}],
        "summary": known["Summary"],
        "version": known["Version"],
    }
