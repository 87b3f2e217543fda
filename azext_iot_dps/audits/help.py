"""Help for az iot dps enrollment audit, for that of enrollment-group, and for az iot dps report."""

from textwrap import indent

from knack.help_files import helps

from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL, Kind

# Stands for the list of checks.
_CHECKS = "      CHECKS"


def _audit(noun: str, title: str, kind: Kind) -> str:
    return f"""
type: command
short-summary: Check {title} for what will fail, or is easily forgotten.
long-summary: >
    Reads all {kind.plural} and changes nothing. The checks are:

{_CHECKS}

    The linked IoT hubs are known only if the service is looked up in Azure Resource Manager, which --login, and
    --auth-type login together with a host name, do not do. The three checks of symmetric keys need --with-keys, and so
    does no-secondary for keys; keys are compared among {kind.plural}. A key that is not random, but not as simple as
    above, is not found.

    The result has the findings, their number for each severity and each check, and the checks that were skipped, with
    the reason. notChecked has what the service does not show, so that no check can find it, such as the signature
    algorithm of a certificate. Messages contain no keys. At most 10,000 findings are printed; --findings and --sarif
    write all of them. --where selects what is checked; near-limit counts all.
examples:
  - name: Show the findings as a table.
    text: az iot dps {noun} audit -n {{dps_name}} -g {{resource_group}} -o table
  - name: Find certificates that expire within 90 days, and end with exit code 10 if there is a warning or an error.
    text: az iot dps {noun} audit -n {{dps_name}} -g {{resource_group}} --expires-within 90 --fail-on warning
  - name: Check the symmetric keys too, and write the findings for a code scanning tool.
    text: az iot dps {noun} audit -n {{dps_name}} -g {{resource_group}} --with-keys --sarif audit.sarif
  - name: Check only what is enabled, and write the findings to a file, one per line.
    text: >
        az iot dps {noun} audit -n {{dps_name}} -g {{resource_group}} --findings findings.jsonl
        --where "provisioningStatus == 'enabled'"
"""


helps["iot dps enrollment audit"] = _audit("enrollment", "individual device enrollments", INDIVIDUAL)
helps["iot dps enrollment-group audit"] = _audit("enrollment-group", "enrollment groups", GROUP)


def add_checks() -> None:
    """Complete the help of audits by the checks, which no other command needs."""
    from azext_iot_dps.record.audit.table import checks_help

    for noun, kind in (("enrollment", INDIVIDUAL), ("enrollment-group", GROUP)):
        name = f"iot dps {noun} audit"
        helps[name] = helps[name].replace(_CHECKS, indent(checks_help(kind), "      "))


helps["iot dps report"] = """
type: command
short-summary: Count what a Device Provisioning Service has, and show it as a page.
long-summary: >
    Reads all individual enrollments and enrollment groups, and changes nothing. It counts enrollments and groups by
    status, attestation, allocation policy and IoT hub, certificates by month of expiry, registrations by outcome, IoT
    hub and month, and what `enrollment audit` and `enrollment-group audit` find.

    With --file the numbers become a page for browsers: one HTML file with charts, tables and the 1,000 worst findings,
    for screens and printers. It contains no keys, but it has IDs of enrollments and host names of IoT hubs.

    The service keeps the last registration of a device only, so that months are those of the last registration of each.
    Registrations are counted with --with-registrations; without it their members of the result are null. An enrollment
    counts for each IoT hub that it names. Twelve months have a row each; a year counts its months that have none.
    Months and days are those of UTC.
examples:
  - name: Write a page for browsers.
    text: az iot dps report -n {dps_name} -g {resource_group} --file fleet.html
  - name: Show the numbers in the terminal.
    text: az iot dps report -n {dps_name} -g {resource_group} -o table
  - name: Count registrations too, which takes one request for each enrollment.
    text: az iot dps report -n {dps_name} -g {resource_group} --with-registrations --file fleet.html
  - name: Report only on the devices of one site.
    text: >
        az iot dps report -n {dps_name} -g {resource_group} --file north.html --where "initialTwin.tags.site == 'north'"
  - name: Show how many certificates expire in each month.
    text: az iot dps report -n {dps_name} -g {resource_group} --query certificateExpiry -o table
"""
