"""A home folder that does not exist."""

from pathlib import Path

try:
    Path("~nobody-of-that-name").expanduser()
except RuntimeError as error:
    # in Python's words, which differ from version to version
    HOMELESS = str(error).rstrip(".")
