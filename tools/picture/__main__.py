"""Writes the picture of a terminal in which a fleet is applied."""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from dps_emulator import Emulator
from tools.lab.real_az import RealAz
from tools.picture import recording


def main() -> None:
    """Record in temporary folders."""
    parser = argparse.ArgumentParser(prog="python -m tools.picture", description=__doc__)
    parser.add_argument("file", type=Path, help="the SVG file to write")
    file = parser.parse_args().file
    with TemporaryDirectory(prefix="azure-iot-dps-picture-") as folder, Emulator() as dps:
        az = RealAz(Path(folder))
        az.prepare(dps)
        az.environ["AZURE_IOT_DPS_CONNECTION_STRING"] = dps.connection_string
        file.write_text(recording.svg(recording.record(az, dps)), encoding="utf-8")


if __name__ == "__main__":
    main()
