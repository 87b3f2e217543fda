"""A connection string's host, and the headers that a signed request to it carries; the standard library alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from urllib.parse import quote_plus, urlencode


def signed(connection_string: str) -> tuple[str, dict[str, str]]:
    """Good for an hour."""
    parts = dict(part.split("=", 1) for part in connection_string.split(";"))
    host, key, policy = parts["HostName"], parts["SharedAccessKey"], parts["SharedAccessKeyName"]
    expiry = int(time.time()) + 3600
    text = f"{quote_plus(host)}\n{expiry}".encode()
    signature = base64.b64encode(hmac.new(base64.b64decode(key), text, hashlib.sha256).digest()).decode()
    token = urlencode({"sr": host, "sig": signature, "se": expiry, "skn": policy})
    return host, {"Authorization": f"SharedAccessSignature {token}"}
