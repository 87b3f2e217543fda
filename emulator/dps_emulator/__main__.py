"""`python -m dps_emulator`: serve until interrupted, and say how to use it from another shell."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from tempfile import TemporaryDirectory
from threading import Event
from typing import get_args

from .log import Logged
from .server import Emulator
from .state import State, StateError
from .switches import ThrottleCount, ThrottleKind, ThrottleStyle

_ENDPOINTS = (
    "resource-manager",
    "active-directory",
    "active-directory-resource-id",
    "active-directory-graph-resource-id",
    "management",
    "gallery",
)
# Options of the name of a switch.
_SWITCHES = ("latency", "throttle", "throttle_style", "throttle_kind", "throttle_count", "page_size")

_EXPOSED = """\
Warning: others on the network can reach the emulator at {host}, and its keys are publicly known. To keep it on this \
machine, omit --host."""


def main() -> None:
    options = _options()
    ended = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with ExitStack() as stack:
        if options.state:
            file = os.path.abspath(options.state)
            state, ca_file, folder = _opened(file), f"{file}.ca.pem", f"{file}.azure"
        else:
            state, ca_file, folder = None, None, stack.enter_context(TemporaryDirectory(prefix="azure-"))
        dps = Emulator(options.port, options.host, ca_file, state, ended=lambda request: _log(dps, request))
        for name in _SWITCHES:
            setattr(dps.switches, name, getattr(options, name))
        stack.enter_context(dps)
        if dps.is_exposed:
            print(_EXPOSED.format(host=options.host), file=sys.stderr, flush=True)
        print(instructions(dps, folder), end="", flush=True)
        ended.wait()


def instructions(dps: Emulator, folder: str) -> str:
    """What a user pastes into another shell."""
    endpoints = "".join(f" \\\n  --endpoint-{name} {dps.url}" for name in _ENDPOINTS)
    return f"""\
Azure DPS is emulated on {dps.url} until Ctrl-C. With a connection string:

  {dps.connection_string}

With az login, paste into another shell:

export REQUESTS_CA_BUNDLE={shlex.quote(dps.ca_file)}
export AZURE_EXTENSION_DIR="${{AZURE_EXTENSION_DIR:-$HOME/.azure/cliextensions}}"
export AZURE_CONFIG_DIR={shlex.quote(folder)}
export IDENTITY_ENDPOINT={dps.url}/msi/token IDENTITY_HEADER=x
export APPSETTING_WEBSITE_SITE_NAME=x MSI_ENDPOINT={dps.url}/msi/token MSI_SECRET=x
az cloud register -n lab{endpoints}
az cloud set -n lab
az login --identity
az iot dps enrollment list -n mydps
"""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m dps_emulator", description=__doc__)
    parser.add_argument("--port", type=_whole(0, 65535), default=8443, help="0 for any free port (default: 8443)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument(
        "--state",
        metavar="FILE",
        help="keep records, registrations and the authority's certificate in this SQLite file, made at the first "
        "start; without it all is gone at the end",
    )
    parser.add_argument(
        "--latency",
        metavar="MS",
        type=lambda text: _whole(0, 600_000)(text) / 1000,
        default=0,
        help="milliseconds that every answer takes at least (default: 0)",
    )
    parser.add_argument(
        "--throttle",
        metavar="N/min",
        type=_per_minute,
        help="calls to DPS that are answered in a minute; the others get 429 (default: all are)",
    )
    parser.add_argument(
        "--throttle-style",
        choices=get_args(ThrottleStyle),
        default="retry-after",
        help="what a 429 has: seconds in Retry-After, no Retry-After, or a date in it (default: retry-after)",
    )
    parser.add_argument(
        "--throttle-kind",
        choices=get_args(ThrottleKind),
        default="window",
        help="window: N calls in any sixty seconds; bucket: N at once, refilled evenly in a minute (default: window)",
    )
    parser.add_argument(
        "--throttle-count",
        choices=get_args(ThrottleCount),
        default="calls",
        help="records: a bulk call counts as many times as it has records (default: calls)",
    )
    parser.add_argument(
        "--page-size",
        metavar="N",
        type=_whole(1, 100),
        default=100,
        help="records on a page of a listing at most (default: 100, as the service)",
    )
    return parser.parse_args()


def _whole(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} to {most}")
        return int(text)

    return number


def _per_minute(text: str) -> int:
    found = re.fullmatch(r"([1-9]\d{0,6})(/min)?", text, re.ASCII)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of calls, as in 60/min")
    return int(found[1])


def _opened(file: str) -> State:
    try:
        return State(file)
    except StateError as error:
        sys.exit(str(error))


def _log(dps: Emulator, request: Logged) -> None:
    """A line for each request, which is not kept."""
    dps.requests.clear()
    # Who reads the log may have gone; the client still waits for its answer.
    with suppress(OSError):
        print(time.strftime("%H:%M:%S"), request, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
