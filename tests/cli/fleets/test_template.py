"""import --template: a CSV file to start from, printed raw; it can be checked as it is."""

import pytest

from dps_emulator.lab import certificates


@pytest.mark.parametrize(
    ("noun", "header", "rows"),
    [
        (
            "enrollment",
            "registrationId,attestation,primaryKey,secondaryKey,endorsementKey,certificatePath,secondaryCertificatePath,"
            "deviceId,provisioningStatus,allocationPolicy,iotHubs,reprovisionPolicy,edgeEnabled,tags,desired,"
            "deviceInformation,webhookUrl,apiVersion,"
            "namespaceName,certificateAuthorityName,certificatePolicyName,etag",
            [
                'sensor-1,symmetricKey,,,,,,,enabled,,,,,"{""site"":""north""}",,,,,,,,',
                "sensor-2,tpm,,,RXhhbXBsZSBlbmRvcnNlbWVudCBrZXk=,,,boiler-room,,static,hub1.azure-devices.net,,,,,,,,,,,",
                "# sensor-3,x509,,,,sensor-3.pem,,,,,,,,,,,,,,,,",
            ],
        ),
        (
            "enrollment-group",
            "enrollmentGroupId,attestation,primaryKey,secondaryKey,certificatePath,secondaryCertificatePath,rootCaName,"
            "secondaryRootCaName,provisioningStatus,allocationPolicy,iotHubs,reprovisionPolicy,edgeEnabled,tags,desired,"
            "webhookUrl,apiVersion,namespaceName,certificateAuthorityName,certificatePolicyName,etag",
            [
                'north,symmetricKey,,,,,,,enabled,,,,,"{""site"":""north""}",,,,,,,',
                "east,x509,,,,,root-ca,,,static,hub1.azure-devices.net,,,,,,,,,,",
                "# south,x509,,,site-ca.pem,,,,,,,,,,,,,,,,",
            ],
        ),
    ],
    ids=["enrollment", "group"],
)
def test_the_template_can_be_imported(az, dps, tmp_path, noun, header, rows):
    printed = az(f"iot dps {noun} import --template -o json")
    assert (printed.exit_code, printed.err, dps.requests) == (0, "", [])
    lines = printed.out.splitlines()
    assert lines[-4:] == [header, *rows]
    assert lines[0] == f"# To import this file: az iot dps {noun} import --file FILE.csv -n SERVICE"
    assert all(line.startswith("# ") for line in lines[:-4])
    path = tmp_path / "template.csv"
    for text, total in ((printed.out, 2), (printed.out.replace("\n", "\r\n"), 2), (active(printed.out), 3)):
        path.write_bytes(text.encode())
        (tmp_path / "sensor-3.pem").write_text(certificates.pem())
        (tmp_path / "site-ca.pem").write_text(certificates.text(certificates.authority()))
        result = az(f"iot dps {noun} import --validate-only --file {path}")
        assert (result.exit_code, result.json["total"], dps.requests) == (0, total, [])


def active(text):
    """The template with the row of its certificate."""
    return text.replace("\n# sensor-3", "\nsensor-3").replace("\n# south", "\nsouth")


def test_nothing_is_imported_with_a_template(iot, dps):
    result = iot("enrollment import --template --file none.csv --mode delete --yes")
    assert (result.exit_code, result.out[:2], dps.requests) == (0, "# ", [])


@pytest.mark.parametrize("options", ["", "--validate-only"])
def test_without_a_template_there_must_be_a_file(iot, dps, options):
    result = iot(f"enrollment import {options}")
    assert (result.exit_code, result.out, dps.requests) == (1, "", [])
    assert result.err.splitlines()[0] == "ERROR: Specify the file to import with --file (-f)."
