"""The picture in the README."""

import html
import re

import pytest

from tools.lab.real_az import ROOT

PICTURE = (ROOT / "docs" / "images" / "apply.svg").read_text(encoding="utf-8")


def words(svg):
    """The text in it, without what is another each time."""
    text = re.sub(r"<style>.*?</style>|<[^>]*>", "", svg, flags=re.DOTALL)
    return re.sub(r"(\"seconds\":\s)[\d.]+", r"\1N", html.unescape(text)).split()


@pytest.mark.az
def test_it_shows_what_az_prints(real_az, dps, tmp_path, monkeypatch):
    from tools.picture import recording  # the environment of Python 3.9 has no rich

    monkeypatch.setitem(real_az.environ, "AZURE_IOT_DPS_CONNECTION_STRING", dps.connection_string)
    monkeypatch.setattr(real_az, "folder", tmp_path)
    recorded = recording.record(real_az, dps)
    assert words(PICTURE) == words(recording.svg(recorded)), "run: make picture"
    assert [line for line, _ in recorded][1:3] == [
        "az iot dps enrollment apply --file fleet.csv --what-if -o table",
        "az iot dps enrollment apply --file fleet.csv",
    ]


def test_it_loads_nothing_from_a_network():
    assert re.findall(r"https?:[^\"]*|@import|@font-face", PICTURE) == ["http://www.w3.org/2000/svg"]
