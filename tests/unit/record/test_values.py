"""What members may hold, as text and as JSON."""

import pytest

from azext_iot_dps.record import values
from azext_iot_dps.record.violation import Invalid

ID = "must be 1 to 128 letters, digits, '-', '.', '_' or ':', and not '.' or '..' alone."
KEY = "must be base64 of 16 to 64 bytes."
ENDORSEMENT_KEY = "must be base64 and not empty."
ETAG = "must be an ETag as `show` prints it, or * for any."
VERSION = "must be a date, optionally with -preview, from 2018-09-01-preview on, such as 2021-10-01."
URL = "must be the https:// URL of a function."
HOSTS = "must be host names, separated by spaces only."
PATH = "must be the path of a file, without '@', not its content."
SIXTEEN, SIXTY_FOUR = "QUFBQUFBQUFBQUFBQUFBQQ==", "QUFB" * 21 + "QQ=="


@pytest.mark.parametrize(
    ("value", "text", "read"),
    [
        (values.STRING, "", ""),
        (values.NAME, " ca 1 ", " ca 1 "),
        (values.ID, "a.B-1_:", "a.B-1_:"),
        (values.ID, "x" * 128, "x" * 128),
        (values.ID, "...", "..."),
        (values.BOOLEAN, "True", True),
        (values.BOOLEAN, "false", False),
        (values.OBJECT, "{'a': 1}", {"a": 1}),
        (values.OBJECT, "", {}),
        (values.SYMMETRIC_KEY, SIXTEEN, SIXTEEN),
        (values.SYMMETRIC_KEY, SIXTY_FOUR, SIXTY_FOUR),
        (values.ENDORSEMENT_KEY, "QQ==", "QQ=="),
        (values.ETAG, "!" * 1000, "!" * 1000),
        (values.ETAG, "*", "*"),
        (values.ETAG, "~", "~"),
        (values.HOSTS, " a.B  c-1.d ", ["a.B", "c-1.d"]),
        (values.HOSTS, "", []),
        (values.WEBHOOK_URL, "HTTPS://f.example/api?code=x", "HTTPS://f.example/api?code=x"),
        (values.API_VERSION, "2018-09-01", "2018-09-01"),
        (values.API_VERSION, "2018-09-01-preview", "2018-09-01-preview"),
        (values.PATH, "a b.pem", "a b.pem"),
        (values.STATUS, "DISABLED", "disabled"),
        (values.POLICY, "geolatency", "geoLatency"),
        (values.ATTESTATION, "X509", "x509"),
        (values.REPROVISION, "NEVER", {"updateHubAssignment": False, "migrateDeviceData": False}),
        (values.REPROVISION, "reprovisionandresetdata", {"updateHubAssignment": True, "migrateDeviceData": False}),
        (values.REPROVISION, "reprovisionandmigratedata", {"updateHubAssignment": True, "migrateDeviceData": True}),
    ],
)  # fmt: skip
def test_text_is_read(value, text, read):
    assert value.parse(text) == read
    assert type(value.parse(text)) is value.type


@pytest.mark.parametrize(
    ("value", "text", "reason"),
    [
        (values.NAME, " ", "must not be empty."),
        (values.ID, "", ID),
        (values.ID, ".", ID),
        (values.ID, "..", ID),
        (values.ID, "a/b", ID),
        (values.ID, "a\n", ID),
        (values.ID, "x" * 129, ID),
        (values.BOOLEAN, "yes", "must be true or false."),
        (values.SYMMETRIC_KEY, "QUFBQUFBQUFBQUFBQUFB", KEY),
        (values.SYMMETRIC_KEY, SIXTY_FOUR[:-4] + "QUE=", KEY),
        (values.SYMMETRIC_KEY, SIXTEEN[:-1], KEY),
        (values.ENDORSEMENT_KEY, "", ENDORSEMENT_KEY),
        (values.ENDORSEMENT_KEY, "Q", ENDORSEMENT_KEY),
        (values.ETAG, "", ETAG),
        (values.ETAG, "a b", ETAG),
        (values.ETAG, "\x7f", ETAG),
        (values.ETAG, "!" * 1001, ETAG),
        (values.HOSTS, "a,b", HOSTS),
        (values.WEBHOOK_URL, "http://f.example", URL),
        (values.WEBHOOK_URL, "https://", URL),
        (values.WEBHOOK_URL, "https://f.example/a b", URL),
        (values.WEBHOOK_URL, "https://[f", URL),
        (values.API_VERSION, "2018-08-31", VERSION),
        (values.API_VERSION, "2021-13-01", VERSION),
        (values.API_VERSION, "2021-10-01-beta", VERSION),
        (values.PATH, "", "must not be empty."),
        (values.PATH, "a\nb", PATH),
        (values.PATH, "-----BEGIN CERTIFICATE-----", PATH),
        (values.STATUS, "on", "must be one of disabled, enabled."),
        (values.POLICY, "nearest", "must be one of custom, geoLatency, hashed, static."),
        (values.ATTESTATION, "none", "must be one of symmetricKey, tpm, x509."),
        (values.REPROVISION, "always",
         "must be one of never, reprovisionandmigratedata, reprovisionandresetdata."),
    ],
)  # fmt: skip
def test_other_text_is_refused(value, text, reason):
    with pytest.raises(Invalid) as refused:
        value.parse(text)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("value", "json", "reason"),
    [
        (values.STRING, 5, "must be a string, not a number."),
        (values.STRING, True, "must be a string, not a boolean."),
        (values.STRING, [], "must be a string, not a list."),
        (values.OBJECT, "{}", "must be an object, not a string."),
        (values.OBJECT, 1.5, "must be an object, not a number."),
        (values.BOOLEAN, 1, "must be a boolean, not a number."),
        (values.HOSTS, "a", "must be a list, not a string."),
        (values.HOSTS, [1], "must be a list of strings."),
        (values.HOSTS, ["a b"], HOSTS),
        (values.STATUS, "Enabled", "must be one of disabled, enabled."),
        (values.CERTIFICATE, {"certificate": 1}, "must be a string, not a number."),
        (values.CERTIFICATE, {"info": "x"}, "must be an object, not a string."),
    ],
)
def test_other_json_is_refused(value, json, reason):
    with pytest.raises(Invalid) as refused:
        value.verify(json)
    assert refused.value.reason == reason


def test_json_that_members_may_hold():
    for value, json in (
        (values.STRING, ""), (values.BOOLEAN, False), (values.OBJECT, {"a": None}), (values.HOSTS, []),
        (values.POLICY, "STATIC"), (values.CERTIFICATE, {"certificate": None, "info": {}, "x": 1}),
        (values.CERTIFICATE, {"certificate": "PEM"}),
    ):  # fmt: skip
        value.verify(json)


def test_a_wrong_part_of_a_certificate_is_named():
    with pytest.raises(Invalid) as refused:
        values.CERTIFICATE.verify({"certificate": 1})
    assert refused.value.of("x509.primary").members == ("x509.primary.certificate",)


def test_values_are_written_as_they_are_read():
    assert values.BOOLEAN.write(True) == "true"
    assert values.OBJECT.write({"ä": [1, None]}) == '{"ä":[1,null]}'
    assert values.HOSTS.write(["a", "b"]) == "a b"
    assert values.REPROVISION.write({"updateHubAssignment": False, "migrateDeviceData": False}) == "never"
    assert values.REPROVISION.write({"updateHubAssignment": False, "migrateDeviceData": True}) == ""


def test_choices_are_offered_as_the_service_spells_them():
    assert values.POLICY.choices == ("custom", "geoLatency", "hashed", "static")
    assert values.REPROVISION.choices == ("never", "reprovisionandmigratedata", "reprovisionandresetdata")
    assert values.ID.choices == ()


def test_advice_is_one_short_line():
    with pytest.raises(Invalid) as refused:
        values.SYMMETRIC_KEY.parse("")
    assert refused.value.advice == ("Generate one: openssl rand -base64 32",)
    with pytest.raises(Invalid) as refused:
        values.ETAG.parse("")
    assert refused.value.advice == ("Add --query etag -o tsv to `show`.",)
