"""The one place that names the version: read by setup.py, sent as User-Agent."""

VERSION = "0.1.0"
