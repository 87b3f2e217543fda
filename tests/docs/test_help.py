"""Everything has help, and no scope of other commands leaks in."""

import re
from pathlib import Path

import pytest
import yaml
from knack.help_files import helps

import azext_iot_dps  # noqa: F401
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL
from azext_iot_dps.record.schema import column_fields
from tools import reference, shown

ROOT = Path(__file__).parents[2]

RECORD = (
    "audit",
    "copy",
    "create",
    "delete",
    "device-config",
    "diff",
    "export",
    "import",
    "apply",
    "list",
    "repair-twin",
    "roll",
    "show",
    "update",
)
REGISTRATION = ("delete", "list", "show")
PURGED = (*REGISTRATION, "purge")
COMMANDS = [
    *(f"iot dps enrollment {verb}" for verb in RECORD),
    "iot dps enrollment compute-registration-id",
    *(f"iot dps enrollment registration {verb}" for verb in PURGED),
    *(f"iot dps enrollment-group {verb}" for verb in (*RECORD, "compute-device-key")),
    *(f"iot dps enrollment-group registration {verb}" for verb in PURGED),
    "iot dps connection-string show",
    "iot dps doctor",
    "iot dps report",
    *(f"iot dps pki {verb}" for verb in ("check", "create", "prove")),
    "iot device registration create",
    "iot device registration operation-status",
]
OWN = (
    "iot dps enrollment",
    "iot dps registration",
    "iot dps connection",
    "iot dps doctor",
    "iot dps pki",
    "iot device",
)
HIDDEN = [*(f"iot dps registration {verb}" for verb in REGISTRATION), "iot dps compute-device-key"]
GROUPS = [
    "iot dps enrollment",
    "iot dps enrollment registration",
    "iot dps enrollment-group",
    "iot dps enrollment-group registration",
    "iot dps connection-string",
    "iot dps pki",
    "iot device",
    "iot device registration",
]


@pytest.fixture(scope="module")
def everything(emulator):
    """The table of all commands of this azure-cli, loaded at once with their arguments, as a linter does it."""
    with pytest.MonkeyPatch.context() as patch:
        # other modules need suffixes that the emulator's cloud does not name
        patch.setenv("AZURE_CLOUD_NAME", "AzureCloud")
        return reference.everything()


@pytest.mark.az
def test_the_commands_are_these(everything):
    assert sorted(everything) == sorted(COMMANDS + HIDDEN)


@pytest.mark.az
def test_every_option_has_help_and_keeps_its_name(everything):
    options = {name: words(argument) for command in everything.values() for name, argument in command.arguments.items()}
    without = [
        (command.name, name)
        for command in everything.values()
        for name, argument in command.arguments.items()
        if name not in ("cmd", "_subscription") and not argument.type.settings.get("help")
    ]
    assert without == []
    assert options["dps_name"] == ["--dps-name", "-n"]
    assert options["login"] == ["--login", "-l"]
    assert options["resource_group_name"] == ["--resource-group", "-g"]
    assert options["auth_type_dataplane"] == ["--auth-type"]


def words(argument):
    listed = argument.type.settings.get("options_list") or []
    return [word if isinstance(word, str) else word.target for word in listed]


@pytest.mark.az
def test_no_option_offers_ids(everything):
    assert [name for name, command in everything.items() if "ids" in command.arguments] == []


@pytest.mark.az
def test_options_are_spelled_as_the_linter_of_azure_cli_wants(everything):
    for command in everything.values():
        for argument in command.arguments.values():
            options = words(argument)
            # none is positional, and a long name has a short one
            assert not options or min(map(len, options)) <= len("--") + 22
            assert all(re.fullmatch("-[a-z]|--[a-z][a-z0-9-]+", option) for option in options), options


@pytest.mark.az
def test_an_update_has_no_defaults_that_could_reach_the_record(everything):
    defaults = {
        name
        for command in everything.values()
        for name, argument in command.arguments.items()
        if command.name.endswith(" update") and argument.type.settings.get("default") is not None
    }
    # it says how to get at the service; linter_exclusions.yml says so to the linter
    assert defaults == {"auth_type_dataplane"}


@pytest.mark.az
def test_every_help_is_of_a_command_or_group_and_has_no_tags(everything):
    for name, text in helps.items():
        if name.startswith(OWN):
            kind = yaml.safe_load(text)["type"]
            known = name in everything if kind == "command" else any(command.startswith(name) for command in everything)
            assert known, name
            assert not re.search("</?[a-z]+>", text), name


@pytest.mark.parametrize("name", COMMANDS + GROUPS)
def test_help_has_a_summary(az, name):
    result = az(f"{name} -h")
    assert result.exit_code == 0
    summary = re.search(r" : (\w.*)", result.out)
    assert summary and summary[1].split()[0] in (
        "Check",
        "Compute",
        "Copy",
        "Count",
        "Create",
        "Delete",
        "Examine",
        "Export",
        "Get",
        "Import",
        "List",
        "Manage",
        "Repair",
        "Rotate",
        "Show",
        "Update",
        "Upload",
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples_that_name_it(name):
    texts = [example["text"] for example in yaml.safe_load(helps[name])["examples"]]
    # other programs may come before it
    assert texts and all(re.search(f"^az {name} ", text, re.MULTILINE) for text in texts)


def test_auth_type_tells_its_default(az, monkeypatch):
    assert "Default: key" in az("iot dps enrollment list -h").out
    monkeypatch.setenv("AZURE_DEFAULTS_IOTDPS-DATA-AUTH-TYPE", "login")
    assert "Config: login" in az("iot dps enrollment list -h").out


@pytest.mark.az
def test_the_pages_on_commands_are_up_to_date(everything, dps, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pages = reference.pages(everything, shown.outputs(dps, tmp_path))
    files = [ROOT / "docs" / "commands.md", *(ROOT / "docs" / "commands").iterdir()]
    written = {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}
    assert written == pages, "run: make docs"
    # what most commands have is described once
    assert "".join(pages.values()).count("\n- `--login`, `-l`: ") == 1


def test_the_columns_in_the_page_on_fleets_and_in_the_help_are_those_of_the_schema():
    page = (ROOT / "docs" / "fleets.md").read_text(encoding="utf-8")
    assert page == reference.with_columns(page), "run: make docs"
    for noun, kind in (("enrollment", INDIVIDUAL), ("enrollment-group", GROUP)):
        told = yaml.safe_load(helps[f"iot dps {noun} import"])["long-summary"]
        listed = [line.strip() for line in told.splitlines() if re.match(r"\s*[A-Za-z]+: ", line)]
        assert listed == [f"{field.column}: {field.about}." for field in column_fields(kind)]
    assert "| `tags` | tags of the initial twin, a JSON object |\n" in page
    assert "| `deviceId` | device ID in the IoT hub (enrollment only) |\n" in page
