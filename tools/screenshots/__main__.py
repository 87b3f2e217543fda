"""Writes report.png and report-phone.png, and with --all a report at both widths, in both themes and for printers."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from dps_emulator import Emulator
from tools.lab.command_line import run
from tools.lab.signin import sign_in
from tools.screenshots.browser import Tab, browser
from tools.screenshots.fleet import seed

WIDTHS, THEMES = (1280, 390), ("light", "dark")
SIZE, HEIGHT = 5_000, 1_000
_TIMES = "performance.getEntriesByType('navigation')[0].loadEventEnd"


def main() -> None:
    """Make a fleet, its report, and the pictures."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of the pictures")
    parser.add_argument("--all", action="store_true", help="all widths and themes, and the print")
    parser.add_argument("--size", type=int, default=SIZE, help="individual enrollments (default: %(default)s)")
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="azure-iot-dps-report-") as folder, Emulator() as dps:
        sign_in(Path(os.environ["AZURE_CONFIG_DIR"]), dps)
        seed(dps, arguments.size)
        page = Path(folder, "fleet.html")
        result = run(f"iot dps report -n mydps --with-registrations --file {page}")
        if result.exit_code:
            raise SystemExit(result.err)
        # the port is another each time
        page.write_text(page.read_text(encoding="utf-8").replace(dps.host, "mydps.azure-devices-provisioning.net"))
        print(f"{result.json['seconds']} s, {page.stat().st_size:,} bytes")
        with browser() as tab:
            if arguments.all:
                _all(tab, page, arguments.folder)
            for name, width, theme in (("report", WIDTHS[0], THEMES[0]), ("report-phone", WIDTHS[1], THEMES[1])):
                tab.open(page, width, theme)
                tab.picture(arguments.folder / f"{name}.png", HEIGHT)
            if tab.complaints:
                raise SystemExit("\n".join(tab.complaints))


def _all(tab: Tab, page: Path, folder: Path) -> None:
    for width, theme, medium in [
        *((width, theme, "") for width in WIDTHS for theme in THEMES),
        (800, "light", "print"),
    ]:
        tab.open(page, width, theme, medium)
        file = folder / f"report-{medium or theme}-{width}.png"
        tab.picture(file)
        print(f"{file}: loaded in {tab.evaluate(_TIMES):.0f} ms")


if __name__ == "__main__":
    main()
