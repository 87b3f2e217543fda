"""What is logged of bodies."""

import json
import time

import pytest

from azext_iot_dps.service import redaction

MARK = "bWFya2VkLXNlY3JldC1tYXJrZWQtc2VjcmV0"


@pytest.mark.parametrize(
    ("body", "logged"),
    [
        (None, "nothing"),
        (b"", "nothing"),
        (b'{"a": [1, null, "b"]}', '{"a": [1, null, "b"]}'),
        (f'{{"primaryKey": "{MARK}", "SecondaryKey": null}}', '{"primaryKey": "***", "SecondaryKey": null}'),
        (
            json.dumps({"symmetricKey": {"primaryKey": MARK}, "tpm": {"endorsementKey": MARK, "storageRootKey": MARK}}),
            '{"symmetricKey": {"primaryKey": "***"}, "tpm": {"endorsementKey": "***", "storageRootKey": "***"}}',
        ),
        (
            json.dumps([{"connectionString": MARK, "webhookUrl": f"https://f.example/api?code={MARK}&x=1"}]),
            '[{"connectionString": "***", "webhookUrl": "https://f.example/api?code=***&x=1"}]',
        ),
        (
            json.dumps({"tag": f"HostName=h;SharedAccessKeyName=n;SharedAccessKey={MARK}"}),
            '{"tag": "HostName=h;SharedAccessKeyName=n;SharedAccessKey=***"}',
        ),
        (f"<p>SharedAccessSignature sr=h&sig={MARK}&se=1</p>", "<p>SharedAccessSignature ***"),
        (f"Authorization:\n Bearer  {MARK}", "Authorization: Bearer ***"),
        (f'{{"primaryKey": "{MARK}', '{"primaryKey": "***'),
        (
            f"-----BEGIN EC PRIVATE KEY-----\n{MARK}\n-----END EC PRIVATE KEY-----",
            "-----BEGIN EC PRIVATE KEY-----***-----END EC PRIVATE KEY-----",
        ),
        ("x" * 5000, "x" * 4000),
        (json.dumps(["x" * 5000]), '["' + "x" * 3998 + "… (5,004 characters)"),
        (b"\xff\x00", "\ufffd\\x00"),
    ],
)
def test_a_body_is_logged_without_its_secrets(body, logged):
    assert redaction.body(body) == logged


def test_a_value_with_a_quotation_mark_is_hidden_as_a_whole():
    known = redaction.finder(["abc'defgh"])
    assert (
        redaction.body(b'{"a": "code=abc\'defgh", "code=abc\'defgh": 1}', known) == '{"a": "code=***", "code=***": 1}'
    )


@pytest.mark.parametrize(
    "shown", ["a\b\f\n\r\tb", r"a\b\f\n\r\tb", r"a\\b\\f\\n\\r\\tb", r"a\u0008\u000c\u000A\u000d\u0009b"]
)
def test_control_characters_of_a_secret_have_short_escapes(shown):
    assert redaction.text(f"-{shown}-", redaction.finder(["a\b\f\n\r\tb"])) == "-***-"


@pytest.mark.parametrize("secret", ["abc  def", "abc\x0bdef", "abc\u00a0def"])
def test_white_space_of_a_secret_is_found_in_what_is_no_json(secret):
    assert redaction.body(f"-  {secret}  -", redaction.finder([secret])) == "- *** -"


def test_secrets_in_names_are_hidden():
    assert redaction.body(b'{"SharedAccessKey=c2VjcmV0": {"a": 1}}') == '{"SharedAccessKey=***": {"a": 1}}'


@pytest.mark.parametrize("text", ["eyJabcdef-", "eyJ-", "eyJabcdef.", " ", "\t", " \t", "\n"])
def test_the_time_of_a_search_grows_with_the_length(text):
    longest = json.dumps([text * (redaction.MAX_READ // 2 // len(text)) + "é"], ensure_ascii=False)[
        : redaction.MAX_READ
    ]
    start = time.process_time()
    redaction.body(longest)
    # with the square of the length this takes more than ten minutes
    assert time.process_time() - start < 30
