"""The options of roll, and which of them names what."""

from __future__ import annotations

from typing import Any

from azext_iot_dps.cli import converters
from azext_iot_dps.cli.options import enrollment_id_type, group_id_type
from azext_iot_dps.fleets.shared_options import file_options, flag, plan_options, where_option
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL
from azext_iot_dps.record.rotation import KEYS, NAMES
from azext_iot_dps.record.values import NAME, SYMMETRIC_KEY

# Without a value: files name the new ones, or keys are generated. argparse would convert a text.
_BARE = False
_SPELLED = {
    KEYS[0]: "the primary key",
    KEYS[1]: "--new-key",
    NAMES[0]: "the primary CA name",
    NAMES[1]: "--new-ca-name",
    **{kind.slots[0]: "--old-certificate" for kind in (INDIVIDUAL, GROUP)},
    **{kind.slots[1]: "--new-certificate" for kind in (INDIVIDUAL, GROUP)},
}


def spell(path: str) -> str:
    """The option that names a member, of one record."""
    return _SPELLED.get(path, path)


def add(c: Any, is_group: bool) -> None:
    """Describe them to azure-cli."""
    whose = "of the CA that signs the devices' certificates" if is_group else "of the device"
    c.argument("enrollment_id", group_id_type if is_group else enrollment_id_type)
    _new(
        c, "new_certificate", converters.file_path("--new-certificate"),
        f"File with the new certificate {whose}, PEM or DER: it goes into the secondary slot, which must be free. "
        "With --promote or --finish it names the certificate that is to be the primary one. Without a value the new "
        "certificates are those in the column secondaryCertificatePath of --file.",
    )  # fmt: skip
    c.argument(
        "old_certificate",
        options_list=["--old-certificate"],
        type=converters.file_path("--old-certificate"),
        help="With --promote, file with the certificate that was the primary one: it becomes the secondary one.",
    )
    _new(
        c, "new_key", converters.typed("--new-key", SYMMETRIC_KEY),
        "The new symmetric key, base64 of 16 to 64 bytes: it replaces the secondary key. Without a value a key of 64 "
        "random bytes is generated, unless --file names one in the column secondaryKey. With --promote or --finish it "
        "names the key that is to be the primary one. `@file` reads it from a file.",
    )  # fmt: skip
    if is_group:
        _new(
            c, "new_ca_name", converters.typed("--new-ca-name", NAME),
            "Name of the new CA certificate, one of those uploaded to the service, for a group that names its CA. "
            "Without a value the names are those in the column secondaryRootCaName of --file.",
        )  # fmt: skip
    flag(c, "promote", "Make the secondary one the primary one, and the primary one the secondary one.")
    flag(
        c,
        "finish",
        "Remove the secondary one, which must be the old one; a symmetric key is replaced by a random one. With "
        "--promote the old primary one is removed at the same time.",
    )
    flag(
        c,
        "force",
        "Finish although there are devices that have not registered since the enrollment was last updated, or "
        "although it is not clear which one is the new one.",
    )
    file_options(c)
    where_option(c, "enrollments", "It is evaluated for each as it is listed.")
    plan_options(c)


def _new(c: Any, name: str, type: converters.Converter, help: str) -> None:
    option = f"--{name.replace('_', '-')}"
    # the name of a CA is no argument of the handler, since only groups have it
    add = c.extra if name == "new_ca_name" else c.argument
    add(name, options_list=[option], nargs="?", const=_BARE, type=type, help=help)
