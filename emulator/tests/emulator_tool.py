"""`python -m dps_emulator` as a process of its own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from emulator_client import KEY1, Client, sas

HERE = Path(__file__).parent


def command(*options):
    return [sys.executable, "-m", "dps_emulator", *options]


@contextmanager
def launched(*options):
    """A process, ended at the end in any case."""
    line = command("--port", "0", "--mqtt-port", "off", *options)
    with subprocess.Popen(line, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        try:
            yield program
        finally:
            program.kill()


@contextmanager
def started(*options):
    """A running emulator: `client`, `printed`, `program`, and what a `Client` asks of its service."""
    with launched(*options) as program:
        lines = [program.stdout.readline()]
        while lines[-1] and not lines[-1].startswith("az iot dps"):
            lines.append(program.stdout.readline())
        printed = "".join(lines)
        host = re.search(r"HostName=([^;]+);", printed)[1]
        ca_file = re.search(r"REQUESTS_CA_BUNDLE=(\S+)", printed)[1]
        service = SimpleNamespace(host=host, url=f"https://{host}", ca_file=ca_file)
        client = Client(service)
        with client.session:
            yield SimpleNamespace(client=client, printed=printed, program=program, **vars(service))


def told(env_file, seconds=10):
    """What an emulator writes to its --env-file, as soon as it does."""
    end = time.monotonic() + seconds
    while not env_file.exists():
        assert time.monotonic() < end, "it is not ready"
    return json.loads(env_file.read_text())


def register(tool, id):
    path = f"/0ne00000A0A/registrations/{id}"
    token = {"Authorization": sas(path[1:], "registration", KEY1)}
    return tool.client("PUT", path + "/register", {"registrationId": id}, None, "2021-06-01", token)


def refused(*options):
    line = command("--port", "0", "--mqtt-port", "off", *options)
    done = subprocess.run(line, check=False, cwd=HERE, capture_output=True, text=True, timeout=10)
    return done.returncode, done.stdout, done.stderr.splitlines()[-1]
