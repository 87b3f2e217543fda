"""`python tools/installing.py FOLDER WHAT ARGUMENT...`: pip install into the environment in FOLDER, and how far it is.

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

# Compiling what is never imported takes longer than everything else.
INSTALL = ("-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar=off", "--no-compile")
WRITING = "Installing collected packages: "


def main(folder: str, what: str, *arguments: str) -> int:
    """Install; the exit code of pip, or 130 after Ctrl-C."""
    environment = Path(folder)
    print(f"Installing {what} into {environment}", flush=True)
    started = time.monotonic()
    before = installed(environment)
    # A terminal has one line, which changes each second; a file gets a line each ten seconds.
    between, begin, end = (1, "\r\033[K", "") if sys.stdout.isatty() else (10, "", "\n")
    output: list[str] = []
    with subprocess.Popen(
        [environment / "bin" / "python", *INSTALL, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as pip:
        assert pip.stdout is not None
        reader = Thread(target=keep, args=(pip.stdout, output), daemon=True)
        reader.start()
        try:
            while (exit_code := waited(pip, between)) is None:
                done = progress(output, installed(environment) - before)
                print(f"{begin}  {time.monotonic() - started:.0f} s: {done}", end=end, flush=True)
        except KeyboardInterrupt:
            return 130
        reader.join()
    told = f"  done in {time.monotonic() - started:.0f} s" if exit_code == 0 else "".join(output).rstrip()
    print(f"{begin}{told}", flush=True)
    return exit_code


def keep(lines: Iterable[str], output: list[str]) -> None:
    """Keep each line when it comes."""
    for line in lines:
        output.append(line)


def waited(pip: subprocess.Popen[str], seconds: float) -> int | None:
    """The exit code of pip, or None if it runs on."""
    try:
        return pip.wait(seconds)
    except subprocess.TimeoutExpired:
        return None


def progress(output: list[str], written: int) -> str:
    """What pip does, by what it has printed and the number of packages that it has written."""
    for line in output:
        if line.startswith(WRITING):
            total = line.count(",") + 1
            return f"{min(written, total)} of {total} packages written"
    return f"{sum(line.startswith('Collecting ') for line in output)} packages found"


def installed(environment: Path) -> int:
    """The number of packages in an environment."""
    return sum(1 for _ in environment.glob("lib/python*/site-packages/*.dist-info"))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
