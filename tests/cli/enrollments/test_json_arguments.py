"""--tags, --props, --info: JSON that users choose, in which no key is special."""

import json

import pytest

CREATE = "enrollment create --eid dev --at symmetricKey"


@pytest.fixture
def sent(iot, dps):
    """The tags that reach the service for such an argument."""

    def run(text):
        result = iot(CREATE, "--tags", text)
        assert result.exit_code == 0, result.err
        return dps.sent("PUT")[0][3]["initialTwin"]["tags"]

    return run


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        (' \n{"a": 1}\n', {"a": 1}),
        ('\ufeff{"a": 1}', {"a": 1}),
        ("{'a': 1}", {"a": 1}),
        ("{'a': True, 'b': False, 'c': [None]}", {"a": True, "b": False, "c": [None]}),
        ("{'a': true, 'b': false, 'c': [null]}", {"a": True, "b": False, "c": [None]}),
        ("{'it': \"it's\"}", {"it": "it's"}),
        ('{"it": "it\'s"}', {"it": "it's"}),
        (
            '{"version": "3.2.0", "count": "many", "metadata": 1, "$x": 2}',
            {"version": "3.2.0", "count": "many", "metadata": 1, "$x": 2},
        ),
        ('{"additional_properties": {"a": 1}, "a.b": [1.5]}', {"additional_properties": {"a": 1}, "a.b": [1.5]}),
        ('{"ключ": "значение 😀", "e": "\\u00e9"}', {"ключ": "значение 😀", "e": "é"}),
        ('{"big": 1180591620717411303424, "small": -0.1, "e": 1e300}', {"big": 2**70, "small": -0.1, "e": 1e300}),
        ('{"a": null, "b": {"c": null, "d": 1}}', {"b": {"d": 1}}),
        ('{"a": {"b": null}}', {"a": {}}),
        ('{"a": [null, {"b": null, "c": [{"d": null}]}]}', {"a": [None, {"b": None, "c": [{"d": None}]}]}),
        ('{"": ""}', {"": ""}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_object_reaches_the_service(sent, text, value):
    assert sent(text) == value


def test_a_file_is_read(sent, tmp_path):
    path = tmp_path / "tags.json"
    path.write_text('{"a": "from a file"}')
    assert sent(f"@{path}") == {"a": "from a file"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("version=1", "it is text, not JSON"),
        ("north", "it is text, not JSON"),
        ('{"a": 1', "the closing } is missing"),
        ("{'a': [{'b': 1", "the closing }]} is missing"),
        ('{"a": [1}', "line 1, column 9: Expecting ',' delimiter"),
        ('{"a": 1}}', "line 1, column 9: Extra data"),
        ('{"a": "x}', "line 1, column 7: Unterminated string starting at"),
        ('{"a":' * 6 + "1", "6 closing brackets are missing"),
        ("{“a”: 1}", 'line 1, column 2: “ is a curly quote. Type " instead'),
        ('{"a":\n \u2018x\u2019}', "line 2, column 2: \u2018 is a curly quote. Type ' instead"),
        ('{"it\u2019s": 1 2}', "line 1, column 12: Expecting ',' delimiter"),
        ('{\n"a": 1,\n"b" 2}', "line 3, column 5: Expecting ':' delimiter"),
        ("{a: 1}", "line 1, column 2: Expecting property name enclosed in double quotes"),
        ("{'a': b}", "line 1, column 2: Expecting property name enclosed in double quotes"),
        ("{'a': open('x')}", "line 1, column 2: Expecting property name enclosed in double quotes"),
        ("[1, 2]", "it is a list"),
        ("'a'", "it is a string"),
        ('"a"', "it is a string"),
        ("1", "it is a number"),
        ("true", "it is a boolean"),
        ("null", "it is null"),
        ('{"a": NaN}', "NaN is not a JSON number"),
        ('{"a": -Infinity}', "-Infinity is not a JSON number"),
        ('{"a": 1e999}', "it contains a number that is too large"),
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "it contains the member 'c' twice"),
        ("{'a': true, 'b': [{'c': 1, 'c': 2}]}", "it contains the member 'c' twice"),
        ("{'a': (1, 2)}", "it contains a tuple, which JSON cannot hold"),
        ("{'a': {1, 2}}", "it contains a set, which JSON cannot hold"),
        ("{'a': b'x'}", "it contains a bytes, which JSON cannot hold"),
        ("{1: 'a'}", "its member names must be strings"),
        ('{"a": "\\ud800"}', "it contains an unpaired surrogate, which UTF-8 cannot encode"),
        ('{"\\ud800": 1}', "it contains an unpaired surrogate, which UTF-8 cannot encode"),
        (" ", "it is empty"),
        ("{'a'}", "it is a set"),
        ('{"a":' * 101 + "1" + "}" * 101, "it is nested deeper than 100 levels"),
        ('{"a":' + "[" * 101 + "]" * 101 + "}", "it is nested deeper than 100 levels"),
        ('{"a":' + "[" * 100_000 + "]" * 100_000 + "}", "it is nested too deeply"),
    ],
    ids=lambda value: value[:40],
)
def test_what_is_no_object_is_refused_with_the_reason(az, dps, text, reason):
    result = az("iot dps " + CREATE, "-n", "mydps", "--initial-twin-tags", text)
    assert (result.exit_code, dps.requests) == (1, [])
    lines = result.err.splitlines()
    assert lines[0] == f"ERROR: --initial-twin-tags must be a JSON object: {reason}."
    assert lines[-3:] == [
        "In bash: --initial-twin-tags '{\"a\": 1}', or from a file: --initial-twin-tags @file.json",
        "In PowerShell: --initial-twin-tags \"{'a': 1}\", or from a file: --initial-twin-tags '@file.json'",
        'In cmd: --initial-twin-tags "{\\"a\\": 1}", or from a file: --initial-twin-tags @file.json',
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a": 1 2}', ['  {"a": * *}', "          ^"]),
        ('{\n"a": 1,\n"b" 2}', ['  "*" *}', "      ^"]),
        ('{\n"a": 1,\r\n"b": x1}', ['  "b": **}', "       ^"]),
        ("{a: 1}", ["  {a: *}", "   ^"]),
        ("{password: hunter2, site: north}", ["  {password: *******, s…", "   ^"]),
        (
            '{"password": "hunter, {2", "user": "x" "y"}',
            ['  {"password": "******, {*", "user": "*" "*"}', "                                         ^"],
        ),
        (
            '{"a": "' + "s" * 60 + '" 1, "b": "' + "t" * 60 + '"}',
            ["  …" + "*" * 48 + '" *, "b": "***********…', "   " + " " * 50 + "^"],
        ),
        ('{"a":\x0c1}', ['  {"a":**}', "       ^"]),
        ('{"a": 1,\n]', ["  ]", "  ^"]),
        # nothing to point at
        ("user:pass", []),
        ("secret=1", []),
        (" ", []),
        ('{"a":\n', []),
        ("[1, 2]", []),
        ('{"a": NaN}', []),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_the_place_is_shown_without_what_may_be_secret(az, text, place):
    result = az("iot dps " + CREATE, "-n", "mydps", "--tags", text)
    assert result.err.splitlines()[1:-3] == place


@pytest.mark.parametrize(
    ("short", "option"),
    [
        ("--tags", "--initial-twin-tags"),
        ("--props", "--initial-twin-properties"),
        ("--info", "--device-information"),
        ("--device-info", "--device-information"),
    ],
)
def test_the_option_is_named(az, dps, short, option):
    for command in (CREATE, "enrollment update --eid dev"):
        result = az(f"iot dps {command} -n mydps {short} [1]")
        assert (result.exit_code, dps.requests) == (1, [])
        assert result.err.startswith(f"ERROR: {option} must be a JSON object: it is a list.\n")


def test_a_hundred_levels_are_taken(sent):
    text = '{"a":' * 100 + "1" + "}" * 100
    assert sent(text) == json.loads(text)
