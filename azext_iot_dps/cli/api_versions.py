"""The version of the service API: what is configured, and what earlier commands found out about hosts."""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iot_dps.arm import clouds
from azext_iot_dps.service.versions import NEWEST, Need, Versions, is_version

FILE = "iot_dps_api_versions.json"
# Seconds for which an answer counts: a region gets the newest version without telling anybody.
AGE = 24 * 60 * 60
# Bytes that are read of the file, and hosts that it keeps.
_MOST_BYTES, _MOST_HOSTS = 64 * 1024, 100


def versions(cli_ctx: Any) -> Versions:
    """The versions for the requests of one command. Raises InvalidArgumentValueError for a setting that is none.

    The sovereign clouds get a new version long after the public one, so they are not asked for it first.
    """
    config = cli_ctx.config
    configured = (config.get("iot_dps", "api_version", fallback="") or "").strip()
    if configured and not is_version(configured):
        raise InvalidArgumentValueError(
            "The configured iot_dps.api_version is not an API version: a date, optionally with -preview.",
            recommendation=f"Run `az config unset iot_dps.api_version`, or set a version such as {NEWEST}. The "
            "environment variable AZURE_IOT_DPS_API_VERSION has the same effect.",
        )
    is_public = clouds.cloud(cli_ctx.cloud.name) is clouds.PUBLIC
    return Versions(configured or None, HostFile(Path(config.config_dir, FILE)), is_public)


def need_of(members: Iterable[str]) -> Need:
    """What requests need of the version to carry these members of records."""
    # here, since commands that read need no schema
    from azext_iot_dps.record import schema

    known = list(members)
    if schema.since(known) >= NEWEST:
        return Need.NEWEST
    return Need.WHOLE if schema.since(known) or schema.has_unknown(known) else Need.ANY


class HostFile:
    """A JSON file of hosts, each with its `version` and with the time `until` which that counts, in seconds (UTC).

    It only saves requests: what cannot be read counts as unknown, and what cannot be written is left.
    """

    def __init__(self, path: Path):
        """The file need not be there."""
        self._path = path

    def recall(self, host: str) -> str | None:
        """The version that is kept of a host and still counts."""
        return self._entries().get(host, {}).get("version")

    def store(self, host: str, version: str) -> None:
        """Keep the version of a host from now on."""
        entries = {**self._entries(), host: {"version": version, "until": time.time() + AGE}}
        newest = dict(sorted(entries.items(), key=lambda entry: entry[1]["until"])[-_MOST_HOSTS:])
        with suppress(OSError, ValueError):
            # a temporary file is its owner's alone
            with NamedTemporaryFile("w", dir=self._path.parent, prefix=FILE, delete=False, encoding="utf-8") as file:
                json.dump(newest, file)
            try:
                os.replace(file.name, self._path)
            except OSError:
                os.unlink(file.name)

    def _entries(self) -> dict[str, dict[str, Any]]:
        """The entries that count, by host."""
        try:
            found = json.loads(self._content())
        except (OSError, ValueError, RecursionError):
            return {}
        now = time.time()
        return {
            host: entry
            for host, entry in (found.items() if isinstance(found, dict) else ())
            if isinstance(entry, dict)
            and isinstance(entry.get("version"), str)
            and isinstance(entry.get("until"), (int, float))
            and now < entry["until"] <= now + AGE
        }

    def _content(self) -> bytes:
        # without O_NONBLOCK a pipe of this name would be waited for
        descriptor = os.open(self._path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            return file.read(_MOST_BYTES) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""
