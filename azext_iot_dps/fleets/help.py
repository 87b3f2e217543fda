"""Help for the commands on many records at a time."""

from textwrap import indent

from knack.help_files import helps

from azext_iot_dps.fleets.roll_help import roll
from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL, Kind
from azext_iot_dps.record.schema import columns_help

_SERVICE = "Azure IoT Hub Device Provisioning Service"


def _export(noun: str, title: str) -> str:
    return f"""
type: command
short-summary: Export {title} of an {_SERVICE} to a file.
long-summary: >
    The file is written only when the export is complete; an interrupted export leaves an existing file unchanged.
    A new file can be read only by its owner. Symmetric keys are included only with --show-keys. The service never
    returns certificates: the file contains their info. Add the certificates before you import such a record as new.
    With --file - the records are written to standard output as they are read, or with --canonical when all are read,
    and no result is printed. The exit code says whether they are complete.
examples:
  - name: Export to JSON Lines, one record per line, with symmetric keys.
    text: az iot dps {noun} export -n {{dps_name}} -g {{resource_group}} --file backup.jsonl --show-keys
  - name: Export to CSV, for a spreadsheet.
    text: az iot dps {noun} export -n {{dps_name}} -g {{resource_group}} --file backup.csv
  - name: Write the records to standard output, for another program.
    text: az iot dps {noun} export -n {{dps_name}} -g {{resource_group}} --file - --format csv
  - name: Export to a file under version control, in which only what was changed differs.
    text: az iot dps {noun} export -n {{dps_name}} -g {{resource_group}} --file fleet.jsonl --canonical
  - name: Export only what is disabled.
    text: >
        az iot dps {noun} export -n {{dps_name}} -g {{resource_group}} --file disabled.jsonl
        --where "provisioningStatus == 'disabled'"
"""


def _apply(noun: str, title: str, file: str) -> str:
    return f"""
type: command
short-summary: Create and update {title} of an {_SERVICE} as a file asks.
long-summary: >
    Records that do not exist are created, those that differ are updated, and those that already are as the file asks
    are not sent: the same file applied twice changes nothing the second time. Members that
    a record does not name keep their value, and null removes a member. The stored enrollments are learned from the
    list, and symmetric keys are read only where they are needed.

    --what-if shows the plan and sends nothing. --prune deletes or disables stored enrollments that are not in the file;
    it prompts, and refuses more than --max-deletes. Nothing is sent if the file has a fault or contradicts what is
    stored.
examples:
  - name: Show what would change, and end with exit code 10 if anything would.
    text: az iot dps {noun} apply -n {{dps_name}} -g {{resource_group}} --file {file} --what-if --exit-code
  - name: Create and update.
    text: az iot dps {noun} apply -n {{dps_name}} -g {{resource_group}} --file {file}
  - name: Create, update, and delete what is not in the file, up to five.
    text: az iot dps {noun} apply -n {{dps_name}} -g {{resource_group}} --file {file} --prune --max-deletes 5 --yes
"""


def _copy(noun: str, title: str) -> str:
    return f"""
type: command
short-summary: Copy {title} of an {_SERVICE} to another one.
long-summary: >
    The usual options name the service to copy from, and --to or --to-login the service to copy to. Enrollments that do
    not exist there are created, those that differ are updated, and nothing is deleted, as if the file of an export was
    applied. The service to copy from is only read. --what-if shows the plan and sends nothing.

    Some things cannot be copied, and the result counts them as notCopied. The service never shows certificates: an
    enrollment that has one is copied only if the other service has the same certificate already. Symmetric keys are
    copied only with --show-keys. Registrations are not copied: devices must register at the other service, with its ID
    scope. CA certificates that enrollments name must have been uploaded there, and IoT hubs must be linked to it.
examples:
  - name: Show what would be created and updated, and end with exit code 10 if anything would.
    text: az iot dps {noun} copy -n {{dps_name}} -g {{resource_group}} --to {{other_dps_name}} --what-if --exit-code
  - name: Copy to a service that has other IoT hubs, with symmetric keys.
    text: >
        az iot dps {noun} copy -n {{dps_name}} -g {{resource_group}} --to {{other_dps_name}} --show-keys
        --map-hub {{iot_hub_host_name1}}={{iot_hub_host_name2}}
  - name: Copy those of one site to a service of another subscription, whose connection string is in a file.
    text: >
        az iot dps {noun} copy -n {{dps_name}} -g {{resource_group}} --to-login @other.txt
        --where "initialTwin.tags.site == 'north'"
"""


def _diff(noun: str, title: str, file: str) -> str:
    return f"""
type: command
short-summary: Show how {title} of an {_SERVICE} differ from files.
long-summary: >
    Shows what `apply --prune` would create, update and delete, and sends nothing. With --with the records are compared
    with those of other files, as if these were stored. Keys are shown as ***, certificates as thumbprints.
examples:
  - name: Show the differences as a table, and end with exit code 10 if there are any.
    text: az iot dps {noun} diff -n {{dps_name}} -g {{resource_group}} --file {file} --exit-code -o table
  - name: Compare two files. Needs no service.
    text: az iot dps {noun} diff --file {file} --with old-{file}
"""


def _import(noun: str, title: str, file: str, kind: Kind) -> str:
    objects = "tags, desired and deviceInformation" if kind is INDIVIDUAL else "tags and desired"
    return f"""
type: command
short-summary: Import {title} into an {_SERVICE} from a file.
long-summary: >
    The whole file is checked by the rules of `create` before anything is sent. Errors are reported with their lines,
    the first twenty kinds of them. The records are then sent in batches of ten. The result has counts and, for each
    failed record, its line and the error message. The exit code is 1 if a record failed. --failed-file saves the
    records that failed or, after Ctrl-C, were not sent. After any interruption, import the same file with --mode upsert
    to finish.

    --mode create never overwrites. --mode update updates only the members that the record names; others keep their
    value. null removes a member, except a symmetric key. --mode upsert creates new records and updates existing ones.
    Both compare with what is stored first, and send only what differs. An ETag in a record must match the stored one.
    --mode delete reads only the ID and, if present, the ETag.

    The first line of a CSV file has the column names, in any letter case, with or without _ and -. Cells are separated
    by commas, semicolons or tabs, whichever the first line has. Lines that begin with # are skipped. Only
    {kind.id_member} is required. The columns are:

{indent(columns_help(kind).strip(), "      ")}

    The columns accept the values of the `create` options: {objects} are JSON objects, iotHubs are separated by spaces,
    certificatePath is a file path. An empty cell is the same as an omitted option. reprovisionPolicy and edgeEnabled
    have defaults; write none to omit them from the record. Columns such as tags.site and desired.mode name single
    members of these objects: an update leaves their other members. Their cells are a number, true, false, null, or
    else text.
examples:
  - name: Write a CSV file to start from.
    text: az iot dps {noun} import --template
  - name: Check a file without a service.
    text: az iot dps {noun} import --file {file} --validate-only
  - name: Show what an import would delete, and delete nothing.
    text: az iot dps {noun} import -n {{dps_name}} -g {{resource_group}} --file {file} --mode delete --what-if
  - name: Create the records of a file with eight concurrent calls, and save those that fail.
    text: >
        az iot dps {noun} import -n {{dps_name}} -g {{resource_group}} --file {file}
        --concurrency 8 --failed-file failed.csv
  - name: Create new records and update existing ones.
    text: az iot dps {noun} import -n {{dps_name}} -g {{resource_group}} --file {file} --mode upsert
  - name: Delete the records whose IDs are in a file.
    text: az iot dps {noun} import -n {{dps_name}} -g {{resource_group}} --file {file} --mode delete --yes
"""


def _repair(noun: str, title: str) -> str:
    return f"""
type: command
short-summary: Repair the initial twins of {title} that the azure-iot extension changed by an update.
long-summary: >
    An update by release 0.25.0 of azure-iot, or an earlier one, moved tags and desired properties into an object named
    additional_properties, and another update moved them one level deeper. This command reads the list of enrollments,
    finds initialTwin.tags and initialTwin.properties.desired with such an object, and moves its members back. Members
    that were added next to it are kept. If a name has one value inside of the object and another one next to it, the
    enrollment is not changed and counts as failed. The same holds for one that another client modified meanwhile: run
    the command again.

    Nothing else is changed, and what is not wrapped is not sent. Use --what-if first: a tag of your own that has this
    name and holds an object would be moved too; --where leaves it out.
examples:
  - name: Show what would be repaired, and send nothing.
    text: az iot dps {noun} repair-twin -n {{dps_name}} -g {{resource_group}} --what-if -o table
  - name: Repair all.
    text: az iot dps {noun} repair-twin -n {{dps_name}} -g {{resource_group}}
  - name: Repair those of one site.
    text: >
        az iot dps {noun} repair-twin -n {{dps_name}} -g {{resource_group}}
        --where "initialTwin.tags.additional_properties.site == 'north'"
"""


for _noun, _title, _file, _kind in (
    ("enrollment", "individual device enrollments", "fleet.csv", INDIVIDUAL),
    ("enrollment-group", "enrollment groups", "groups.csv", GROUP),
):
    helps[f"iot dps {_noun} export"] = _export(_noun, _title)
    helps[f"iot dps {_noun} apply"] = _apply(_noun, _title, _file)
    helps[f"iot dps {_noun} copy"] = _copy(_noun, _title)
    helps[f"iot dps {_noun} diff"] = _diff(_noun, _title, _file)
    helps[f"iot dps {_noun} repair-twin"] = _repair(_noun, _title)
    helps[f"iot dps {_noun} roll"] = roll(_noun, _title, _kind)
    helps[f"iot dps {_noun} import"] = _import(_noun, _title, _file, _kind)
