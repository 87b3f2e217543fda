"""What names the version, and what the workflows of GitHub ask of make."""

import os
import re
import subprocess

import pytest

from azext_iot_dps.version import VERSION
from tools.lab.real_az import ROOT

WORKFLOWS = "\n".join(file.read_text() for file in sorted((ROOT / ".github" / "workflows").glob("*.yml")))
LINES = re.findall(r"^ +-(?: run:)? (make .+)$", WORKFLOWS, re.MULTILINE)


def test_the_history_begins_with_the_version():
    history = (ROOT / "HISTORY.rst").read_text(encoding="utf-8")
    numbers = re.findall(r"^(\d+\.\d+\.\d+) \(\d{4}-\d\d-\d\d\)\n-+$", history, re.MULTILINE)
    assert numbers[0] == VERSION


def test_documents_name_the_wheel_of_this_version():
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))]
    named = {version for text in texts for version in re.findall(r"azure_iot_dps(?:_emulator)?-(\d[^-]*)-py3", text)}
    assert named <= {VERSION}


def test_the_workflows_do_what_ci_does():
    ci = (ROOT / ".ci" / "run").read_text()
    assert {line for line in LINES if "release" not in line and "newest" not in line} == set(
        re.findall(r"^make .+$", ci, re.MULTILINE)
    )


@pytest.mark.parametrize("line", LINES)
def test_make_knows_the_words_of_the_workflows(line):
    # without the variables of a make that runs these tests
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    dry = subprocess.run(["sh", "-c", f"{line} --dry-run"], check=False, cwd=ROOT, env=environ, capture_output=True)
    assert (dry.returncode, dry.stderr) == (0, b"")
