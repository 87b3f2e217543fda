"""The client of the commands of devices: a device registers over HTTPS, or asks how far its registration is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from azext_iot_dps.cli import progress
from azext_iot_dps.devices.device import DEFAULT, Answer, Device, not_offered
from azext_iot_dps.devices.identity import Identity
from azext_iot_dps.devices.polling import LIMIT, Registration, within
from azext_iot_dps.service.client import DpsClient
from azext_iot_dps.service.failure import Reason, ServiceError
from azext_iot_dps.service.responses import Json
from azext_iot_dps.service.versions import NEWEST, OLD_POLICY, is_refused

# The first version with CSRs is also that with the preview's policy.
_FIRST_WITH_CSR = OLD_POLICY


class DeviceClient:
    """Sends what a device sends. Of the service API it uses what reads the keys of enrollments."""

    def __init__(
        self,
        service: DpsClient,
        identity: Identity,
        locate: Callable[[], tuple[str, str]],
        cli_ctx: Any,
        configured: str | None = None,
    ):
        """`locate` returns the host of the device API and the ID scope; it is called when something is sent there.

        A `configured` version of the API is used for everything.
        """
        self._service, self._identity, self._locate = service, identity, locate
        self._cli_ctx, self._configured = cli_ctx, configured

    def require_csr(self) -> None:
        """Raise ServiceError(OLD_VERSION) if the configured version has no CSR."""
        if self._configured and self._configured < _FIRST_WITH_CSR:
            message = f"The configured API version {self._configured} has no CSR. Nothing was sent."
            raise ServiceError(Reason.OLD_VERSION, message)

    def register(self, id: str, members: Json, timeout: int | None = None) -> Json:
        """The completed operation as the service returns it, once the device is assigned.

        `members` are those of the request. `timeout` is in seconds, and a limit for all that is sent to the device API;
        without it the operation is polled for LIMIT seconds.

        Raises ServiceError, and azclierrors for a registration that failed, whose enrollment is disabled, or that takes
        too long.
        """
        device = self._device(id)
        version = self._configured or (NEWEST if "csr" in members else DEFAULT)
        with progress.shown(self._cli_ctx, f"Registering {id}:") as report:
            report.say()
            registration = Registration(device, version, timeout or LIMIT, report.say)
            begin = partial(self._begin, device, members, version)
            operation = within(timeout, partial(registration.run, begin), device.pace.stop)
        if operation is None:
            raise registration.too_late()
        return operation

    def operation_status(self, id: str, operation_id: str) -> Json:
        """An operation as the service returns it, of any status. Raises ServiceError.

        Only the newest version has issued certificates. Where it is refused, the default one is used.
        """
        device = self._device(id)
        try:
            return device.ask(operation_id, self._configured or NEWEST).operation
        except ServiceError as error:
            if self._configured or not is_refused(error):
                raise
        return device.ask(operation_id, DEFAULT).operation

    def _device(self, id: str) -> Device:
        # files are checked and the key is read before the host is looked up
        proof = self._identity.proof(id, self._service)
        return Device(*self._locate(), id, proof)

    def _begin(self, device: Device, members: Json, version: str) -> Answer:
        try:
            return device.register(members, version)
        except ServiceError as error:
            # the same statuses stand for a version that is not served and for a CSR that is refused
            if version == NEWEST and not self._configured and is_refused(error) and device.is_behind():
                raise not_offered(error) from error
            raise
