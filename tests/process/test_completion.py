"""What Tab offers, asked as bash asks a real az: by argcomplete's variables."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.az
TPM = {"attestation": {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}}


@pytest.fixture
def offered(real_az, dps, tmp_path):
    """What is offered behind a line, in the order of the alphabet."""
    (real_az.folder / "dps.txt").write_text(dps.connection_string)
    dps.enrollments.put({"registrationId": "thermostat-1", **TPM})
    dps.enrollments.put({"registrationId": "gateway-1", **TPM})
    dps.groups.put({"enrollmentGroupId": "north", **TPM})

    def offered(line):
        out = tmp_path / "offered"
        out.write_text("")
        # what it says beside is bash's to throw away, and it does
        subprocess.run(
            [sys.executable, "-m", "azure.cli"],
            check=False,
            cwd=real_az.folder,
            env={
                **real_az.environ,
                "_ARGCOMPLETE": "1",
                "_ARGCOMPLETE_IFS": "\n",
                "_ARGCOMPLETE_STDOUT_FILENAME": str(out),
                "COMP_LINE": line,
                "COMP_POINT": str(len(line)),
                "COMP_TYPE": "9",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=30,
        )
        return sorted(out.read_text().split())

    return offered


@pytest.mark.parametrize(
    ("line", "ids"),
    [
        ("enrollment show --login @dps.txt --enrollment-id ", ["gateway-1", "thermostat-1"]),
        ("enrollment show -n mydps --eid t", ["thermostat-1"]),
        ("enrollment registration show -n mydps -g myrg --eid ", ["gateway-1", "thermostat-1"]),
        ("enrollment-group delete --login @dps.txt --group-id ", ["north"]),
        ("enrollment-group registration list -n mydps --gid n", ["north"]),
        ("enrollment list -g myrg -n ", ["mydps", "mydps-test"]),
        ("connection-string show --dps-name mydps-", ["mydps-test"]),
        ("enrollment create -n mydps --iot-hubs ", ["linked-hub.azure-devices.net"]),
        ("enrollment list -g nogroup -n ", []),
        ("enrollment create --iot-hubs ", []),
        # nothing, and silently: no target, none of that name, no such file
        ("enrollment show --eid ", []),
        ("enrollment show -n nodps --eid ", []),
        ("enrollment show --login @nofile --eid ", []),
    ],
)
def test_ids_are_offered(offered, line, ids):
    assert offered(f"az iot dps {line}") == ids


def test_a_service_that_stalls_is_not_waited_for(offered, dps):
    dps.fail(delay=60, path="query")
    assert offered("az iot dps enrollment show --login @dps.txt --eid ") == []
    assert len(dps.service_requests) == 1


def test_a_part_of_many_is_not_offered(offered, dps):
    for number in range(150):
        dps.enrollments.put({"registrationId": f"dev{number}", **TPM})
    show = "az iot dps enrollment show --login @dps.txt --eid "
    assert offered(show) == []
    # of all pages
    assert sorted(offered(f"{show}dev14")) == ["dev14", *(f"dev{number}" for number in range(140, 150))]
