"""`python tools/installing.py FOLDER WHAT ARGUMENT...`: pip install into FOLDER's environment, with a line now and then.

It runs on any Python 3.9, with nothing installed. What pip prints is shown only if pip fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from threading import Thread

BETWEEN_LINES = 10
"""Seconds."""
# Compiling what is never imported takes longer than everything else.
INSTALL = ("-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar=off", "--no-compile")
WRITING = "Installing collected packages: "


def main(folder: str, what: str, *arguments: str) -> int:
    """Install; the exit code of pip, or 130 after Ctrl-C."""
    environment = Path(folder)
    print(f"Installing {what} into {environment}", flush=True)
    started = time.monotonic()
    before = installed(environment)
    output: list[str] = []
    with subprocess.Popen(
        [environment / "bin" / "python", *INSTALL, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as pip:
        assert pip.stdout is not None
        reader = Thread(target=read, args=(pip.stdout, output), daemon=True)
        reader.start()
        try:
            while (exit_code := waited(pip)) is None:
                print(f"  {time.monotonic() - started:.0f} s: {progress(output, environment, before)}", flush=True)
        except KeyboardInterrupt:
            return 130
        reader.join()
    if exit_code:
        print("".join(output), end="")
    else:
        print(f"  done in {time.monotonic() - started:.0f} s", flush=True)
    return exit_code


def read(lines: Iterable[str], output: list[str]) -> None:
    """Keep each line as it comes."""
    for line in lines:
        output.append(line)


def waited(pip: subprocess.Popen[str]) -> int | None:
    """The exit code of pip, or None if it is not done after some seconds."""
    try:
        return pip.wait(BETWEEN_LINES)
    except subprocess.TimeoutExpired:
        return None


def progress(output: list[str], environment: Path, before: int) -> str:
    """What pip does, by what it has printed and written."""
    for line in output:
        if line.startswith(WRITING):
            total = line.count(",") + 1
            return f"{min(installed(environment) - before, total)} of {total} packages written"
    return f"{sum(line.startswith('Collecting ') for line in output)} packages found and downloaded"


def installed(environment: Path) -> int:
    """The number of distributions in an environment."""
    return sum(1 for _ in environment.glob("lib/python*/site-packages/*.dist-info"))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
