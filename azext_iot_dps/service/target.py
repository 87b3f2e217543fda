"""Which service to talk to, and by which policy: connection strings and host names."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError

_PARTS = {"hostname": "HostName", "sharedaccesskeyname": "SharedAccessKeyName", "sharedaccesskey": "SharedAccessKey"}
_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*(:[0-9]{{1,5}})?")
# 253 is what DNS allows, a port follows.
MAX_HOST = 253 + len(":65535")
_IOT_HUB = re.compile(r"\.azure-devices\.[a-z.]+(:[0-9]+)?", re.IGNORECASE)
_WANTED = (
    "Give the connection string of a Device Provisioning Service policy: "
    "HostName=<name>.azure-devices-provisioning.net;SharedAccessKeyName=<policy>;SharedAccessKey=<key>"
)


@dataclass(frozen=True)
class Target:
    """A host (with a port where it is not 443), a policy on it and the policy's key in base64."""

    host: str
    policy: str
    key: str

    @property
    def connection_string(self) -> str:
        return f"HostName={self.host};SharedAccessKeyName={self.policy};SharedAccessKey={self.key}"

    def __repr__(self) -> str:
        return f"Target({self.host}, {self.policy})"


def parse(connection_string: str) -> Target:
    """The target that a connection string names; its parts in any order and letter case.

    Raises InvalidArgumentValueError for what is no DPS connection string. No message repeats a value of it.
    """
    if connection_string.startswith("@"):
        raise _refusal(f"The file {connection_string[1:]} cannot be read as text")
    if re.search(r"[\x00-\x1f]", connection_string.strip()):
        raise _refusal("The connection string has a line break or another control character in it")
    given = {}
    for part in connection_string.strip().strip("\"'").split(";"):
        name, _, value = part.partition("=")
        if name.strip():
            given[name.strip().lower()] = value.strip()
    if "deviceid" in given:
        raise _refusal("This is the connection string of a device")
    if _IOT_HUB.search(given.get("hostname", "")):
        raise _refusal("This is the connection string of an IoT Hub")
    missing = [written for name, written in _PARTS.items() if not given.get(name)]
    if missing:
        raise _refusal(f"The connection string has no {' and no '.join(missing)}")
    if not is_base64(given["sharedaccesskey"]):
        raise _refusal("The SharedAccessKey of the connection string is not base64")
    if not is_policy(given["sharedaccesskeyname"]):
        raise _refusal("The SharedAccessKeyName of the connection string is not the name of a policy")
    try:
        return Target(host(given["hostname"]), given["sharedaccesskeyname"], given["sharedaccesskey"])
    except InvalidArgumentValueError:
        raise _refusal("The HostName of the connection string is not a host name") from None


def host(name: str | None) -> str:
    """The name or host name as it was meant: without scheme and trailing slash, a port is kept."""
    if not name:
        raise RequiredArgumentMissingError("Which service? Give --dps-name or --login.")
    found = bare(name)
    if not is_host(found):
        raise InvalidArgumentValueError("--dps-name is neither the name nor the host name of a service.")
    return found


def bare(name: str) -> str:
    """What was typed for a host, without the scheme and the slashes that a browser adds."""
    return re.sub(r"^https?://", "", name.strip(), flags=re.IGNORECASE).rstrip("/")


def is_host(text: object) -> bool:
    """Whether it is a host name, which a port may follow."""
    if not isinstance(text, str) or len(text) > MAX_HOST or not _HOST.fullmatch(text):
        return False
    return int(text.partition(":")[2] or 0) <= 65535


def is_policy(text: object) -> bool:
    """Whether it can be the name of a policy: text that UTF-8 can spell, and not endless."""
    return isinstance(text, str) and bool(re.fullmatch(r"[^\x00-\x1f\ud800-\udfff]{1,256}", text))


def is_base64(text: object) -> bool:
    """Whether it is the base64 text of something."""
    try:
        return isinstance(text, str) and bool(base64.b64decode(text, validate=True))
    except ValueError:
        return False


def _refusal(what: str) -> InvalidArgumentValueError:
    return InvalidArgumentValueError(f"--login: {what}.", recommendation=_WANTED)
