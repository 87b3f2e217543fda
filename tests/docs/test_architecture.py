"""The arrows: who may import whom. A cycle cannot be written while this holds."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "azext_iot_dps"

# module (a package stands for all of its modules) → what of this project it may import
ARROWS = {
    "__init__": {"_guidance", "_help", "_help_bulk", "_help_device", "_help_groups", "commands", "_params"},
    "_guidance": set(),
    "_help": set(),
    "_help_bulk": set(),
    "_help_device": set(),
    "_help_groups": set(),
    "commands": {"_client_factory", "_tables"},
    "_tables": set(),
    "_params": {"_arguments", "_bulk_arguments", "_completers", "_device_arguments", "_validators"},
    "_bulk_arguments": {"_validators", "enums"},
    "_arguments": {"_completers", "_json_argument", "_validators", "enums"},
    "_device_arguments": {"_arguments", "_json_argument", "_validators"},
    "_completers": {"_client_factory", "service"},
    "_json_argument": set(),
    "_validators": {"enums"},
    "_client_factory": {"service"},
    "record": {"payload", "models", "enums"},
    "enrollment": {"record", "payload", "models", "enums", "keys"},
    "enrollment_group": {"record", "payload", "models", "enums", "keys"},
    "device_registration": {"record", "payload", "models", "enums", "keys"},
    "registration": {"payload", "models", "enums", "keys"},
    "connection_string": {"payload", "models", "enums", "keys"},
    "bulk": {"fleet", "enums"},
    "fleet": {"fleet", "service", "record", "payload", "enums", "_validators", "_json_argument"},
    "payload": {"payload", "models", "enums"},
    "service": {"service", "keys", "version"},
    "models": set(),
    "enums": set(),
    "keys": set(),
    "version": set(),
}
# What azure-cli's core may be used for outside the files that azure-cli itself reads.
CORE = {
    "payload": {"azure.cli.core.azclierror"},
    "_validators": {"azure.cli.core.azclierror"},
    "_json_argument": {"azure.cli.core.azclierror"},
    "record": {"azure.cli.core.azclierror"},
    "enrollment": set(),
    "enrollment_group": {"azure.cli.core.azclierror"},
    "connection_string": {"azure.cli.core.azclierror"},
    "device_registration": {"azure.cli.core.azclierror"},
    "registration": set(),
    "bulk": {"azure.cli.core.azclierror", "azure.cli.core.util"},
    "fleet": {"azure.cli.core.azclierror"},
    "models": set(),
    "keys": set(),
    "enums": set(),
}
FILES = sorted(PACKAGE.rglob("*.py"))
# folder → what of this project it may import, beside itself
AROUND = {
    "emulator/dps_emulator": set(),
    "emulator/tests": {"dps_emulator"},
    "tools": {"azext_iot_dps", "dps_emulator"},
    "tests": {"azext_iot_dps", "dps_emulator", "tools"},
}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def area(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_along_the_arrows(path):
    own = {name.split(".")[1] for name in imports(path) if name.startswith("azext_iot_dps.")}
    assert own <= ARROWS[area(path)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_azure_cli_core_is_used_only_where_it_may_be(path):
    if area(path) in CORE:
        used = {name.rpartition(".")[0] for name in imports(path) if name.startswith("azure.")}
        assert used <= CORE[area(path)]


def test_the_service_package_has_no_cycle():
    arrows = {
        path.stem: {name.split(".")[2] for name in imports(path) if name.startswith("azext_iot_dps.service.")}
        for path in (PACKAGE / "service").glob("*.py")
        # auth names Target for its type only
        if path.stem != "__init__"
    }
    done = set()
    while arrows:
        free = {module for module, needs in arrows.items() if needs <= done}
        assert free, f"a cycle among {sorted(arrows)}"
        done |= free
        arrows = {module: needs for module, needs in arrows.items() if module not in free}


@pytest.mark.parametrize("folder", AROUND)
def test_what_stands_around_the_product_imports_only_along_the_arrows(folder):
    own = {"azext_iot_dps", "dps_emulator", "tools", "tests"} - {folder}
    for path in (ROOT / folder).rglob("*.py"):
        tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        nodes = [node for node in tree if isinstance(node, (ast.Import, ast.ImportFrom))]
        names = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        names |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        assert {name.partition(".")[0] for name in names} & own <= AROUND[folder], path


@pytest.mark.parametrize(
    "path",
    [*FILES, *(path for folder in ("emulator", "tools", "tests") for path in sorted((ROOT / folder).rglob("*.py")))],
    ids=lambda path: path.name,
)
def test_no_file_is_long_and_none_has_a_name_that_says_nothing(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250
    assert not re.search(r"util|common|shared|helper|manager|provider|\bbase\b", path.stem)


def test_loading_the_command_table_imports_nothing_heavy(tmp_path):
    # azure-cli may have loaded them before for a purpose of its own, such as looking for a newer version of itself.
    code = """
import sys
from azure.cli.core.mock import DummyCli
cli = DummyCli()
heavy = ("requests", "msrest", "cryptography", "urllib3")
for name in [name for name in sys.modules if name.partition(".")[0] in heavy]:
    del sys.modules[name]
import azext_iot_dps
table = azext_iot_dps.COMMAND_LOADER_CLS(cli_ctx=cli).load_command_table(None)
print(len(table), [name for name in heavy if name in sys.modules])
"""
    env = {"AZURE_CONFIG_DIR": str(tmp_path), "AZURE_EXTENSION_DIR": str(tmp_path)}
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "26 []\n"
