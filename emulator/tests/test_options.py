"""Options and their variables."""

from __future__ import annotations

import os

import pytest

from dps_emulator.options import Options, options
from dps_emulator.switches import Switches

OLD = "2021-10-01"
VERSIONS = [
    "2018-09-01-preview",
    "2018-11-01",
    "2019-03-31",
    "2021-10-01",
    "2025-07-01-preview",
    "2026-11-01",
    "2026-11-02-preview",
]


def test_the_defaults():
    told = options([], {})
    assert told == Options()
    assert (told.port, told.host, told.mqtt_port, told.admin_port) == (8443, ("127.0.0.1", "::1"), 8883, None)


@pytest.mark.parametrize(
    ("variable", "text", "member", "value"),
    [
        ("PORT", "443", "port", 443),
        ("HOST", "0.0.0.0", "host", ("0.0.0.0",)),
        ("HOST", "localhost", "host", ("127.0.0.1", "::1")),
        ("NAME", os.pathsep.join(("a.example", "b.example")), "name", ["a.example", "b.example"]),
        ("MQTT_PORT", "off", "mqtt_port", None),
        ("MQTT_PORT", "0", "mqtt_port", 0),
        ("STATE", "lab.db", "state", "lab.db"),
        ("SEED", os.pathsep.join(("a.json", "b.csv")), "seed", ["a.json", "b.csv"]),
        ("LATENCY", "250", "latency", 0.25),
        ("THROTTLE", "60/min", "throttle", 60),
        ("THROTTLE_STYLE", "date", "throttle_style", "date"),
        ("THROTTLE_KIND", "bucket", "throttle_kind", "bucket"),
        ("THROTTLE_COUNT", "records", "throttle_count", "records"),
        ("PAGE_SIZE", "7", "page_size", 7),
        ("RETRY_AFTER", "0", "retry_after", 0),
        ("API_VERSIONS", "2019-03-31, 2021-10-01", "api_versions", ("2019-03-31", "2021-10-01")),
        ("DEVICE_API_VERSIONS", "2021-06-01", "device_api_versions", ("2021-06-01",)),
        ("NEWER_MEMBERS", "show-all", "newer_members", "show-all"),
        ("PRINT_ENV", "github", "print_env", "github"),
        ("ENV_FILE", "env.json", "env_file", "env.json"),
        ("ADMIN_PORT", "0", "admin_port", 0),
        ("PORT", "", "port", 8443),
    ],
)
def test_every_option_has_a_variable(variable, text, member, value):
    assert getattr(options([], {f"DPS_EMULATOR_{variable}": text}), member) == value


def test_an_option_goes_before_its_variable():
    variables = {"DPS_EMULATOR_PORT": "1", "DPS_EMULATOR_SEED": "a.json", "DPS_EMULATOR_LATENCY": "5"}
    told = options(["--port", "2", "--seed", "b.json"], variables)
    assert (told.port, told.seed, told.latency) == (2, ["b.json"], 0.005)


def test_switches_are_set():
    switches = Switches()
    options(["--api-versions", OLD, "--device-api-versions", OLD, "--newer-members", "refuse"]).set_switches(switches)
    assert switches == Switches(api_versions=(OLD,), device_api_versions=(OLD,), newer_members="refuse")


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        (
            ["--name", "a:1"],
            {},
            "argument --name: 'a:1' is not a host name, without scheme and port, as in dps.example",
        ),
        (["--mqtt-port", "no"], {}, "argument --mqtt-port: 'no' is not a whole number from 0 to 65535"),
        (
            ["--device-api-versions", "2021-10-01,2099-01-01"],
            {},
            "argument --device-api-versions: '2099-01-01' is not one of 2018-11-01, 2019-01-15, 2019-03-31, "
            "2020-09-01-preview, 2021-06-01, 2021-10-01, 2025-07-01-preview, 2026-11-01, 2026-11-02-preview",
        ),
        (["--api-versions", ""], {}, f"argument --api-versions: '' is not one of {', '.join(VERSIONS)}"),
        (["--prot", "1"], {}, "unrecognized arguments: --prot 1"),
        (
            [],
            {"DPS_EMULATOR_PAGE_SIZE": "0"},
            "DPS_EMULATOR_PAGE_SIZE: argument --page-size: '0' is not a whole number from 1 to 100",
        ),
    ],
)
def test_what_makes_no_sense(capsys, arguments, variables, said):
    with pytest.raises(SystemExit) as raised:
        options(arguments, variables)
    assert raised.value.code == 2
    assert capsys.readouterr().err == f"dps-emulator: error: {said}. Run dps-emulator --help for the options.\n"
