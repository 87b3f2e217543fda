"""export --show-keys, delete, import, export: the same records but for etags and dates."""

from __future__ import annotations

import csv
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dps_emulator.lab import certificates
from tests.command_line import run
from tests.records import attestations
from tests.records import records as any_records
from tests.results import succeeded

KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}
TPM = {"type": "tpm", "tpm": {"endorsementKey": "QUFB"}}
WEBHOOK = {"webhookUrl": "https://f.example/x?code=c2VjcmV0", "apiVersion": "2021-10-01"}
TWIN = {"tags": {"ort": "Köln ☃ 😀", "$x": [1.0, None]}, "properties": {"desired": {"version": 1, "a": {"b": -0.5}}}}
CHANGING = ("etag", "createdDateTimeUtc", "lastUpdatedDateTimeUtc")
HUBS = ["h1.net", "h2.net"]
NEVER = {"updateHubAssignment": False, "migrateDeviceData": False}
RESET = {"updateHubAssignment": True, "migrateDeviceData": False}
MIGRATE = {"updateHubAssignment": True, "migrateDeviceData": True}
ONE, TWO = certificates.pem("one"), certificates.pem("two")
CA = certificates.text(certificates.authority())
# What both kinds have alike; CSV can hold it.
COMMON = [
    {"attestation": SYMMETRIC, "provisioningStatus": "disabled", "initialTwin": TWIN, "reprovisionPolicy": NEVER},
    {"attestation": SYMMETRIC, "allocationPolicy": "static", "iotHubs": ["h1.example"], "reprovisionPolicy": RESET},
    {"attestation": SYMMETRIC, "allocationPolicy": "hashed", "capabilities": {"iotEdge": True}},
    {"attestation": SYMMETRIC, "allocationPolicy": "geoLatency", "iotHubs": HUBS, "reprovisionPolicy": MIGRATE},
    {"attestation": SYMMETRIC, "allocationPolicy": "custom", "customAllocationDefinition": WEBHOOK, "iotHubs": HUBS},
    {"attestation": SYMMETRIC, "capabilities": {"iotEdge": False}, "initialTwin": {"tags": {"a": 1}}},
]
INDIVIDUAL = [
    {"attestation": TPM, "deviceId": " thermo,\"stat\"\r\n", "optionalDeviceInformation": {"a": [None, {"b": None}]}},
]  # fmt: skip
GROUP = [{"attestation": {"type": "x509", "x509": {"caReferences": {"primary": "ca 1", "secondary": "ca2"}}}}]
# What only JSON holds.
MORE = [
    {"attestation": SYMMETRIC, "provisioningStatus": None, "iotHubHostName": "legacy.example"},
    {"attestation": SYMMETRIC, "initialTwin": {"tags": {"a": None}, "unheardOf": None, "properties": {"desired": {}}}},
    {"attestation": {**SYMMETRIC, "unheardOf": [None]}, "unheardOf": {"a": None}, "iotHubs": []},
    {"attestation": SYMMETRIC, "reprovisionPolicy": {**MIGRATE, "x": 1}, "capabilities": {"iotEdge": True, "x": None}},
    {"attestation": SYMMETRIC, "customAllocationDefinition": {**WEBHOOK, "x": []}, "allocationPolicy": "hashed"},
]
STORAGE_ROOT_KEY = {"attestation": {"type": "tpm", "tpm": {"endorsementKey": "QUFB", "storageRootKey": "QkJC"}}}


def x509(member, **slots):
    entries = {slot: {"certificate": text} for slot, text in slots.items()}
    return {"type": "x509", "x509": {member: entries}}


CERTIFICATES = {
    "enrollment": [
        {"attestation": x509("clientCertificates", primary=ONE)},
        {"attestation": x509("clientCertificates", primary=TWO, secondary=ONE), "deviceId": "dev"},
    ],
    "enrollment-group": [{"attestation": x509("signingCertificates", primary=CA), "initialTwin": TWIN}],
}
RECORDS = {"enrollment": COMMON + INDIVIDUAL, "enrollment-group": COMMON + GROUP}
IDS = {"enrollment": "registrationId", "enrollment-group": "enrollmentGroupId"}


def seed(dps, noun, records):
    shelf = dps.enrollments if noun == "enrollment" else dps.groups
    for number, record in enumerate(records):
        shelf.put({IDS[noun]: f"dev-{number}", **record})
    return shelf


def lasting(shelf):
    """The records of a service as text, in which 1 and true differ, without what no import can bring back."""
    kept = ({name: value for name, value in record.items() if name not in CHANGING} for record in shelf.values())
    return [json.dumps(record, sort_keys=True) for record in kept]


def trip(run, shelf, noun, path, mend=lambda path: None):
    """Export, delete, import; `mend` puts certificates into the file."""
    exported = run(f"{noun} export --show-keys --only-show-errors --file {path}")
    assert (exported.exit_code, exported.err) == (0, "")
    before = path.read_bytes()
    deleted = run(f"{noun} import --mode delete --yes --file {path}")
    assert (deleted.exit_code, deleted.err, len(shelf)) == (0, "", 0)
    assert succeeded(deleted.json) == exported.json["count"]
    mend(path)
    imported = run(f"{noun} import --only-show-errors --file {path}")
    assert (imported.exit_code, imported.err) == (0, "")
    assert succeeded(imported.json) == len(shelf) == exported.json["count"]
    return before


@pytest.mark.parametrize("format", ["jsonl", "json", "csv"])
@pytest.mark.parametrize("noun", RECORDS)
def test_round_trip(iot, dps, tmp_path, noun, format):
    records = RECORDS[noun] if format == "csv" else RECORDS[noun] + MORE
    if noun == "enrollment" and format != "csv":
        records = [*records, STORAGE_ROOT_KEY]
    shelf = seed(dps, noun, [{"provisioningStatus": "enabled", **record} for record in records])
    stored, path = lasting(shelf), tmp_path / f"file.{format}"
    before = trip(iot, shelf, noun, path)
    assert lasting(shelf) == stored
    assert iot(f"{noun} export --show-keys --only-show-errors --file {path}").exit_code == 0
    assert without_changing(path.read_bytes(), format) == without_changing(before, format)
    assert path.read_bytes() != before


def without_changing(content, format):
    """The records of a file without what changes."""
    text = content.decode()
    if format == "csv":
        items = list(csv.DictReader(text.splitlines(keepends=True)))
    else:
        items = json.loads(text) if format == "json" else list(map(json.loads, text.split("\n")[:-1]))
    return [{name: value for name, value in item.items() if name not in CHANGING} for item in items]


def put_into_json(noun, path):
    slots = {"enrollment": "clientCertificates", "enrollment-group": "signingCertificates"}[noun]
    items = list(map(json.loads, path.read_text().splitlines()))
    for item in items:
        for slot, entry in CERTIFICATES[noun][int(item[IDS[noun]][-1])]["attestation"]["x509"][slots].items():
            item["attestation"]["x509"][slots][slot]["certificate"] = entry["certificate"]
    path.write_text("".join(json.dumps(item) + "\n" for item in items))


def put_into_csv(noun, path):
    with path.open(newline="") as file:
        items = list(csv.DictReader(file))
    for item in items:
        (proof,) = CERTIFICATES[noun][int(item[IDS[noun]][-1])]["attestation"]["x509"].values()
        for slot, entry in proof.items():
            pem = path.with_name(f"{item[IDS[noun]]}-{slot}.pem")
            pem.write_text(entry["certificate"])
            item["certificatePath" if slot == "primary" else "secondaryCertificatePath"] = str(pem)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(items[0]))
        writer.writeheader()
        writer.writerows(items)


@pytest.mark.parametrize(("format", "mend"), [("jsonl", put_into_json), ("csv", put_into_csv)])
@pytest.mark.parametrize("noun", CERTIFICATES)
def test_with_certificates_put_into_the_file(iot, dps, tmp_path, noun, format, mend):
    shelf = seed(dps, noun, [{"provisioningStatus": "enabled", **record} for record in CERTIFICATES[noun]])
    stored = lasting(shelf)
    trip(iot, shelf, noun, tmp_path / f"file.{format}", lambda path: mend(noun, path))
    assert lasting(shelf) == stored
    assert "sha256Thumbprint" in stored[0]


@pytest.mark.parametrize("format", ["jsonl", "csv"])
@pytest.mark.parametrize("noun", CERTIFICATES)
def test_without_certificates_nothing_is_sent(iot, dps, tmp_path, noun, format):
    seed(dps, noun, CERTIFICATES[noun])
    path = tmp_path / f"file.{format}"
    assert iot(f"{noun} export --only-show-errors --file {path}").exit_code == 0
    sent = len(dps.requests)
    result = iot(f"{noun} import --file {path}")
    assert (result.exit_code, len(dps.requests)) == (1, sent)
    count = len(CERTIFICATES[noun])
    faults = "1 fault" if count == 1 else f"{count} faults"
    assert result.err.startswith(f"ERROR: --file has {faults}. Nothing was sent.\n")
    assert len(result.err.splitlines()) == 2


# Of the records of tests/records.py those that the service takes, and as it stores them.
names_of_hubs = st.sampled_from([HUBS[:1], HUBS])
allocations = st.one_of(
    st.just({}),
    st.just({"allocationPolicy": "static", "iotHubs": HUBS[:1]}),
    names_of_hubs.map(lambda hubs: {"allocationPolicy": "hashed", "iotHubs": hubs}),
    st.just({"allocationPolicy": "geoLatency"}),
    st.just({"allocationPolicy": "custom", "customAllocationDefinition": WEBHOOK}),
    st.just({"allocationPolicy": "hashed", "customAllocationDefinition": {**WEBHOOK, "x": [None]}}),
)


def without_null(value, names):
    """A record without null in known members, of which the service keeps that of provisioningStatus alone."""
    return {name: item for name, item in value.items() if item is not None or name not in names}


@st.composite
def record(draw):
    drawn = draw(any_records)
    known = ("optionalDeviceInformation", "capabilities", "initialTwin", "reprovisionPolicy")
    kept = without_null({name: item for name, item in drawn.items() if "llocation" not in name}, known)
    kept.pop("iotHubs", None)
    kept["attestation"] = draw(attestations.filter(lambda proof: proof["type"] != "x509"))
    if "symmetricKey" in kept["attestation"]:
        kept["attestation"]["symmetricKey"] = KEYS
    tpm = kept["attestation"].get("tpm", {})
    if not isinstance(tpm.get("storageRootKey", ""), str):
        del tpm["storageRootKey"]
    if "initialTwin" in kept:
        kept["initialTwin"] = without_null(kept["initialTwin"], ("tags", "properties"))
    if "reprovisionPolicy" in kept:
        kept["reprovisionPolicy"] = draw(st.sampled_from([NEVER, RESET, MIGRATE, {**MIGRATE, "x": 1}]))
    return {"provisioningStatus": "enabled", **kept, **draw(allocations)}


batches = st.lists(record(), min_size=1, max_size=40)
EXAMPLES = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("trip")


def stocked(emulator, batch):
    emulator.reset()
    for number, record in enumerate(batch):
        emulator.enrollments.put({**record, "registrationId": f"dev-{number}"})
    return lambda line: run(f"iot dps {line} --login", emulator.connection_string)


@EXAMPLES
@given(batches, st.sampled_from(["jsonl", "json"]))
def test_whatever_there_is_comes_back(emulator, folder, batch, format):
    iot = stocked(emulator, batch)
    stored = lasting(emulator.enrollments)
    trip(iot, emulator.enrollments, "enrollment", folder / f"file.{format}")
    assert lasting(emulator.enrollments) == stored


KEYS_IN = "WARNING: {}/file.csv contains symmetric keys. Only its owner can read it.\n"


@EXAMPLES
@given(batches)
def test_csv_warns_of_each_record_that_does_not_come_back(emulator, folder, batch):
    # null stands for what is not there
    batch = [{"provisioningStatus": "enabled", **without_null(record, record)} for record in batch]
    iot = stocked(emulator, batch)
    stored = set(lasting(emulator.enrollments))
    warned = iot(f"enrollment export --show-keys --file {folder}/file.csv").err.replace(KEYS_IN.format(folder), "")
    trip(iot, emulator.enrollments, "enrollment", folder / "file.csv")
    lost = len(stored - set(lasting(emulator.enrollments)))
    words = "enrollments have members that CSV has no column for. Use --format jsonl or json to keep all of them."
    assert warned == (f"WARNING: {lost} of {len(batch)} {words}\n" if lost else "")
