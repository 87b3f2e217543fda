"""Help for az iot dps connection-string."""

from knack.help_files import helps

helps["iot dps connection-string"] = """
type: group
short-summary: Show the connection strings of Azure IoT Hub Device Provisioning Services.
"""

helps["iot dps connection-string show"] = """
type: command
short-summary: Show the connection strings of one or all Azure IoT Hub Device Provisioning Services.
long-summary: >
    Without --dps-name, services that are not active or do not have the policy are skipped with a warning. --show-all
    shows all policies and ignores --policy-name.
examples:
  - name: Show the connection string of a service, with the default policy and its primary key.
    text: az iot dps connection-string show -n {dps_name} -g {resource_group}
  - name: Show the connection string of a policy, with its secondary key.
    text: az iot dps connection-string show -n {dps_name} --policy-name {policy_name} --key-type secondary
  - name: Show the connection strings of all policies of all services of a resource group.
    text: az iot dps connection-string show -g {resource_group} --show-all
"""
