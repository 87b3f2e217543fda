"""`python -m tests.emulator`: serve until interrupted, and say how to use it from another shell."""

from __future__ import annotations

import argparse
import signal
from tempfile import TemporaryDirectory
from threading import Event

from .server import Emulator

_ENDPOINTS = (
    "resource-manager",
    "active-directory",
    "active-directory-resource-id",
    "active-directory-graph-resource-id",
    "management",
    "gallery",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8443, help="0 for any free port (default: 8443)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    options = parser.parse_args()
    if not 0 <= options.port <= 65535:
        parser.error("--port takes a number from 0 to 65535")

    ended = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with TemporaryDirectory(prefix="azure-") as folder, Emulator(options.port, bind=options.host) as dps:
        print(instructions(dps, folder), end="", flush=True)
        ended.wait()


def instructions(dps: Emulator, folder: str) -> str:
    """What a user pastes into another shell."""
    endpoints = "".join(f" \\\n  --endpoint-{name} {dps.url}" for name in _ENDPOINTS)
    return f"""\
Azure DPS is emulated on {dps.url} until Ctrl-C. With a connection string:

  {dps.connection_string}

With az login, paste into another shell:

export REQUESTS_CA_BUNDLE={dps.ca_file}
export AZURE_EXTENSION_DIR="${{AZURE_EXTENSION_DIR:-$HOME/.azure/cliextensions}}"
export AZURE_CONFIG_DIR={folder}
export IDENTITY_ENDPOINT={dps.url}/msi/token IDENTITY_HEADER=x
export APPSETTING_WEBSITE_SITE_NAME=x MSI_ENDPOINT={dps.url}/msi/token MSI_SECRET=x
az cloud register -n lab{endpoints}
az cloud set -n lab
az login --identity
az iot dps enrollment list -n mydps
"""


if __name__ == "__main__":
    main()
