"""Strings of TOML, of which options and records let only a few pass."""

from __future__ import annotations

import pytest

from azext_iot_dps.device_configs.formats import toml_string
from tests.toml import toml


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", '"plain"'),
        ('a"b\\c', r'"a\"b\\c"'),
        ("\x00\t\r\n\x1f", r'"\u0000\t\r\n\u001f"'),
        ("\x7f", r'"\u007f"'),
        ("ö 😀 \u2028", '"ö 😀 \u2028"'),
    ],
)
def test_a_string_is_read_as_it_was(text, written):
    assert toml_string(text) == written
    assert toml.loads(f"name = {written}") == {"name": text}
