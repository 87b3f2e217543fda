"""What import-linter does not check: the folders around the product, sizes of files, and lazy imports."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import azext_iot_dps

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "azext_iot_dps"

FILES = sorted(PACKAGE.rglob("*.py"))
NOUNS = [
    "audits",
    "connection_strings",
    "device_configs",
    "devices",
    "doctor",
    "enrollments",
    "fleets",
    "pki",
    "registrations",
]
# folder -> what of this project it may import, apart from itself
AROUND = {
    "azext_iot_dps": set(),
    "emulator/dps_emulator": set(),
    "emulator/tests": {"dps_emulator"},
    "tools": {"azext_iot_dps", "dps_emulator"},
    "tests": {"azext_iot_dps", "dps_emulator", "tools"},
}


def test_every_noun_has_the_same_modules():
    assert sorted(azext_iot_dps.NOUNS) == NOUNS
    for noun in NOUNS:
        names = {path.name for path in (PACKAGE / noun).glob("*.py")}
        assert {"commands.py", "options.py", "help.py", "tables.py"} <= names


@pytest.mark.parametrize("folder", AROUND)
def test_the_folders_around_the_product_import_only_what_they_may(folder):
    own = {"azext_iot_dps", "dps_emulator", "tools", "tests"} - {folder}
    for path in (ROOT / folder).rglob("*.py"):
        assert {name.partition(".")[0] for name in imported(path)} & own <= AROUND[folder], path


def test_of_knack_the_service_client_knows_the_log_only():
    # import-linter sees other distributions only as a whole
    names = {name for path in (PACKAGE / "service").rglob("*.py") for name in imported(path)}
    assert {name for name in names if name.startswith("knack")} == {"knack.log"}


def imported(path):
    """The modules whose names a file imports, on any line of it."""
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    nodes = [node for node in tree if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return names | {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}


@pytest.mark.parametrize(
    "path",
    [*FILES, *(path for folder in ("emulator", "tools", "tests") for path in sorted((ROOT / folder).rglob("*.py")))],
    ids=lambda path: path.name,
)
def test_no_file_is_long(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250


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
    assert done.stdout == "50 []\n"
