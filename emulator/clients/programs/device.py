"""azure-iot-device: devices over MQTT (sync, aio) and over WebSocket."""

from __future__ import annotations

import asyncio
import hmac
import json
import sys
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

from azure.iot.device import X509, ProvisioningDeviceClient
from azure.iot.device.aio import ProvisioningDeviceClient as AsyncClient
from results import FACTS, FOLDER, KEY1, KEY2, attempt, refused, same

HOW = sys.argv[2]
AUTHORITY = Path(FACTS["caFile"]).read_text()
# The library has the ports 8883 and 443 built in.
HOST = FACTS["deviceHost"].partition(":")[0]
CLASS = AsyncClient if HOW == "aio" else ProvisioningDeviceClient


def register(id: str, key: str | None = None, payload: object = None):
    common = {
        "provisioning_host": HOST,
        "registration_id": id,
        "id_scope": FACTS["idScope"],
        "server_verification_cert": AUTHORITY,
        "websockets": HOW == "ws",
    }
    if key is not None:
        client = CLASS.create_from_symmetric_key(symmetric_key=key, **common)
    else:
        files = X509(str(FOLDER / f"{id}.pem"), str(FOLDER / f"{id}.key"))
        client = CLASS.create_from_x509_certificate(x509=files, **common)
    client.provisioning_payload = payload
    return asyncio.run(client.register()) if HOW == "aio" else client.register()


def registers(id: str, key: str | None = None, payload: object = None) -> None:
    result = register(id, key, payload)
    same((result.status, result.registration_state.device_id), ("assigned", id))
    json.dumps(result.registration_state.assigned_hub)


def derived(id: str) -> str:
    return b64encode(hmac.new(b64decode(KEY1), id.encode(), sha256).digest()).decode()


attempt("symmetric key", lambda: registers("device-key", KEY1))
attempt("secondary key", lambda: registers("device-key", KEY2))
attempt("key derived of a group's", lambda: registers("fleet-1", derived("fleet-1")))
attempt("X.509", lambda: registers("device-x509"))
attempt("X.509 of a group", lambda: registers("line-1"))
attempt("payload that is an object", lambda: registers("device-key", KEY1, {"model": [1, None]}))
attempt("payload that is text", lambda: registers("device-key", KEY1, "model 3"))
refused("refusal of a wrong key", "CredentialError", lambda: register("device-key", derived("other")))
