"""A release as users get it: a real az takes it by name from an index that an HTTPS server has."""

import hashlib
import json
import os
import shutil
import ssl
import subprocess
import sys
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import certifi
import pytest
import trustme

from azext_iot_dps.version import VERSION
from tools.lab.real_az import ROOT, RealAz
from tools.release.__main__ import main
from tools.release.index import empty, extended

pytestmark = pytest.mark.az
OLDER = "0.9.0"


class Site(NamedTuple):
    """The URL of a server, and the folder that it serves."""

    url: str
    folder: Path


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def site(tmp_path_factory, authority):
    """An HTTPS server."""
    folder = tmp_path_factory.mktemp("site")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=folder)) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield Site(f"https://localhost:{server.server_port}", folder)
        server.shutdown()
        thread.join()


def built(source, folder):
    """The wheel of a source folder."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, source]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def bare_az(tmp_path_factory, authority):
    """A real az without the extension. It trusts the server, and its pip what pip trusts here."""
    az = RealAz(tmp_path_factory.mktemp("az"))
    trusted = Path(os.environ.get("PIP_CERT") or certifi.where()).read_bytes()
    bundle = az.folder / "trusted.pem"
    bundle.write_bytes(trusted + authority.cert_pem.bytes())
    az.environ.update(REQUESTS_CA_BUNDLE=str(bundle), NO_PROXY="localhost", no_proxy="localhost")
    return az


@pytest.fixture(scope="module")
def released(tmp_path_factory, bare_az, site):
    """The URL of an index of an older release and this one; both are served."""
    source = tmp_path_factory.mktemp("older")
    for name in ("setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "azext_iot_dps", source / "azext_iot_dps", ignore=shutil.ignore_patterns("__pycache__"))
    (source / "azext_iot_dps" / "version.py").write_text(f'VERSION = "{OLDER}"\n')
    older = built(source, site.folder / OLDER)
    before = site.folder / OLDER / "index.json"
    before.write_text(json.dumps(extended(empty(), older, f"{site.url}/{OLDER}")))

    emulator = tmp_path_factory.mktemp("emulator") / "emulator"
    shutil.copytree(ROOT / "emulator", emulator, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    built(emulator, site.folder / VERSION)
    shutil.copy(bare_az.wheel, site.folder / VERSION)
    assert main([str(site.folder / VERSION), "--url", f"{site.url}/{VERSION}", "--extend", str(before)]) == 0
    return f"{site.url}/{VERSION}/index.json"


@pytest.fixture(scope="module")
def done(bare_az):
    """Runs a command that must succeed, and returns what it printed and what it said beside."""

    def done(line):
        process = bare_az.run(line)
        assert process.returncode == 0, process.stderr
        return process.stdout, process.stderr

    return done


def is_indexed(az):
    """Whether azure-cli remembers which commands the extension has, and need not load all extensions."""
    return any("azext_iot_dps" in file.read_text() for file in az.config.glob("*ndex.json"))


def versions(output):
    return [(known["name"], known["version"]) for known in json.loads(output)]


def test_az_adds_updates_and_removes_it_by_name(bare_az, done, released):
    # Some azure-clis complain of themselves when they have no index.
    _, complaints = done("extension list")
    done(f"config set extension.index_url={released}")

    assert done(f"extension add --name azure-iot-dps --version {OLDER}")[1] == ""
    shown, _ = done("extension show --name azure-iot-dps")
    assert json.loads(shown)["version"] == OLDER
    (available,) = json.loads(done("extension list-available")[0])
    assert (available["name"], available["version"], available["preview"], available["installed"]) == (
        "azure-iot-dps",
        VERSION,
        False,
        "True (upgrade available)",
    )

    assert done("extension update --name azure-iot-dps")[1] == ""
    assert not is_indexed(bare_az)
    cold, beside = done("iot dps enrollment -h")
    assert beside in ("", complaints)
    assert is_indexed(bare_az)
    assert done("iot dps enrollment -h") == (cold, "")
    assert cold.startswith("\nGroup\n    az iot dps enrollment : Manage individual device enrollments")
    assert versions(done("extension list")[0]) == [("azure-iot-dps", VERSION)]

    _, told = done("extension update --name azure-iot-dps")
    assert told.startswith("WARNING: Latest version of 'azure-iot-dps' is already installed.")
    assert done("extension remove --name azure-iot-dps") == ("", "")
    assert versions(done("extension list")[0]) == []

    # without a version it is the latest
    assert done("extension add --name azure-iot-dps")[1] == ""
    assert versions(done("extension list")[0]) == [("azure-iot-dps", VERSION)]
    done("extension remove --name azure-iot-dps")


def test_a_wheel_that_is_not_the_released_one_is_refused(bare_az, done, released, site):
    done(f"config set extension.index_url={released}")
    (wheel,) = site.folder.glob(f"{OLDER}/*.whl")
    wheel.write_bytes(wheel.read_bytes() + b"\0")
    refused = bare_az.run(f"extension add --name azure-iot-dps --version {OLDER}")
    assert refused.returncode == 1
    assert "The checksum of the extension does not match the expected value." in refused.stderr


def test_what_is_released(released, site):
    folder = site.folder / VERSION
    extension, emulator = (
        f"azure_iot_dps-{VERSION}-py3-none-any.whl",
        f"azure_iot_dps_emulator-{VERSION}-py3-none-any.whl",
    )
    assert {file.name for file in folder.iterdir()} == {extension, emulator, "SHA256SUMS", "index.json", "notes.md"}
    assert (folder / "SHA256SUMS").read_text() == "".join(
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in (extension, emulator)
    )
    names = zipfile.ZipFile(folder / emulator).namelist()
    assert {name.partition("/")[0] for name in names} == {
        "dps_emulator",
        f"azure_iot_dps_emulator-{VERSION}.dist-info",
    }
    assert any(name.endswith("/LICENSE") for name in names)
    assert f"az extension add --yes --source {site.url}/{VERSION}/{extension}\n" in (folder / "notes.md").read_text()
