"""Every command against every failure that may pass: once, and without end."""

import re

import pytest

from tests.faults.faulty import COMMANDS, seed, state, strike

FAULTS = {
    "429": {"status": 429},
    "429-after-7": {"status": 429, "headers": {"Retry-After": "7"}},
    "500": {"status": 500},
    "502": {"status": 502},
    "503": {"status": 503},
    "504": {"status": 504},
    "reset-before": {"drop": "before"},
    "lost-after": {"drop": "after"},
    "cut-in-the-middle": {"drop": "middle"},
}
UNANSWERED = ("reset-before", "lost-after", "cut-in-the-middle")
READING = ("show", "show-keys", "list-page-1", "list-page-3", "registration-show")

RESPONSE, INTERNAL, CONNECTION = "AzureResponseError", "AzureInternalError", "AzureConnectionError"
DONE = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "registration-delete": "unregistered",
    **dict.fromkeys(READING, "untouched"),
}

# (command, faults) → class of the error or None, requests, what is done; all other commands: one request more, success
ONCE = {
    ("create", ("500", "502", "503", "504")): (INTERNAL, 2, "untouched"),
    # looked up, not there, sent again
    ("create", ("reset-before",)): (None, 3, "created"),
    # looked up, and its keys with it
    ("create", ("lost-after", "cut-in-the-middle")): (None, 3, "created"),
    # sent again, refused because of its own first change, and looked up with its keys
    ("update", ("lost-after", "cut-in-the-middle")): (None, 6, "updated"),
    # looked up; what is there is old, and deleted
    ("delete", ("500", "502", "503", "504", "reset-before")): (None, 3, "deleted"),
    ("registration-delete", ("500", "502", "503", "504", "reset-before")): (None, 3, "unregistered"),
}
# the number of requests is: those before the one that is struck, five tries of that, and those that look what became;
# a 429 is tried as often as 180 seconds allow
FOREVER = {
    ("create", ("429",)): (RESPONSE, 6, "untouched"),
    ("create", ("429-after-7",)): (RESPONSE, 26, "untouched"),
    ("create", ("500", "502", "503", "504")): (INTERNAL, 2, "untouched"),
    ("create", ("reset-before",)): (CONNECTION, 10, "untouched"),
    ("create", ("lost-after", "cut-in-the-middle")): (None, 3, "created"),
    ("update", ("429",)): (RESPONSE, 7, "untouched"),
    ("update", ("429-after-7",)): (RESPONSE, 28, "untouched"),
    ("update", ("500", "502", "503", "504")): (INTERNAL, 9, "untouched"),
    ("update", ("reset-before",)): (CONNECTION, 9, "untouched"),
    ("update", ("lost-after", "cut-in-the-middle")): (None, 9, "updated"),
    **{
        (command, faults): expected
        for command, done in (("delete", "deleted"), ("registration-delete", "unregistered"))
        for faults, expected in {
            ("429",): (RESPONSE, 6, "untouched"),
            ("429-after-7",): (RESPONSE, 26, "untouched"),
            ("500", "502", "503", "504"): (INTERNAL, 10, "untouched"),
            ("reset-before",): (CONNECTION, 10, "untouched"),
            ("lost-after",): (None, 2, done),
            # a 204 has no middle: its headers arrive
            ("cut-in-the-middle",): (None, 1, done),
        }.items()
    },
    **{
        (command, faults): (error, before + tries, "untouched")
        for command, before in zip(READING, (0, 1, 0, 2, 0))
        for faults, error, tries in (
            (("429",), RESPONSE, 5 if before else 6),
            (("429-after-7",), RESPONSE, 26),
            (("500", "502", "503", "504"), INTERNAL, 5),
            (UNANSWERED, CONNECTION, 5),
        )
    },
}


def expected(table, command, fault):
    return next((row for (name, faults), row in table.items() if name == command and fault in faults), None)


@pytest.fixture
def run(iot, dps):
    """Runs a command against a fault; gives the class of the error, the number of requests and what is done."""

    def run(command, fault, times):
        seed(dps)
        strike(dps, COMMANDS[command], times, FAULTS[fault])
        result = iot(COMMANDS[command].line, "--debug")
        kind = re.findall(r"azclierror\.(\w+): ", result.err)
        assert result.exit_code == (1 if kind else 0)
        assert "Traceback" not in result.out
        return (kind[-1] if kind else None), len(dps.requests), state(dps)

    return run


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("command", COMMANDS)
def test_once(run, waits, command, fault):
    normal = COMMANDS[command].requests + (0 if (command, fault) in UNCUT else 1)
    assert run(command, fault, 1) == (expected(ONCE, command, fault) or (None, normal, DONE[command]))
    assert all(0 <= wait <= 1 for wait in waits) or (fault == "429-after-7" and waits == [7.0])


UNCUT = {("delete", "cut-in-the-middle"), ("registration-delete", "cut-in-the-middle")}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("command", COMMANDS)
def test_forever(run, waits, command, fault):
    assert run(command, fault, 1000) == expected(FOREVER, command, fault)
    if fault == "429-after-7":
        assert waits == [7.0] * 25
    elif fault == "429":
        assert [round(wait) for wait in waits] == WITHOUT_RETRY_AFTER[command]
    else:
        assert all(0 <= wait <= 2**number for number, wait in enumerate(waits))


# When other calls were accepted, the second wait lasts until the first of them is a minute ago.
WITHOUT_RETRY_AFTER = {
    **{command: [1, 4, 16, 64, 64] for command in COMMANDS},
    **{command: [1, 59, 16, 64] for command in ("update", "show-keys", "list-page-3")},
}
