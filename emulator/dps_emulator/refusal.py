"""The errors that the service returns."""

from __future__ import annotations


class Refusal(Exception):
    """An answer other than success: an HTTP status, an error code and a sentence.

    The code is a number for DPS (401002) and a word for ARM (ResourceNotFound).
    """

    def __init__(self, status: int, code: int | str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


def invalid(message: str) -> Refusal:
    """400004, the service's code for an argument it does not accept."""
    return Refusal(400, 400004, message)


UNAUTHORIZED = (401, 401002, "Unauthorized")
