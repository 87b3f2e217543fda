"""`python -m tools.fuzz [NAME ...] [--seconds N]`: fuzz these targets, or all of them, N seconds each.

Ends with 1 when something was found. What was found lies in the target's folder of `corpus` as `found-…`, where
`make test` meets it from then on.
"""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys

from tools.fuzz.seeds import CORPUS, NAMES, grown
from tools.lab.passing_time import PassingTime


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--seconds", type=int, default=60)
    given = parser.parse_args()
    if set(given.names) - set(NAMES):
        parser.error(f"the targets are {', '.join(NAMES)}")
    if len(given.names) == 1:
        fuzz(given.names[0], given.seconds)
    # atheris ends its process
    names = given.names or NAMES
    line = [sys.executable, "-m", "tools.fuzz", "--seconds", str(given.seconds)]
    found = [name for name in names if subprocess.run([*line, name], check=False).returncode]
    print(f"{len(names)} targets, {given.seconds} seconds each; found something: {', '.join(found) or 'none'}")
    return 1 if found else 0


def fuzz(name: str, seconds: int) -> None:
    """Fuzz one target; never returns."""
    # azure-cli reads it when it is imported
    os.environ["AZURE_CONFIG_DIR"] = str(grown("config"))
    import atheris

    with atheris.instrument_imports(include=["azext_iot_dps"]):
        from azext_iot_dps.service import pace
        from tools.fuzz.targets import TARGETS

    passing = PassingTime()
    pace.sleep, pace.clock = passing.sleep, passing.clock
    logging.getLogger("cli").setLevel(logging.CRITICAL)
    working = grown(name)
    working.mkdir(parents=True, exist_ok=True)
    options = [
        f"-max_total_time={seconds}",
        f"-artifact_prefix={CORPUS / name}/found-",
        "-max_len=4096",
        "-timeout=10",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
        "-verbosity=0",
    ]
    print(f"{name}: {seconds} seconds", flush=True)
    atheris.Setup([name, *options, str(working), str(CORPUS / name)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
