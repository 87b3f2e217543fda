"""What is typed and printed in the picture, and how it is drawn."""

from __future__ import annotations

import io

from rich.console import Console
from rich.text import Text

from dps_emulator import Emulator
from dps_emulator.lab import certificates
from tools.lab.real_az import RealAz
from tools.picture.template import TEMPLATE

WIDTH = 76
"""Columns."""
FLEET = """\
registrationId,attestation,certificatePath,tags.site,tags.floor
meter-1,x509,meter-1.pem,north,1
meter-2,x509,meter-2.pem,north,2
meter-3,x509,meter-3.pem,south,1
"""
# Of the three, the first is enrolled as the file asks, the second on another floor.
BEFORE = FLEET.replace("north,2", "north,1").partition("meter-3")[0]
APPLY = "iot dps enrollment apply --file fleet.csv"
SHOW = "iot dps enrollment show --eid meter-2 --query initialTwin -o yaml"


def record(az: RealAz, dps: Emulator) -> list[tuple[str, str]]:
    """The lines typed, each with what was printed; az has the connection string in its environment."""
    fleet = az.folder / "fleet.csv"
    for name in ("meter-1", "meter-2", "meter-3"):
        (az.folder / f"{name}.pem").write_text(certificates.pem(name))
    fleet.write_text(BEFORE)
    az.run(f"{APPLY} -o none").check_returncode()
    dps.enrollments["meter-2"]["initialTwin"]["properties"] = {"desired": {"interval": 60}}
    fleet.write_text(FLEET)
    return [("cat fleet.csv", FLEET), *(_run(az, line) for line in (f"{APPLY} --what-if -o table", APPLY, SHOW))]


def svg(recorded: list[tuple[str, str]]) -> str:
    """The picture of a terminal."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), color_system="truecolor", force_terminal=True)
    for number, (line, printed) in enumerate(recorded):
        console.print(Text.assemble(("\n" if number else "") + "$ ", (line, "bold bright_white")))
        console.print(Text(printed.rstrip("\n"), "white"))
    return console.export_svg(title="az iot dps", code_format=TEMPLATE, unique_id="apply")


def _run(az: RealAz, line: str) -> tuple[str, str]:
    process = az.run(line)
    process.check_returncode()
    return f"az {line}", process.stdout + process.stderr
