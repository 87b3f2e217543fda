"""MQTT 3.1.1 as devices speak it: each request becomes one of the device API, and goes through the same gate."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qs, quote

from amqtt.adapters import ReaderAdapter
from amqtt.errors import AMQTTError
from amqtt.mqtt import packet_class
from amqtt.mqtt.connack import ConnackPacket
from amqtt.mqtt.connect import ConnectPacket
from amqtt.mqtt.disconnect import DisconnectPacket
from amqtt.mqtt.packet import MQTTFixedHeader
from amqtt.mqtt.pingreq import PingReqPacket
from amqtt.mqtt.pingresp import PingRespPacket
from amqtt.mqtt.puback import PubackPacket
from amqtt.mqtt.publish import PublishPacket
from amqtt.mqtt.suback import SubackPacket
from amqtt.mqtt.subscribe import SubscribePacket
from amqtt.mqtt.unsuback import UnsubackPacket
from amqtt.mqtt.unsubscribe import UnsubscribePacket
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from .backend import Backend
from .chains import CHAIN, Chain
from .device import API_VERSIONS, proof
from .gate import Gate
from .log import Logged
from .refusal import Refusal, invalid

ACCEPTED, NOT_AUTHORIZED = 0, 5
_USER = re.compile(r"([^/]+)/registrations/([^/]+)/(?:\?)?(api-version=.+)")
_TOPIC = re.compile(r"\$dps/registrations/(PUT|GET)/iotdps-(register|get-operationstatus)/\?(.+)")


class Stream(Protocol):
    """A connection that blocks."""

    def read(self, size: int) -> bytes:
        """That many bytes; b"" at the end."""

    def write(self, content: bytes) -> None:
        """Send all of it."""


@dataclass
class _Device:
    scope: str
    id: str
    api_version: str
    password: str | None


class _Reader(ReaderAdapter):  # type: ignore[misc]
    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    async def read(self, n: int = -1) -> bytes:
        return self._stream.read(n)

    def feed_eof(self) -> None:
        """Nothing: the stream knows its end."""


class Session:
    """One connection of a device, until either side ends it."""

    def __init__(self, gate: Gate, backend: Backend, stream: Stream, chain: Chain) -> None:
        """`chain` is what the device presented to TLS."""
        self._gate, self._backend, self._stream, self._chain = gate, backend, stream, chain
        self._reader = _Reader(stream)

    def run(self) -> None:
        """Answer until the end. The codec is asynchronous; a stream that blocks has a thread of its own."""
        try:
            asyncio.run(self._served())
        except (AMQTTError, OSError, ValueError):
            # what is no MQTT, and a device that goes away
            return

    async def _served(self) -> None:
        device = self._connected(await ConnectPacket.from_stream(self._reader))
        self._send(ConnackPacket.build(0, NOT_AUTHORIZED if device is None else ACCEPTED))
        while device is not None and (header := await MQTTFixedHeader.from_stream(self._reader)):
            packet = await packet_class(header).from_stream(self._reader, header)
            if isinstance(packet, DisconnectPacket):
                return
            self._answer(device, packet)

    def _connected(self, packet: ConnectPacket) -> _Device | None:
        found = _USER.fullmatch(packet.username or "")
        if not found:
            return None
        version = parse_qs(found[3]).get("api-version", [""])[0]
        # Python's library names no policy
        missing = "" if "skn=" in (packet.password or "") else "&skn="
        device = _Device(found[1], found[2], version, f"{packet.password}{missing}" if packet.password else None)
        try:
            if version not in (self._backend.switches.device_api_versions or API_VERSIONS):
                raise invalid(f"Unsupported API version {version}.")
            shown = proof(device.scope, device.id, device.password, self._chain)
            self._backend.registrations.admit(device.id, shown)
        except Refusal as refusal:
            self._log(device, refusal.status, {"errorCode": refusal.code, "message": refusal.message})
            return None
        self._log(device, 200, {})
        return device

    def _log(self, device: _Device, status: int, answer: dict[str, Any]) -> None:
        path = f"/{device.scope}/registrations/{device.id}"
        self._gate.note(Logged("CONNECT", path, path, {}, Headers(), "", status, json.dumps(answer).encode()))

    def _answer(self, device: _Device, packet: Any) -> None:
        if isinstance(packet, SubscribePacket):
            codes = [min(quality, 1) for _, quality in packet.payload.topics]
            self._send(SubackPacket.build(packet.variable_header.packet_id, codes))
        elif isinstance(packet, UnsubscribePacket):
            self._send(UnsubackPacket.build(packet.variable_header.packet_id))
        elif isinstance(packet, PingReqPacket):
            self._send(PingRespPacket.build())
        elif isinstance(packet, PublishPacket):
            if packet.qos:
                self._send(PubackPacket.build(packet.packet_id))
            self._publish(device, packet.topic_name or "", bytes(packet.data or b""))

    def _publish(self, device: _Device, topic: str, content: bytes) -> None:
        found = _TOPIC.fullmatch(topic)
        if not found:
            # what a broker does with a message that it does not permit
            raise ConnectionAbortedError
        if found[2] == "register":
            content = content or json.dumps({"registrationId": device.id}).encode()
        asked = {name: values[0] for name, values in parse_qs(found[3]).items()}
        path = f"/{device.scope}/registrations/{quote(device.id, safe='')}"
        path += "/register" if found[2] == "register" else f"/operations/{quote(asked.get('operationId', ''), safe='')}"
        reply = self._gate(self._environ(device, found[1], path, content), content)
        if reply.cut:
            raise ConnectionAbortedError
        wait = reply.response.headers.get("Retry-After")
        target = f"$dps/registrations/res/{reply.response.status_code}/?$rid={quote(asked.get('$rid', ''))}"
        target += f"&retry-after={wait}" if wait else ""
        self._send(PublishPacket.build(target, reply.response.get_data(), None, False, 0, False))

    def _environ(self, device: _Device, method: str, path: str, content: bytes) -> dict[str, Any]:
        """The request of the device API that the message stands for."""
        headers = Headers({"Authorization": device.password} if device.password else {})
        query = f"api-version={device.api_version}"
        builder = EnvironBuilder(
            path=path,
            base_url=f"https://{self._backend.host}",
            query_string=query,
            method=method,
            headers=headers,
            content_type="application/json",
            data=content,
        )
        return {**builder.get_environ(), "RAW_URI": f"{path}?{query}", CHAIN: self._chain}

    def _send(self, packet: Any) -> None:
        self._stream.write(packet.to_bytes())
