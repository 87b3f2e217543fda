"""az iot dps doctor in a real az: support gets JSON on stdout, pipelines an exit code."""

import json

import pytest

pytestmark = pytest.mark.az


def test_the_findings_and_the_exit_code(real_az, dps):
    healthy = real_az.run("iot dps doctor -n mydps -g myrg")
    assert (healthy.returncode, healthy.stderr) == (0, "")
    assert {step["status"] for step in json.loads(healthy.stdout)["steps"]} == {"ok"}
    dps.roles = None
    ill = real_az.run("iot dps doctor -n mydps -g myrg --auth-type login --debug")
    assert ill.returncode == 1
    assert json.loads(ill.stdout)["ok"] is False
    assert "ERROR: Failed: read.\n" in real_az.run("iot dps doctor -n mydps --auth-type login").stderr
    assert dps.policies[0]["primaryKey"] not in ill.stdout + ill.stderr
