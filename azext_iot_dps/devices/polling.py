"""A registration under way: it is polled until the service has assigned the device, or until its time is over."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import Any, TypeVar

import requests
from azure.cli.core.azclierror import AzCLIError, AzureResponseError

from azext_iot_dps.cli.failures import azure_error
from azext_iot_dps.devices.device import Answer, Device
from azext_iot_dps.service import pace, redaction, retry
from azext_iot_dps.service.failure import ServiceError
from azext_iot_dps.service.responses import Json

# Seconds between two polls when the service does not say, and the least and the most that it may say.
INTERVAL = 2.0
SHORTEST, LONGEST = 1.0, 30.0
# Seconds of polling without --timeout.
LIMIT = 300

Result = TypeVar("Result")


class Registration:
    """One registration of a device."""

    def __init__(self, device: Device, version: str, seconds: int, say: Callable[[str], None]):
        """`seconds` is how long to poll. `say` shows the status of the operation."""
        self._device, self._version, self._seconds, self._say = device, version, seconds, say
        self._operation_id = ""
        self._secrets: re.Pattern[str] | None = None

    def run(self, register: Callable[[], Answer]) -> Json:
        """The operation that `register` begins, once the device is assigned.

        Raises what `register` raises, and AzureResponseError for a registration that failed, whose enrollment is
        disabled, or that is not completed in time. Once the service accepted it, every other error says how to go on.
        """
        deadline = pace.clock() + self._seconds
        answer = register()
        while not _is_assigned(answer, self._device.id):
            if not self._operation_id:
                self._operation_id, self._secrets = answer.operation_id, redaction.secrets(answer.response.request)
            asked = answer.response.headers
            seconds = retry.retry_after_seconds(asked.get("Retry-After"), asked.get("Date"))
            seconds = INTERVAL if seconds is None else min(max(SHORTEST, seconds), LONGEST)
            if pace.clock() + seconds > deadline:
                raise self.too_late()
            self._say(answer.status)
            self._device.pace.hold(seconds)
            answer = self._asked()
        return answer.operation

    def too_late(self) -> AzCLIError:
        """The error when the time is over."""
        limit = "a second" if self._seconds == 1 else f"{self._seconds} seconds"
        message = f"The registration of '{self._device.id}' did not finish within {limit}."
        if self._operation_id:
            return self._resumable(AzureResponseError(message))
        return AzureResponseError(
            f"{message} The service did not say which operation it is, and may have accepted it.",
            recommendation="Before you register again, look for the device with `az iot dps enrollment registration "
            "show`.",
        )

    def _asked(self) -> Answer:
        try:
            answer = self._device.ask(self._operation_id, self._version)
        except ServiceError as error:
            shown = azure_error(error)
            raise (self._resumable(shown) if isinstance(shown, AzCLIError) else shown) from error
        if answer.operation.get("operationId", self._operation_id) != self._operation_id:
            host = self._device.host
            raise self._resumable(AzureResponseError(f"{host} returned the status of another operation."))
        return answer

    def _resumable(self, error: AzCLIError) -> AzCLIError:
        """The same error, which says how to go on."""
        device, operation_id = self._device, redaction.text(self._operation_id, self._secrets)
        command = [
            *("az iot device registration operation-status --id-scope", device.scope),
            *("--provisioning-host", device.host, "--registration-id", device.id),
            *("--operation-id", shlex.quote(operation_id)),
        ]
        error.set_recommendation(
            f"The service accepted the registration as operation {operation_id}. Do not register again; see how it "
            f"ends with the same key or certificate and: {' '.join(command)}"
        )
        return error


def within(seconds: int | None, work: Callable[[], Result], stop: Callable[[], None]) -> Result | None:
    """What `work` returns or raises; None if it takes longer than that number of seconds.

    Without a limit it takes as long as it takes. `stop` lets it send nothing more, and is called in any case. What it
    is waiting for then, such as the name of a host, ends with the process at the latest.
    """
    if seconds is None:
        return work()
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        # the thread that waits for the result raises it
        except BaseException as error:
            future.set_exception(error)

    try:
        Thread(target=run, daemon=True).start()
        wait([future], seconds)
        return future.result() if future.done() else None
    finally:
        stop()


def _is_assigned(answer: Answer, id: str) -> bool:
    """False while the operation goes on; raises an error when it ended otherwise."""
    if answer.status == "disabled":
        raise AzureResponseError(
            f"The enrollment of '{id}' is disabled.",
            recommendation="To enable it, run `az iot dps enrollment update` or `az iot dps enrollment-group update` "
            "with --provisioning-status enabled.",
        )
    if answer.status == "failed":
        reason = _reason(answer.operation.get("registrationState"), answer.response)
        raise AzureResponseError(
            f"The registration of '{id}' failed: {reason}",
            recommendation="Check the allocation of the enrollment: its IoT Hubs must be linked to the service (az iot "
            "dps linked-hub list), and the function of a custom allocation must return one of them.",
        )
    return answer.status == "assigned"


def _reason(state: Any, response: requests.Response) -> str:
    """The service's message and error code."""
    state = state if isinstance(state, dict) else {}
    message, code = state.get("errorMessage"), state.get("errorCode")
    known = redaction.secrets(response.request)
    text = redaction.text(message.strip(), known) if isinstance(message, str) else ""
    number = f" (error {redaction.text(str(code), known)[:100]})" if isinstance(code, (int, str)) and code else ""
    return (text or "the service gave no reason.") + number
