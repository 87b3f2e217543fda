"""What the demonstration tells: a fleet, one device, and a service from its creation to a device assigned."""

from __future__ import annotations

import shutil

from dps_emulator import Emulator
from dps_emulator.backend import ID_SCOPE
from dps_emulator.lab import certificates
from tools.demo.narrated import Narrated
from tools.lab.real_az import ROOT

COLUMNS = "{created: created, updated: updated, unchanged: unchanged, deleted: deleted, failed: failed}"


def fleet(az: Narrated, dps: Emulator) -> None:
    """A file decides what is enrolled."""
    shutil.copytree(ROOT / "samples", az.folder / "samples")
    (az.folder / "dps.txt").write_text(dps.connection_string)
    apply = "iot dps enrollment apply --file samples/fleet.csv --login @dps.txt"
    print("\n# A fleet in a file. What would change, and then the change: only what differs is sent.")
    az(f"{apply} --what-if -o table", says="sensor-3")
    az(f'{apply} --query "{COLUMNS}" -o table', says="3")
    az(f'{apply} --query "{COLUMNS}" -o table', says="3")


def one_device(az: Narrated) -> None:
    """By options instead of a file."""
    enrollment = "iot dps enrollment {} --login @dps.txt".format
    print("\n# One device. An update changes only the members that its options name; here one tag of the twin.")
    update = f"{enrollment('update')} --eid sensor-1 --set initialTwin.tags.floor=3"
    az(f"{update} --query initialTwin.tags -o table", says="north")
    print("\n# What exists is never overwritten; the error says what to do.")
    az(f"{enrollment('create')} --eid sensor-1 --at tpm --ek AAgAAQALAAMAsg==", exit_code=1, says="update")


def service(az: Narrated, dps: Emulator) -> None:
    """azure-cli's own commands make a service, and this extension's the enrollment of a production line."""
    print("\n# A service from nothing: a hub, and a verified CA of the production line.")
    name = "--dps-name factory -g myrg"
    az("iot dps create -n factory -g myrg -o table", says="factory")
    hub = f"HostName=hub1.azure-devices.net;SharedAccessKeyName=iothubowner;SharedAccessKey={_HUB_KEY}"
    linked = f"iot dps linked-hub create {name} --connection-string '{hub}' -l eastus --only-show-errors -o none"
    az(
        linked,
        shown=linked.partition("SharedAccessKey=")[0] + "SharedAccessKey=…' -l eastus --only-show-errors -o none",
    )
    _certificates(az)
    certificate = f"{name} --certificate-name line-ca"
    shown = '--query "{name: name, verified: properties.isVerified}" -o table'
    az(f"iot dps certificate create {certificate} --path line-ca.pem -o none")
    _sign_code(az, certificate)
    etag = az.quietly(f"iot dps certificate show {certificate} --query etag -o tsv")
    verify = f"iot dps certificate verify {certificate} --path signed-code.pem --etag "
    az(f"{verify}'{etag}' {shown}", shown=f"{verify}… {shown}", says="True")

    print("\n# An enrollment group for devices with a certificate of that CA, and such a device, over MQTT.")
    group = "iot dps enrollment-group {} --group-id line-7 -n factory -g myrg".format
    az(
        f"{group('create')} --root-ca-name line-ca --iot-hubs hub1.azure-devices.net --ap hashed -o table",
        says="line-7",
    )
    az.device(
        "assigned",
        host="localhost",
        id_scope=ID_SCOPE,
        registration_id="robot-1",
        ca_file=dps.ca_file,
        certificate="robot-1.pem",
    )
    az(f"{group('registration list')} -o table", says="robot-1")
    az("iot dps delete -n factory -g myrg")


# A key of no hub.
_HUB_KEY = "ZGVtby1rZXktb2Ytbm8taHVi"


def _certificates(az: Narrated) -> None:
    """A certificate authority, and a device's certificate with its key, as a production line has them."""
    authority, robot = certificates.authority("line-ca"), certificates.signed("robot-1", by="line-ca")
    (az.folder / "line-ca.pem").write_text(certificates.text(authority))
    key = certificates.private_key(name="robot-1").decode()
    (az.folder / "robot-1.pem").write_text(certificates.text(robot, authority) + key)


def _sign_code(az: Narrated, certificate: str) -> None:
    """Sign the service's code with the key of the authority."""
    show = f"iot dps certificate show {certificate} --query etag -o tsv"
    etag = az.quietly(show)
    generate = f"iot dps certificate generate-verification-code {certificate} --etag "
    code = '--query "{code: properties.verificationCode}" -o table'
    out = az(f"{generate}'{etag}' {code}", shown=f"{generate}… {code}")
    print("> The CA signs a certificate for this code: signed-code.pem")
    signed = certificates.signed(out.split()[-1], by="line-ca")
    (az.folder / "signed-code.pem").write_text(certificates.text(signed))
