"""`python -m clients` in the folder of the emulator: run every client's program, print and keep the results."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from .emulated import Emulated
from .environments import PROGRAMS, PYTHON, ROOT, make, variables
from .examples import examples
from .table import Row, lines, write

SECONDS = 240
PROGRAM_OF = {".js": "node", ".py": "python"}
# of the device meter-1, which examples register
METER_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
NOT_HERE = "not run: its packages could not be had where this table was made"


@dataclass(frozen=True)
class Client:
    """A library, the program that uses it, and its section of docs/clients.md, if that has a program.

    `without_port`: the library takes no host with a port. `needs_mqtt`: it knows only the standard port of MQTT.
    `trust`: the variable that names the authority to it.
    """

    name: str
    program: str
    arguments: tuple[str, ...] = ()
    section: str = ""
    trust: str = ""
    without_port: bool = False
    needs_mqtt: bool = False
    is_quick: bool = False


_NODE_TRUST = "NODE_EXTRA_CA_CERTS"
_SERVICE, _DEVICE = "azure-iot-provisioning-service (npm)", "azure-iot-provisioning-device (npm)"
CLIENTS = (
    Client("npm azure-iot-provisioning-service 1.11.2", "service.js", (), _SERVICE, _NODE_TRUST, True),
    Client(
        name="PyPI azure-iot-deviceprovisioning 1.0.0b1",
        program="service.py",
        section="azure-iot-deviceprovisioning (PyPI)",
        is_quick=True,
    ),
    Client(
        name="PyPI azure-iothub-provisioningserviceclient 1.2.0",
        program="service_2018.py",
        section="azure-iothub-provisioningserviceclient (PyPI)",
        trust="REQUESTS_CA_BUNDLE",
    ),
    Client("npm azure-iot-provisioning-device 1.9.1, -http", "device.js", ("http",), "", _NODE_TRUST, True),
    Client(
        "npm azure-iot-provisioning-device 1.9.1, -mqtt", "device.js", ("mqtt",), _DEVICE, _NODE_TRUST, needs_mqtt=True
    ),
    Client("npm azure-iot-provisioning-device 1.9.1, WebSocket", "device.js", ("ws",), "", _NODE_TRUST, True),
    Client(
        name="PyPI azure-iot-device 2.14.0, MQTT",
        program="device.py",
        arguments=("sync",),
        section="azure-iot-device (PyPI)",
        needs_mqtt=True,
        is_quick=True,
    ),
    Client("PyPI azure-iot-device 2.14.0, aio", "device.py", ("aio",), needs_mqtt=True),
    Client("PyPI azure-iot-device 2.14.0, WebSocket", "device.py", ("ws",), without_port=True),
    Client(
        name="PyPI azure-mgmt-iothubprovisioningservices 2.1.0",
        program="management.py",
        section="azure-mgmt-iothubprovisioningservices (PyPI)",
    ),
    Client("azure-cli, its own az iot dps", "az.py", is_quick=True),
)


def main() -> int:
    options = _options()
    chosen = [client for client in CLIENTS if client.is_quick or not options.quick]
    chosen = [client for client in chosen if options.only in client.program]
    make(with_node=any(client.program.endswith(".js") for client in chosen))
    rows: list[Row] = []
    with TemporaryDirectory(prefix="dps-clients-") as folder, Emulated(Path(folder), options.emulator) as emulated:
        runner = Runner(emulated)
        # The example for Node's service client makes the device that other examples register.
        made = any(client.section == _SERVICE for client in chosen)
        runner.rows(Client("the records that devices need", "stock.py", () if made else ("meter-1",)))
        for client in chosen:
            found = runner.rows(client)
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


class Runner:
    """Runs programs against one emulator."""

    def __init__(self, emulated: Emulated) -> None:
        self._emulated = emulated
        self._folder = emulated.file.parent
        self._examples = examples(ROOT / "docs" / "clients.md")

    def rows(self, client: Client) -> list[Row]:
        """One for each line of JSON that its program prints, one more if that breaks off, and one for its example."""
        if client.without_port and not self._emulated.has_https:
            return [Row(client.name, "all", "not run: it takes no port, and port 443 is not free")]
        if client.needs_mqtt and not self._emulated.has_mqtt:
            return [Row(client.name, "all", "not run: it takes no port of MQTT, and port 8883 is not free")]
        done = self._run(client, PROGRAMS / client.program, str(self._emulated.file), *client.arguments)
        printed = [line for line in done.stdout.splitlines() if line.startswith('{"operation"')]
        rows = [Row(client.name, **json.loads(line)) for line in printed]
        if done.returncode:
            rows.append(Row(client.name, "the program", _last(done.stderr)))
        return [*rows, self._example(client)] if client.section else rows

    def _example(self, client: Client) -> Row:
        example = self._examples[client.section]
        program = self._folder / f"example.{example.ending}"
        program.write_text(example.text)
        done = self._run(client, program)
        failure = None if done.stdout.strip() and not done.returncode else _last(done.stderr or done.stdout)
        return Row(client.name, "the example in docs/clients.md", failure)

    def _run(self, client: Client, program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        # azure-cli is that of the checkout: it is large.
        python = ROOT / ".venv" if program.name == "az.py" else PYTHON
        interpreter = (PYTHON if program.suffix == ".js" else python) / "bin" / PROGRAM_OF[program.suffix]
        more = {client.trust: self._emulated.facts["caFile"]} if client.trust else {}
        command = [str(interpreter), str(program), *arguments]
        try:
            return subprocess.run(
                command,
                cwd=self._folder,
                env=variables(DEVICE_KEY=METER_KEY, **more),
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            printed = late.stdout.decode() if isinstance(late.stdout, bytes) else late.stdout or ""
            return subprocess.CompletedProcess(command, 1, printed, f"longer than {SECONDS} seconds")


def _last(text: str) -> str:
    """The line that names the error: Python's is the last, Node adds its version."""
    lines = text.strip().splitlines() or ["it printed nothing"]
    return next((line for line in reversed(lines) if re.match(r"[\w.]*Error\b", line)), lines[-1])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m clients", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="Python's two clients and azure-cli, within two minutes")
    parser.add_argument("--only", default="", help="programs with this in their name")
    parser.add_argument("--emulator", metavar="COMMAND", help="what to start in place of the wheel's command")
    parser.add_argument("--keep-log", metavar="FILE", help="keep the emulator's log")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
