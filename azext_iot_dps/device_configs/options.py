"""The options of the commands of device configurations."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError
from azure.cli.core.commands.parameters import get_enum_type

from azext_iot_dps.cli import converters
from azext_iot_dps.cli import options as shared
from azext_iot_dps.cli.device_options import device_host_types
from azext_iot_dps.cli.target import TARGET, target_options, validate_target
from azext_iot_dps.device_configs.commands import NOUNS
from azext_iot_dps.device_configs.formats import Format

_X509 = "x509 Authentication"


def load(loader: Any) -> None:
    """Describe the options to azure-cli."""
    for noun, kind in NOUNS:
        with loader.argument_context(f"{noun} device-config") as c:
            target_options(c, validate, {**TARGET, **device_host_types()})
            if kind.signing:
                c.argument("enrollment_id", shared.group_id_type)
                c.extra(
                    "registration_id",
                    shared.registration_id_type,
                    required=True,
                    help="ID of the device, in the letter case in which it registers.",
                )
            else:
                c.argument("enrollment_id", shared.enrollment_id_type)
            _configuration_options(c)


def _configuration_options(c: Any) -> None:
    c.argument(
        "format",
        get_enum_type(Format, default=Format.JSON.value),
        options_list=["--format"],
        help="`edge-toml` is the part of config.toml by which IoT Edge registers, `env` are the environment variables "
        "that the samples of the device SDKs read.",
    )
    c.argument(
        "show_keys",
        shared.show_keys_type,
        help="Include the symmetric key of the device. For a device of a group it is derived from that of the group, "
        "which is not shown. Without this option the configuration has a placeholder in its place.",
    )
    c.argument(
        "file",
        options_list=["--file", "-f"],
        type=converters.file_path("--file"),
        help="File to write the configuration to. A new file, and each one with a key, may be read by its owner alone. "
        "By default the configuration is printed.",
    )
    for name, option, what in (
        (
            "certificate_file",
            "--certificate-file-path",
            "certificate in PEM and, for a device of a group, the intermediate ones",
        ),
        ("key_file", "--key-file-path", "private key in PEM"),
    ):
        c.argument(
            name,
            options_list=[option, "--cp" if name == "certificate_file" else "--kp"],
            arg_group=_X509,
            type=_path_on_the_device(option),
            help=f"Absolute path of the file on the device with its {what}. The file is not read.",
        )


def _path_on_the_device(option: str) -> converters.Converter:
    checked = converters.file_path(option)

    def convert(text: str) -> str:
        path = str(checked(text))
        if not (PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()):
            raise InvalidArgumentValueError(
                f"{option} must be an absolute path on the device, such as /var/secrets/device.pem."
            )
        return path

    return convert


def validate(namespace: Any) -> None:
    """Require both files of a certificate or neither, and a service.

    Raises RequiredArgumentMissingError and InvalidArgumentValueError.
    """
    given = {"--certificate-file-path": namespace.certificate_file, "--key-file-path": namespace.key_file}
    missing = [option for option, path in given.items() if not path]
    if len(missing) == 1:
        raise RequiredArgumentMissingError(f"{' and '.join(given)} require each other. Specify {missing[0]}.")
    validate_target(namespace)
