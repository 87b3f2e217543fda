"""Certificates and names of them in existing records."""

import json

import pytest

from dps_emulator.lab import certificates

TPM = {"type": "tpm", "tpm": {"endorsementKey": "QUFB", "storageRootKey": "QkJC"}}
NEEDED = (
    "No certificate would be left. Specify one: attestation.x509.clientCertificates.primary or "
    "attestation.x509.clientCertificates.secondary."
)
PEM = {"certificate": certificates.pem("new")}


def told(name):
    return {"info": {"sha256Thumbprint": certificates.thumbprint(name)}}


@pytest.fixture
def changed(iot, dps, tmp_path):
    """Stores a record with this attestation, and updates it with that of another; what is stored then, in short."""

    def changed(stored, record, noun="enrollment", mode="update"):
        member, shelf = (
            ("registrationId", dps.enrollments) if noun == "enrollment" else ("enrollmentGroupId", dps.groups)
        )
        shelf.put({member: "dev", "attestation": stored, "etag": "b2xk"})
        (tmp_path / "a.jsonl").write_text(json.dumps({member: "dev", **record}))
        result = iot(f"{noun} import --mode {mode} --file {tmp_path}/a.jsonl")
        fault = result.err.partition("Nothing was sent.\nline 1: ")[2].rstrip("\n")
        return fault or short(shelf["dev"]["attestation"])

    return changed


def short(attestation):
    """Names of the certificates that are stored."""
    names = {certificates.thumbprint(name): name for name in ("one", "two", "new")}
    part = attestation.get("x509", {})
    return {
        slot: shown if isinstance(shown, str) else names[shown["info"]["sha256Thumbprint"]]
        for name, slots in part.items()
        if name != "unheardOf"
        for slot, shown in slots.items()
    } or attestation


def of(branch, **slots):
    slots = {slot: {"certificate": certificates.pem(name)} for slot, name in slots.items()}
    return {"type": "x509", "x509": {branch: slots}}


HIDDEN = "certificate is missing: the service never shows certificates. Add it."
X509 = of("clientCertificates", primary="one", secondary="two")


def named(branch="clientCertificates", **slots):
    return {"attestation": {"x509": {branch: slots}}}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"deviceId": "x"}, {"primary": "one", "secondary": "two"}),
        ({"attestation": {"type": "x509"}}, {"primary": "one", "secondary": "two"}),
        ({"attestation": {"type": "x509", "x509": {"unheardOf": 1}}}, {"primary": "one", "secondary": "two"}),
        (named(primary=PEM), {"primary": "new", "secondary": "two"}),
        (named(secondary=PEM), {"primary": "one", "secondary": "new"}),
        (named(primary=PEM, secondary=None), {"primary": "new"}),
        (named(primary=None), {"secondary": "two"}),
        (named(primary=told("one")), {"primary": "one", "secondary": "two"}),
        (named(primary=told("one"), secondary=PEM), {"primary": "one", "secondary": "new"}),
        (named(primary=told("one"), secondary=None), {"primary": "one"}),
        (named(primary=None, secondary=None), NEEDED),
        ({"attestation": {"x509": None}}, NEEDED),
        # as export writes it: what it does not name stays
        ({**named(primary=PEM), "etag": "b2xk"}, {"primary": "new", "secondary": "two"}),
        ({**named(primary=told("one")), "etag": "b2xk"}, {"primary": "one", "secondary": "two"}),
        (named(primary=told("new")), f"attestation.x509.clientCertificates.primary.{HIDDEN}"),
    ],
)  # fmt: skip
def test_certificates(changed, record, expected):
    if "etag" in record:
        record["attestation"]["type"] = "x509"
    assert changed(X509, record) == expected


SIGNING = of("signingCertificates", primary="one", secondary="two")
NAMES = {"type": "x509", "x509": {"caReferences": {"primary": "ca1", "secondary": "ca2"}}}


@pytest.mark.parametrize(
    ("stored", "record", "expected"),
    [
        (SIGNING, named("signingCertificates", secondary=PEM), {"primary": "one", "secondary": "new"}),
        (SIGNING, named("caReferences", primary="ca3"), {"primary": "ca3"}),
        (NAMES, named("caReferences", secondary="ca3"), {"primary": "ca1", "secondary": "ca3"}),
        (NAMES, named("caReferences", secondary=None), {"primary": "ca1"}),
        (NAMES, named("signingCertificates", primary=PEM), {"primary": "new"}),
        (SIGNING, {"attestation": {"type": "symmetricKey"}},
         "attestation.type needs symmetricKey attestation, but the enrollment group has x509, which cannot be "
         "changed."),
    ],
)  # fmt: skip
def test_groups(changed, stored, record, expected):
    assert changed(stored, record, noun="enrollment-group") == expected


@pytest.mark.parametrize("mode", ["update", "upsert"])
def test_keys_of_tpm(changed, mode):
    record = {"attestation": {"type": "tpm", "tpm": {"endorsementKey": "Q0ND"}}}
    assert changed(TPM, record, mode=mode) == {
        "type": "tpm",
        "tpm": {"endorsementKey": "Q0ND", "storageRootKey": "QkJC"},
    }
    record = {"attestation": {"tpm": {"endorsementKey": None}}}
    assert changed(TPM, record) == "tpm attestation requires attestation.tpm.endorsementKey."
