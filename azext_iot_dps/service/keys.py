"""HMAC signatures with symmetric keys: SAS tokens and the derived keys of devices."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import quote_plus, urlencode

from azext_iot_dps.base64 import decoded


def sas_token(resource: str, policy: str, key: str, expiry: int) -> str:
    """The value of an Authorization header that is signed with `key`.

    `resource` is a host name in lower case, `key` base64, `expiry` in seconds since 1970. The format is that of
    https://learn.microsoft.com/azure/iot-dps/how-to-control-access. Raises ValueError when the key is not base64.
    """
    signature = sign(key, f"{quote_plus(resource)}\n{expiry}")
    return "SharedAccessSignature " + urlencode({"sr": resource, "sig": signature, "se": expiry, "skn": policy})


def device_key(group_key: str, registration_id: str) -> str:
    """The derived key of a device of an enrollment group; both keys are base64, and the id is case-sensitive.

    The rule is that of https://learn.microsoft.com/azure/iot-dps/concepts-symmetric-key-attestation. Raises ValueError
    when the group key is not base64.
    """
    return sign(group_key, registration_id)


def sign(key: str, text: str) -> str:
    """HMAC-SHA256 of `text` as base64; `key` is base64 too. Raises ValueError when it is not."""
    return base64.b64encode(hmac.new(decoded(key), text.encode(), hashlib.sha256).digest()).decode()
