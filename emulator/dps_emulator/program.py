"""The command `dps-emulator`: serve until interrupted, and say how to use it."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from types import FrameType

from . import azure_folder
from .admin import Admin
from .environment import Environment, write_private
from .listening import ListenError
from .log import Logged
from .options import Options, options
from .seed import SeedError, read, sow
from .server import Emulator
from .state import State, StateError

_EXPOSED = """\
Warning: others on the network can reach the emulator at {host}, and its keys are publicly known. To keep it on this \
machine, omit --host."""
# Requests that the admin port shows at most.
_REMEMBERED = 10_000


def main() -> None:
    """Exits with 0 at the end, 2 for options and seeds that make no sense, 1 for what this machine does not permit."""
    ended = Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    told = options(sys.argv[1:])
    try:
        with ExitStack() as stack:
            _serve(told, stack)
            ended.wait()
    except SeedError as error:
        print(f"dps-emulator: error: {error}", file=sys.stderr)
        sys.exit(2)
    except (ListenError, StateError) as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"The emulator cannot start: {error}. Check the paths and ports of its options.")


def _serve(told: Options, stack: ExitStack) -> None:
    """Start everything that the stack ends, and say that it is ready."""
    env_file = None if told.env_file is None else Path(told.env_file).absolute()
    if env_file is not None:
        # one of an earlier start would say that this one is ready
        env_file.unlink(missing_ok=True)
    seeds = read(told.seed)
    dps = _emulator(told, stack)
    if told.state:
        folder = f"{os.path.abspath(told.state)}.azure"
    else:
        folder = stack.enter_context(TemporaryDirectory(prefix="azure-"))
    azure_folder.write(Path(folder), dps.url)
    told.set_switches(dps.switches)
    sow(dps, seeds)
    admin = None if told.admin_port is None else stack.enter_context(Admin(dps, told.admin_port, told.set_switches))
    stack.enter_context(dps)
    if dps.is_exposed:
        print(_EXPOSED.format(host=", ".join(told.host)), file=sys.stderr, flush=True)
    environment = Environment(dps, folder, (admin.url, admin.token) if admin else None)
    print(environment.lines(told.print_env) if told.print_env else instructions(environment, dps), end="", flush=True)
    if env_file is not None:
        write_private(env_file, environment.json)
        stack.callback(env_file.unlink, missing_ok=True)


def _emulator(told: Options, stack: ExitStack) -> Emulator:
    state = ca_file = None
    if told.state:
        file = os.path.abspath(told.state)
        state, ca_file = State(file), f"{file}.ca.pem"
        stack.callback(state.close)
    remembered = 0 if told.admin_port is None else _REMEMBERED
    dps = Emulator(
        told.port,
        told.host,
        ca_file,
        state,
        ended=lambda request: _log(dps, request, remembered),
        names=told.name,
        mqtt_port=told.mqtt_port,
    )
    stack.callback(dps.stop)
    return dps


def instructions(environment: Environment, dps: Emulator) -> str:
    """What a user pastes into another shell."""
    mqtt = "" if dps.mqtt_port is None else f", with MQTT on port {dps.mqtt_port},"
    return f"""\
Azure DPS is emulated on {dps.url}{mqtt} until Ctrl-C. With a connection string:

  {dps.connection_string}

With az and with programs that read such variables, paste into another shell:

{environment.lines("bash")}
az login --identity
az iot dps enrollment list -n mydps
"""


def _log(dps: Emulator, request: Logged, remembered: int) -> None:
    """A line for each request; only the last ones are kept."""
    dps.forget(remembered)
    # Who reads the log may have gone; the client still waits for its answer.
    with suppress(OSError):
        print(time.strftime("%H:%M:%S"), request, file=sys.stderr, flush=True)
