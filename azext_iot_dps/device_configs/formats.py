"""The configuration by which a device registers, in the formats of the programs that read it."""

from __future__ import annotations

import json
import os
import shlex
from enum import Enum
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import quote

from azext_iot_dps.record.kinds import Attestation


class Format(str, Enum):
    """The values of --format."""

    EDGE_TOML = "edge-toml"
    ENV = "env"
    JSON = "json"


class Configuration(NamedTuple):
    """How a device registers. It has a `key`, in base64, or the paths of two files, or neither with a TPM."""

    host: str
    id_scope: str
    registration_id: str
    attestation: Attestation
    key: str | None = None
    certificate_file: str | None = None
    key_file: str | None = None

    def members(self) -> dict[str, str]:
        """The members of the JSON, of which each is a string."""
        found = {
            "provisioningHost": self.host,
            "idScope": self.id_scope,
            "registrationId": self.registration_id,
            "attestation": self.attestation.value,
            "symmetricKey": self.key,
            "certificateFile": self.certificate_file,
            "keyFile": self.key_file,
        }
        return {name: value for name, value in found.items() if value is not None}

    def text(self, format: Format) -> str:
        """The content of a file in this format; JSON is as azure-cli prints it."""
        if format is Format.EDGE_TOML:
            return _edge_toml(self)
        return _env(self) if format is Format.ENV else json.dumps(self.members(), indent=2, sort_keys=True) + "\n"


# As in the template of /etc/aziot/config.toml that IoT Edge comes with.
_METHODS = {Attestation.SYMMETRIC_KEY: "symmetric_key", Attestation.X509: "x509", Attestation.TPM: "tpm"}


def _edge_toml(made: Configuration) -> str:
    lines = [
        "[provisioning]",
        'source = "dps"',
        f"global_endpoint = {toml_string(f'https://{made.host}')}",
        f"id_scope = {toml_string(made.id_scope)}",
        "",
        "[provisioning.attestation]",
        f"method = {toml_string(_METHODS[made.attestation])}",
        f"registration_id = {toml_string(made.registration_id)}",
    ]
    if made.key is not None:
        lines.append(f"symmetric_key = {{ value = {toml_string(made.key)} }}")
    for name, path in (("identity_cert", made.certificate_file), ("identity_pk", made.key_file)):
        if path is not None:
            lines.append(f"{name} = {toml_string(file_uri(path))}")
    return "\n".join(lines) + "\n"


def _env(made: Configuration) -> str:
    # The samples for Python and those for Node have different names for the files of a certificate.
    by_certificate = made.registration_id if made.certificate_file else None
    variables = {
        "PROVISIONING_HOST": made.host,
        "PROVISIONING_IDSCOPE": made.id_scope,
        "PROVISIONING_REGISTRATION_ID": made.registration_id,
        "PROVISIONING_SYMMETRIC_KEY": made.key,
        "DPS_X509_REGISTRATION_ID": by_certificate,
        "X509_CERT_FILE": made.certificate_file,
        "X509_KEY_FILE": made.key_file,
        "CERTIFICATE_FILE": made.certificate_file,
        "KEY_FILE": made.key_file,
    }
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in variables.items() if value is not None)


def toml_string(text: str) -> str:
    """A basic string of TOML: as in JSON, except that TOML has no pairs of surrogates, and escapes DEL too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def file_uri(path: str) -> str:
    """The URI of an absolute path, of Windows too. Bytes that are no UTF-8 are percent-encoded like others."""
    if PurePosixPath(path).is_absolute():
        return "file://" + quote(os.fsencode(path))
    return "file:///" + quote(os.fsencode(path.replace("\\", "/")), safe="/:")
