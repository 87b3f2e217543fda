"""What a member may hold, as JSON and as the text of an option or of a CSV cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from azext_iot_dps import exact_json
from azext_iot_dps.base64 import decoded
from azext_iot_dps.record import json_text
from azext_iot_dps.record.kinds import Attestation
from azext_iot_dps.record.paths import Json
from azext_iot_dps.record.violation import Invalid

_MANGLED = "looks like a number that a spreadsheet changed: format the column as text"


class ProvisioningStatus(str, Enum):
    """Whether a device may register."""

    DISABLED = "disabled"
    ENABLED = "enabled"


class AllocationPolicy(str, Enum):
    """How the IoT hub of a device is chosen."""

    CUSTOM = "custom"
    GEO_LATENCY = "geoLatency"
    HASHED = "hashed"
    STATIC = "static"


class Reprovision(str, Enum):
    """Words of options and files for the two booleans that the service stores."""

    NEVER = "never"
    MIGRATE = "reprovisionandmigratedata"
    RESET = "reprovisionandresetdata"


REPROVISION_FLAGS = {
    Reprovision.MIGRATE: {"updateHubAssignment": True, "migrateDeviceData": True},
    Reprovision.RESET: {"updateHubAssignment": True, "migrateDeviceData": False},
    Reprovision.NEVER: {"updateHubAssignment": False, "migrateDeviceData": False},
}


class Value(NamedTuple):
    """A type of value. `check` and `read` raise Invalid; the reasons never repeat a value that may be secret.

    `check` gets a JSON value of the right type. `read` turns text into a JSON value, `write` does the reverse.
    `wire` is msrest's name of the type, `choices` are the words that text may be, in any letter case.
    """

    type: type
    wire: str
    check: Callable[[Any], None] = lambda value: None
    read: Callable[[str], Any] = str
    write: Callable[[Any], str] = str
    choices: tuple[str, ...] = ()

    def verify(self, value: Any) -> None:
        """Raise Invalid unless a member may hold this JSON value."""
        if type(value) is not self.type:
            raise Invalid(f"must be {json_text.type_name(self.type())}, not {json_text.type_name(value)}.")
        self.check(value)

    def parse(self, text: str) -> Any:
        """The JSON value that a text stands for. Raises Invalid."""
        value = self.read(text)
        self.check(value)
        return value


def refuse_mangled(text: str) -> None:
    """Raise Invalid for what a spreadsheet makes of an ID that has digits only."""
    if re.fullmatch(r"[0-9]([.,][0-9]+)?[Ee]\+[0-9]{2,3}", text):
        raise Invalid(f"{_MANGLED}.", value=text)


def mangled(text: str) -> str:
    """A sentence about a legal ID that a spreadsheet seems to have changed, '' for any other."""
    return f"{{0}} {text} {_MANGLED}." if re.fullmatch(r"[0-9]+\.0+", text) else ""


def _id(text: str) -> None:
    refuse_mangled(text)
    # a URL would read . and .. as folders
    if not re.fullmatch(r"[A-Za-z0-9._:-]{1,128}", text) or text in (".", ".."):
        raise Invalid("must be 1 to 128 letters, digits, '-', '.', '_' or ':', and not '.' or '..' alone.", value=text)


def _base64(text: str) -> bytes:
    try:
        return decoded(text)
    except ValueError:
        return b""


def _symmetric_key(text: str) -> None:
    if not 16 <= len(_base64(text)) <= 64:
        raise Invalid("must be base64 of 16 to 64 bytes.", "Generate one: openssl rand -base64 32")


def _endorsement_key(text: str) -> None:
    if not _base64(text):
        raise Invalid("must be base64 and not empty.", "Copy it as a whole, without blanks and line breaks.")


def _etag(text: str) -> None:
    # an empty one is a variable that was not set: it must not overwrite anything
    if not re.fullmatch(r"[\x21-\x7e]{1,1000}", text):
        raise Invalid(
            "must be an ETag as `show` prints it, or * for any.", "Add --query etag -o tsv to `show`.", value=text
        )


def _hosts(hosts: list[Any]) -> None:
    if not all(isinstance(host, str) for host in hosts):
        raise Invalid("must be a list of strings.")
    if not all(re.fullmatch(r"[A-Za-z0-9.-]+", host) for host in hosts):
        raise Invalid("must be host names, separated by spaces only.", value=" ".join(hosts))
    bare = next((host for host in hosts if "." not in host.strip(".")), None)
    if bare is not None:
        raise Invalid("must be host names with a domain.", f"Did you mean {bare}.azure-devices.net?", value=bare)


def _webhook_url(text: str) -> None:
    try:
        parts = urlsplit(text)
        valid = parts.scheme.lower() == "https" and parts.hostname and not re.search(r"[\s\x00-\x1f]", text)
    except ValueError:
        valid = False
    if not valid:
        # what may be a code is not shown
        raise Invalid("must be the https:// URL of a function.", value=re.sub("[?#&;=@].*", "…", text, flags=re.DOTALL))


def _adr_namespace(text: str) -> None:
    if text and not re.fullmatch(r"(?=.{3,64}$)[a-z0-9][a-z0-9-]*[a-z0-9]", text, re.ASCII):
        raise Invalid(
            "must be 3 to 64 lowercase letters, digits or '-', with a letter or a digit at both ends.", value=text
        )


def _adr_name(text: str) -> None:
    if text and not re.fullmatch(r"(?=.{3,63}$)[0-9a-zA-Z][a-zA-Z0-9-]*", text, re.ASCII):
        raise Invalid("must be 3 to 63 letters, digits or '-', and begin with a letter or a digit.", value=text)


def _api_version(text: str) -> None:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(-preview)?", text) or date.fromisoformat(text[:10]) < date(2018, 9, 1):
            raise ValueError
    except ValueError:
        raise Invalid(
            "must be a date, optionally with -preview, from 2018-09-01-preview on, such as 2021-10-01.",
            value=text,
        ) from None


def _flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise Invalid("must be true or false.", value=text)
    return text.lower() == "true"


def _not_blank(text: str) -> str:
    # an empty option is a variable that was not set
    if not text.strip():
        raise Invalid("must not be empty.")
    return text


def _path(text: str) -> str:
    # content would end up in messages, keys included
    if "\n" in text or text.startswith("-----BEGIN"):
        raise Invalid("must be the path of a file, without '@', not its content.")
    return _not_blank(text)


def _compact(value: Any) -> str:
    return exact_json.dumps(value, ascii=False)


def _certificate(slot: Json) -> None:
    """The form only; whether the text is a certificate is checked by `certificate`."""
    for name, kind in (("certificate", str), ("info", dict)):
        value = slot.get(name)
        if value is not None and type(value) is not kind:
            raise Invalid(f"must be {json_text.type_name(kind())}, not {json_text.type_name(value)}.", below=name)


def _flags(text: str) -> Json:
    return dict(REPROVISION_FLAGS[Reprovision(_REPROVISION.parse(text))])


def _flags_word(flags: Json) -> str:
    return next((word.value for word, known in REPROVISION_FLAGS.items() if known == flags), "")


def words(choices: type[Enum], json_in_any_case: bool = False) -> Value:
    """One of several words, as text in any letter case; as JSON only where the service ignores it too."""
    known = tuple(choice.value for choice in choices)
    spelled = {word.lower(): word for word in known}

    def check(word: str) -> None:
        if (word.lower() not in spelled) if json_in_any_case else (word not in known):
            raise Invalid(f"must be one of {', '.join(known)}.", value=word)

    return Value(str, "str", check, lambda text: spelled.get(text.lower(), text), choices=known)


_REPROVISION = words(Reprovision)

STRING = Value(str, "str")
NAME = Value(str, "str", read=_not_blank)
BOOLEAN = Value(bool, "bool", read=_flag, write=_compact)
OBJECT = Value(dict, "object", read=json_text.parse_object, write=_compact)
ANY = Value(object, "object", read=json_text.parse_any, write=_compact)
ID = Value(str, "str", _id)
SYMMETRIC_KEY = Value(str, "str", _symmetric_key)
ENDORSEMENT_KEY = Value(str, "str", _endorsement_key)
ETAG = Value(str, "str", _etag)
HOSTS = Value(list, "[str]", _hosts, str.split, " ".join)
WEBHOOK_URL = Value(str, "str", _webhook_url)
API_VERSION = Value(str, "str", _api_version)
ADR_NAMESPACE = Value(str, "str", _adr_namespace)
ADR_NAME = Value(str, "str", _adr_name)
PATH = Value(str, "str", read=_path)
CERTIFICATE = Value(dict, "X509CertificateWithInfo", _certificate)
STATUS = words(ProvisioningStatus)
POLICY = words(AllocationPolicy, json_in_any_case=True)
REPROVISION = Value(dict, "ReprovisionPolicy", read=_flags, write=_flags_word, choices=_REPROVISION.choices)
ATTESTATION = words(Attestation)
