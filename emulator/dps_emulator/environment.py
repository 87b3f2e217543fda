"""What another process must know to use the emulator: as JSON, or as lines of a shell."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp
from typing import Any, Literal

from .arm import SUBSCRIPTIONS
from .backend import ID_SCOPE
from .server import Emulator
from .tokens import TENANT

Format = Literal["bash", "powershell", "github", "json"]

# Any secret signs this service principal in.
CLIENT_ID = "00000000-0000-0000-0000-0000000000cc"
CLIENT_SECRET = "emulator"

# The extensions that az has now: in the emulator's configuration folder there are none.
_EXTENSIONS = {
    "bash": '"${AZURE_EXTENSION_DIR:-${AZURE_CONFIG_DIR:-$HOME/.azure}/cliextensions}"',
    "powershell": "if ($Env:AZURE_EXTENSION_DIR) { $Env:AZURE_EXTENSION_DIR } "
    'elseif ($Env:AZURE_CONFIG_DIR) { "$Env:AZURE_CONFIG_DIR/cliextensions" } else { "$HOME/.azure/cliextensions" }',
}


class Environment:
    """How to reach one running emulator; `azure_folder` is the configuration folder for az."""

    def __init__(self, dps: Emulator, azure_folder: str, admin: tuple[str, str] | None = None) -> None:
        """`admin` is the URL and the token with which tests control it."""
        self._dps, self._azure_folder = dps, azure_folder
        self._admin_url: str | None = None
        self._admin_token: str | None = None
        if admin:
            self._admin_url, self._admin_token = admin
        self._identity = f"{dps.url}/msi/token"

    @property
    def members(self) -> dict[str, Any]:
        """Those of the JSON."""
        return {
            "connectionString": self._dps.connection_string,
            "serviceHost": self._dps.host,
            "deviceHost": self._dps.host,
            "mqttPort": self._dps.mqtt_port,
            "idScope": ID_SCOPE,
            "caFile": os.path.abspath(self._dps.ca_file),
            "issuerFile": self._issuer_file(),
            "azureConfigDir": self._azure_folder,
            "adminUrl": self._admin_url,
            "adminToken": self._admin_token,
            "pid": os.getpid(),
            "subscription": SUBSCRIPTIONS[0]["id"],
            "tenant": TENANT,
            "resourceGroup": "myrg",
            "name": "mydps",
            "clientId": CLIENT_ID,
            "clientSecret": CLIENT_SECRET,
            "identityEndpoint": self._identity,
        }

    def _issuer_file(self) -> str:
        """Write the root that issues to devices next to the authority of TLS, with which it stays or goes."""
        ca_file = Path(os.path.abspath(self._dps.ca_file))
        file = ca_file.with_name(ca_file.name.removesuffix("ca.pem") + "issuer.pem")
        file.write_text(self._dps.issuing_authority, encoding="ascii")
        return str(file)

    @property
    def json(self) -> str:
        return json.dumps(self.members) + "\n"

    @property
    def variables(self) -> dict[str, str]:
        """Those to export but AZURE_EXTENSION_DIR, which depends on the process that uses them."""
        ca_file = os.path.abspath(self._dps.ca_file)
        admin = {"DPS_ADMIN_URL": self._admin_url, "DPS_ADMIN_TOKEN": self._admin_token}
        return {
            "REQUESTS_CA_BUNDLE": ca_file,
            "SSL_CERT_FILE": ca_file,
            "NODE_EXTRA_CA_CERTS": ca_file,
            "PROVISIONING_CONNECTION_STRING": self._dps.connection_string,
            "PROVISIONING_HOST": self._dps.host,
            "PROVISIONING_IDSCOPE": ID_SCOPE,
            **{name: value for name, value in admin.items() if value},
            "AZURE_CONFIG_DIR": self._azure_folder,
            "IDENTITY_ENDPOINT": self._identity,
            "IDENTITY_HEADER": "x",
            # for an azure-cli that does not read these two, an App Service
            "APPSETTING_WEBSITE_SITE_NAME": "x",
            "MSI_ENDPOINT": self._identity,
            "MSI_SECRET": "x",
        }

    def all_variables(self, current: Mapping[str, str] = os.environ) -> dict[str, str]:
        """Those to export, where `current` are those of the process that uses them."""
        return {"AZURE_EXTENSION_DIR": _extensions(current), **self.variables}

    def lines(self, format: Format, current: Mapping[str, str] = os.environ) -> str:
        """What to print in a format; `current` are the variables of this process, which GitHub's steps share."""
        if format == "json":
            return self.json
        variables = self.variables
        if format == "bash":
            lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
            lines = [f"export AZURE_EXTENSION_DIR={_EXTENSIONS['bash']}", *lines]
        elif format == "powershell":
            quoted = {name: "'" + value.replace("'", "''") + "'" for name, value in variables.items()}
            quoted = {"AZURE_EXTENSION_DIR": _EXTENSIONS["powershell"], **quoted}
            lines = [f"$Env:{name} = {value}" for name, value in quoted.items()]
        else:
            lines = [f"{name}={value}" for name, value in self.all_variables(current).items()]
        return "\n".join(lines) + "\n"


def write_private(path: Path, text: str) -> None:
    """Put a file in place at once and complete, readable by its owner alone. Raises OSError."""
    number, name = mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with open(number, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def _extensions(current: Mapping[str, str]) -> str:
    folder = current.get("AZURE_CONFIG_DIR") or os.path.join(os.path.expanduser("~"), ".azure")
    return current.get("AZURE_EXTENSION_DIR") or os.path.join(folder, "cliextensions")
