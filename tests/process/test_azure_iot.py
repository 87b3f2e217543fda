"""With azure-iot, in both orders in which azure-cli may load the two."""

import json
import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.az
STAND_IN = Path(__file__).parent / "azure_iot"
METADATA = "Metadata-Version: 2.1\nName: azure-iot\nVersion: 0.25.0\n"


@pytest.fixture(params=["azure-iot first", "azure-iot last"])
def both(request, real_az, tmp_path):
    """The az with both extensions, and no index of commands. It loads working trees after what is installed."""
    is_last = request.param == "azure-iot last"
    folder = (tmp_path if is_last else Path(real_az.environ["AZURE_EXTENSION_DIR"])) / "azure-iot"
    shutil.copytree(STAND_IN, folder)
    info = folder / ("azure_iot.egg-info" if is_last else "azure_iot-0.25.0.dist-info")
    info.mkdir()
    (info / ("PKG-INFO" if is_last else "METADATA")).write_text(METADATA)
    if is_last:
        real_az.environ["AZURE_EXTENSION_DEV_SOURCES"] = str(tmp_path)
    forget(real_az)
    yield real_az
    real_az.environ.pop("AZURE_EXTENSION_DEV_SOURCES", None)
    shutil.rmtree(folder)
    forget(real_az)


def indexes(az):
    return list(Path(az.environ["AZURE_CONFIG_DIR"]).glob("*Index.json"))


def forget(az):
    """Without an index azure-cli loads everything, and writes one."""
    for file in indexes(az):
        file.unlink()


def test_common_commands_are_of_this_extension_and_all_others_of_azure_iot(both, dps):
    line = ("iot dps enrollment list", "--login", dps.connection_string)
    first = both.run(*line)
    assert (first.returncode, first.stdout) == (0, "[]\n")
    assert indexes(both)
    # an old azure-cli that loads everything may complain of its own modules
    again = both.run(*line)
    assert (again.returncode, again.stdout, again.stderr) == (0, "[]\n", "")
    sent = both.run("iot device send-d2c-message")
    assert (json.loads(sent.stdout), sent.stderr) == ({"from": "azure-iot"}, "")
    shown = both.run("iot dps enrollment list -h")
    assert "extension: azure-iot-dps\n" in shown.stderr + shown.stdout
    assert "The text of azure-iot." not in shown.stdout
    assert "Device Provisioning" in shown.stdout
    group = both.run("iot device -h").stdout
    assert group.count("The text of azure-iot.") == 2
    assert "registration" in group
