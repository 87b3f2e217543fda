"""Certificate policies: three names that mean something together only, in options, files and messages."""

import json

import pytest

OPTIONS = "--adr-namespace factory-ns --adr-ca-name factory-ca --adr-cert-policy-name ninety-days"
POLICY = {
    "namespaceName": "factory-ns",
    "certificateAuthorityName": "factory-ca",
    "certificatePolicyName": "ninety-days",
}
NEW = "2026-11-01"
CREATE = {"enrollment": "enrollment create --eid dev --at symmetricKey", "group": "enrollment-group create --gid grp"}
UPDATE = {"enrollment": "enrollment update --eid dev", "group": "enrollment-group update --gid grp"}
NOUNS = pytest.mark.parametrize("noun", ["enrollment", "group"])


def policy(record):
    return {name: record[name] for name in POLICY if name in record}


def stored(dps):
    return next(iter((*dps.enrollments.values(), *dps.groups.values())))


@pytest.fixture
def with_policy(iot, dps):
    def made(noun):
        assert iot(f"{CREATE[noun]} {OPTIONS}").exit_code == 0
        dps.requests.clear()

    return made


@NOUNS
@pytest.mark.parametrize(
    "options",
    [
        OPTIONS,
        "--namespace-name factory-ns --certificate-authority-name factory-ca --certificate-policy-name ninety-days",
        "--adr-namespace factory-ns --adr-ca-name factory-ca --adr-certificate-policy-name ninety-days",
        "--adr-namespace factory-ns --adr-ca-name factory-ca --cpn ninety-days",
        f"{OPTIONS} --credential-policy-name ninety-days",
    ],
)
def test_create_sends_the_names_by_the_version_that_has_them(iot, dps, noun, options):
    made = iot(f"{CREATE[noun]} {options}")
    assert policy(made.json) == POLICY
    (put,) = [request for request in dps.requests if request.method == "PUT"]
    assert policy(put.body) == POLICY and put.query["api-version"] == NEW


@NOUNS
def test_update_changes_one_name_and_keeps_the_others(iot, dps, with_policy, noun):
    with_policy(noun)
    assert policy(iot(f"{UPDATE[noun]} --adr-cert-policy-name thirty-days").json) == {
        **POLICY,
        "certificatePolicyName": "thirty-days",
    }
    assert policy(iot(f"{UPDATE[noun]} --set certificateAuthorityName=other-ca").json) == {
        "namespaceName": "factory-ns",
        "certificateAuthorityName": "other-ca",
        "certificatePolicyName": "thirty-days",
    }


@NOUNS
def test_three_empty_names_remove_the_policy(iot, dps, with_policy, noun):
    with_policy(noun)
    assert iot(f"{UPDATE[noun]} --adr-namespace '' --adr-ca-name '' --adr-cert-policy-name ''").exit_code == 0
    assert policy(stored(dps)) == {}


@pytest.mark.parametrize("clearing", ["hide-and-clear", "hide-and-keep", "show-all"])
@NOUNS
def test_an_update_of_something_else_keeps_the_policy(iot, dps, with_policy, noun, clearing):
    with_policy(noun)
    dps.switches.newer_members = clearing
    assert iot(f"{UPDATE[noun]} --provisioning-status disabled").exit_code == 0
    assert policy(stored(dps)) == POLICY and stored(dps)["provisioningStatus"] == "disabled"


def test_a_name_of_the_preview_goes_when_a_policy_is_set(iot, dps):
    dps.switches.newer_members = "show-all"
    old = {"registrationId": "dev", "attestation": {"type": "symmetricKey"}, "credentialPolicyName": "old"}
    dps.collections[0].write("dev", old, None, NEW)
    assert iot(f"{UPDATE['enrollment']} --tags '{{\"a\": 1}}'").json["credentialPolicyName"] == "old"
    assert "credentialPolicyName" not in iot(f"{UPDATE['enrollment']} {OPTIONS}").json


@NOUNS
@pytest.mark.parametrize(
    "options, message, exit_code",
    [
        (
            "--adr-namespace factory-ns",
            "--adr-namespace requires --adr-ca-name and --adr-cert-policy-name.",
            1,
        ),
        ("--cpn ninety-days", "--adr-cert-policy-name requires --adr-namespace and --adr-ca-name.", 1),
        (
            f"{OPTIONS} --cpn other",
            "--credential-policy-name and --adr-cert-policy-name have different values. Use only "
            "--adr-cert-policy-name.",
            1,
        ),
        ("--adr-namespace Factory", "--adr-namespace must be 3 to 64 lowercase letters, digits or '-', with a ", 1),
        ("--adr-ca-name a_b", "--adr-ca-name must be 3 to 63 letters, digits or '-', and begin with a letter or a ", 1),
        ("--adr-cert-policy-name -a1", "expected one argument", 2),
    ],
)
def test_names_are_checked_before_anything_is_sent(iot, dps, noun, options, message, exit_code):
    result = iot(f"{CREATE[noun]} {options}")
    assert message in result.err and result.exit_code == exit_code
    assert dps.requests == []


@NOUNS
def test_what_would_leave_a_part_of_a_policy_is_refused(iot, dps, with_policy, noun):
    with_policy(noun)
    result = iot(f"{UPDATE[noun]} --adr-ca-name ''")
    assert "--adr-namespace requires --adr-ca-name." in result.err and result.exit_code == 1
    assert not [request for request in dps.requests if request.method == "PUT"]


def test_a_file_has_columns_and_members_for_them(iot, dps, tmp_path):
    rows = "registrationId,attestation,namespaceName,certificateAuthorityName,certificatePolicyName\n"
    file = tmp_path / "fleet.csv"
    file.write_text(rows + "dev,symmetricKey,factory-ns,factory-ca,ninety-days\n")
    assert iot(f"enrollment import --file {file}").json["created"] == 1
    assert policy(stored(dps)) == POLICY
    file.write_text(rows + "dev,,,,thirty-days\n")
    assert iot(f"enrollment apply --file {file}").json["updated"] == 1
    assert policy(stored(dps)) == {**POLICY, "certificatePolicyName": "thirty-days"}
    exported = tmp_path / "out.csv"
    assert iot(f"enrollment export --file {exported}").exit_code == 0
    assert ",factory-ns,factory-ca,thirty-days," in exported.read_text()
    assert iot(f"enrollment diff --file {exported}").json["unchanged"] == 1
    file.write_text(rows + "dev2,symmetricKey,factory-ns,,\n")
    result = iot(f"enrollment apply --file {file}")
    assert "line 2: namespaceName requires certificateAuthorityName and certificatePolicyName." in result.err


def test_the_preview_has_one_name(iot, dps, monkeypatch):
    monkeypatch.setenv("AZURE_IOT_DPS_API_VERSION", "2025-07-01-preview")
    made = iot(f"{CREATE['enrollment']} --credential-policy-name ninety-days")
    assert made.json["credentialPolicyName"] == "ninety-days"
    assert {request.query["api-version"] for request in dps.requests} == {"2025-07-01-preview"}
    assert iot(f"{UPDATE['enrollment']} --cpn ''").exit_code == 0
    assert "credentialPolicyName" not in stored(dps)
    result = iot(f"{UPDATE['enrollment']} {OPTIONS}")
    assert "The configured API version 2025-07-01-preview has no certificate policies. Nothing was sent." in result.err


@pytest.mark.parametrize("verb", ["create", "update"])
def test_keys_of_a_group_are_left_out_when_asked(iot, dps, verb):
    line = f"enrollment-group {verb} --gid grp --ps enabled"
    if verb == "update":
        iot(CREATE["group"])
        line += " --set initialTwin.tags.a=1"
    assert iot(f"{line} --show-keys false").json["attestation"] == {"type": "symmetricKey", "symmetricKey": {}}
    iot("enrollment-group delete --gid grp" if verb == "create" else f"{line[:-1]}2")
    shown = iot(f"{line[:-1] + '3' if verb == 'update' else line} --show-keys").json
    assert len(shown["attestation"]["symmetricKey"]["primaryKey"]) == 88


def test_a_member_that_is_not_stored_is_warned_of(iot, dps):
    dps.switches.newer_members = "hide-and-clear"
    iot(CREATE["enrollment"])
    sent = json.dumps({"a": 1})
    result = iot(f"{UPDATE['enrollment']} --set credentialPolicyName=p --tags '{sent}'")
    assert "The service did not store these members of 'dev': credentialPolicyName." in result.err
    assert result.exit_code == 0
