"""export --file -: records, and nothing else, on standard output."""

import json
import os
import subprocess
import sys

import pytest
from azure.cli.core.azclierror import FileOperationError

from azext_iot_dps.fleets import writing
from azext_iot_dps.fleets.formats import FileFormat
from tests.conftest import ROOT

TPM = {"type": "tpm", "tpm": {"endorsementKey": "QUFB"}}
OWN = {"etag": "ZQ==", "createdDateTimeUtc": "2026-03-01", "lastUpdatedDateTimeUtc": "2026-03-01"}
RECORD = {"registrationId": "a", "attestation": TPM, "deviceId": "Köln\r\n", "provisioningStatus": "enabled", **OWN}
TEXT = (
    '{"registrationId":"a","attestation":{"type":"tpm","tpm":{"endorsementKey":"QUFB"}},"deviceId":"Köln\\r\\n",'
    '"provisioningStatus":"enabled","etag":"ZQ==","createdDateTimeUtc":"2026-03-01",'
    '"lastUpdatedDateTimeUtc":"2026-03-01"}'
)
COLUMNS = (
    "registrationId,attestation,primaryKey,secondaryKey,endorsementKey,certificatePath,secondaryCertificatePath,"
    "deviceId,provisioningStatus,allocationPolicy,iotHubs,reprovisionPolicy,edgeEnabled,tags,desired,"
    "deviceInformation,webhookUrl,apiVersion,"
    "namespaceName,certificateAuthorityName,certificatePolicyName,etag"
)
ROW = '"a","tpm","","","QUFB","","","Köln\r\n","enabled","","","none","none","","","","","","","","","ZQ=="'


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ("", f"{TEXT}\n"),
        ("--format jsonl -o table", f"{TEXT}\n"),
        ("--format json", f"[\n{TEXT}\n]\n"),
        ("--format csv", f"{COLUMNS}\n{ROW}\n"),
    ],
)
def test_the_records_and_no_result(iot, dps, tmp_path, monkeypatch, options, text):
    monkeypatch.chdir(tmp_path)
    dps.enrollments.put(RECORD)
    result = iot(f"enrollment export --file - {options}")
    assert (result.exit_code, result.out, result.err) == (0, text, "")
    assert list(tmp_path.iterdir()) == []


def test_warnings_stay_out_of_it(iot, dps):
    dps.groups.put({"enrollmentGroupId": "g", "attestation": {"type": "symmetricKey"}})
    result = iot("enrollment-group export -f -")
    assert (result.exit_code, json.loads(result.out)["enrollmentGroupId"]) == (0, "g")
    assert result.err.startswith("WARNING: 1 of 1 enrollment groups have symmetric keys that are not in the file: ")


def test_a_failure_in_the_middle(iot, dps):
    """Who reads has the records until then; the exit code says that there are more."""
    for number in range(150):
        dps.enrollments.put({**RECORD, "registrationId": f"dev{number}"})
    dps.fail(status=403, where=lambda request: "x-ms-continuation" in request.headers)
    result = iot("enrollment export --file -")
    assert (result.exit_code, result.out.count("\n")) == (1, 100)


def test_without_a_standard_output(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    closed = "--file: standard output is closed."
    with pytest.raises(FileOperationError, match=closed), writing.standard_output(FileFormat.LINES):
        pass


def test_a_reader_that_closes_early(dps):
    """As head does; a file descriptor, unlike the memory of the other tests, breaks."""
    for number in range(250):
        dps.enrollments.put({**RECORD, "registrationId": f"dev{number}", "deviceId": "x" * 1000})
    reader, writer = os.pipe()
    os.close(reader)
    line = f"iot dps enrollment export --file - --login {dps.connection_string}"
    program = (
        "import sys, tests.conftest; from azure.cli.core import get_default_cli; "
        f"sys.exit(get_default_cli().invoke({line.split()!r}))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "emulator")])}
    az = subprocess.run(
        [sys.executable, "-c", program], check=False, stdout=writer, stderr=subprocess.PIPE, text=True, env=environment
    )
    os.close(writer)
    assert az.returncode == 1
    # azure-cli's core alone complains of missing modules first
    assert az.stderr.splitlines()[-1] == "ERROR: --file: cannot write standard output: Broken pipe."
    assert "Traceback" not in az.stderr
