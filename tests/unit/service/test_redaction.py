"""What is logged of bodies."""

import json

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
