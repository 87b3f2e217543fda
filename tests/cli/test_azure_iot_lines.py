"""Scripts written for azure-iot run unchanged: the command lines of its own integration tests against the emulator."""

from string import Template

import jmespath
import pytest

from dps_emulator.lab import certificates
from tests.cli.azure_iot_lines import STORIES
from tests.devices import KEY1, KEY2, SCOPE

# a TPM's public key, as long as a real one
ENDORSEMENT = "AToAAQALAAMAsgAg" + "A" * 400


@pytest.fixture
def words(dps, tmp_path):
    """What the names in the lines stand for."""
    files = {
        "CERT": certificates.pem("x1").encode(),
        "CERTKEY": certificates.private_key(name="x1"),
        "CA": certificates.text(certificates.authority()).encode(),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    own = {name: str(tmp_path / name) for name in files}
    return {**own, "KEY1": KEY1, "KEY2": KEY2, "SCOPE": SCOPE, "HOST": dps.host, "ENDORSEMENT": ENDORSEMENT}


def remember(words, result):
    if isinstance(result, str):
        words["computed"] = result
    elif isinstance(result, dict):
        keys = (result.get("attestation") or {}).get("symmetricKey") or {}
        found = {"etag": result.get("etag"), "primary": keys.get("primaryKey"), "secondary": keys.get("secondaryKey")}
        words.update({name: value for name, value in found.items() if value})


@pytest.mark.parametrize("how", ["key", "login", "cstring"])
@pytest.mark.parametrize("story", STORIES)
def test_lines_of_azure_iots_tests(az, dps, words, story, how):
    words["A"] = f"--login '{dps.connection_string}'" if how == "cstring" else f"--auth-type {how}"
    words["T"] = f"-g myrg --dps-name mydps {words['A']}"
    # a real host begins with the service's name
    dps.arm.services.append(dps.arm.service("localhost", "myrg"))
    for template, exit_code, members in STORIES[story]:
        line = Template(template).substitute(words)
        done = az(line)
        assert done.exit_code == (exit_code[how] if isinstance(exit_code, dict) else exit_code), (line, done.err)
        for path, expected in members.items():
            found = jmespath.search(path or "@", done.json)
            if expected == "*":
                assert found is not None, (line, path, done.out)
            else:
                wanted = Template(expected).substitute(words) if isinstance(expected, str) else expected
                assert found == wanted, (line, path, found)
        remember(words, done.json)
