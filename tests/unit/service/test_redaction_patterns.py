"""What looks like a secret in a text, and what does not."""

import json

import pytest

from azext_iot_dps.service import redaction

KEY = "bWFya2Vk+LXNlY3JldC1tYX/JrZWQtc2VjcmV0MTIz=="
ENCODED = "bWFya2Vk%2BLXNlY3JldC1tYX%2FJrZWQtc2VjcmV0MTIz%3D%3D"
LOWER = ENCODED.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d")
TOKEN = "eyJ0eXAiOiJKV1QifQ.eyJhdWQiOiJodHRwcyJ9.c2lnbmF0dXJl-_x"
SHAPES = [
    (f"SharedAccessKey={KEY}", "SharedAccessKey=***"),
    (f"sharedaccesskey = {KEY}", "sharedaccesskey = ***"),
    (f"SharedAccessKey%3D{ENCODED}", "SharedAccessKey%3D***"),
    (
        f"HostName=h;SharedAccessKeyName=n;SharedAccessKey={KEY};x=1",
        "HostName=h;SharedAccessKeyName=n;SharedAccessKey=***;x=1",
    ),
    (f"AccountName=a;AccountKey={KEY};EndpointSuffix=s", "AccountName=a;AccountKey=***;EndpointSuffix=s"),
    ("password=hunter2;", "password=***;"),
    ("Pwd=hunter2", "Pwd=***"),
    ("client_secret=a~b.c-d", "client_secret=***"),
    ("client_secret%3Da~b.c-d", "client_secret%3D***"),
    (f"SharedAccessSignature sr=h&sig={ENCODED}&se=1", "SharedAccessSignature ***"),
    (f"SharedAccessSignature%20sr%3Dh%26sig%3D{ENCODED}", "SharedAccessSignature%20***"),
    (f"sr=h&sig={ENCODED}&se=1", "sr=h&sig=***&se=1"),
    (f"sr%3Dh%26sig%3D{ENCODED}", "sr%3Dh%26sig%3D***"),
    (f"Bearer {TOKEN}", "Bearer ***"),
    (f"authorization: bearer {TOKEN}.", "authorization: bearer ***"),
    (f"Bearer%20{TOKEN}", "Bearer%20***"),
    ("Bearer abc123", "Bearer ***"),
    (TOKEN, "***"),
    (f"token '{TOKEN}' is invalid", "token '***' is invalid"),
    (TOKEN.replace(".", "%2E"), "***"),
    (f"refresh_token={KEY}", "refresh_token=***"),
    (f'"refresh_token": "{TOKEN}"', '"refresh_token": "***"'),
    (f"access_token%22%3A%22{ENCODED}", "access_token%22%3A%22***"),
    (f"id_token: {LOWER}", "id_token: ***"),
    ("https://f.example/api?code=c2VjcmV0", "https://f.example/api?code=***"),
    ("https://f.example/api?x=1&code=c2VjcmV0&y=2", "https://f.example/api?x=1&code=***&y=2"),
    ("https%3A%2F%2Ff.example%2Fapi%3Fcode%3Dc2VjcmV0", "https%3A%2F%2Ff.example%2Fapi%3Fcode%3D***"),
    ("https://f.example/api?key=c2VjcmV0", "https://f.example/api?key=***"),
    ("https://f.example/api?key%3dc2VjcmV0", "https://f.example/api?key%3d***"),
    ("https://f.example/api?code=12345678901234567890", "https://f.example/api?code=***"),
    (f"primaryKey={KEY}", "primaryKey=***"),
    (f"primaryKey: {KEY}", "primaryKey: ***"),
    (f"primaryKey {KEY}", "primaryKey ***"),
    (f"'secondaryKey': '{KEY}'", "'secondaryKey': '***'"),
    (json.dumps({"primaryKey": KEY}), '{"primaryKey": "***"}'),
    (json.dumps(json.dumps({"primaryKey": KEY})), r'"{\"primaryKey\": \"***\"}"'),
    (json.dumps(json.dumps(json.dumps({"primaryKey": KEY}))), r'"\"{\\\"primaryKey\\\": \\\"***\\\"}\""'),
    (f"%22primaryKey%22%3A%22{ENCODED}%22", "%22primaryKey%22%3A%22***"),
    (f"%22primarykey%22%3a%22{LOWER}", "%22primarykey%22%3a%22***"),
    (f"endorsementKey={KEY}, storageRootKey={KEY}", "endorsementKey=***, storageRootKey=***"),
    (f"<primaryKey>: {KEY}</primaryKey>", "<primaryKey>: ***</primaryKey>"),
    (f"AccessKey = {KEY}", "AccessKey = ***"),
    ("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END", "-----BEGIN RSA PRIVATE KEY-----***-----END"),
]
SENTENCES = [
    "Enrollment not found. (error 404201)",
    "error code=404201",
    "The request failed (code=400004): see https://aka.ms/x?code=400004.",
    "Unauthorized",
    "Precondition failed.",
    "The primaryKey is not valid.",
    "The primaryKey specified is not base64.",
    "primaryKey: Required member.",
    "'primaryKey': 'The field is required.'",
    "Specify primaryKey, secondaryKey, or both.",
    "The symmetric key must be base64 of 16 to 64 bytes.",
    "EndorsementKey must not be null.",
    "Bearer authentication is not supported.",
    "Use a Bearer token, or SharedAccessSignature.",
    "SharedAccessSignature expired.",
    "SharedAccessKeyName=provisioningserviceowner",
    "The password must not be empty.",
    "The access_token has expired.",
    "id_token: expired",
    "The keyword 'sig' is unknown; encode it.",
    "barcode=abc and monkey=x",
    "certificate -----BEGIN CERTIFICATE----- expected",
    "Resource group 'code' could not be found.",
    "Tracking ID 0c2d1f5e-3b8e-4c87-9f2e-3a3f6f8e1f11, 2026-01-01T00:00:00.1234567Z",
    "API version 2021-10-01 is required for /enrollments/dev%20one?api-version=2021-10-01.",
]


@pytest.mark.parametrize(("text", "shown"), SHAPES, ids=[text[:30] for text, _ in SHAPES])
def test_what_looks_like_a_secret_is_hidden(text, shown):
    assert redaction.text(text) == shown


@pytest.mark.parametrize("sentence", SENTENCES)
def test_ordinary_sentences_stay_as_they_are(sentence):
    assert redaction.text(sentence) == sentence


@pytest.mark.parametrize(
    "spelling",
    [
        'a+b/c=d e"f\\gé',
        "a%2Bb%2Fc%3Dd%20e%22f%5Cg%C3%A9",
        "a%2bb%2fc%3dd+e%22f%5cg%c3%a9",
        "a%2Bb/c=d%20e%22f%5cg%C3%a9",
        "a%252Bb%252Fc%253Dd%2520e%2522f%255Cg%25C3%25A9",
        r"a+b\/c=d e\"f\\gé",
        r"a\u002Bb\u002fc\u003Dd\u0020e\u0022f\u005cg\u00e9",
        r"a\\u002Bb\\/c=d e\\\"f\\\\g\\u00E9",
        "a-b_c=d e&#34;f&#92;g&#233;",
    ],
)
def test_a_known_secret_is_hidden_in_every_spelling(spelling):
    known = redaction.finder(['a+b/c=d e"f\\gé=='])
    assert redaction.text(f"<{spelling}> <{spelling}==>", known) == "<***> <***>"


@pytest.mark.parametrize("padding", ["", "=", "==", "%3D%3D", "%3d", "%253D", r"\u003d\u003D"])
def test_padding_is_hidden_too(padding):
    assert redaction.text(f"'QUFBQUFB{padding}'", redaction.finder(["QUFBQUFB=="])) == "'***'"


def test_a_secret_outside_the_alphabet_and_the_longest_first():
    assert redaction.text("x 😀secret\ud800 x", redaction.finder(["😀secret"])) == r"x ***\ud800 x"
    assert redaction.text(r"x \ud83d\uDE00secret", redaction.finder(["😀secret"])) == "x ***"
    assert redaction.text("secret-two secret", redaction.finder(["secret", "secret-two"])) == "*** ***"
    assert redaction.finder(["", "abcd", "abc=="]) is None


@pytest.mark.parametrize("before", [0, 3990, 3999, 4000, 23_990, 23_999])
def test_a_secret_at_the_end_of_what_is_shown_is_not_shown_in_part(before):
    shown = redaction.text("x" * before + "marked-secret" * 3000, redaction.finder(["marked-secret"]))
    assert len(shown) <= 4000
    assert "m" not in shown


CONTROL = {
    "escape": ("\x1b[31mred", r"\x1b[31mred"),
    "operating system command": ("\x1b]52;c;aGk=\x07", r"\x1b]52;c;aGk=\x07"),
    "carriage return": ("a\rb", r"a\rb"),
    "backspace": ("a\bb", r"a\x08b"),
    "delete": ("a\x7fb", r"a\x7fb"),
    "C1": ("\x9b31m\x85", r"\x9b31m\x85"),
    "bidirectional": ("a\u202eb\u2066c\u200fd", r"a\u202eb\u2066c\u200fd"),
    "zero width": ("a\u200bb\ufeffc", r"a\u200bb\ufeffc"),
    "half a character": ("a\ud800b", r"a\ud800b"),
    "white": ("a\n\t b\r\nc", "a b c"),
    "letters": ("Zürich 東京 é", "Zürich 東京 é"),
}


@pytest.mark.parametrize(("text", "shown"), CONTROL.values(), ids=CONTROL)
def test_control_characters_are_shown_as_escapes(text, shown):
    assert redaction.printable(text) == shown
