"""The converters of the command line, by option: what stands between what is typed and everything else."""

from __future__ import annotations

from collections.abc import Callable

from tools.loader import loaded, settings


def converters() -> dict[str, Callable[[str], object]]:
    """Every converter of the extension, under the first name of its option."""
    every = [one for _, _, one in settings(loaded())]
    own = [one for one in every if getattr(one.get("type"), "__module__", "").startswith("azext_iot_dps")]
    return {one["options_list"][0]: one["type"] for one in own}
