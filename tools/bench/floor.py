"""Two az, each with one extension: the built wheel, and an empty extension for the least that az allows."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

from tools.bench import clock
from tools.lab.real_az import RealAz

HERE = Path(__file__).parent
NAME = "azure-bench"


def ours(folder: Path, ca_file: str) -> RealAz:
    """An az with the wheel."""
    az = _az(folder)
    clock.succeed(az.run(f"extension add --yes --source {shlex.quote(str(az.wheel))}"))
    # Not before the wheel is in: pip would trust no other authority either.
    return _trusting(az, ca_file)


def empty(folder: Path, ca_file: str) -> RealAz:
    """An az with the empty extension."""
    az = _az(folder)
    package = Path(az.environ["AZURE_EXTENSION_DIR"], NAME, "azext_bench")
    package.mkdir(parents=True)
    shutil.copy(HERE / "empty_extension.py", package / "__init__.py")
    for name in ("signature.py", "bare_import.py"):
        shutil.copy(HERE / name, package)
    (package / "azext_metadata.json").write_text("{}")
    information = package.parent / "azure_bench-0.1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {NAME}\nVersion: 0.1.0\n")
    return _trusting(az, ca_file)


def extension(az: RealAz) -> Path:
    """The folder of its only extension."""
    (folder,) = Path(az.environ["AZURE_EXTENSION_DIR"]).iterdir()
    return folder


def _az(folder: Path) -> RealAz:
    folder.mkdir()
    az = RealAz(folder)
    # The wheel is compiled when it is added; the empty extension would stay uncompiled.
    az.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    return az


def _trusting(az: RealAz, ca_file: str) -> RealAz:
    az.environ.update(REQUESTS_CA_BUNDLE=ca_file, NO_PROXY="localhost", no_proxy="localhost")
    return az
