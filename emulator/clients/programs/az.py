"""azure-cli's own `az iot dps`, without any extension, signed in by the managed identity."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from certificates import Pair
from results import FACTS, FOLDER, attempt, same

AZ = str(Path(sys.executable).with_name("az"))
NAME, GROUP = "cli-dps", FACTS["resourceGroup"]
WHERE = f"-g {GROUP} --dps-name {NAME}"
IDENTITY = FACTS["identityEndpoint"]
ENVIRONMENT = {
    **os.environ,
    "AZURE_CONFIG_DIR": FACTS["azureConfigDir"],
    # az reads the extensions of the user otherwise.
    "AZURE_EXTENSION_DIR": str(FOLDER / "extensions"),
    "AZURE_CORE_COLLECT_TELEMETRY": "false",
    "REQUESTS_CA_BUNDLE": FACTS["caFile"],
    "IDENTITY_ENDPOINT": IDENTITY,
    "IDENTITY_HEADER": "x",
    "APPSETTING_WEBSITE_SITE_NAME": "x",
    "MSI_ENDPOINT": IDENTITY,
    "MSI_SECRET": "x",
}
HUB = "HostName=hub1.azure-devices.net;SharedAccessKeyName=owner;SharedAccessKey=QUFB"
authority = Pair("cli authority", is_authority=True)
(FOLDER / "cli.pem").write_text(authority.pem)


def az(line: str, *more: str):
    command = [AZ, *line.split(), *more, "-o", "json"]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    if done.returncode:
        errors = [text for text in done.stderr.splitlines() if text.startswith("ERROR")] or [done.stderr.strip()]
        raise ValueError(errors[0][:250])
    return json.loads(done.stdout) if done.stdout.strip() else None


def verify() -> None:
    where = f"{WHERE} --certificate-name root --etag"
    etag = az(f"iot dps certificate show {WHERE} --certificate-name root")["etag"]
    code = az(f"iot dps certificate generate-verification-code {where}", etag)
    (FOLDER / "proof.pem").write_text(Pair(code["properties"]["verificationCode"], issuer=authority).pem)
    done = az(f"iot dps certificate verify {where}", code["etag"], "--path", str(FOLDER / "proof.pem"))
    same(done["properties"]["isVerified"], True)


def remove_certificate() -> None:
    etag = az(f"iot dps certificate show {WHERE} --certificate-name root")["etag"]
    az(f"iot dps certificate delete {WHERE} --certificate-name root --etag", etag)


def names(line: str, member: str = "name") -> set[str]:
    return {each[member] for each in az(line)}


attempt("sign in", lambda: az("login --identity"))
attempt("create", lambda: same(az(f"iot dps create -g {GROUP} --name {NAME} --location westeurope")["name"], NAME))
attempt("show", lambda: same(az(f"iot dps show -g {GROUP} --name {NAME}")["name"], NAME))
attempt("list", lambda: same(NAME in names("iot dps list"), True))
attempt("update", lambda: same(az(f"iot dps update -g {GROUP} --name {NAME} --set tags.floor=3")["tags"]["floor"], "3"))
attempt("policy create", lambda: az(f"iot dps policy create {WHERE} --policy-name reader --rights EnrollmentRead"))
attempt("policy list", lambda: same("reader" in names(f"iot dps policy list {WHERE}", "keyName"), True))
attempt("policy delete", lambda: az(f"iot dps policy delete {WHERE} --policy-name reader"))
linked = f"iot dps linked-hub create {WHERE} --location westeurope --connection-string"
attempt("linked-hub create", lambda: az(linked, HUB))
attempt("linked-hub list", lambda: same(names(f"iot dps linked-hub list {WHERE}"), {"hub1.azure-devices.net"}))
attempt("linked-hub delete", lambda: az(f"iot dps linked-hub delete {WHERE} --linked-hub hub1.azure-devices.net"))
upload = f"iot dps certificate create {WHERE} --certificate-name root --path"
attempt("certificate create", lambda: same(az(upload, str(FOLDER / "cli.pem"))["name"], "root"))
attempt("certificate list", lambda: az(f"iot dps certificate list {WHERE}"))
attempt("certificate verify", verify)
attempt("certificate delete", remove_certificate)
attempt("delete", lambda: az(f"iot dps delete -g {GROUP} --name {NAME}"))
