"""Help for az iot dps doctor."""

from knack.help_files import helps

helps["iot dps doctor"] = """
type: command
short-summary: Examine the way to an Azure IoT Hub Device Provisioning Service step by step.
long-summary: >
    The steps are the name of the service, DNS, TCP, TLS and the proxy, the clock, the sign-in, network rules,
    linked hubs, and whether enrollments and their keys may be read. With --registration-id, three more decide from
    what the service shows whether the device would be accepted, by which enrollment, and to which hub. Nothing is
    changed, and no device is registered. Each step is ok, a warning, failed or skipped, and says what to do. The
    exit code is 1 if a step failed.
examples:
  - name: Examine the way to a service.
    text: az iot dps doctor -n {dps_name} -g {resource_group} -o table
  - name: Examine it with the connection string of a policy. What takes Azure Resource Manager is skipped.
    text: az iot dps doctor --login {connection_string}
  - name: See whether a device with this symmetric key would be accepted.
    text: az iot dps doctor -n {dps_name} --registration-id {registration_id} --symmetric-key {device_key}
  - name: See whether a device with this certificate would be accepted, and to which hub.
    text: >
        az iot dps doctor -n {dps_name} --registration-id {registration_id} --certificate-file-path device.pem
        --key-file-path device.key
  - name: Show only what is not ok.
    text: az iot dps doctor -n {dps_name} --query "steps[?status!='ok']"
"""
