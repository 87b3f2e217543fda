"""What is printed while pip installs."""

import re
import subprocess
import sys

import pytest

from tools import installing


@pytest.mark.parametrize(
    "output, written, expected",
    [
        ([], 0, "0 packages found"),
        (
            ["Collecting azure-cli\n", "  Downloading azure_cli.whl (4.4 MB)\n", "Collecting knack\n"],
            0,
            "2 packages found",
        ),
        (["Collecting a\n", "Installing collected packages: a, b, c\n"], 2, "2 of 3 packages written"),
        # one that was there before may have been replaced
        (["Installing collected packages: a, b, c\n"], 4, "3 of 3 packages written"),
    ],
)
def test_progress(output, written, expected):
    assert installing.progress(output, written) == expected


@pytest.mark.parametrize(
    "package, exit_code, last",
    [
        ("pytest", 0, r"  done in \d+ s"),
        ("no-such-package-of-azure-iot-dps", 1, "ERROR: No matching distribution found for no-such-package-.*"),
    ],
)
def test_pip_is_heard_only_when_it_fails(package, exit_code, last, tmp_path):
    command = [sys.executable, installing.__file__, sys.prefix, "something", "--no-index", "--dry-run", package]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path)
    first, *rest = done.stdout.splitlines()
    assert (done.returncode, first, done.stderr) == (exit_code, f"Installing something into {sys.prefix}", "")
    assert re.fullmatch(last, rest[-1])
    assert len(rest) == 1 or exit_code
