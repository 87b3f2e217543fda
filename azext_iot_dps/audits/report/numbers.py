"""What is counted of a fleet: a section for each question, from which the result, the table and the page follow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from azext_iot_dps.audits.report.breakdown import Breakdown, Months
from azext_iot_dps.record import allocation
from azext_iot_dps.record.attestation import CA_NAMES, stored_type
from azext_iot_dps.record.audit.check import Severity, moment
from azext_iot_dps.record.audit.table import CHECKS
from azext_iot_dps.record.kinds import Attestation, Kind
from azext_iot_dps.record.paths import Json, as_object, get
from azext_iot_dps.record.values import AllocationPolicy, ProvisioningStatus

_OF_CA_NAMES = "x509, by CA names"
_NO_POLICY, _NO_HUB, _NO_STATUS, _NO_TYPE = "not set", "any linked hub", "not set", "none"
_YEARS = "A year counts its months that have no row."
_OUTCOMES = ("assigned", "failed", "disabled", "assigning", "unassigned")


class Section(NamedTuple):
    """A question: its member of the result, its title, and what a reader must know of its numbers."""

    name: str
    title: str
    note: str = ""
    of_registrations: bool = False


SECTIONS = (
    Section("status", "Status"),
    Section("attestation", "Attestation"),
    Section("allocationPolicy", "Allocation policy", f"“{_NO_POLICY}” is the policy of the service."),
    Section("iotHubs", "IoT hubs", "Each hub that an enrollment names."),
    Section(
        "certificateExpiry",
        "Certificates by month of expiry",
        f"Primary and secondary certificates. {_YEARS} The service does not show the dates of CA certificates that are "
        "named.",
    ),
    Section("registrationStatus", "Registrations by outcome", "Devices by their last registration.", True),
    Section("assignedHub", "Devices by assigned IoT hub", "", True),
    Section("assignedMonth", "Devices assigned, by month", f"The month of the last registration. {_YEARS}", True),
    Section("failedMonth", "Registrations failed, by month", f"The month of the last registration. {_YEARS}", True),
    Section("severity", "Findings by severity"),
    Section("check", "Findings by check"),
)


class Numbers:
    """The numbers of a fleet."""

    def __init__(self, now: datetime):
        """`now` is in UTC."""
        self._months = Months(now)
        self.totals = {False: 0, True: 0}
        self.sections = {
            "status": Breakdown([each.value for each in reversed(ProvisioningStatus)]),
            "attestation": Breakdown([Attestation.SYMMETRIC_KEY.value, Attestation.X509.value, Attestation.TPM.value]),
            "allocationPolicy": Breakdown(),
            "iotHubs": Breakdown(),
            "certificateExpiry": self._months.ahead(),
            "registrationStatus": Breakdown(_OUTCOMES),
            "assignedHub": Breakdown(),
            "assignedMonth": self._months.back(),
            "failedMonth": self._months.back(),
            "severity": Breakdown([each.value for each in Severity]),
            "check": Breakdown((), [check.name for check in CHECKS]),
        }

    def add(self, kind: Kind, record: Json) -> None:
        """Count a record."""
        self.totals[kind.signing] += 1
        self._add("status", kind, _known(ProvisioningStatus, record.get("provisioningStatus"), _NO_STATUS))
        is_of_names = any(as_object(get(record, f"attestation.x509.{CA_NAMES}")).values())
        type = stored_type(record)
        self._add("attestation", kind, _OF_CA_NAMES if is_of_names else _known(Attestation, type, _NO_TYPE))
        self._add("allocationPolicy", kind, _known(AllocationPolicy, record.get(allocation.POLICY), _NO_POLICY))
        for hub in _hubs(record) or [_NO_HUB]:
            self._add("iotHubs", kind, hub)
        for slot in kind.slots:
            if get(record, slot):
                ends = moment(get(record, f"{slot}.info.notAfterUtc"))
                self._add("certificateExpiry", kind, self._months.expiry(ends))

    def add_registration(self, kind: Kind, state: Json) -> None:
        """Count the registration state of a device of a record of that kind."""
        status = _known(_OUTCOMES, state.get("status"), _NO_STATUS)
        self._add("registrationStatus", kind, status)
        if status in ("assigned", "failed"):
            self._add(f"{status}Month", kind, self._months.past(moment(state.get("lastUpdatedDateTimeUtc"))))
        hub = state.get("assignedHub")
        if status == "assigned" and isinstance(hub, str):
            self._add("assignedHub", kind, hub.lower())

    def add_audit(self, kind: Kind, result: Json) -> None:
        """Take over the numbers that an audit of records of that kind has as its result."""
        for section, member in (("severity", "severities"), ("check", "checks")):
            for value, count in result[member].items():
                self.sections[section].add(kind, value, count)

    def _add(self, section: str, kind: Kind, value: str) -> None:
        self.sections[section].add(kind, value)


def _known(values: Iterable[str], found: object, otherwise: str) -> str:
    """A value as it is usually spelled, since the service ignores the case of most."""
    text = str(found or otherwise)
    return next((str(getattr(each, "value", each)) for each in values if each.lower() == text.lower()), text)


def _hubs(record: Json) -> set[str]:
    """The hubs that a record names, in lower case."""
    named = record.get(allocation.HUBS)
    hubs = [*(named if isinstance(named, list) else []), record.get(allocation.LEGACY_HUB)]
    return {hub.lower() for hub in hubs if isinstance(hub, str) and hub}
