"""Release notes from HISTORY.rst, written out."""

import pytest

from tools.release.index import Unpublishable
from tools.release.notes import notes

HISTORY = """\
Release history
===============

Unreleased
----------

* Not yet.

1.10.0 (2026-12-24)
-------------------

What is
new.

Commands
~~~~~~~~

* ``az iot dps enrollment apply`` creates and updates
  what a file asks for.
* Second:

  * of its own.

1.1.0 (2026-11-30)
------------------

* First.
"""


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (
            "1.10.0",
            "What is new.\n\n## Commands\n\n"
            "* `az iot dps enrollment apply` creates and updates what a file asks for.\n* Second:\n\n  * of its own.\n",
        ),
        ("1.1.0", "* First.\n"),
    ],
)
def test_the_section_of_a_version(version, expected):
    assert notes(HISTORY, version) == expected


@pytest.mark.parametrize("version", ["1.2.0", "1.1", "Unreleased"])
def test_a_version_without_a_dated_section_is_refused(version):
    with pytest.raises(Unpublishable, match=r"^HISTORY.rst has no section '.+ \(YYYY-MM-DD\)'\.$"):
        notes(HISTORY, version)
