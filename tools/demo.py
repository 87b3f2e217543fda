"""`make demo`: the main job with a real az, the built wheel and the emulator, all in temporary folders."""

from __future__ import annotations

import hashlib
import hmac
import json
import shlex
import shutil
import signal
import sys
import time
from base64 import b64decode, b64encode
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import requests

from dps_emulator import Emulator
from dps_emulator.backend import ID_SCOPE
from dps_emulator.lab import certificates
from tools.lab.real_az import ROOT, RealAz

ENDORSEMENT_KEY = "AToAAQALAAMAsgAgg3GXZ0SEs/gakMyNRqXXJP1S124GUgtk8qHaGzMUaaoABgCAAEMAEAgAAAAAAAEA"
AFTERWARDS = """
That was the emulator. The same commands on a real Device Provisioning Service, from your own shell:

  az extension add --source dist/{wheel}
  az login
  az iot dps enrollment list -n YOUR-DPS -g YOUR-GROUP -o table

or without az login, by the connection string of a policy, read from a file:

  az iot dps enrollment list --login @connection-string.txt -o table
"""


class Unexpected(Exception):
    """A step ended otherwise than it should."""


class Narrated(RealAz):
    """An az whose command lines are printed with what they say."""

    def install(self) -> str:
        """Add the built wheel; its file name."""
        line = "extension add --source {} --yes".format
        self(line(shlex.quote(str(self.wheel))), shown=line(f"dist/{self.wheel.name}"))
        return self.wheel.name

    def __call__(self, line: str, shown: str | None = None, exit_code: int = 0, says: str = "") -> str:
        """Print and run `az line`; its output, when it ended with this code and said this."""
        shown = shown or line
        print(f"\n$ az {shown}", flush=True)
        process = self.run(line)
        output = process.stdout + process.stderr
        print(output, f"(exit code {process.returncode})\n" if process.returncode else "", sep="", end="", flush=True)
        if process.returncode != exit_code:
            raise Unexpected(f"'az {shown}' ended with exit code {process.returncode} instead of {exit_code}.")
        if says not in output:
            raise Unexpected(f"'az {shown}' does not say '{says}'.")
        return process.stdout


def main() -> int:
    """Run the demonstration; 0 when every step ended as it should."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    started = time.monotonic()
    try:
        with TemporaryDirectory(prefix="azure-iot-dps-demo-") as folder, Emulator() as dps:
            az = Narrated(Path(folder))
            wheel = az.install()
            sign_in(az, dps)
            tell(az, dps)
    except Unexpected as error:
        print(f"\nThe demo failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; nothing is left behind.", file=sys.stderr)
        return 130
    print(AFTERWARDS.format(wheel=wheel))
    print(f"Every step ended as it should, in {time.monotonic() - started:.0f} seconds; nothing is left behind.")
    return 0


def sign_in(az: Narrated, dps: Emulator) -> None:
    """As with any cloud that is not the public one."""
    az.trust(dps)
    register, choose, login = az.sign_in_lines(dps)
    az(register)
    az(choose)
    az(f"{login} -o table", says="lab")


def tell(az: Narrated, dps: Emulator) -> None:
    """Enrollments of each kind, a device that registers, and the end of both."""
    enrollment = "iot dps enrollment {} -n mydps -g myrg".format

    print("\n# By the service's name: its host and the key of a policy come from Azure Resource Manager.")
    out = az(f'{enrollment("create")} --eid thermostat-1 --at symmetricKey --tags \'{{"site": "north"}}\'')
    key = json.loads(out)["attestation"]["symmetricKey"]["primaryKey"]
    (az.folder / "gateway-1.pem").write_text(certificates.pem("gateway-1"))
    az(f"{enrollment('create')} --eid gateway-1 --at x509 --certificate-path gateway-1.pem --edge-enabled", says="CN=")
    az(f"{enrollment('create')} --eid meter-1 --at tpm --endorsement-key {ENDORSEMENT_KEY} -o table", says="meter-1")

    print("\n# By host name with the current sign-in: no key, and no call to Azure Resource Manager.")
    az(f"iot dps enrollment list -n 127.0.0.1:{dps.port} --auth-type login -o table", says="gateway-1")

    print("\n# By connection string: no sign-in at all.")
    show = f'iot dps enrollment show --eid thermostat-1 --show-keys --login "{dps.connection_string}"'
    az(show, shown=show.partition("SharedAccessKey=")[0] + 'SharedAccessKey=…"', says=key)

    print("\n# An update changes only the members that its options name.")
    az(f"{enrollment('update')} --eid thermostat-1 --device-id thermostat-in-the-hall --edge-enabled", says="north")

    print("\n# A device registers, as it would over the internet.")
    register(dps, "thermostat-1", key)
    az(f"{enrollment('registration show')} --eid thermostat-1", says="thermostat-in-the-hall")
    az(f"{enrollment('registration delete')} --eid thermostat-1")

    print("\n# A group: its devices authenticate with keys that are derived from the group's.")
    group = "iot dps enrollment-group {} -n mydps -g myrg".format
    az(f"{group('create')} --group-id meters -o none")
    computed = az(f"{group('compute-device-key')} --group-id meters --registration-id meter-7 meter-8 meter-9")
    for registration_id, device_key in json.loads(computed).items():
        register(dps, registration_id, device_key)
    az(f"{group('registration list')} --group-id meters -o table", says="meter-9")

    print("\n# A fleet: a file is checked as a whole, then ten records go with each call.")
    shutil.copytree(ROOT / "samples", az.folder / "samples")
    az("iot dps enrollment import --file samples/fleet.csv --validate-only", says='"total": 3')
    az(f"{enrollment('import')} --file samples/fleet.csv", says='"created": 3')
    az(f"{enrollment('export')} --file backup.jsonl --show-keys", says='"count": 6')

    print("\n# An existing enrollment is never overwritten; the error says what to do, with exit code 1.")
    az(f"{enrollment('create')} --eid thermostat-1 --at symmetricKey", exit_code=1, says="update")

    print("\n# And the end; a record that does not exist is exit code 3.")
    az(f"{enrollment('delete')} --eid thermostat-1")
    az(f"{enrollment('show')} --eid thermostat-1", exit_code=3, says="not found")


def register(dps: Emulator, registration_id: str, key: str) -> None:
    """What the software of a device does: prove the key, then ask until a hub is assigned."""
    # The service would have the device wait three seconds between its questions.
    dps.switches.retry_after = 0
    resource = quote(f"{ID_SCOPE}/registrations/{registration_id}", safe="")
    expiry = int(time.time()) + 600
    digest = hmac.new(b64decode(key), f"{resource}\n{expiry}".encode(), hashlib.sha256).digest()
    signature = quote(b64encode(digest), safe="")
    with requests.Session() as device:
        device.trust_env, device.verify = False, dps.ca_file
        device.params = {"api-version": "2021-06-01"}
        token = f"SharedAccessSignature sr={resource}&sig={signature}&se={expiry}&skn=registration"
        device.headers["Authorization"] = token
        base = f"{dps.url}/{ID_SCOPE}/registrations/{registration_id}"
        answer = device.put(f"{base}/register", json={"registrationId": registration_id}, timeout=10)
        while report(answer).get("status") == "assigning":
            answer = device.get(f"{base}/operations/{answer.json()['operationId']}", timeout=10)
    if answer.json().get("status") != "assigned":
        raise Unexpected("The device was not assigned to a hub.")


def report(answer: requests.Response) -> dict[str, Any]:
    """Print a request of the device and what came back; the answer's JSON."""
    print(f"\n> {answer.request.method} {answer.url}\n{answer.status_code} {answer.text.strip()}", flush=True)
    told: dict[str, Any] = answer.json()
    return told


if __name__ == "__main__":
    sys.exit(main())
