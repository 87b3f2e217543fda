"""What is fuzzed: each target takes bytes, and ends in an error when what it calls does not keep a promise."""

from __future__ import annotations

from collections.abc import Callable

from tools.fuzz import arguments, json_numbers, records, redacting, registering, repeating, responses, tables

TARGETS: dict[str, Callable[[bytes], None]] = {
    "answer": responses.answers,
    "arm": responses.arm,
    "certificate": arguments.certificate_file,
    "connection": arguments.connection,
    "json": arguments.json_argument,
    "number": json_numbers.numbers,
    "record": records.record,
    "redaction": redacting.redacted,
    "registration": registering.registration,
    "secret": repeating.repeated,
    "table": tables.table,
    "word": arguments.word,
}
