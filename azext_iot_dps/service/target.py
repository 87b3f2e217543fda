"""The address of a service and the policy to sign with."""

from __future__ import annotations

import re
from typing import NamedTuple

_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*(:[0-9]{{1,5}})?")
# 253 is what DNS allows; a port may follow.
MAX_HOST = 253 + len(":65535")


class Target(NamedTuple):
    """A host (with a port where it is not 443), a policy of the service and the policy's key in base64."""

    host: str
    policy: str
    key: str

    @property
    def connection_string(self) -> str:
        """The connection string in Azure's format, key included."""
        return f"HostName={self.host};SharedAccessKeyName={self.policy};SharedAccessKey={self.key}"

    def __repr__(self) -> str:
        # without the key, which must not get into a log
        return f"Target({self.host}, {self.policy})"


def is_host(text: object) -> bool:
    """Whether it is a host name, optionally with a port."""
    if not isinstance(text, str) or len(text) > MAX_HOST or not _HOST.fullmatch(text):
        return False
    return int(text.partition(":")[2] or 0) <= 65535


def is_policy(text: object) -> bool:
    """Whether it can be the name of a policy: up to 256 characters that UTF-8 can represent, none of them control."""
    return isinstance(text, str) and bool(re.fullmatch(r"[^\x00-\x1f\ud800-\udfff]{1,256}", text))
