"""The steps of an examination, each a row: its name, its function, and the steps without which it has no sense."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from azure.cli.core.azclierror import AzCLIError
from knack.util import CLIError

from azext_iot_dps.arm.failure import ArmError
from azext_iot_dps.cli.failures import azure_error
from azext_iot_dps.doctor import access, admission, allocation, network
from azext_iot_dps.doctor.case import Case, Finding, Status, failed, skipped
from azext_iot_dps.service.failure import ServiceError


class Step(NamedTuple):
    """A step is skipped if one of those that it `needs` failed, or was skipped for that."""

    name: str
    examine: Callable[[Case], Finding]
    needs: tuple[str, ...] = ()
    is_of_device: bool = False


STEPS = (
    Step("name", access.name),
    Step("dns", network.dns, ("name",)),
    Step("tcp", network.tcp, ("dns",)),
    Step("tls", network.tls, ("tcp",)),
    Step("clock", network.clock, ("tls",)),
    Step("sign-in", access.sign_in, ("name",)),
    Step("network-rules", access.network_rules, ("name",)),
    Step("linked-hubs", access.linked_hubs, ("name",)),
    Step("read", access.read, ("tls", "sign-in")),
    Step("rights", access.rights, ("read",)),
    Step("credential", admission.credential, is_of_device=True),
    Step("enrollment", admission.enrollment, ("read", "credential"), is_of_device=True),
    Step("assigned-hub", allocation.assigned_hub, ("enrollment",), is_of_device=True),
)


def examined(case: Case) -> Iterator[tuple[str, Finding]]:
    """The names of the steps and what they find, one after the other; those of the device if there is one."""
    blocked: set[str] = set()
    for step in STEPS:
        if step.is_of_device and not case.device:
            continue
        causes = [name for name in step.needs if name in blocked]
        finding = skipped(f"It depends on step {causes[0]}.") if causes else _finding(step, case)
        if causes or finding.status is Status.FAILED:
            blocked.add(step.name)
        yield step.name, finding


def _finding(step: Step, case: Case) -> Finding:
    """What a step finds; an error is what is wrong."""
    try:
        return step.examine(case)
    except (ServiceError, ArmError) as error:
        return _of_error(azure_error(error))
    except CLIError as error:
        return _of_error(error)


def _of_error(error: CLIError) -> Finding:
    advice = error.recommendations if isinstance(error, AzCLIError) else []
    return failed(str(error), " ".join(advice))
