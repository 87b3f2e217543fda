"""`python -m clients` in the folder of the emulator: run every client's program, print and keep the results."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from .emulated import Emulated
from .environments import NODE, PROGRAMS, PYTHON, ROOT, make, variables
from .table import Row, lines, write

SECONDS = 240
NOT_HERE = "not run: its packages could not be had where this table was made"


@dataclass(frozen=True)
class Client:
    """A library, the program that uses it, and whether a host with a port would not do for it."""

    name: str
    program: str
    arguments: tuple[str, ...] = ()
    without_port: bool = False
    is_quick: bool = False

    @property
    def is_node(self) -> bool:
        return self.program.endswith(".js")


CLIENTS = (
    Client("npm azure-iot-provisioning-service 1.11.2", "service.js", without_port=True),
    Client("PyPI azure-iot-deviceprovisioning 1.0.0b1", "service.py", is_quick=True),
    Client("PyPI azure-iothub-provisioningserviceclient 1.2.0", "service_2018.py"),
    Client("npm azure-iot-provisioning-device 1.9.1, -http", "device.js", ("http",), without_port=True),
    Client("npm azure-iot-provisioning-device 1.9.1, -mqtt", "device.js", ("mqtt",)),
    Client("npm azure-iot-provisioning-device 1.9.1, WebSocket", "device.js", ("ws",), without_port=True),
    Client("PyPI azure-iot-device 2.14.0, MQTT", "device.py", ("sync",), is_quick=True),
    Client("PyPI azure-iot-device 2.14.0, aio", "device.py", ("aio",)),
    Client("PyPI azure-iot-device 2.14.0, WebSocket", "device.py", ("ws",), without_port=True),
    Client("PyPI azure-mgmt-iothubprovisioningservices 2.1.0", "management.py"),
    Client("azure-cli, its own az iot dps", "az.py", is_quick=True),
)


def main() -> int:
    options = _options()
    chosen = [client for client in CLIENTS if client.is_quick or not options.quick]
    chosen = [client for client in chosen if options.only in client.program]
    make(with_node=any(client.is_node for client in chosen))
    rows: list[Row] = []
    with TemporaryDirectory(prefix="dps-clients-") as folder, Emulated(Path(folder), options.emulator) as emulated:
        _program(Client("the records that devices need", "stock.py"), emulated)
        for client in chosen:
            found = _program(client, emulated)
            print(*lines(found), sep="\n", flush=True)
            rows += found
        if options.keep_log:
            shutil.copy(Path(folder, "emulator.log"), options.keep_log)
    if not (options.quick or options.only):
        rows += [Row(f"Microsoft's service and device SDKs for {name}", "all", NOT_HERE) for name in ("Java", "C#")]
        write(ROOT / "emulator" / "README.md", rows)
    failed = sum(row.failure is not None and row.failure != NOT_HERE for row in rows)
    print(f"{len(rows) - failed} passed, {failed} failed")
    return 1 if failed else 0


def _program(client: Client, emulated: Emulated) -> list[Row]:
    """Its rows, one for each line of JSON that it prints; a program that breaks off has a row for that."""
    if client.without_port and not emulated.has_https:
        return [Row(client.name, "all", "not run: it takes no port, and port 443 is not free")]
    python = ROOT / ".venv" if client.program == "az.py" else PYTHON
    interpreter = str(PYTHON / "bin" / "node") if client.is_node else str(python / "bin" / "python")
    # How the other libraries learn of the authority is in their programs.
    trust = {"NODE_EXTRA_CA_CERTS": emulated.facts["caFile"]} if client.is_node else {}
    program = NODE / client.program if client.is_node else PROGRAMS / client.program
    if client.is_node:
        # Node looks for packages from the folder of the program on.
        for name in ("results.js", client.program):
            shutil.copy(PROGRAMS / name, NODE)
    command = [interpreter, str(program), str(emulated.file), *client.arguments]
    try:
        done = subprocess.run(
            command, env=variables(**trust), capture_output=True, text=True, timeout=SECONDS, check=False
        )
        printed, errors, code = done.stdout, done.stderr, done.returncode
    except subprocess.TimeoutExpired as late:
        printed, errors, code = _text(late.stdout), f"longer than {SECONDS} seconds", 1
    rows = [Row(client.name, **json.loads(line)) for line in printed.splitlines() if line.startswith('{"operation"')]
    if code:
        rows.append(Row(client.name, "the program", (errors.strip() or "?").splitlines()[-1]))
    return rows


def _text(output: str | bytes | None) -> str:
    return output.decode() if isinstance(output, bytes) else output or ""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m clients", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="Python's two clients and azure-cli, within two minutes")
    parser.add_argument("--only", default="", help="programs with this in their name")
    parser.add_argument("--emulator", metavar="COMMAND", help="what to start in place of the wheel's command")
    parser.add_argument("--keep-log", metavar="FILE", help="keep the emulator's log")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
