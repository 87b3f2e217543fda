"""What follows a refused command line: nothing, or one short line for each thing to do."""

import pytest

CREATE = "iot dps enrollment create -n mydps --eid dev"
LIST_NAMES = "To list the names in the current subscription: az iot dps list --query '[].name'"


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        (f"{CREATE} --at tpm", []),
        (f"{CREATE} --at symmetricKey --pk short", ["Generate one: openssl rand -base64 32"]),
        ("iot dps enrollment delete -n mydps --eid dev --etag ''", ["Add --query etag -o tsv to `show`."]),
        ("iot dps enrollment list", [LIST_NAMES]),
        (
            "iot dps enrollment update -n mydps --eid dev --tags [1]",
            [
                "In bash: --initial-twin-tags '{\"a\": 1}', or from a file: --initial-twin-tags @file.json",
                "In PowerShell: --initial-twin-tags \"{'a': 1}\", or from a file: --initial-twin-tags '@file.json'",
                'In cmd: --initial-twin-tags "{\\"a\\": 1}", or from a file: --initial-twin-tags @file.json',
            ],
        ),
    ],
)
def test_advice_follows_the_message(az, dps, line, advice):
    result = az(line)
    message, *rest = result.err.splitlines()
    assert (result.exit_code, message[:7], rest, dps.requests) == (1, "ERROR: ", advice, [])
