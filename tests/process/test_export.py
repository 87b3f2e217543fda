"""An export in a real `az`: interrupted and killed, and what a terminal shows of the progress."""

import json
import os
import pty
import re
import signal
import tty
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from tests.results import succeeded

pytestmark = pytest.mark.az
# Seconds; the fault that a test puts in the way lasts twice as long.
PATIENCE = 30
OLD = "what was there before\n"
KEYS = {"primaryKey": "cHJpbWFyeS1rZXktcHJpbWFyeS1rZXk=", "secondaryKey": "c2Vjb25kYXJ5LWtleS1zZWNvbmRhcnk="}
SYMMETRIC = {"type": "symmetricKey", "symmetricKey": KEYS}
TPM = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}
ERASED = "\r\x1b[K"
KEYS_IN = "WARNING: fleet.jsonl contains symmetric keys. Only its owner can read it.\n"


@pytest.fixture
def folder(dps, tmp_path):
    """A folder with an old file, and a service of three pages."""
    for number in range(250):
        proof = SYMMETRIC if number < 50 else TPM
        dps.enrollments.put({"registrationId": f"dev{number}", "attestation": proof})
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "fleet.jsonl").write_text(OLD)
    return tmp_path / "out"


@pytest.fixture
def running(start, folder):
    """Starts a command on enrollments in the folder of the test."""
    return lambda *command, **how: start("iot", "dps", "enrollment", *command, cwd=folder, **how)


@pytest.fixture
def stalled(dps, running):
    """Starts an export of which one call gets no answer, and waits until it is under way."""

    def stalled(path, nth, *options):
        arrived, calls = Event(), []

        def struck(request):
            calls.extend([request] if path in request.path else [])
            if len(calls) == nth:
                arrived.set()
            return len(calls) >= nth and path in request.path

        dps.fail(times=1000, delay=2 * PATIENCE, status=503, where=struck)
        process = running("export", "--file", "fleet.jsonl", *options)
        assert arrived.wait(PATIENCE)
        return process

    return stalled


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


STALLS = [("/query", 3), ("/query", 2, "--show-keys"), ("/attestationmechanism", 7, "--show-keys")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("stall", STALLS, ids=["page", "page-of-keyed", "keys"])
def test_an_interruption_leaves_the_old_file_and_no_other(stalled, folder, stall, number):
    process = stalled(*stall)
    # on Linux the new file has no name before it is complete
    assert names(folder) == ["fleet.jsonl"]
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    # azure-cli ends a command that is interrupted without a word
    assert (process.returncode, out, err) == (1, "", "")
    assert names(folder) == ["fleet.jsonl"]
    assert (folder / "fleet.jsonl").read_text() == OLD


def test_a_kill_leaves_the_old_file(stalled, running, dps, folder):
    stalled("/query", 3).kill()
    assert names(folder) == ["fleet.jsonl"]
    assert (folder / "fleet.jsonl").read_text() == OLD
    dps.reset()
    dps.enrollments.put({"registrationId": "dev", "attestation": TPM})
    process = running("export", "--file", "fleet.jsonl")
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err, json.loads(out)["count"]) == (0, "", 1)
    assert json.loads((folder / "fleet.jsonl").read_text())["registrationId"] == "dev"


@pytest.fixture
def on_a_terminal(running):
    """Runs an az whose stderr is a terminal: exit code, stdout as JSON, and what the terminal got."""

    def on_a_terminal(*command, **environ):
        ours, theirs = pty.openpty()
        tty.setraw(theirs)
        process = running(*command, stderr=theirs, **environ)
        os.close(theirs)
        # a list is more than a pipe holds
        outputs = ThreadPoolExecutor().submit(process.communicate, timeout=PATIENCE)
        shown = b""
        # Linux says by an error that nobody is left at the other end, and others by no bytes
        try:
            while more := os.read(ours, 4096):
                shown += more
        except OSError:
            pass
        os.close(ours)
        out, _ = outputs.result()
        return process.returncode, json.loads(out), shown.decode()

    return on_a_terminal


def test_the_progress_of_an_export(on_a_terminal):
    code, summary, shown = on_a_terminal("export", "--file", "fleet.jsonl", "--show-keys")
    assert (code, summary["count"]) == (0, 250)
    assert "Exported enrollments: 100 ..\r" in shown
    assert shown.endswith(f"{ERASED}{KEYS_IN}")
    assert "\n" not in shown.removesuffix(KEYS_IN)


def test_the_progress_of_a_list(on_a_terminal):
    code, records, shown = on_a_terminal("list")
    assert (code, len(records), shown.count(" - Listed enrollments:")) == (0, 250, 1)
    assert " - Listed enrollments: 100 ..\r" in shown
    assert (shown.endswith(ERASED), "\n" in shown) == (True, False)
    code, records, shown = on_a_terminal("list", "--top", "99")
    assert (code, len(records), shown) == (0, 99, "")


def test_the_progress_of_an_import(on_a_terminal, dps, folder):
    lines = [json.dumps({"registrationId": f"new{number}", "attestation": TPM}) for number in range(40)]
    (folder / "new.jsonl").write_text("\n".join(lines))

    def second(request):
        return [each for each in dps.requests if each.path == "/enrollments"][1:2] == [request]

    # longer than the import waits before it tells how far it is
    dps.fail(where=second, delay=1)
    code, result, shown = on_a_terminal("import", "--file", "new.jsonl", "--concurrency", "1")
    assert (code, succeeded(result)) == (0, 40)
    assert re.search(
        r"(^|\r) [-\\|/] Create enrollments: 10 of 40, [0-9.]+/s, [0-9]+ s left \.\.\r", shown.replace("\x1b[K", "")
    )
    assert (shown.endswith(ERASED), "\n" in shown) == (True, False)


def test_a_warning_during_an_import_has_a_line_of_its_own(on_a_terminal, dps, folder):
    (folder / "new.jsonl").write_text(json.dumps({"registrationId": "new", "attestation": TPM}))
    dps.fail(path="/enrollments", delay=1, status=400, body={"message": "No."})
    code, result, shown = on_a_terminal("import", "--file", "new.jsonl", "--events", "/dev/full")
    warning = "WARNING: --events: cannot write /dev/full: No space left on device. It has no further events.\n"
    assert (code, result["total"]) == (0, 1)
    assert " - Create enrollments: 0 of 1 ..\r" in shown
    assert f" ..\r{ERASED}{warning}" in shown
    assert "\n" not in shown.replace(warning, "")


QUIET = [(["--only-show-errors"], {}), ([], {"AZURE_CORE_DISABLE_PROGRESS_BAR": "1"})]


@pytest.mark.parametrize(("options", "environ"), QUIET, ids=["only-show-errors", "configured"])
def test_no_progress(on_a_terminal, options, environ):
    code, summary, shown = on_a_terminal("export", "--file", "fleet.jsonl", "--show-keys", *options, **environ)
    assert (code, summary["count"], shown) == (0, 250, "" if options else KEYS_IN)


def test_no_progress_where_there_is_no_terminal(running):
    for command in (["export", "--show-keys"], ["import", "--mode", "upsert"]):
        process = running(*command, "--file", "fleet.jsonl")
        out, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, 250 in json.loads(out).values()) == (0, True)
        assert err == (KEYS_IN if "export" in command else "")
