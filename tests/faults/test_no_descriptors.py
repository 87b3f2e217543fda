"""The operating system allows no more open files."""

import errno
import os
import socket
import ssl

import pytest

LINES = ["enrollment list", "enrollment create --eid dev --at symmetricKey", "enrollment delete --eid dev"]
NUMBERS = [errno.EMFILE, errno.ENFILE]


def refuse(number):
    def refused(*_, **__):
        raise OSError(number, os.strerror(number))

    return refused


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("line", LINES)
def test_no_socket(iot, dps, monkeypatch, waits, line, number):
    monkeypatch.setattr(socket, "socket", refuse(number))
    result = iot(line)
    assert (result.exit_code, result.out, waits, dps.requests) == (1, "", [], [])
    assert result.err == (
        f"ERROR: {dps.host} could not be reached: this process has too many open files.\n"
        "Raise the limit with `ulimit -n`, or close other programs.\n"
    )


def test_no_ca_file(iot, dps, monkeypatch, waits):
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", refuse(errno.EMFILE))
    result = iot("enrollment list")
    assert (result.exit_code, waits, dps.requests) == (1, [], [])
    assert result.err.startswith(f"ERROR: {dps.host} could not be reached: this process has too many open files.\n")
