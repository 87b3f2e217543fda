"""Help for the device configurations of an enrollment and of an enrollment group."""

from knack.help_files import helps

_ABOUT = """
    --format edge-toml prints the sections of /etc/aziot/config.toml that IoT Edge needs to register. env prints the
    environment variables that the samples of the device SDKs read, one in each line, and json the same as members. The
    ID scope is looked up in Azure Resource Manager, unless --id-scope is specified.

    A symmetric key is included with --show-keys only. For a certificate, --certificate-file-path and --key-file-path
    are the paths of the files on the device. What is not specified is a placeholder, with a warning."""


def _text(noun: str, of: str, more: str, id: str) -> str:
    command = f"az iot dps {noun} device-config -n {{dps_name}} -g {{resource_group}} {id}"
    return f"""
type: command
short-summary: Show the configuration by which a device of {of} registers.
long-summary: >{_ABOUT}{more}
examples:
  - name: Show how a device registers, without its key.
    text: {command}
  - name: Write the configuration of an IoT Edge device, with its key, to a file that only its owner can read.
    text: {command} --format edge-toml --show-keys --file config.toml
  - name: Show environment variables for the samples of the device SDKs.
    text: {command} --format env --show-keys
"""


helps["iot dps enrollment device-config"] = _text(
    "enrollment",
    "an individual enrollment",
    """

    Devices of individual enrollments can also have a TPM, which keeps the key.""",
    "--eid {enrollment_id}",
)
helps["iot dps enrollment-group device-config"] = _text(
    "enrollment-group",
    "an enrollment group",
    """

    The key of a device is derived from the primary key of the group, which is never printed. An individual enrollment
    of the same ID takes precedence when the device registers.""",
    "--group-id {group_id} --registration-id {registration_id}",
)
