"""roll of one enrollment: a device registers with the old and the new one at every stage."""

import pytest

from dps_emulator.lab import certificates
from tests.devices import GROUP_KEY, KEY1, KEY2, SCOPE, group, symmetric, x509

OLD, NEW = certificates.certificate("dev", -300, 65), certificates.certificate("dev", -2, 720)
OLD_CA = certificates.signed("old-ca", by="old-ca", authority=True)
NEW_CA = certificates.signed("new-ca", by="new-ca", authority=True)
KEY3 = "QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8="
COUNTS = ("total", "created", "updated", "unchanged", "deleted", "failed", "notSent", "failures")
UPDATED, UNCHANGED = [1, 0, 1, 0, 0, 0, 0, []], [1, 0, 0, 1, 0, 0, 0, []]
PROMOTED = (
    "Both are accepted. When every device has registered with the new one since this update, run the command with "
    "--finish."
)
FINISHED = "The old one is not accepted any more: a device that has nothing else is refused when it registers."


@pytest.fixture
def pem(tmp_path):
    """Writes certificates to a file; its path."""

    def pem(name, *chain):
        path = tmp_path / f"{name}.pem"
        path.write_text(certificates.text(*chain))
        return str(path)

    return pem


@pytest.fixture
def register(az, dps, pem, tmp_path):
    """Whether a device registers with a key, or with a certificate chain whose first has the key of that name."""

    def register(*chain, id="dev", key="", compute=False):
        if key:
            credential = ["--symmetric-key", key, *(["--compute-key"] if compute else [])]
        else:
            (tmp_path / "device.key").write_bytes(certificates.private_key(name=id))
            credential = ["--certificate-file-path", pem("device", *chain), "--key-file-path", f"{tmp_path}/device.key"]
        line = f"iot device registration create --registration-id {id} --id-scope {SCOPE} --host {dps.host}"
        result = az(line, *credential)
        assert (result.exit_code, "401002" in result.err) in ((0, False), (1, True))
        return result.exit_code == 0

    return register


def counted(result):
    return [result.json[name] for name in COUNTS]


def slots(record, branch="clientCertificates"):
    """The thumbprints of the primary and the secondary certificate."""
    stored = record["attestation"]["x509"][branch]
    return {name: entry["info"]["sha256Thumbprint"] for name, entry in stored.items()}


def thumbprint(certificate):
    return certificate.fingerprint(certificates.hashes.SHA256()).hex().upper()


def puts(dps):
    return [path for _, path, *_ in dps.sent("PUT") if path.startswith("/enrollment")]


def test_a_certificate_in_three_stages(iot, dps, pem, register):
    dps.enrollments.put({**symmetric(), "attestation": x509("clientCertificates", certificates.text(OLD)), "x": 1})
    old, new, line = pem("old", OLD), pem("new", NEW), "enrollment roll --eid dev"
    assert (register(OLD), register(NEW)) == (True, False)

    added = iot(f"{line} --new-certificate {new}")
    assert (added.exit_code, added.err, counted(added)) == (0, "", UPDATED)
    assert added.json["next"] == (
        "Install the new certificate on the device and let it register again: both are accepted. Then run the command "
        "with --promote."
    )
    assert slots(dps.enrollments["dev"]) == {"primary": thumbprint(OLD), "secondary": thumbprint(NEW)}
    assert (register(OLD), register(NEW)) == (True, True)
    assert counted(iot(f"{line} --new-certificate {new}")) == UNCHANGED

    promoted = iot(f"{line} --promote --new-certificate {new} --old-certificate {old}")
    assert (counted(promoted), promoted.json["next"]) == (UPDATED, PROMOTED)
    assert slots(dps.enrollments["dev"]) == {"primary": thumbprint(NEW), "secondary": thumbprint(OLD)}
    assert counted(iot(f"{line} --promote --new-certificate {new} --old-certificate {old}")) == UNCHANGED

    early = iot(f"{line} --finish")
    since = dps.enrollments["dev"]["lastUpdatedDateTimeUtc"]
    assert (early.exit_code, early.out) == (1, "")
    assert early.err == (
        f"ERROR: The device has not registered since the enrollment was last updated, at {since}: dev.\n"
        "Wait until they have registered with the new one. With --force the old one is removed now: a device that has "
        "nothing else is refused when it registers.\n"
    )
    assert (register(OLD), register(NEW)) == (True, True)
    finished = iot(f"{line} --finish")
    assert (finished.err, counted(finished), finished.json["next"]) == ("", UPDATED, FINISHED)
    assert finished.json["devices"] == {"assigned": 1, "registeredSinceUpdate": 1}
    assert slots(dps.enrollments["dev"]) == {"primary": thumbprint(NEW)}
    assert (register(OLD), register(NEW)) == (False, True)
    assert counted(iot(f"{line} --finish")) == UNCHANGED
    table = iot(f"{line} --promote --new-certificate {new} -o table").out.splitlines()
    assert table[-1].split(maxsplit=1) == ["next", PROMOTED]
    assert (dps.enrollments["dev"]["x"], len(puts(dps))) == (1, 3)


def test_a_groups_ca_with_promote_and_finish_at_once(iot, dps, pem, register):
    dps.groups.put({"enrollmentGroupId": "grp", "attestation": x509("signingCertificates", certificates.text(OLD_CA))})
    new, line = pem("new", NEW_CA), "enrollment-group roll --gid grp"
    leaf = {ca: certificates.signed("dev", by=ca) for ca in ("old-ca", "new-ca")}
    chains = (leaf["old-ca"], OLD_CA), (leaf["new-ca"], NEW_CA)
    assert [register(*chain) for chain in chains] == [True, False]

    added = iot(f"{line} --new-certificate {new}")
    assert (added.err, counted(added)) == ("", UPDATED)
    assert added.json["next"] == (
        "Give each device a certificate that the new CA has signed, and let it register again: both are accepted. "
        "Then run the command with --promote."
    )
    promote = f"{line} --promote --finish --new-certificate {new}"
    since = dps.groups["grp"]["lastUpdatedDateTimeUtc"]
    early = iot(promote)
    assert early.err.startswith(
        "ERROR: 1 of 1 assigned devices have not registered since the enrollment group was last updated, "
        f"at {since}: dev.\n"
    )
    assert [register(*chain) for chain in chains] == [True, True]

    finished = iot(promote)
    assert (counted(finished), finished.json["devices"]) == (UPDATED, {"assigned": 1, "registeredSinceUpdate": 1})
    assert slots(dps.groups["grp"], "signingCertificates") == {"primary": thumbprint(NEW_CA)}
    assert [register(*chain) for chain in chains] == [False, True]
    assert counted(iot(promote)) == UNCHANGED


def test_a_generated_key_in_three_stages(iot, dps, register):
    dps.enrollments.put(symmetric())
    line = "enrollment roll --eid dev"
    added = iot(f"{line} --new-key")
    assert (added.exit_code, counted(added), "Key" in added.out) == (0, UPDATED, False)
    assert added.json["next"].startswith("Give the device the secondary key, which `show --show-keys` prints, and let")
    keys = iot("enrollment show --eid dev --show-keys").json["attestation"]["symmetricKey"]
    new = keys["secondaryKey"]
    assert (keys["primaryKey"], len(new), new == KEY2) == (KEY1, 88, False)
    assert [register(key=key) for key in (KEY1, KEY2, new)] == [True, False, True]

    assert counted(iot(f"{line} --promote --new-key {new}")) == UPDATED
    assert dps.enrollments["dev"]["attestation"]["symmetricKey"] == {"primaryKey": new, "secondaryKey": KEY1}
    assert counted(iot(f"{line} --promote --new-key {new}")) == UNCHANGED
    assert [register(key=key) for key in (KEY1, new)] == [True, True]

    assert counted(iot(f"{line} --finish --new-key {new}")) == UPDATED
    keys = dps.enrollments["dev"]["attestation"]["symmetricKey"]
    assert (keys["primaryKey"], len(keys["secondaryKey"])) == (new, 88)
    assert [register(key=key) for key in (KEY1, keys["secondaryKey"], new)] == [False, True, True]


def test_a_groups_key(iot, dps, register):
    dps.groups.put(group())
    line = "enrollment-group roll --group-id grp"
    assert register(key=GROUP_KEY, compute=True)
    assert counted(iot(f"{line} --new-key {KEY3}")) == UPDATED
    assert [register(key=key, compute=True) for key in (GROUP_KEY, KEY2, KEY3)] == [True, False, True]
    # a single one may be swapped without naming it
    assert counted(iot(f"{line} --promote")) == UPDATED
    assert dps.groups["grp"]["attestation"]["symmetricKey"] == {"primaryKey": KEY3, "secondaryKey": GROUP_KEY}
    assert counted(iot(f"{line} --finish --new-key {KEY3} --force")) == UPDATED
    assert [register(key=key, compute=True) for key in (GROUP_KEY, KEY3)] == [False, True]


def test_ca_names_of_a_group(iot, dps):
    names = {"type": "x509", "x509": {"caReferences": {"primary": "ca-2026"}}}
    dps.groups.put({"enrollmentGroupId": "grp", "attestation": names})
    line = "enrollment-group roll --group-id grp"
    stages = []
    for stage in ("--new-ca-name ca-2027", "--promote", "--finish --new-ca-name ca-2027"):
        assert counted(iot(f"{line} {stage}")) == UPDATED
        stages.append(dps.groups["grp"]["attestation"]["x509"]["caReferences"])
    assert stages == [
        {"primary": "ca-2026", "secondary": "ca-2027"},
        {"primary": "ca-2027", "secondary": "ca-2026"},
        {"primary": "ca-2027"},
    ]


def test_one_that_another_client_changes_meanwhile_is_read_and_changed_again(iot, dps):
    dps.enrollments.put(symmetric())

    def modify(request):
        if request.method == "PUT" and "deviceId" not in dps.enrollments["dev"]:
            dps.enrollments.put({**dps.enrollments["dev"], "deviceId": "other", "etag": "b3RoZXI="})
        return False

    dps.fail(where=modify)
    assert counted(iot(f"enrollment roll --eid dev --new-key {KEY3}")) == UPDATED
    stored = dps.enrollments["dev"]
    assert (stored["deviceId"], stored["attestation"]["symmetricKey"]) == (
        "other",
        {"primaryKey": KEY1, "secondaryKey": KEY3},
    )


def test_what_if_shows_the_change_without_keys_and_sends_nothing(iot, dps, pem):
    dps.enrollments.put({**symmetric(), "attestation": x509("clientCertificates", certificates.text(OLD))})
    dps.enrollments.put({**symmetric(), "registrationId": "key"})
    line = f"enrollment roll --eid dev --new-certificate {pem('new', NEW)} --what-if"
    path = ["attestation", "x509", "clientCertificates", "secondary"]
    change = {"path": path, "before": None, "after": thumbprint(NEW)}
    update = {"id": "dev", "file": None, "line": None, "changes": [change]}
    plan = iot(f"{line} --exit-code")
    assert (plan.exit_code, plan.json) == (10, {"create": [], "update": [update], "delete": [], "unchanged": 0})
    keys = iot(f"enrollment roll --eid key --new-key {KEY3} --what-if").json["update"][0]["changes"]
    path = ["attestation", "symmetricKey", "secondaryKey"]
    assert keys == [{"path": path, "before": "***", "after": "***"}]
    assert puts(dps) == []
