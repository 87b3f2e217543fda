"""Help for export and import."""

from knack.help_files import helps

_MODES = """
    The whole file is checked by the rules of `create` before anything is sent, and faults are reported with their
    lines, all of them. Then ten records go with each call. The result counts them and names each that failed, with its
    line and the service's words; the exit code is 1 when there is one. --failed-file keeps the records that failed, or
    that Ctrl-C left unsent. After an interruption of any kind, the same file with --mode upsert finishes the work.

    --mode create never overwrites. update lays a record over the stored one: what it does not name stays, and null
    takes a member away, but no symmetric key. A JSON record with an etag, as `export` writes it, is taken as the whole
    record; keys and certificates that it does not show stay. The etag, if there is one, must be that of the stored
    record. upsert creates what is not there and updates the rest. delete reads no more than the ID, and the etag if
    there is one.
"""

_CSV = """
    CSV has a first line with the names of columns, of which only {id} must be there: {columns}.
    They take what the options of `create` take: tags, desired{information} are JSON, iotHubs are separated by spaces,
    certificatePath is the path of a file. An empty cell is an option that is not given; reprovisionPolicy and
    edgeEnabled, which have a default, are left out of the record by the word none.
"""

_COLUMNS = (
    "registrationId, attestation, primaryKey, secondaryKey, endorsementKey, certificatePath, "
    "secondaryCertificatePath, deviceId, provisioningStatus, allocationPolicy, iotHubs, reprovisionPolicy, "
    "edgeEnabled, tags, desired, deviceInformation, webhookUrl, apiVersion, etag"
)
_GROUP_COLUMNS = (
    "enrollmentGroupId, attestation, primaryKey, secondaryKey, certificatePath, secondaryCertificatePath, rootCaName, "
    "secondaryRootCaName, provisioningStatus, allocationPolicy, iotHubs, reprovisionPolicy, edgeEnabled, tags, "
    "desired, webhookUrl, apiVersion, etag"
)

for _noun, _records, _file, _csv in (
    (
        "enrollment",
        "individual device enrollments",
        "fleet",
        _CSV.format(id="registrationId", columns=_COLUMNS, information=" and deviceInformation"),
    ),
    (
        "enrollment-group",
        "enrollment groups",
        "groups",
        _CSV.format(id="enrollmentGroupId", columns=_GROUP_COLUMNS, information=""),
    ),
):
    helps[f"iot dps {_noun} export"] = f"""
type: command
short-summary: Export all {_records} of an Azure IoT Hub Device Provisioning Service to a file.
long-summary: >
    The file is complete or not there: an export that is interrupted leaves what was there before. A new file can be
    read by its owner alone. Symmetric keys are in it with --show-keys only. The service never shows certificates: the
    file has their info, and an import that creates such a record needs the certificate put in.
examples:
  - name: Export to JSON Lines, a record a line, together with the symmetric keys.
    text: az iot dps {_noun} export -n {{dps_name}} -g {{resource_group}} --file backup.jsonl --show-keys
  - name: Export to CSV, for a spreadsheet.
    text: az iot dps {_noun} export -n {{dps_name}} -g {{resource_group}} --file backup.csv
"""
    helps[f"iot dps {_noun} import"] = f"""
type: command
short-summary: Import {_records} into an Azure IoT Hub Device Provisioning Service from a file.
long-summary: >
{_MODES}{_csv}
examples:
  - name: Check a file, without a service.
    text: az iot dps {_noun} import --file {_file}.csv --validate-only
  - name: Create the records of a file, eight calls at a time, and keep those that fail.
    text: >
        az iot dps {_noun} import -n {{dps_name}} -g {{resource_group}} --file {_file}.csv
        --concurrency 8 --failed-file failed.csv
  - name: Create what is not there, update what is.
    text: az iot dps {_noun} import -n {{dps_name}} -g {{resource_group}} --file {_file}.csv --mode upsert
  - name: Delete the records of a file, by their IDs.
    text: az iot dps {_noun} import -n {{dps_name}} -g {{resource_group}} --file {_file}.csv --mode delete --yes
"""
