"""What differs between the clouds of Azure and is in no response of Azure Resource Manager."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

_AUDIENCE = "https://azure-devices-provisioning.net"


@dataclass(frozen=True)
class Cloud:
    """`suffix` ends the host name of each service; `audience` is the resource for which its tokens are issued."""

    suffix: str
    # Every client uses this one, in the sovereign clouds too, for which no source documents another.
    audience: str = _AUDIENCE

    @property
    def device_host(self) -> str:
        """The host where devices of all services register."""
        return f"global.{self.suffix}"


PUBLIC = Cloud("azure-devices-provisioning.net")
# azure-cli's names of the clouds; the suffixes are in their published endpoint lists.
_CLOUDS = {
    "azurecloud": PUBLIC,
    "azurechinacloud": Cloud("azure-devices-provisioning.cn"),
    "azureusgovernment": Cloud("azure-devices-provisioning.us"),
}


def cloud(name: str) -> Cloud:
    """The cloud of that name, regardless of letter case; one that a user registered is like the public one."""
    return _CLOUDS.get(name.lower(), PUBLIC)


def has_host(name: str, resource_manager: str, suffixes: Iterable[object], host: str) -> bool:
    """Whether a host, optionally with a port, is one of Azure's services, or of the cloud of that name.

    A cloud that a user registered has those under its `suffixes`; under the ones of Azure's own clouds anyone may have
    a host. `resource_manager` is the URL of the cloud's Azure Resource Manager.
    """
    known = [each.suffix for each in _CLOUDS.values()]
    if name.lower() not in _CLOUDS:
        known += [each.lower().strip(".") for each in suffixes if isinstance(each, str)]
    bare = host.partition(":")[0].lower()
    own = bare == urlsplit(resource_manager).hostname
    return own or any(bare.endswith(f".{suffix}") for suffix in known if suffix)


def is_audience(text: str) -> bool:
    """Whether it can be the resource of a token: a URI."""
    return bool(re.fullmatch(r"[a-z]+://[\x21-\x7e]+", text))
