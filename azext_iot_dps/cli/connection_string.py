"""What is typed for --login and --dps-name, read into a target or a host name."""

from __future__ import annotations

import os
import re
from functools import partial

from azure.cli.core.azclierror import FileOperationError, InvalidArgumentValueError, RequiredArgumentMissingError

from azext_iot_dps.base64 import is_base64
from azext_iot_dps.cli import files
from azext_iot_dps.service.target import Target, is_host, is_policy

# The environment variable that stands in for --login.
VARIABLE = "AZURE_IOT_DPS_CONNECTION_STRING"
_PARTS = {"hostname": "HostName", "sharedaccesskeyname": "SharedAccessKeyName", "sharedaccesskey": "SharedAccessKey"}
_IOT_HUB = re.compile(r"\.azure-devices\.[a-z.]+(:[0-9]+)?", re.IGNORECASE)
_WANTED = (
    "Specify the connection string of a Device Provisioning Service policy: "
    "HostName=<name>.azure-devices-provisioning.net;SharedAccessKeyName=<policy>;SharedAccessKey=<key>"
)


def parse(connection_string: str, option: str = "--login") -> Target:
    """The target of a connection string, whose parts may have any order and letter case; `option` gave it.

    Raises InvalidArgumentValueError for anything else, and FileOperationError for a file that cannot be read. No
    message repeats a part of it.
    """
    source = VARIABLE if connection_string == os.environ.get(VARIABLE) else option
    refusal = partial(_refusal, source)
    if connection_string.startswith("@"):
        if source == VARIABLE:
            # azure-cli reads files of options only
            raise refusal("The variable must contain the connection string itself, not the name of a file")
        path = connection_string[1:]
        raise FileOperationError(f"{option}: cannot read {path}: {files.unread(path)}.")
    if re.search(r"[\x00-\x1f]", connection_string.strip()):
        raise refusal("The connection string contains a line break or another control character")
    forgotten = "" if "=" in connection_string else files.without_at(option, connection_string)
    if forgotten:
        raise refusal(forgotten)
    given = {}
    for part in connection_string.strip().strip("\"'").split(";"):
        name, _, value = part.partition("=")
        if name.strip():
            given[name.strip().lower()] = value.strip()
    if "deviceid" in given:
        raise refusal("This is the connection string of a device")
    if _IOT_HUB.search(given.get("hostname", "")):
        raise refusal("This is the connection string of an IoT Hub")
    missing = [written for name, written in _PARTS.items() if not given.get(name)]
    if missing:
        raise refusal(f"The connection string has no {' and no '.join(missing)}")
    if not is_base64(given["sharedaccesskey"]):
        raise refusal("The SharedAccessKey of the connection string is not base64")
    if not is_policy(given["sharedaccesskeyname"]):
        raise refusal("The SharedAccessKeyName of the connection string is not the name of a policy")
    found = bare(given["hostname"])
    if not is_host(found):
        raise refusal("The HostName of the connection string is not a host name")
    return Target(found, given["sharedaccesskeyname"], given["sharedaccesskey"])


def host(name: str | None, option: str = "--dps-name") -> str:
    """The name or host name without scheme and trailing slashes; a port is kept. `option` gave it.

    Raises RequiredArgumentMissingError for none, and InvalidArgumentValueError for what cannot be one.
    """
    if not name:
        raise RequiredArgumentMissingError("Specify the Device Provisioning Service with --dps-name or --login.")
    found = bare(name)
    if not is_host(found):
        raise InvalidArgumentValueError(f"{option} must be the name or the host name of a service.")
    return found


def bare(name: str) -> str:
    """A host as it was typed, without the scheme and the slashes that a browser adds."""
    return re.sub(r"^https?://", "", name.strip(), flags=re.IGNORECASE).rstrip("/")


def _refusal(source: str, what: str) -> InvalidArgumentValueError:
    return InvalidArgumentValueError(f"{source}: {what}.", recommendation=_WANTED)
