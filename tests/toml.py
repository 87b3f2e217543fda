"""The reader of TOML, under one name on each Python: pytest brings it where Python has none."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 11):
    import tomllib as toml
else:
    import tomli as toml

__all__ = ["toml"]
