"""A real proxy on loopback, in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections import Counter

# Arguments: a file for every byte that clients send, the name of a plugin or nothing, arguments of proxy.py. Prints its
# port, and ends with its standard input.
SERVER = """
import sys
from pathlib import Path
from proxy import Proxy
from proxy.http import HttpProtocolHandler
from proxy.http.exception import HttpRequestRejected
from proxy.http.proxy import HttpProxyBasePlugin

wire, plugin, *arguments = sys.argv[1:]

class Recording(HttpProtocolHandler):
    def handle_data(self, data):
        with Path(wire).open("ab") as file:
            file.write(bytes(data or b""))
        return super().handle_data(data)

class Forbidding(HttpProxyBasePlugin):
    def before_upstream_connection(self, request):
        raise HttpRequestRejected(403, b"Forbidden")

class Silent(HttpProxyBasePlugin):
    def before_upstream_connection(self, request):
        raise HttpRequestRejected()

options = "--hostname 127.0.0.1 --port 0 --num-acceptors 1 --num-workers 1".split()
plugins = [globals()[plugin]] if plugin else []
with Proxy(options + arguments, plugins=plugins, work_klass=Recording) as server:
    print(server.flags.port, flush=True)
    sys.stdin.read()
"""


class Proxied:
    """A proxy that listens, and what came to it since it was last asked for."""

    def __init__(self, folder, arguments, plugin):
        self._wire = folder / "wire"
        self._wire.touch()
        self._before = 0
        command = [sys.executable, "-W", "ignore", "-c", SERVER, str(self._wire), plugin, *arguments]
        # a session of its own: proxy.py forks, and needs a second to end all by itself
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )
        self.port = int(self._process.stdout.readline())

    def again(self):
        self._before = self._wire.stat().st_size
        return self

    def stop(self):
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()

    def url(self, credentials=""):
        return f"http://{credentials}127.0.0.1:{self.port}"

    @property
    def seen(self):
        return self._wire.read_bytes()[self._before :]

    @property
    def asked(self):
        """The hosts that CONNECT asked for, and how often."""
        return Counter(host.decode() for host in re.findall(rb"CONNECT (\S+) HTTP/1\.[01]\r\n", self.seen))
