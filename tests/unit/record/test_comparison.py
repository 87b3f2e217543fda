"""Whether a stored record is as it was requested."""

import pytest

from azext_iot_dps.exact_json import Number
from azext_iot_dps.record.comparison import differs, matches
from dps_emulator.lab import certificates

PEM = certificates.pem()
THUMBPRINT = certificates.thumbprint()
BARE = "".join(PEM.splitlines()[1:-1])
KEYS = {"primaryKey": "p", "secondaryKey": "s"}


def x509(**primary):
    return {"attestation": {"type": "x509", "x509": {"clientCertificates": {"primary": primary}}}}


@pytest.mark.parametrize(
    ("asked", "stored"),
    [
        ({}, {}),
        ({"etag": "a"}, {"etag": "b", "createdDateTimeUtc": "x", "lastUpdatedDateTimeUtc": "x"}),
        ({}, {"registrationState": {"status": "assigned"}}),
        ({"registrationId": "DEV"}, {"registrationId": "dev"}),
        ({"enrollmentGroupId": "G"}, {"enrollmentGroupId": "g"}),
        ({"allocationPolicy": "GeoLatency"}, {"allocationPolicy": "geoLatency"}),
        ({}, {"provisioningStatus": "enabled"}),
        ({"provisioningStatus": None}, {"provisioningStatus": "enabled"}),
        ({"deviceId": None}, {}),
        ({"initialTwin": {"tags": {"a": None, "b": [None]}}}, {"initialTwin": {"tags": {"b": [None]}}}),
        ({"initialTwin": {"tags": {"a": Number("1E2")}}}, {"initialTwin": {"tags": {"a": 100}}}),
        ({"attestation": {"type": "symmetricKey"}}, {"attestation": {"type": "symmetricKey", "symmetricKey": KEYS}}),
        ({"attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": "p", "secondaryKey": None}}},
         {"attestation": {"type": "symmetricKey", "symmetricKey": KEYS}}),
        ({"attestation": {"type": "tpm", "tpm": {"endorsementKey": "e"}, "x509": None}},
         {"attestation": {"type": "tpm", "tpm": {"endorsementKey": "e"}}}),
        (x509(certificate=PEM), x509(info={"sha256Thumbprint": THUMBPRINT})),
        (x509(certificate=PEM + "\n"), x509(info={"sha256Thumbprint": THUMBPRINT.lower()})),
        (x509(certificate=BARE), x509(info={"sha256Thumbprint": THUMBPRINT})),
        (x509(info={"sha256Thumbprint": "A", "version": 3}), x509(info={"sha256Thumbprint": "a"})),
    ],
)  # fmt: skip
def test_records_that_match(asked, stored):
    assert matches(asked, stored) is True


@pytest.mark.parametrize(
    ("asked", "stored"),
    [
        ({"deviceId": "a"}, {"deviceId": "A"}),
        ({"deviceId": "a"}, {}),
        ({"registrationId": "a"}, {"registrationId": "b"}),
        ({"registrationId": "a"}, {}),
        ({}, {"deviceId": "a"}),
        ({"provisioningStatus": "disabled"}, {}),
        ({"allocationPolicy": "static"}, {}),
        ({"iotHubs": ["a.net", "b.net"]}, {"iotHubs": ["b.net", "a.net"]}),
        ({"initialTwin": {"tags": {"a": [None]}}}, {"initialTwin": {"tags": {"a": []}}}),
        ({"attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": "x"}}},
         {"attestation": {"type": "symmetricKey", "symmetricKey": KEYS}}),
        ({"attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": "p"}}},
         {"attestation": {"type": "symmetricKey"}}),
        ({"initialTwin": {"tags": {"a": 1}}}, {"initialTwin": {"tags": {"a": True}}}),
        ({"initialTwin": {"tags": {"a": 0.1}}}, {"initialTwin": {"tags": {"a": Number("0.1" + "0" * 38 + "1")}}}),
        ({"attestation": {"type": "tpm"}}, {"attestation": {"type": "x509"}}),
        ({"attestation": {"type": "tpm", "tpm": {"endorsementKey": "e"}}},
         {"attestation": {"type": "tpm", "tpm": {"endorsementKey": "f"}}}),
        (x509(certificate=PEM), x509(info={"sha256Thumbprint": "0" * 64})),
        (x509(certificate="%"), x509(info={"sha256Thumbprint": THUMBPRINT})),
        (x509(certificate=PEM), x509()),
    ],
)  # fmt: skip
def test_records_that_do_not_match(asked, stored):
    assert matches(asked, stored) is False


@pytest.mark.parametrize(
    ("desired", "stored", "differs_"),
    [
        ({"b": 1, "a": {"d": 1, "c": 2}}, {"a": {"c": 2, "d": 1}, "b": 1}, False),
        ({"a": 1}, {"a": 1, "registrationState": {}, "createdDateTimeUtc": "x"}, False),
        ({"a": 1}, {"a": True}, True),
        ({"a": 100}, {"a": Number("1E2")}, False),
        ({"a": 0.1}, {"a": Number("0.1000000000000000000000000000000000000001")}, True),
        ({"a": None}, {}, True),
        ({"a": "x", "etag": "e"}, {"a": "x", "etag": "f"}, True),
    ],
)
def test_whether_writing_would_change_anything(desired, stored, differs_):
    assert differs(desired, stored) is differs_
