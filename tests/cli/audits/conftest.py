"""Fixtures of tests on audits."""

from __future__ import annotations

import pytest

from tests.cli.audits.stored import GOOD, HUB, TPM


@pytest.fixture
def audit(az, dps):
    """The findings of records that are stored one after the other, signed in with a name so that hubs are known."""

    def audit(*records, noun="enrollment", options=""):
        shelf, id_member = {
            "enrollment": (dps.enrollments, "registrationId"),
            "enrollment-group": (dps.groups, "enrollmentGroupId"),
        }[noun]
        for number, record in enumerate(records, 1):
            shelf.put({id_member: f"dev{number}", "attestation": TPM, **record})
        dps.arm.link(HUB)
        result = az(f"iot dps {noun} audit -n mydps {options}")
        assert (result.exit_code, result.err) == (0, "")
        assert all(key not in result.out for key in (*GOOD, "c2VjcmV0"))
        # the service lists in an order of its own
        return sorted(result.json["findings"], key=lambda finding: finding["id"])

    return audit
