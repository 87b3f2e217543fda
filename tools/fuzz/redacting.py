"""Secrets: what looks like one, and those that a request carries."""

from __future__ import annotations

import json

from azext_iot_dps.service import redaction
from tools.fuzz import wire
from tools.fuzz.trial import SECRET, text


def redacted(data: bytes) -> None:
    """What the bytes are, and secrets where secrets are: in JSON that is whole, and in JSON that is cut off."""
    redaction.body(data)
    redaction.text(text(data))
    around = wire.value(data)
    if SECRET in json.dumps(around):
        return
    shapes = SECRET, [SECRET, around], {"x": SECRET}
    whole = json.dumps({"a": around, **{name: shapes[len(name) % 3] for name in SECRETS}, "b": around})
    assert SECRET not in redaction.body(whole.encode()), whole
    cut = json.dumps({**dict.fromkeys(KEYS, SECRET), "a": around})
    assert SECRET not in redaction.body(cut[:-1].encode()), cut


SECRETS = ("primaryKey", "StorageRootKey", "connectionString", "symmetricKey", "authorization", "access_token")
KEYS = ("primaryKey", "secondaryKey", "endorsementKey", "storageRootKey", "authenticationKey", "access_token")
