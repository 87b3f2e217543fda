"""report --file: the page, as a browser without a network would read it."""

from __future__ import annotations

import base64
import hashlib
import re
import stat
from html.parser import HTMLParser

import pytest

from tests.cli.reports.conftest import SECRETS, x509

VOID = {"meta", "rect"}
LOADING = {"src", "href", "srcset", "action", "data", "poster", "background", "style", "formaction"}


class Page(HTMLParser):
    """Elements, the text of each cell by rows, and texts of scripts and styles; fails for tags that do not nest."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.rows, self.inline, self.text, self.open = [], [], {}, [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        assert not {name for name, _ in attributes if name in LOADING or name.startswith("on")}
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("script", "style"):
            self.inline[self.open[-1]] = data
        elif "tr" in self.open:
            self.rows[-1][-1] += data
        else:
            self.text.append(data)


@pytest.fixture
def page(az, fleet, tmp_path):
    """Writes and reads the page of a command line, and returns what was printed too."""

    def page(options=""):
        result = az(f"iot dps report -n mydps --file {tmp_path}/fleet.html {options}")
        assert (result.exit_code, result.err) == (0, "")
        text = (tmp_path / "fleet.html").read_text(encoding="utf-8")
        assert not [secret for secret in SECRETS if secret in text + result.out]
        return Page(text), result.json, text

    return page


def test_every_number_has_its_row(page):
    read, printed, _ = page("--with-registrations --with-keys")
    rows = [(row["value"], f"{row['enrollments']:,}", f"{row['enrollmentGroups']:,}")
            for rows in printed.values() if isinstance(rows, list) for row in rows if "value" in row]  # fmt: skip
    bars = [(value, enrollments, groups) for value, _, enrollments, groups in filter(is_bar, read.rows)]
    assert sorted(bars) == sorted(rows)
    assert len(bars) > 60
    assert {"Individual enrollments", "4", "Enrollment groups", "2", "Devices assigned", "3"} <= set(read.text)


def is_bar(row):
    return len(row) == 4 and row[0] != "Value"


def test_the_findings_are_a_table(page):
    read, *_ = page()
    assert [row for row in read.rows if len(row) == 5] == [
        ["Severity", "Kind", "Check", "ID", "Message"],
        ["error", "Individual", "hub-not-linked", "asked", "hub2.azure-devices.net is not linked to the service."],
        ["error", "Individual", "certificate-expired", "old", "The primary certificate expired on 2020-01-02."],
    ]


def test_nothing_is_loaded_and_only_the_own_script_may_run(page):
    read, _, text = page("--with-registrations")
    policies = [each["content"] for tag, each in read.elements if "Content-Security-Policy" in each.values()]
    hashes = {
        tag: "sha256-" + base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        for tag, inline in read.inline.items()
    }
    assert policies == [
        f"default-src 'none'; style-src '{hashes['style']}'; script-src '{hashes['script']}'; base-uri 'none'; "
        "form-action 'none'"
    ]
    assert {tag for tag, _ in read.elements} & {
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "base",
        "a",
        "form",
    } == set()
    assert not re.search(r"https?:|//[a-z]|@import|url\(", text)


def test_what_records_say_has_no_effect(page, dps):
    hub = "</td><script>x</script>.azure-devices.net"
    ids = ['"><img src=x onerror=a>', "&lt;b&gt;", "a\u202eb\x1b[31mc\nd"]
    expired = x509("clientCertificates", "2020-01-02T03:04:05Z")
    for id in ids:
        dps.enrollments.put({"registrationId": id, "attestation": expired, "iotHubs": [hub], "allocationPolicy": "<i>"})
    read, _, text = page("-o json")
    assert {tag for tag, _ in read.elements} == {
        *(
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "header",
            "h1",
            "p",
            "main",
            "dl",
            "div",
            "dt",
            "dd",
            "section",
        ),
        *(
            "h2",
            "table",
            "thead",
            "tr",
            "th",
            "td",
            "span",
            "i",
            "tbody",
            "svg",
            "rect",
            "footer",
            "ul",
            "li",
            "script",
        ),
    }
    shown = {row[3] for row in read.rows if len(row) == 5}
    assert shown == {"ID", "old", "asked", ids[0], ids[1], r"a\u202eb\x1b[31mc d"}
    assert {hub, "<i>"} <= {row[0] for row in read.rows}
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)


def test_more_findings_than_rows_are_counted(page, dps):
    for number in range(1_100):
        record = {"attestation": {"type": "none"}, "allocationPolicy": "static", "iotHubs": []}
        dps.enrollments.put({"registrationId": f"d{number}", **record})
    read, printed, _ = page()
    assert len([row for row in read.rows if len(row) == 5]) == 1 + 1_000
    errors = next(row for row in printed["severity"] if row["value"] == "error")["enrollments"]
    assert errors == 1_102
    assert any(line.startswith("102 more are not shown.") for line in read.text)


def test_more_hubs_than_rows_are_summed(page, dps):
    for number in range(30):
        hubs = [f"hub-{number:02}.azure-devices.net"]
        dps.groups.put({"enrollmentGroupId": f"g{number}", "attestation": {"type": "none"}, "iotHubs": hubs})
    read, printed, _ = page()
    assert len(printed["iotHubs"]) == 33
    names = [row[0] for row in read.rows if row[0].endswith("azure-devices.net")]
    assert len(names) == 23
    assert ["9 others", "", "1", "8"] in read.rows


def test_a_file_is_replaced_when_the_report_is_complete(iot, fleet, tmp_path):
    file = tmp_path / "fleet.html"
    file.write_text("before")
    fleet.fail(status=403, path="/enrollmentGroups/query")
    failed = iot(f"report --file {file}")
    assert (failed.exit_code, file.read_text(), len(list(tmp_path.iterdir()))) == (1, "before", 1)
    file.unlink()
    assert iot(f"report --file {file}").exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_standard_output_is_not_a_file(iot, fleet):
    result = iot("report --file -")
    assert result.exit_code == 1
    assert "--file must be a file, not -, because the result is printed to standard output." in result.err
    assert fleet.sent() == []


def test_a_service_without_enrollments(az, dps, tmp_path):
    assert az(f"iot dps report -n mydps --file {tmp_path}/a.html").exit_code == 0
    read = Page((tmp_path / "a.html").read_text(encoding="utf-8"))
    assert [row for row in read.rows if len(row) in (4, 5)] == []
    assert read.text.count("None.") == 8
