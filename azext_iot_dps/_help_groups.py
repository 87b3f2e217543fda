"""A summary and examples for the commands about enrollment groups, their devices, and connection strings."""

from knack.help_files import helps

helps["iot dps enrollment-group"] = """
type: group
short-summary: Manage enrollment groups in an Azure IoT Hub Device Provisioning Service.
"""

helps["iot dps enrollment-group create"] = """
type: command
short-summary: Create an enrollment group in an Azure IoT Hub Device Provisioning Service.
long-summary: >
    A group has symmetric keys, certificates that sign those of its devices, or names of CA certificates that were
    uploaded to the service. Without options of these the service generates symmetric keys. A group that exists is never
    overwritten. A certificate file is DER or PEM; a private key in it is not sent.
examples:
  - name: Create a group with symmetric keys that the service generates.
    text: az iot dps enrollment-group create -n {dps_name} -g {resource_group} --group-id {group_id}
  - name: Create a group with your own symmetric keys.
    text: >
        az iot dps enrollment-group create -n {dps_name} -g {resource_group} --group-id {group_id}
        --primary-key {primary_key} --secondary-key {secondary_key}
  - name: Create a group whose devices have certificates signed by an intermediate certificate.
    text: >
        az iot dps enrollment-group create -n {dps_name} -g {resource_group} --group-id {group_id}
        --certificate-path /certificates/Certificate.pem
  - name: Create a group whose devices have certificates signed by a CA certificate of the service.
    text: >
        az iot dps enrollment-group create -n {dps_name} -g {resource_group} --group-id {group_id}
        --root-ca-name {certificate_name} --secondary-root-ca-name {certificate_name2}
  - name: Create a group of IoT Edge devices that are spread over several IoT Hubs, with an initial twin.
    text: >
        az iot dps enrollment-group create -n {dps_name} -g {resource_group} --group-id {group_id} --edge-enabled
        --allocation-policy geolatency --iot-hubs {iot_hub_host_name1} {iot_hub_host_name2}
        --initial-twin-properties "{'location':{'region':'US'}}" --initial-twin-tags "{'version':'1'}"
"""

helps["iot dps enrollment-group list"] = """
type: command
short-summary: List enrollment groups in an Azure IoT Hub Device Provisioning Service.
examples:
  - name: List all enrollment groups.
    text: az iot dps enrollment-group list -n {dps_name} -g {resource_group}
  - name: List the ids of the groups that are disabled.
    text: >
        az iot dps enrollment-group list -n {dps_name} --query "[?provisioningStatus=='disabled'].enrollmentGroupId"
        -o tsv
"""

helps["iot dps enrollment-group show"] = """
type: command
short-summary: Get the details of an enrollment group in an Azure IoT Hub Device Provisioning Service.
examples:
  - name: Show an enrollment group.
    text: az iot dps enrollment-group show -n {dps_name} -g {resource_group} --group-id {group_id}
  - name: Show an enrollment group together with its symmetric keys.
    text: az iot dps enrollment-group show -n {dps_name} -g {resource_group} --group-id {group_id} --show-keys
"""

helps["iot dps enrollment-group update"] = """
type: command
short-summary: Update an enrollment group in an Azure IoT Hub Device Provisioning Service.
long-summary: >
    What no option names is not changed. The attestation type cannot be changed, but all certificates give way when a
    CA certificate is named, and all names when a certificate is given. The output has the symmetric keys: -o none
    leaves it out.
examples:
  - name: Replace the certificate, if the group is still as it was when its etag was read.
    text: >
        az iot dps enrollment-group update -n {dps_name} -g {resource_group} --group-id {group_id}
        --certificate-path /certificates/NewCertificate.pem --etag AAAAAAAAAAA=
  - name: Replace the primary certificate and remove the secondary one.
    text: >
        az iot dps enrollment-group update -n {dps_name} -g {resource_group} --group-id {group_id}
        --certificate-path /certificates/NewCertificate.pem --remove-secondary-certificate
  - name: Name a CA certificate of the service instead of certificates.
    text: >
        az iot dps enrollment-group update -n {dps_name} -g {resource_group} --group-id {group_id}
        --root-ca-name {certificate_name}
  - name: Replace the primary key; the secondary key stays.
    text: >
        az iot dps enrollment-group update -n {dps_name} -g {resource_group} --group-id {group_id}
        --primary-key {new_primary_key}
  - name: Disable a group.
    text: >
        az iot dps enrollment-group update -n {dps_name} -g {resource_group} --group-id {group_id}
        --provisioning-status disabled
"""

helps["iot dps enrollment-group delete"] = """
type: command
short-summary: Delete an enrollment group in an Azure IoT Hub Device Provisioning Service.
long-summary: >
    It does not ask for confirmation. The devices keep their identities in the IoT Hub and stay connected; they cannot
    be provisioned again.
examples:
  - name: Delete an enrollment group.
    text: az iot dps enrollment-group delete -n {dps_name} -g {resource_group} --group-id {group_id}
  - name: Delete an enrollment group, if it is still as it was when its etag was read.
    text: az iot dps enrollment-group delete -n {dps_name} --group-id {group_id} --etag AAAAAAAAAAA=
"""

helps["iot dps enrollment-group compute-device-key"] = """
type: command
short-summary: Compute the symmetric key of a device of an enrollment group.
examples:
  - name: Compute the key of a device from the primary key of its group.
    text: >
        az iot dps enrollment-group compute-device-key -n {dps_name} -g {resource_group} --group-id {group_id}
        --registration-id {registration_id}
  - name: Compute the keys of several devices from a key of their group, without asking the service.
    text: >
        az iot dps enrollment-group compute-device-key --symmetric-key {primary_key}
        --registration-id {registration_id} {registration_id2}
"""

helps["iot dps enrollment-group registration"] = """
type: group
short-summary: >
    Manage service-side device registrations for an enrollment group in an Azure IoT Hub Device Provisioning Service.
"""

helps["iot dps enrollment-group registration list"] = """
type: command
short-summary: List the device registrations of an enrollment group in an Azure IoT Hub Device Provisioning Service.
examples:
  - name: List all device registrations of a group.
    text: az iot dps enrollment-group registration list -n {dps_name} -g {resource_group} --group-id {group_id}
  - name: List the devices of a group whose registration failed, and why.
    text: >
        az iot dps enrollment-group registration list -n {dps_name} --group-id {group_id}
        --query "[?status=='failed'].[registrationId, errorMessage]" -o tsv
"""

helps["iot dps enrollment-group registration show"] = """
type: command
short-summary: Get a device registration of an enrollment group in an Azure IoT Hub Device Provisioning Service.
examples:
  - name: Show a device registration.
    text: >
        az iot dps enrollment-group registration show -n {dps_name} -g {resource_group}
        --registration-id {registration_id}
  - name: Show which IoT Hub a device was assigned to.
    text: >
        az iot dps enrollment-group registration show -n {dps_name} --registration-id {registration_id}
        --query assignedHub -o tsv
"""

helps["iot dps enrollment-group registration delete"] = """
type: command
short-summary: Delete a device registration of an enrollment group in an Azure IoT Hub Device Provisioning Service.
long-summary: The device keeps its identity in the IoT Hub; the group stays, so that the device can register again.
examples:
  - name: Delete a device registration.
    text: >
        az iot dps enrollment-group registration delete -n {dps_name} -g {resource_group}
        --registration-id {registration_id}
  - name: Delete a device registration, if it is still as it was when its etag was read.
    text: >
        az iot dps enrollment-group registration delete -n {dps_name} --registration-id {registration_id}
        --etag AAAAAAAAAAA=
"""

helps["iot dps connection-string"] = """
type: group
short-summary: Show the connection strings of Azure IoT Hub Device Provisioning Services.
"""

helps["iot dps connection-string show"] = """
type: command
short-summary: Show the connection strings of one or all Azure IoT Hub Device Provisioning Services.
long-summary: >
    Of all services, those that are not active or lack the policy are left out, with a warning. --show-all takes all
    policies, whatever --policy-name says.
examples:
  - name: Show the connection string of a service, with the default policy and its primary key.
    text: az iot dps connection-string show -n {dps_name} -g {resource_group}
  - name: Show the connection string of a policy, with its secondary key.
    text: az iot dps connection-string show -n {dps_name} --policy-name {policy_name} --key-type secondary
  - name: Show the connection strings of all policies of all services of a resource group.
    text: az iot dps connection-string show -g {resource_group} --show-all
"""

helps["iot dps registration"] = """
type: group
short-summary: Manage service-side device registrations for an enrollment group.
"""

for _verb, _done in (("list", "List the device registrations"), ("show", "Get a device registration")):
    helps[f"iot dps registration {_verb}"] = f"type: command\nshort-summary: {_done} of an enrollment group.\n"
helps["iot dps registration delete"] = "type: command\nshort-summary: Delete a device registration of a group.\n"
helps["iot dps compute-device-key"] = "type: command\nshort-summary: Compute the key of a device of a group.\n"
