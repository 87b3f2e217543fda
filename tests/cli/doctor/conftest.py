"""Runs the doctor, and sorts what it says."""

from __future__ import annotations

import pytest

HEALTHY = {
    "name": "ok",
    "dns": "ok",
    "tcp": "ok",
    "tls": "ok",
    "clock": "ok",
    "sign-in": "ok",
    "network-rules": "ok",
    "linked-hubs": "ok",
    "read": "ok",
    "rights": "ok",
}


class Examined:
    """What one run said: `statuses`, and of each step the message and the advice."""

    def __init__(self, result):
        self.result = result
        assert "Traceback" not in result.err
        self.steps = {step["step"]: step for step in result.json["steps"]}
        self.statuses = {name: step["status"] for name, step in self.steps.items()}
        wrong = [name for name, status in self.statuses.items() if status == "failed"]
        assert result.json["ok"] is (not wrong)
        assert result.exit_code == (1 if wrong else 0)
        assert ("ERROR: Failed: " + ", ".join(wrong) + ".\n" in result.err) is bool(wrong)

    def changed(self):
        """The statuses that a healthy service does not have."""
        return {name: status for name, status in self.statuses.items() if HEALTHY.get(name) != status}

    def __getitem__(self, step):
        return self.steps[step]["message"], self.steps[step]["advice"]


@pytest.fixture
def doctor(az, dps):
    """Examines mydps, or what the line says instead; `more` is not split."""
    return lambda line="-n mydps -g myrg", *more: Examined(az(f"iot dps doctor {line}", *more))


@pytest.fixture
def device(doctor):
    """Examines a device; `more` is not split."""
    return lambda id, *more: doctor("-n mydps -g myrg", "--registration-id", id, *more)
