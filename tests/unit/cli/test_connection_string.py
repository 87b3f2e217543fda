"""What is typed for --login and --dps-name; that no refusal repeats a part of it is tested with the commands."""

from __future__ import annotations

import pytest
from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError

from azext_iot_dps.cli import connection_string

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def test_the_target_has_the_parts():
    target = connection_string.parse(
        f"SharedAccessKey={KEY};HOSTNAME=https://My.example:8443/;SharedAccessKeyName=a=b;"
    )
    assert (target.host, target.policy, target.key) == ("My.example:8443", "a=b", KEY)
    assert target.connection_string == f"HostName=My.example:8443;SharedAccessKeyName=a=b;SharedAccessKey={KEY}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("HostName=a\n;b", "--login: The connection string contains a line break or another control character."),
        (
            f"HostName=h;SharedAccessKeyName={'p' * 257};SharedAccessKey={KEY}",
            "--login: The SharedAccessKeyName of the connection string is not the name of a policy.",
        ),
    ],
)
def test_what_is_refused(text, message):
    with pytest.raises(InvalidArgumentValueError) as raised:
        connection_string.parse(text)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("name", "host"),
    [("mydps", "mydps"), (" HTTPS://my.example:1// ", "my.example:1"), ("http://mydps/", "mydps")],
)
def test_a_host_is_bare(name, host):
    assert connection_string.host(name) == host


def test_no_host():
    for name in (None, ""):
        with pytest.raises(RequiredArgumentMissingError):
            connection_string.host(name)
    for name in ("a b", "h:99999", "a/b"):
        with pytest.raises(InvalidArgumentValueError):
            connection_string.host(name)
