"""Help for roll."""

from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL, Kind

_CA_NAME = """  - name: Begin where a group names its CA, with the name of another uploaded CA certificate.
    text: az iot dps enrollment-group roll -n {dps_name} --group-id {group_id} --new-ca-name ca-2027
"""


def roll(noun: str, title: str, kind: Kind) -> str:
    """The text of one of the two nouns."""
    is_one = kind is INDIVIDUAL
    id = "--eid {enrollment_id}" if is_one else "--group-id {group_id}"
    names, ca_names = ("", "") if is_one else (" and CA names", " or --new-ca-name")
    ca_column = "" if is_one else ", secondaryRootCaName"
    return f"""
type: command
short-summary: Rotate certificates and symmetric keys of {title} in stages, so that no device is locked out.
long-summary: >
    1. --new-certificate or --new-key puts the new one into the secondary slot: devices may use either. 2. --promote
    makes it the primary one, and the old one the secondary one. 3. --finish removes the old one. `next` in the result
    says what devices must do before the next stage. --promote --finish does 2 and 3 at once.

    The service never shows certificates, so none can be moved to the other slot: --promote requires both again, with
    --new-certificate and --old-certificate, and compares their thumbprints with the stored ones. A symmetric key cannot
    be absent: --finish replaces the old one by a random key. The key that --new-key replaces is not accepted any more,
    and only `show --show-keys` and `export --show-keys` print a generated key.

    Refused are --new-certificate while both slots are taken, --promote without a secondary one, and --finish while
    the new one is not the primary one. Without --new-certificate, the certificate whose validity begins later is
    taken for the new one. For keys{names} --finish requires --new-key{ca_names}, or --force, since the service
    does not show which is newer.

    --finish is also refused, without --force, if registrations show devices that have not registered since. It
    compares two times: when the registration of an assigned device was last updated, and when the enrollment was, by
    any change. `devices` in the result shows how many are assigned, and how many of them registered after that. The
    service does not show with which certificate or key they did.

    For many, --where selects enrollments, and --file contains what is new, as the first stage stores it. The CSV
    columns are secondaryCertificatePath{ca_column} and secondaryKey. --promote of certificates requires
    certificatePath too, with the old one. One file is enough for all stages; other columns and ETags are ignored. A
    file that `export --show-keys` wrote after the first stage contains the keys. An enrollment that another client
    modified meanwhile counts as failed. The exit code is 1 if any failed. What is done already is unchanged, but each
    --new-key without a value generates another key.
examples:
  - name: Put a new certificate into the free slot. Both certificates are accepted then.
    text: az iot dps {noun} roll -n {{dps_name}} {id} --new-certificate /certificates/new.pem
  - name: Make it the primary certificate. Both certificates are accepted.
    text: >
        az iot dps {noun} roll -n {{dps_name}} {id} --promote
        --new-certificate /certificates/new.pem --old-certificate /certificates/old.pem
  - name: Remove the old certificate.
    text: az iot dps {noun} roll -n {{dps_name}} {id} --finish --new-certificate /certificates/new.pem
{_CA_NAME if kind is GROUP else ""}  - name: Generate a new secondary key, which `show --show-keys` prints.
    text: az iot dps {noun} roll -n {{dps_name}} {id} --new-key
  - name: Make it the primary key and replace the old one, if the registrations allow it.
    text: az iot dps {noun} roll -n {{dps_name}} {id} --promote --finish --new-key {{new_primary_key}}
  - name: Generate a secondary key for each of many.
    text: >
        az iot dps {noun} roll -n {{dps_name}} --new-key --where "initialTwin.tags.site == 'north'"
  - name: Make them the primary keys, by a file that `export --show-keys` wrote after that.
    text: az iot dps {noun} roll -n {{dps_name}} --promote --file keys.csv
  - name: Show what the end of the rotation would change, and send nothing.
    text: az iot dps {noun} roll -n {{dps_name}} --finish --file keys.csv --what-if -o table
"""
