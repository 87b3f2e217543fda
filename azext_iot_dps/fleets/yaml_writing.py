"""A record as an item of a YAML list, from which every YAML library reads the same values."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from azext_iot_dps import exact_json
from azext_iot_dps.record.paths import Json

_FLOAT = "tag:yaml.org,2002:float"
# Numbers that YAML 1.1, which the dumper knows, takes for text: text that looks like them must be quoted, too.
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+([eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)\Z|-0\Z")
# Longer than any line.
_WIDTH = 2**31 - 1


def item(record: Json) -> str:
    """The record as an item of a list in block style."""
    import yaml

    settings: Any = {"default_flow_style": False, "sort_keys": False, "allow_unicode": True, "width": _WIDTH}
    try:
        return str(yaml.dump([record], Dumper=_dumper(), **settings))
    except UnicodeEncodeError:
        # an unpaired surrogate becomes its escape, as in the other formats
        return str(yaml.dump([_encodable(record)], Dumper=_dumper(), **settings))


@cache
def _dumper() -> Any:
    import yaml

    class Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
        def ignore_aliases(self, data: Any) -> bool:
            return True

    def represent(dumper: Any, value: float) -> Any:
        return dumper.represent_scalar(_FLOAT, exact_json.dumps(value))

    for kind in (float, exact_json.Number):
        Dumper.add_representer(kind, represent)
    Dumper.yaml_implicit_resolvers = {
        first: [*([(_FLOAT, _NUMBER)] if first in "-0123456789" and first else []), *known]
        for first, known in Dumper.yaml_implicit_resolvers.items()
    }
    return Dumper


def _encodable(value: Any) -> Any:
    if isinstance(value, dict):
        return {_encodable(name): _encodable(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_encodable(part) for part in value]
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
