"""A signed-in azure-cli without `az login`: the files that it would have written, and the environment it would have."""

from __future__ import annotations

import json
import os
from pathlib import Path

from dps_emulator import Emulator
from dps_emulator.azure_folder import ENDPOINTS

SUBSCRIPTION = "00000000-0000-0000-0000-0000000000aa"
SPARE = "00000000-0000-0000-0000-0000000000ab"
TENANT = "00000000-0000-0000-0000-0000000000bb"


def environment(emulator: Emulator) -> dict[str, str]:
    """What makes an az trust the emulator and take it for an App Service, by the names that old and new ones read."""
    token = f"{emulator.url}/msi/token"
    return {
        "REQUESTS_CA_BUNDLE": emulator.ca_file,
        "IDENTITY_ENDPOINT": token,
        "IDENTITY_HEADER": "x",
        "APPSETTING_WEBSITE_SITE_NAME": "x",
        "MSI_ENDPOINT": token,
        "MSI_SECRET": "x",
    }


def sign_in(config: Path, emulator: Emulator) -> None:
    """Let azure-cli of this process, with this configuration folder, be signed in to the emulator's cloud."""
    os.environ.update(environment(emulator))
    config.mkdir(parents=True, exist_ok=True)
    cloud = ["[lab]", *(f"endpoint_{name} = {emulator.url}" for name in ENDPOINTS)]
    (config / "clouds.config").write_text("\n".join(cloud))
    (config / "config").write_text("[cloud]\nname = lab\n")
    accounts = [_account(SUBSCRIPTION, "lab", True), _account(SPARE, "spare", False)]
    (config / "azureProfile.json").write_text(json.dumps({"installationId": "x", "subscriptions": accounts}))


def _account(id: str, name: str, default: bool) -> dict[str, object]:
    user = {"name": "systemAssignedIdentity", "type": "servicePrincipal", "assignedIdentityInfo": "MSI"}
    return {
        "id": id,
        "name": name,
        "state": "Enabled",
        "user": user,
        "isDefault": default,
        "tenantId": TENANT,
        "homeTenantId": TENANT,
        "managedByTenants": [],
        "environmentName": "lab",
    }
