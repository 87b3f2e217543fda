"""The check of words: dialect and plain English, the length of sentences, spelling, and where texts are found."""

import pytest

from tools.words import commands, documents, rules, source
from tools.words.text import Kind, Text

# What the first version of this extension said, the rules that it breaks, and what to write instead.
TABLE = [
    (
        "The record changed since that etag was read, or the etag is another's: show it again, then pass its new one.",
        {"changed-since-etag", "another-s", "etag"},
        "The enrollment was modified after this ETag was read. Run `show` for the current ETag, or omit --etag.",
    ),
    (
        "mydps answered 200 with something that is not what was asked for.",
        {"unexpected-response"},
        "mydps returned an unexpected response (HTTP 200).",
    ),
    (
        "Behind a proxy that opens TLS, let REQUESTS_CA_BUNDLE name the file with its authority.",
        {"inspects-tls", "name-the-file"},
        "If a proxy inspects TLS, set REQUESTS_CA_BUNDLE to the proxy's CA certificate file.",
    ),
    (
        "Whether it was carried out all the same is not known: look before you try again.",
        {"may-have-succeeded", "for-good", "look-before"},
        "The request may have succeeded. Check the enrollment before retrying.",
    ),
    (
        "The certificate is a device's own, and a group wants that of a CA.",
        {"leaf-certificate", "ca-certificate", "requires"},
        "The certificate is a leaf certificate; an enrollment group needs a CA certificate.",
    ),
    ("it holds half a character.", {"surrogate"}, "it contains an unpaired surrogate."),
    ("tags must be a text, and is a number", {"a-text", "and-is"}, "tags must be a string, not a number"),
    ("Enrollment not found.", {"not-found-what"}, "Enrollment 'thermostat-2' not found in mydps."),
    (
        "--primary-key must be base64.",
        {"must-be-base64"},
        "--primary-key must be base64 of 16 to 64 bytes. Generate one: openssl rand -base64 32",
    ),
    (
        "What may pass is tried again, five times in all",
        {"transient", "retried", "attempts"},
        "Transient errors are retried, up to five attempts.",
    ),
    (
        "Pass the tests on Python 3.13, which says two things in other words",
        {"in-other-words"},
        "Support Python 3.13",
    ),
]


def broken(content, kind=Kind.MESSAGE):
    return {finding.rule for finding in rules.wording([Text("azext_iot_dps/x.py", 1, kind, content, sentences=True)])}


@pytest.mark.parametrize(("dialect", "expected", "plain"), TABLE)
def test_dialect_is_found_and_plain_english_passes(dialect, expected, plain):
    assert broken(dialect) == expected
    assert broken(plain) == set()


def test_the_length_of_a_sentence():
    assert broken("Word " * 35 + ".") == set()
    assert broken("Word " * 36 + ".") == {"long-sentence"}
    assert broken("Word " * 20 + ". " + "Word " * 20 + ".") == set()


def test_spelling_names_the_correct_word():
    text = Text("README.md", 7, Kind.PROSE, "To recieve a key.", ("To recieve a key.",))
    assert [str(finding) for finding in rules.spelling([text])] == ["README.md:7: spelling: recieve -> receive"]


def test_the_public_reference_and_code_are_not_searched():
    assert broken("Etag or entity tag corresponding to the last state of the resource.", Kind.HELP) == set()
    assert broken("Type `mend` in a shell.") == set()


CODE = '''"""It plays DPS."""

# a comment that
# is laid over two lines
raise ValueError(
    "This is no file. "
    f"It is {kind}, mended {twice}."
)
'''


def test_findings_of_python_have_their_lines():
    found = [(finding.line, finding.rule, finding.found) for finding in rules.wording(source.texts("x.py", CODE))]
    assert sorted(found) == [
        (1, "emulates", "It plays"),
        (4, "merged", "laid over"),
        (6, "no-x", "is no file"),
        (7, "fixed", "mended"),
    ]


def test_of_a_test_only_docstrings_are_read():
    assert [text.content for text in source.texts("tests/x.py", CODE, is_test=True)] == ["It plays DPS."]


def test_findings_of_documents_have_their_lines_and_leave_out_code_blocks():
    page = "# Title\n\nGood words,\nthen it is mended.\n\n```\nmended\n```\n\n| a | mended |\n"
    found = [(finding.line, finding.found) for finding in rules.wording(documents.texts("page.md", page))]
    assert found == [(4, "mended"), (10, "mended")]


def test_the_help_of_groups_commands_and_options_is_read():
    found = [(text.path, text.content.strip()) for text in commands.texts()]
    summary = "Get individual device enrollment details in an Azure IoT Hub Device Provisioning Service."
    assert ("az iot dps enrollment show (short-summary)", summary) in found
    assert ("az iot dps enrollment-group create --enrollment-id", "Enrollment group ID.") in found
    assert ("az iot dps enrollment import (example)", "Check a file without a service.") in found
    assert any(path == "az iot dps enrollment (short-summary)" for path, _ in found)
