"""audit: keys that are equal or weak."""

from __future__ import annotations

import base64

import pytest

from tests.cli.audits.stored import GOOD, SYMMETRIC, found, keys


def test_equal_endorsement_keys(audit):
    findings = audit(
        {}, {"attestation": SYMMETRIC}, {}, {"attestation": {"type": "tpm", "tpm": {"endorsementKey": "QUFB"}}}
    )
    assert findings == [
        found(
            "dev3",
            "equal-endorsement-keys",
            "warning",
            "attestation.tpm.endorsementKey",
            "The endorsement key is also that of 'dev1'.",
        )
    ]


PRIMARY, SECONDARY = "attestation.symmetricKey.primaryKey", "attestation.symmetricKey.secondaryKey"


def test_keys_are_equal(audit):
    records = [
        {"attestation": SYMMETRIC},
        {"attestation": keys(GOOD[2], GOOD[2])},
        {"attestation": keys(GOOD[3], GOOD[0])},
    ]
    equal = "The primary and the secondary key are equal."
    assert audit(*records) == []
    assert audit(options="--with-keys") == [
        found("dev2", "primary-is-secondary", "warning", SECONDARY, equal),
        found("dev3", "equal-keys", "warning", SECONDARY, "The secondary key is also a key of 'dev1'."),
    ]


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (b"\x00" * 16, "is one byte, repeated"),
        (bytes(range(32)), "counts up or down"),
        (bytes(range(240, 256)) + bytes(range(16)), "counts up or down"),
        (b"abcabdabeabcabdabf", "has only 6 different bytes"),
        (b"battery-staple" * 2, "repeats itself"),
        (b"primary-key-primary-key", "repeats itself"),
        # openssl rand -hex 32
        (b"b4f0d2c9a1e873650f9c4be2d7a81356c3e5f7091b2d4a68", ""),
        (bytes.fromhex("8f3a1c77d0e95b2246c8ab10fe739d54"), ""),
    ],
)
def test_keys_are_weak(audit, key, reason):
    text = base64.b64encode(key).decode()
    findings = audit({"attestation": keys(text)}, options="--with-keys")
    message = f"The primary key is not random: it {reason}."
    assert findings == ([found("dev1", "weak-key", "error", PRIMARY, message)] if reason else [])


def test_a_missing_secondary_key(audit, dps):
    dps.fail(path="attestationmechanism", body={"type": "symmetricKey", "symmetricKey": {"primaryKey": GOOD[0]}})
    findings = audit({"attestation": SYMMETRIC}, options="--with-keys")
    assert findings == [found("dev1", "no-secondary", "note", SECONDARY, "There is no secondary key.")]
