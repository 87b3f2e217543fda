"""What differs from cloud to cloud and no answer of Azure Resource Manager tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from azure.cli.core.azclierror import InvalidArgumentValueError

_AUDIENCE = "https://azure-devices-provisioning.net"


@dataclass(frozen=True)
class Cloud:
    """`suffix` ends the host name of each service; `audience` is whom the service takes tokens for."""

    suffix: str
    # Every client sends this one, in the sovereign clouds too, where no source settles what it should be.
    audience: str = _AUDIENCE

    @property
    def device_host(self) -> str:
        """Where devices of all services register."""
        return f"global.{self.suffix}"


PUBLIC = Cloud("azure-devices-provisioning.net")
# The names that azure-cli gives the clouds; the suffixes are in their endpoint lists.
_CLOUDS = {
    "azurecloud": PUBLIC,
    "azurechinacloud": Cloud("azure-devices-provisioning.cn"),
    "azureusgovernment": Cloud("azure-devices-provisioning.us"),
}


def active(cli_ctx: Any) -> Cloud:
    """The cloud that azure-cli is set to; one that somebody registered is like the public one."""
    return _CLOUDS.get(cli_ctx.cloud.name.lower(), PUBLIC)


def audience(cli_ctx: Any) -> str:
    """Whom tokens for services of the active cloud are for, or what `az config set iot_dps.audience=…` says instead.

    Raises InvalidArgumentValueError when that is no URI.
    """
    configured = (cli_ctx.config.get("iot_dps", "audience", fallback="") or "").strip()
    if configured and not re.fullmatch(r"[a-z]+://[\x21-\x7e]+", configured):
        raise InvalidArgumentValueError(
            "The configured iot_dps.audience is not the URI of a resource.",
            recommendation=f"az config set iot_dps.audience={active(cli_ctx).audience}, or: az config unset "
            "iot_dps.audience",
        )
    return configured or active(cli_ctx).audience
