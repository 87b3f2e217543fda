"""CSV as spreadsheets write it: its header, its separators, and the lines that are skipped."""

import pytest

KEY = "c2VjcmV0LWtleS1zZWNyZXQta2V5LTE="
NO_ID = "registrationId must be one of the columns."
OF_GROUPS = "the file has the column enrollmentGroupId: it contains enrollment groups, not enrollments."


@pytest.fixture
def imported(iot, tmp_path, monkeypatch):
    """Imports this text of CSV."""
    monkeypatch.chdir(tmp_path)

    def imported(text, options="", noun="enrollment"):
        (tmp_path / "a.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
        return iot(f"{noun} import --file a.csv {options}")

    return imported


def sent(dps):
    """The device IDs, by the IDs of the enrollments."""
    return {
        record["registrationId"]: record.get("deviceId") for *_, body in dps.sent() for record in body["enrollments"]
    }


ROWS = "{0}dev1{1}tpm{1}AAgAAQALAAMAsg=={1}d;1\n{0}dev2{1}tpm{1}AAgAAQALAAMAsg=={1}d,2\n"


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ('registrationId,attestation,endorsementKey,deviceId\n'
         'dev1,tpm,AAgAAQALAAMAsg==,d;1\ndev2,tpm,AAgAAQALAAMAsg==,"d,2"\n', ""),
        ('registrationId;attestation;endorsementKey;deviceId\r\n'
         'dev1;tpm;AAgAAQALAAMAsg==;"d;1"\r\ndev2;tpm;AAgAAQALAAMAsg==;d,2\r\n', ""),
        ("registrationId\tattestation\tendorsementKey\tdeviceId\n"
         "dev1\ttpm\tAAgAAQALAAMAsg==\td;1\ndev2\ttpm\tAAgAAQALAAMAsg==\td,2\n", ""),
        ("registrationId|attestation|endorsementKey|deviceId\n"
         "dev1|tpm|AAgAAQALAAMAsg==|d;1\ndev2|tpm|AAgAAQALAAMAsg==|d,2\n",
         "--delimiter '|'"),
        ("registrationId\tattestation\tendorsementKey\tdeviceId\n"
         "dev1\ttpm\tAAgAAQALAAMAsg==\td;1\ndev2\ttpm\tAAgAAQALAAMAsg==\td,2\n",
         "--delimiter TAB"),
        ("REGISTRATIONID, Attestation ,endorsement_key,Device-ID\n"
         "dev1,tpm,AAgAAQALAAMAsg==,d;1\ndev2,tpm,AAgAAQALAAMAsg==,\"d,2\"\n", ""),
        ("\ufeff\n,,,\n# made by hand\nregistration-id,attestation,Endorsement-Key,DEVICE_ID,,\n\n,,,,,\n , ,,,,\n"
         "dev1,tpm,AAgAAQALAAMAsg==,d;1,,\n#dev3,tpm,AAgAAQALAAMAsg==,x,,\ndev2,tpm,AAgAAQALAAMAsg==,\"d,2\"\n", ""),
        ("registrationId,,attestation,endorsementKey,deviceId\n"
         "dev1,,tpm,AAgAAQALAAMAsg==,d;1\ndev2,,tpm,AAgAAQALAAMAsg==,\"d,2\",,,\n", ""),
        ('"registration\nid"'.replace("\n", "_") + ",attestation,endorsementKey,deviceId\n"
         'dev1,tpm,AAgAAQALAAMAsg==,d;1\ndev2,tpm,AAgAAQALAAMAsg==,"d,2"\n', ""),
    ],
)  # fmt: skip
def test_what_spreadsheets_write(imported, dps, text, options):
    for content in (text, text.lstrip("\ufeff").encode("utf-16")):
        dps.reset()
        result = imported(content, options)
        assert (result.exit_code, result.err) == (0, "")
        assert sent(dps) == {"dev1": "d;1", "dev2": "d,2"}


def test_a_comment_is_a_line_and_not_a_part_of_a_cell(imported, dps):
    text = (
        "deviceId,registrationId,attestation,endorsementKey\n"
        '"a\n#b",dev1,tpm,AAgAAQALAAMAsg==\n"#",dev2,tpm,AAgAAQALAAMAsg==\n'
    )
    assert imported(text).exit_code == 0
    assert sent(dps) == {"dev1": "a\n#b", "dev2": "#"}


def test_a_failed_file_has_no_row_that_begins_a_comment(imported, dps, tmp_path):
    dps.enrollments.put(
        {"registrationId": "dev2", "attestation": {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}}
    )
    text = 'Device-ID;registrationId;attestation;endorsementKey\n"#1";dev2;tpm;AAgAAQALAAMAsg==\n'
    assert imported(text, "--failed-file failed.csv").exit_code == 1
    assert (tmp_path / "failed.csv").read_text() == (
        'deviceId,registrationId,attestation,endorsementKey\n"#1","dev2","tpm","AAgAAQALAAMAsg=="\n'
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", f"line 1: {NO_ID}"),
        ("attestation\ntpm", f"line 1: {NO_ID}"),
        ("# a\n\n;;\n# b\nattestation\ntpm", f"line 5: {NO_ID}"),
        ("registrationId,attestation,Registration_ID", "line 1: the column 'registrationId' is there twice."),
        ("registrationId,tags.a,TAGS.a", "line 1: the column 'tags.a' is there twice."),
        ("registrationId,Attestaton", "line 1: 'Attestaton' is not a column. Did you mean attestation?"),
        ("registrationId,device ID", "line 1: 'device ID' is not a column. Did you mean deviceId?"),
        ("registrationId,tag.site", "line 1: 'tag.site' is not a column. Did you mean tags.site?"),
        ("registrationId,deviceId.x", "line 1: 'deviceId.x' is not a column."),
        ("registrationId,tags.", "line 1: 'tags.' is not a column. Did you mean tags?"),
        ("registrationId,colour", "line 1: 'colour' is not a column."),
        ("registrationId|attestation", "line 1: cell 1 is not the name of a column."),
        ("registrationId,rootCaName", "line 1: 'rootCaName' is a column of enrollment groups only."),
        ("Enrollment_Group_Id;rootCaName", f"line 1: {OF_GROUPS}"),
        (f"registrationId,{KEY}\n", "line 1: cell 2 is not the name of a column."),
        ('{"registrationId":"a"; "endorsementKey":"AAgAAQALAAMAsg=="}', "line 1: cell 1 is not the name of a column."),
        ("registrationId," + "a" * 81, "line 1: cell 2 is not the name of a column."),
        ('#\n"registrationId', "line 2: unexpected end of data."),
        ("#" + "x" * 5_000_000, "line 1: it is longer than 4,000,000 characters."),
    ],
)  # fmt: skip
def test_the_header(imported, dps, text, sentence):
    result = imported(text, "--validate-only")
    assert (result.exit_code, result.out, dps.requests) == (1, "", [])
    first, *advice = result.err.splitlines()
    assert first == f"ERROR: {sentence}"
    if "characters" not in sentence and "unexpected" not in sentence:
        assert advice[0].startswith(
            "Use `az iot dps enrollment-group import`, or name the column registrationId."
            if OF_GROUPS in sentence
            else "The first line must name columns, separated by ',', ';', tabs or --delimiter: registrationId, "
        )


def test_enrollments_that_are_given_to_groups(imported):
    result = imported("registrationId,deviceId\na,b\n", noun="enrollment-group")
    assert result.err.splitlines() == [
        "ERROR: line 1: the file has the column registrationId: it contains enrollments, not enrollment groups.",
        "Use `az iot dps enrollment import`, or name the column enrollmentGroupId.",
    ]
    result = imported("enrollmentGroupId,deviceId\na,b\n", noun="enrollment-group")
    assert result.err.splitlines()[0] == "ERROR: line 1: 'deviceId' is a column of enrollments only."


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("a,tpm,AAgAAQALAAMAsg==,,x", "cell 5 is in a column without a name."),
        ("a,tpm,AAgAAQALAAMAsg==", "the row must have as many cells as there are columns."),
        ("a,tpm,AAgAAQALAAMAsg==,,,x", "the row must have as many cells as there are columns."),
    ],
)
def test_cells_without_a_column(imported, row, fault):
    result = imported(f"registrationId,attestation,endorsementKey,deviceId,\nok,tpm,AAgAAQALAAMAsg==,\n{row}\n")
    assert result.err == f"ERROR: --file has 1 fault. Nothing was sent.\nline 3: {fault}\n"


@pytest.mark.parametrize("delimiter", ["", "ab", "a", "7", "'#'", "'\"'", "' '"])
def test_delimiters_that_are_refused(imported, delimiter):
    result = imported("registrationId", f"--delimiter {delimiter or repr('')}")
    assert "--delimiter must be a single character such as ';', or tab." in result.err
    assert result.exit_code == 1


def test_columns_with_a_dot_set_single_members(imported, dps):
    """Other tags stay; a new record has those that are named."""
    tpm = {"type": "tpm", "tpm": {"endorsementKey": "AAgAAQALAAMAsg=="}}
    dps.enrollments.put(
        {"registrationId": "old", "attestation": tpm, "initialTwin": {"tags": {"site": "south", "floor": 3}}}
    )
    text = (
        "registrationId,attestation,endorsementKey,Tags.site,tags.Floor.no,tags.floor\n"
        "old,,,north,,null\nnew,tpm,AAgAAQALAAMAsg==,5,TRUE,\n"
    )
    result = imported(text, "--mode upsert")
    assert (result.exit_code, result.json["created"], result.json["updated"]) == (0, 1, 1)
    assert dps.enrollments["old"]["initialTwin"] == {"tags": {"site": "north"}}
    assert dps.enrollments["new"]["initialTwin"] == {"tags": {"site": 5, "Floor.no": True}}


def test_a_member_and_the_whole_in_one_row_are_refused(imported):
    result = imported('registrationId,tags,tags.a\na,"{""b"":1}",\nb,{},1\n', "--mode update")
    assert result.err.splitlines()[1:] == [
        "line 3: tags and tags.a cannot be combined in one row. Use one of them."
    ]  # fmt: skip
