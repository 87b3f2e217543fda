"""What follows from a symmetric key."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import quote_plus, urlencode


def sas_token(resource: str, policy: str, key: str, expiry: int) -> str:
    """The Authorization value that proves `key`.

    `resource` is a host name in lower case, `key` base64, `expiry` in seconds since 1970. The form is the one of
    https://learn.microsoft.com/azure/iot-dps/how-to-control-access.
    """
    signature = sign(key, f"{quote_plus(resource)}\n{expiry}")
    return "SharedAccessSignature " + urlencode({"sr": resource, "sig": signature, "se": expiry, "skn": policy})


def device_key(group_key: str, registration_id: str) -> str:
    """The key of a device of an enrollment group; both keys are base64, and the letter case of the id counts.

    The rule is that of https://learn.microsoft.com/azure/iot-dps/concepts-symmetric-key-attestation.
    """
    return sign(group_key, registration_id)


def sign(key: str, text: str) -> str:
    """HMAC-SHA256 of `text`, as base64; `key` is base64 too."""
    return base64.b64encode(hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256).digest()).decode()
