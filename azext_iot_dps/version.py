"""The one place that names the version: read by setup.py, sent as User-Agent."""

VERSION = "1.0.0"
