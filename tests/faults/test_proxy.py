"""Through a real proxy on loopback, which opens a tunnel when CONNECT asks for it and passes on what it cannot read."""

from base64 import b64encode

import pytest
import trustme

NAMES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
UNREACHABLE = "Check the host name. The cause may be DNS, a proxy, the service's IP filter or a private endpoint."
CREATE = "enrollment create --eid dev --at symmetricKey"
CREDENTIALS = b64encode(b"user:marked-secret").decode()
KEYS = {"primaryKey": "A" * 24, "secondaryKey": "B" * 24}


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """Proxy settings of the developer are ignored."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def refusal(result):
    """What stands behind ERROR:, the recommendation included."""
    assert "Traceback" not in result.err
    assert (result.exit_code, result.out) == (1, "")
    return result.err.partition("ERROR: ")[2].strip()


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_requests_go_through_the_proxy_and_it_cannot_read_them(iot, dps, start, monkeypatch, name):
    proxy = start()
    monkeypatch.setenv(name, proxy.url())
    created = iot(f"{CREATE} --device-id marked-device")
    assert (created.exit_code, created.err, created.json) == (0, "", dps.requests[0].answer)
    assert proxy.asked == {dps.host: 1}
    assert len(proxy.seen) > 500
    for clear in (b"/enrollments", b"marked-device", b"SharedAccess", b"Authorization", b"azure-iot-dps/"):
        assert clear not in proxy.seen


def test_one_tunnel_a_command(iot, dps, start, monkeypatch):
    proxy = start()
    dps.enrollments.put({"registrationId": "dev", "attestation": {"type": "symmetricKey", "symmetricKey": KEYS}})
    monkeypatch.setenv("HTTPS_PROXY", proxy.url())
    assert iot("enrollment update --eid dev --device-id x").exit_code == 0
    assert (len(dps.requests), dps.handshakes, proxy.asked) == (3, 1, {dps.host: 1})


def test_azure_resource_manager_is_asked_through_the_proxy_too(az, dps, start, monkeypatch):
    proxy = start()
    monkeypatch.setenv("HTTPS_PROXY", proxy.url())
    assert az("iot dps enrollment list -n mydps -g myrg").exit_code == 0
    assert proxy.asked[dps.host] >= 2
    assert b"Bearer" not in proxy.seen


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
@pytest.mark.parametrize("hosts", ["localhost", "example.com, localhost", "*"])
def test_hosts_of_no_proxy_are_reached_without_it(iot, dps, start, monkeypatch, name, hosts):
    proxy = start()
    monkeypatch.setenv("HTTPS_PROXY", proxy.url())
    monkeypatch.setenv(name, hosts)
    assert iot("enrollment list").exit_code == 0
    assert (len(dps.requests), proxy.asked) == (1, {})


def test_other_hosts_of_no_proxy_change_nothing(iot, dps, start, monkeypatch):
    proxy = start()
    monkeypatch.setenv("HTTPS_PROXY", proxy.url())
    monkeypatch.setenv("NO_PROXY", "example.com")
    assert iot("enrollment list").exit_code == 0
    assert proxy.asked == {dps.host: 1}


@pytest.mark.parametrize("credentials", ["user:marked-secret@", "user:marked%2Dsecret@"])
def test_the_proxys_credentials_are_sent_and_never_shown(iot, dps, start, monkeypatch, credentials):
    proxy = start("--basic-auth", "user:marked-secret")
    monkeypatch.setenv("HTTPS_PROXY", proxy.url(credentials))
    result = iot(f"{CREATE} --debug")
    assert (result.exit_code, len(dps.requests)) == (0, 1)
    assert f"Proxy-Authorization: Basic {CREDENTIALS}".encode() in proxy.seen
    for secret in ("marked-secret", "marked%2Dsecret", CREDENTIALS):
        assert secret not in result.err
    assert "Proxy-Authorization" not in dps.requests[0].headers


@pytest.mark.parametrize("line", [CREATE, "enrollment list", "enrollment delete --eid dev"])
@pytest.mark.parametrize("how", ["403", "407", "407-wrong-password", "absent"])
def test_a_proxy_that_refuses(iot, dps, start, monkeypatch, how, line):
    arguments = ["--basic-auth", "user:another"] if how.startswith("407") else []
    proxy = start(*arguments, plugin="Forbidding" if how == "403" else "")
    url = proxy.url("" if how == "407" else "user:marked-secret@")
    monkeypatch.setenv("HTTPS_PROXY", "http://user:marked-secret@127.0.0.1:1" if how == "absent" else url)
    result = iot(line, "--debug")
    assert "azclierror.AzureConnectionError" in result.err
    for secret in ("marked-secret", CREDENTIALS):
        assert secret not in result.err
    answers = {"403": "403 Forbidden", "407": "407 Proxy Authentication Required"}
    answer = next((words for status, words in answers.items() if how.startswith(status)), "")
    said = f"The proxy did not connect to {dps.host}: {answer}.\nCheck HTTPS_PROXY, or add the host to NO_PROXY."
    assert refusal(iot(line)) == (said if answer else f"{dps.host} could not be reached.\n{UNREACHABLE}")
    assert (len(dps.requests), len(dps.enrollments)) == (0, 0)


@pytest.mark.parametrize("line", [CREATE, "enrollment list", "enrollment delete --eid dev"])
def test_a_proxy_that_hangs_up(iot, dps, start, monkeypatch, line):
    monkeypatch.setenv("HTTPS_PROXY", start(plugin="Silent").url())
    said = refusal(iot(line)).split("\n")
    assert said[0] == f"{dps.host} closed the connection before its response was complete."
    assert dps.requests == []


@pytest.mark.parametrize("drop", ["before", "after", "middle"])
def test_a_create_whose_answer_is_lost_behind_a_proxy_is_never_repeated_blindly(iot, dps, start, monkeypatch, drop):
    proxy = start()
    monkeypatch.setenv("HTTPS_PROXY", proxy.url())
    dps.fail(drop=drop)
    result = iot(CREATE)
    assert (result.exit_code, result.err) == (0, "")
    stored = dps.enrollments["dev"]["attestation"]["symmetricKey"]
    assert result.json["attestation"]["symmetricKey"] == stored
    assert [request.method for request in dps.requests] == {
        "before": ["PUT", "GET", "PUT"],
        "after": ["PUT", "GET", "POST"],
        "middle": ["PUT", "GET", "POST"],
    }[drop]


@pytest.mark.parametrize("url", ["socks5://127.0.0.1:1", "ftp://127.0.0.1:1", "http://:::", "http://"])
def test_what_is_no_proxy_at_all(iot, dps, monkeypatch, url):
    monkeypatch.setenv("HTTPS_PROXY", url)
    assert refusal(iot(CREATE)) == f"{dps.host} could not be reached.\n{UNREACHABLE}"
    assert dps.requests == []


def test_verification_switched_off_behind_a_proxy(iot, dps, start, monkeypatch, tmp_path):
    proxy = start()
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    monkeypatch.setenv("HTTPS_PROXY", proxy.url())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "other.pem"))
    refused = refusal(iot(CREATE))
    assert refused.partition("\n")[0] == f"The TLS certificate of {dps.host} was not accepted."
    assert dps.requests == []
    monkeypatch.setenv("AZURE_CLI_DISABLE_CONNECTION_VERIFICATION", "1")
    result = iot(CREATE)
    assert result.err == "WARNING: Connection verification is disabled. The server's identity is not checked.\n"
    assert (result.exit_code, len(dps.requests), proxy.asked[dps.host]) == (0, 1, 2)
