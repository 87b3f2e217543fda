"""The options of `dps-emulator`, each with its environment variable."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, get_args

from .device import API_VERSIONS as DEVICE_API_VERSIONS
from .environment import Format
from .listening import LOOPBACK
from .names import is_name
from .switches import NewerMembers, Switches, ThrottleCount, ThrottleKind, ThrottleStyle
from .versions import SERVED

_PREFIX = "DPS_EMULATOR_"
# Options of the name of a switch.
_SWITCHES = (
    *("latency", "throttle", "throttle_style", "throttle_kind", "throttle_count", "page_size", "retry_after"),
    *("api_versions", "device_api_versions", "newer_members"),
)


@dataclass(frozen=True)
class Options:
    """The values of all options; the defaults are those of the command."""

    port: int = 8443
    host: tuple[str, ...] = LOOPBACK
    name: Sequence[str] = ()
    mqtt_port: int | None = 8883
    state: str | None = None
    seed: Sequence[str] = ()
    latency: float = Switches.latency
    throttle: int | None = Switches.throttle
    throttle_style: ThrottleStyle = Switches.throttle_style
    throttle_kind: ThrottleKind = Switches.throttle_kind
    throttle_count: ThrottleCount = Switches.throttle_count
    page_size: int = Switches.page_size
    retry_after: int = Switches.retry_after
    api_versions: tuple[str, ...] | None = Switches.api_versions
    device_api_versions: tuple[str, ...] | None = Switches.device_api_versions
    newer_members: NewerMembers = Switches.newer_members
    print_env: Format | None = None
    env_file: str | None = None
    admin_port: int | None = None

    def set_switches(self, switches: Switches) -> None:
        for name in _SWITCHES:
            setattr(switches, name, getattr(self, name))


def options(arguments: Sequence[str], variables: Mapping[str, str] = os.environ) -> Options:
    """Arguments go before variables. Exits with status 2, and a sentence, for one that makes no sense."""
    parser = _parser()
    given = vars(parser.parse_args(arguments))
    for action in parser._actions:
        variable = _PREFIX + action.dest.upper()
        text = variables.get(variable)
        if text and action.dest not in given and action.dest != "help":
            parts = text.split(os.pathsep) if action.dest in ("name", "seed") else [text]
            parser.source = f"{variable}: "
            given |= vars(parser.parse_args([f"{action.option_strings[0]}={part}" for part in parts if part]))
    return Options(**given)


class _Parser(argparse.ArgumentParser):
    """Without the usage, which is long, before an error."""

    source = ""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {self.source}{message}. Run {self.prog} --help for the options.\n")


def _parser() -> _Parser:
    parser = _Parser(
        prog="dps-emulator",
        description="Emulate Azure DPS, and the Azure that it needs, on this machine until Ctrl-C.",
        epilog=f"Each option has an environment variable, as {_PREFIX}PORT for --port; several values of --name or "
        f"--seed are separated by '{os.pathsep}' in it. Options go before variables.",
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
    )
    port = _whole(0, 65535)
    add = parser.add_argument
    add("--port", metavar="N", type=port, help="HTTPS port, 0 for any free one (default: 8443)")
    add("--host", metavar="ADDRESS", type=_addresses, help="address to listen on (default: 127.0.0.1 and ::1)")
    add(
        "--name",
        metavar="HOST",
        action="append",
        type=_name,
        help="a host name of the emulator besides localhost, for its certificate; the first one is in the connection "
        "string too; several times for several names",
    )
    add("--mqtt-port", metavar="N|off", type=_off_or(port), help="MQTT port, 0 for any free one (default: 8883)")
    add(
        "--state",
        metavar="FILE",
        help="keep records, registrations and the authority's certificate in this SQLite file, made at the first "
        "start; without it all is gone at the end",
    )
    add(
        "--seed",
        metavar="FILE",
        action="append",
        help="records to begin with: JSON Lines, a JSON array, YAML or CSV, as an export writes them; several times "
        "for several files",
    )
    _add_switches(add)
    add("--print-env", choices=get_args(Format), help="print only what to export, for this shell or as JSON")
    add("--env-file", metavar="FILE", help="write how to reach the emulator to this file, as JSON, when it is ready")
    add(
        "--admin-port",
        metavar="N",
        type=_off_or(port),
        help="HTTP port of 127.0.0.1 with which tests control the emulator, 0 for any free one (default: off)",
    )
    return parser


def _add_switches(add: Callable[..., Any]) -> None:
    add(
        "--latency",
        metavar="MS",
        type=lambda text: _whole(0, 600_000)(text) / 1000,
        help="milliseconds that every answer takes at least (default: 0)",
    )
    add(
        "--throttle",
        metavar="N/min",
        type=_per_minute,
        help="calls to DPS that are answered in a minute; the others get 429 (default: all are)",
    )
    add(
        "--throttle-style",
        choices=get_args(ThrottleStyle),
        help="what a 429 has: seconds in Retry-After, no Retry-After, or a date in it (default: retry-after)",
    )
    add(
        "--throttle-kind",
        choices=get_args(ThrottleKind),
        help="window: N calls in any sixty seconds; bucket: N at once, refilled evenly in a minute (default: window)",
    )
    add(
        "--throttle-count",
        choices=get_args(ThrottleCount),
        help="records: a bulk call counts as many times as it has records (default: calls)",
    )
    add(
        "--page-size",
        metavar="N",
        type=_whole(1, 100),
        help="records on a page of a listing at most (default: 100, as the service)",
    )
    add(
        "--retry-after",
        metavar="S",
        type=_whole(0, 3600),
        help="seconds that a registering device is asked to wait (default: 3)",
    )
    add(
        "--api-versions",
        metavar="LIST",
        type=_some_of(SERVED),
        help="versions of the service API that are supported, separated by commas, as in a region that is behind "
        f"(default: {', '.join(SERVED)})",
    )
    add(
        "--device-api-versions",
        metavar="LIST",
        type=_some_of(DEVICE_API_VERSIONS),
        help=f"the same of the device API (default: {', '.join(DEVICE_API_VERSIONS)})",
    )
    add(
        "--newer-members",
        choices=get_args(NewerMembers),
        help="members of a record that the version of a request does not have are hidden, and a PUT clears or keeps "
        "them, or is refused if it has one; or every version shows them (default: hide-and-clear)",
    )


def _whole(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not (text.isascii() and text.isdecimal()) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} to {most}")
        return int(text)

    return number


def _off_or(port: Callable[[str], int]) -> Callable[[str], int | None]:
    return lambda text: None if text.lower() == "off" else port(text)


def _addresses(text: str) -> tuple[str, ...]:
    return LOOPBACK if text.lower() == "localhost" else (text,)


def _name(text: str) -> str:
    if not is_name(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a host name, without scheme and port, as in dps.example")
    return text


def _some_of(versions: Sequence[str]) -> Callable[[str], tuple[str, ...]]:
    def some(text: str) -> tuple[str, ...]:
        found = tuple(part.strip() for part in text.split(","))
        unknown = [part for part in found if part not in versions]
        if unknown:
            raise argparse.ArgumentTypeError(f"{unknown[0]!r} is not one of {', '.join(versions)}")
        return found

    return some


def _per_minute(text: str) -> int:
    found = re.fullmatch(r"([1-9]\d{0,6})(/min)?", text, re.ASCII)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of calls, as in 60/min")
    return int(found[1])
