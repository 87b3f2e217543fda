"""The service: hosts, credentials, headers and JSON; no option in sight."""
