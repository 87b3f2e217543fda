"""The device API: what it returns to a device that registers."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, quote

from azext_iot_dps.cli.client import service_transport
from azext_iot_dps.devices import device
from azext_iot_dps.devices.client import DeviceClient
from azext_iot_dps.service.transport import Transport
from tools.fuzz import wire
from tools.fuzz.arguments import CONVERTERS
from tools.fuzz.trial import SECRET, is_shown_safely, outcome, text, tried

SCOPE = "0ne00000A0A"
# Requests, each of which takes milliseconds under atheris; behind them the host cannot be reached.
MOST = 60
# azure-cli shows no progress without a terminal
AZURE: Any = SimpleNamespace(only_show_errors=True, config=SimpleNamespace(getboolean=lambda *_: True))


def registration(data: bytes) -> None:
    """The first byte says how the device authenticates, the second how long its payload is; then come the answers."""
    first, size = (*data[:2], 0, 0)[:2]
    payload = tried(CONVERTERS["--payload"], text(data[2 : 2 + size])) if size else None
    script = wire.Script(wire.answers(data[2 + size :]), MOST)

    def transport(*given: Any) -> Transport:
        return wire.answering(service_transport(*given), script)

    identity: Any = SimpleNamespace(proof=lambda *_: device.Proof(None if first % 2 else SECRET))
    client = DeviceClient(wire.connected(script), identity, lambda: (wire.HOST, SCOPE), AZURE)
    with patch.object(device, "service_transport", transport):
        done, message = outcome(client.register, "dev", payload or {})
    base = f"/{SCOPE}/registrations/dev"
    for number, request in enumerate(script.sent):
        method, path = request.method, str(request.path_url).partition("?")[0]
        if method == "PUT":
            assert path == f"{base}/register"
            assert json.loads(request.body or "").get("registrationId") == "dev"
        else:
            assert number and method == "GET"
            assert path.startswith(f"{base}/operations/")
            assert path.count("/") == base.count("/") + 2
        header = request.headers.get("Authorization", "")
        assert bool(header) is (first % 2 == 0)
        for signature in parse_qs(header.partition(" ")[2]).get("sig", ()):
            assert signature not in message
            assert quote(signature, safe="") not in message
    assert is_shown_safely(message)
    if not message:
        assert done["status"] == "assigned"
