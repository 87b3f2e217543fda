"""Where the clients and the emulator run: environments of their own, made once and kept in .venv-clients."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FOLDER = ROOT / ".venv-clients"
PYTHON = FOLDER / "python"
NODE = FOLDER / "node"
EMULATOR = FOLDER / "emulator"
PROGRAMS = HERE / "programs"


def make(with_node: bool) -> None:
    """The emulator from its wheel, built now; the libraries where they are not there yet."""
    requirements = HERE / "requirements.txt"
    if not _made(PYTHON, requirements):
        _environment(PYTHON, "-r", str(requirements))
        shutil.copy(requirements, PYTHON / "made")
    package = PROGRAMS / "package.json"
    if with_node and not _made(NODE, package):
        NODE.mkdir(parents=True, exist_ok=True)
        shutil.copy(package, NODE)
        _run(str(PYTHON / "bin" / "npm"), "install", "--no-audit", "--no-fund", "--loglevel=error", folder=NODE)
        shutil.copy(package, NODE / "made")
    wheels = FOLDER / "dist"
    shutil.rmtree(wheels, ignore_errors=True)
    # setuptools adds to the folder of an earlier build, where modules may be that are gone.
    shutil.rmtree(HERE.parent / "build", ignore_errors=True)
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", str(wheels), str(HERE.parent))
    _run(sys.executable, *build)
    shutil.rmtree(HERE.parent / "build", ignore_errors=True)
    (wheel,) = wheels.glob("*.whl")
    if not EMULATOR.exists():
        _environment(EMULATOR, str(wheel))
    else:
        _run(str(EMULATOR / "bin" / "pip"), "install", "--quiet", "--force-reinstall", "--no-deps", str(wheel))


def variables(**more: str) -> dict[str, str]:
    """The environment of a client: this one, without what would lead it to this folder, and with Node."""
    foreign = ("PYTHONPATH", "AZURE_EXTENSION_DEV_SOURCES", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    path = f"{PYTHON / 'bin'}{os.pathsep}{kept['PATH']}"
    return {**kept, "PATH": path, "NODE_PATH": str(NODE / "node_modules"), **more}


def _made(folder: Path, what: Path) -> bool:
    mark = folder / "made"
    return mark.exists() and mark.read_bytes() == what.read_bytes()


def _environment(folder: Path, *packages: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _run(sys.executable, "-m", "venv", str(folder))
    _run(str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", *packages)


def _run(*command: str, folder: Path = ROOT) -> None:
    done = subprocess.run(command, cwd=folder, env=variables(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
