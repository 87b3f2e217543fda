"""Command lines with what they print, for the reference: run against the emulator, the same each time."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from dps_emulator import Emulator
from tools.lab.command_line import run

ROOT = Path(__file__).parents[1]
ALL = 100
FAILED = "az {line} ended with exit code {code}:\n{printed}"


@dataclass(frozen=True)
class Shown:
    """A line after `az`, and how many lines of its output are shown; `hidden` are options that only the emulator needs.

    Without a number it only prepares what later lines show.
    """

    line: str
    number: int = 0
    hidden: str = ""

    @property
    def command(self) -> str:
        """Without options."""
        return self.line.partition(" -")[0]


# In their order: each finds what the ones before it left.
LINES = (
    Shown("iot dps enrollment apply -n mydps --file samples/fleet.csv --what-if -o table", ALL),
    Shown("iot dps enrollment apply -n mydps --file samples/fleet.csv", ALL),
    Shown("iot dps enrollment create -n mydps --eid thermostat-1 --at symmetricKey --tags \"{'site': 'north'}\"", 14),
    Shown("iot dps enrollment list -n mydps -o table", ALL),
    Shown(
        "iot dps enrollment update -n mydps --eid thermostat-1 --set initialTwin.tags.floor=3 --query initialTwin", ALL
    ),
    Shown(
        'iot dps enrollment show -n mydps --eid sensor-1 --query "{status: provisioningStatus, twin: initialTwin}"', ALL
    ),
    Shown("iot dps enrollment show -n mydps --eid sensor-3 -o table", ALL),
    Shown("iot dps enrollment diff -n mydps --file samples/fleet.csv -o table", ALL),
    Shown("iot dps enrollment audit -n mydps -o table", ALL),
    Shown("iot dps enrollment export -n mydps --file backup.jsonl --show-keys", ALL),
    Shown("iot dps enrollment import -n mydps --file samples/fleet.jsonl --mode upsert", ALL),
    Shown("iot device registration create -n mydps --registration-id thermostat-1", ALL, "--host {host}"),
    Shown("iot dps enrollment registration show -n mydps --eid thermostat-1", ALL),
    Shown(
        "iot dps enrollment device-config -n mydps --eid thermostat-1 --format env",
        ALL,
        "--host global.azure-devices-provisioning.net",
    ),
    Shown("iot dps enrollment-group import -n mydps --file samples/groups.csv", ALL),
    Shown("iot dps enrollment-group list -n mydps -o table", ALL),
    Shown("iot dps enrollment-group compute-device-key -n mydps --group-id north --registration-id pump-1 pump-2", ALL),
    Shown("iot device registration create -n mydps --registration-id pump-1 --group-id north", 0, "--host {host}"),
    Shown("iot dps enrollment-group registration list -n mydps --group-id north -o table", ALL),
    Shown("iot dps connection-string show -n mydps", ALL),
    Shown("iot dps doctor -n mydps --registration-id thermostat-1 -o table", ALL),
)
# What is another each time, and what is shown instead.
_ALIKE = (
    (r"localhost:\d+", "localhost:8443"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", "2026-05-04T08:30:00.1234567Z"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-05-04T08:30:00Z"),
    (r'("etag": )"[^"]+"', r'\1"ImRkMTUyMGQ0LTAwMDAtMDgwMC0wMDAwLTZiMDNlZDk4MDAwMCI="'),
    (r'("operationId": )"[^"]+"', r'\1"5.343191f157f1034d.ed45702f-4a49-43dc-8d8c-cac579d46e9c"'),
    (r'("(?:primary|secondary)Key": )"[^"]{60,}"', r'\1"tFZ+ChCLEBRU…"'),
    (r'("seconds": )[\d.]+', r"\g<1>0.021"),
)


def outputs(dps: Emulator, folder: Path) -> dict[str, str]:
    """For each command that has one, its lines and what they print, as in a shell.

    `folder` must be the working folder, and this process signed in to the emulator. Raises ValueError for a line that
    fails.
    """
    shutil.copytree(ROOT / "samples", folder / "samples")
    dps.switches.retry_after = 0
    found: dict[str, list[str]] = {}
    for each in LINES:
        result = run(f"{each.line} {each.hidden.format(host=dps.host)}")
        if result.exit_code:
            raise ValueError(FAILED.format(line=each.line, code=result.exit_code, printed=result.out + result.err))
        if each.number:
            found.setdefault(each.command, []).append(f"$ az {each.line}\n{_cut(alike(result.out), each.number)}")
    return {command: "".join(parts) for command, parts in found.items()}


def alike(printed: str) -> str:
    """Without what is another each time."""
    for pattern, instead in _ALIKE:
        printed = re.sub(pattern, instead, printed)
    return printed


def _cut(printed: str, number: int) -> str:
    lines = printed.rstrip("\n").splitlines()
    shown = lines if len(lines) <= number else [*lines[:number], "  …"]
    return "".join(f"{line.rstrip()}\n" for line in shown)
