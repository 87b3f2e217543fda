"""az iot dps enrollment export, import and the same of az iot dps enrollment-group."""

from __future__ import annotations

import time
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile

from azure.cli.core.azclierror import AzureResponseError, FileOperationError
from azure.cli.core.util import user_confirmation
from knack.events import EVENT_CLI_SUCCESSFUL_EXECUTE
from knack.log import get_logger

from azext_iot_dps.enums import FileFormat, ImportMode
from azext_iot_dps.fleet import formats, progress, reading, rows, sending, writing
from azext_iot_dps.fleet.checked import Checked
from azext_iot_dps.fleet.exporting import export
from azext_iot_dps.fleet.kinds import GROUP, INDIVIDUAL, Kind

logger = get_logger(__name__)

# Bytes of records that an import keeps in memory; more of them go to a file without a name.
IN_MEMORY = 32_000_000


def export_enrollments(cmd, client, file, format=None, show_keys=False):
    return _export(cmd.cli_ctx, client.enrollments, INDIVIDUAL, file, format, show_keys)


def export_enrollment_groups(cmd, client, file, format=None, show_keys=False):
    return _export(cmd.cli_ctx, client.enrollment_groups, GROUP, file, format, show_keys)


def import_enrollments(
    cmd, client, file, mode="create", format=None, concurrency=4, failed_file=None, validate_only=False, yes=False
):
    with _checked(INDIVIDUAL, file, mode, format, failed_file) as source:
        return source.done(cmd.cli_ctx, client.enrollments, concurrency, validate_only, yes)


def import_enrollment_groups(
    cmd, client, file, mode="create", format=None, concurrency=4, failed_file=None, validate_only=False, yes=False
):
    with _checked(GROUP, file, mode, format, failed_file) as source:
        return source.done(cmd.cli_ctx, client.enrollment_groups, concurrency, validate_only, yes)


def _export(cli_ctx, records, kind, file, format, show_keys):
    start, format = time.monotonic(), formats.of(file, format)
    target = writing.replaced("--file", file, format, rows.columns(kind))
    with target as writer, progress.shown(cli_ctx, f"Exported {kind.plural}:") as report:
        exported = export(records, kind, writer, format, show_keys, report)
    _warn(exported, kind, show_keys)
    return {"count": exported.count, "file": file, "seconds": _since(start)}


def _warn(exported, kind, show_keys):
    if exported.without_keys:
        logger.warning(
            "%d of %d %s have symmetric keys, which are not in the file: an import that creates them would make the "
            "service generate new ones.%s",
            exported.without_keys,
            exported.count,
            kind.plural,
            "" if show_keys else " --show-keys adds them.",
        )
    if exported.without_certificates:
        logger.warning(
            "%d of %d %s have certificates, which the service never shows: the file has what it tells of them. An "
            "import that creates these records needs the certificates themselves.",
            exported.without_certificates,
            exported.count,
            kind.plural,
        )
    if exported.not_in_csv:
        logger.warning(
            "%d of %d %s hold something that CSV has no column for. --format jsonl and json hold everything.",
            exported.not_in_csv,
            exported.count,
            kind.plural,
        )


@contextmanager
def _checked(kind, file, mode, format, failed_file):
    start, mode, format = time.monotonic(), ImportMode(mode), formats.of(file, format)
    if failed_file:
        formats.check_alike(failed_file, format)
    with SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        with reading.opened(file) as text:
            records = Checked(reading.entries(text, format, kind), kind, mode, format, spool)
        yield _Source(kind, records, mode, format, failed_file, start)


@dataclass
class _Source:
    """A file to import, found right as a whole."""

    kind: Kind
    records: Checked
    mode: ImportMode
    format: FileFormat
    failed_file: str | None
    start: float

    def done(self, cli_ctx, records, concurrency, validate_only, yes):
        total = self.records.total
        if validate_only:
            return {"total": total, "seconds": _since(self.start)}
        if self.mode is ImportMode.DELETE and total:
            user_confirmation(f"Delete {total:,} {self.kind.title if total == 1 else self.kind.plural}?", yes)
        doing = f"{self.mode.value.capitalize()} {self.kind.plural}:"
        sent, unwritten = None, []
        try:
            with self._failed() as failed, progress.shown(cli_ctx, doing, total) as report:
                sent = sending.send(self.records, records, self.kind, self.mode, concurrency, report)
                self._write(failed, sent)
        except FileOperationError as error:
            if sent is None:
                raise
            # what was done is told all the same
            unwritten = [str(error)]
        if sent.failures or sent.taken < total or sent.interrupted or unwritten:
            hints = getattr(sent.met, "recommendations", [])
            _fail_after_output(cli_ctx, self._words(sent), [*hints, *unwritten])
        return {
            "total": total,
            "succeeded": sent.taken - len(sent.failures),
            "failed": len(sent.failures),
            "notSent": total - sent.taken,
            "seconds": _since(self.start),
            "failures": [failure._asdict() for failure in sent.failures],
        }

    def _failed(self):
        if not self.failed_file:
            return nullcontext()
        columns = self.records.columns or rows.columns(self.kind)
        return writing.replaced("--failed-file", self.failed_file, self.format, columns)

    def _write(self, failed, sent):
        ids = {failure.id for failure in sent.failures}
        for place, item in enumerate(self.records if failed else ()):
            if place >= sent.taken or item.id in ids:
                failed.write(item.source)

    def _words(self, sent):
        failed, left = len(sent.failures), self.records.total - sent.taken
        words = f"{failed:,} of {self.records.total:,} {self.kind.plural} failed"
        if left:
            words += f", and {left:,} were not sent" + (", since it was interrupted" if sent.interrupted else "")
        first = sent.failures[0] if sent.failures else None
        return words + (f". The first, of line {first.line}: {first.words}" if first else ".")


def _fail_after_output(cli_ctx, words, recommendations):
    """End in an error once azure-cli has printed the result, which a handler that raises would not have."""

    def fail(_, **__):
        cli_ctx.unregister_event(EVENT_CLI_SUCCESSFUL_EXECUTE, fail)
        raise AzureResponseError(words, recommendation=recommendations)

    cli_ctx.register_event(EVENT_CLI_SUCCESSFUL_EXECUTE, fail)


def _since(start):
    return round(time.monotonic() - start, 3)
