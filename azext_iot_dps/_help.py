"""A summary and examples for each command."""

from knack.help_files import helps

helps["iot dps enrollment"] = """
type: group
short-summary: Manage individual device enrollments in an Azure IoT Hub Device Provisioning Service.
"""

helps["iot dps enrollment create"] = """
type: command
short-summary: Create an individual device enrollment in an Azure IoT Hub Device Provisioning Service.
long-summary: >
    An enrollment that exists is never overwritten. A certificate file is DER, or PEM: base64 between
    '-----BEGIN CERTIFICATE-----' and '-----END CERTIFICATE-----'. A private key in the file is not sent.
examples:
  - name: Create an enrollment with symmetric keys that the service generates.
    text: az iot dps enrollment create -n {dps_name} -g {resource_group} --eid {enrollment_id} --at symmetricKey
  - name: Create an enrollment with your own symmetric keys.
    text: >
        az iot dps enrollment create -n {dps_name} -g {resource_group} --enrollment-id {enrollment_id}
        --attestation-type symmetrickey --primary-key {primary_key} --secondary-key {secondary_key}
  - name: Create a disabled enrollment with a certificate, a device id, an initial twin and device information.
    text: >
        az iot dps enrollment create -n {dps_name} -g {resource_group} --enrollment-id {enrollment_id}
        --attestation-type x509 --certificate-path /certificates/Certificate.pem --provisioning-status disabled
        --initial-twin-properties "{'location':{'region':'US'}}" --initial-twin-tags "{'version':'1'}"
        --device-info "{'color':'red'}" --device-id {device_id}
  - name: Create an enrollment for a TPM.
    text: >
        az iot dps enrollment create -n {dps_name} -g {resource_group} --enrollment-id {enrollment_id}
        --attestation-type tpm --endorsement-key 14963E8F3BA5B3984110B3C1CA8E8B89
  - name: Create an enrollment that keeps its IoT Hub for good.
    text: >
        az iot dps enrollment create -n {dps_name} -g {resource_group} --enrollment-id {enrollment_id}
        --attestation-type tpm --endorsement-key 14963E8F3BA5B3984110B3C1CA8E8B89 --reprovision-policy never
  - name: Create an enrollment for one IoT Hub.
    text: >
        az iot dps enrollment create -n {dps_name} -g {resource_group} --enrollment-id {enrollment_id}
        --attestation-type symmetricKey --allocation-policy static --iot-hubs {iot_hub_host_name}
  - name: Create an enrollment that is spread over several IoT Hubs.
    text: >
        az iot dps enrollment create -n {dps_name} -g {resource_group} --enrollment-id {enrollment_id}
        --attestation-type symmetricKey --allocation-policy hashed --iot-hubs {iot_hub_host_name1} {iot_hub_host_name2}
  - name: Create an enrollment whose IoT Hub an Azure Function chooses.
    text: >
        az iot dps enrollment create -n {dps_name} -g {resource_group} --enrollment-id {enrollment_id}
        --attestation-type symmetrickey --allocation-policy custom --webhook-url https://example.com/api/allocate
        --api-version 2021-10-01
"""

helps["iot dps enrollment list"] = """
type: command
short-summary: List individual device enrollments in an Azure IoT Hub Device Provisioning Service.
long-summary: |
    The service shows neither symmetric keys nor registrations here, `show` does. It cannot filter; use `--query`.
examples:
  - name: List all enrollments.
    text: az iot dps enrollment list -n {dps_name} -g {resource_group}
  - name: List ten enrollments, with the current Azure AD session.
    text: az iot dps enrollment list -n {dps_name} --auth-type login --top 10
  - name: List the ids alone, one a line.
    text: az iot dps enrollment list -n {dps_name} --query "[].registrationId" -o tsv
  - name: List some members of each in columns that stay where they are; what is not set is None.
    text: >
        az iot dps enrollment list -n {dps_name} --query "[].[registrationId, provisioningStatus, deviceId]" -o tsv
  - name: List the ids of the enrollments that are disabled.
    text: >
        az iot dps enrollment list -n {dps_name} --query "[?provisioningStatus=='disabled'].registrationId" -o tsv
  - name: List the ids of the enrollments that may go to an IoT Hub.
    text: >
        az iot dps enrollment list -n {dps_name}
        --query "[?iotHubs && contains(iotHubs, '{iot_hub_host_name}')].registrationId" -o tsv
  - name: List the ids of the enrollments whose initial twin has a tag.
    text: >
        az iot dps enrollment list -n {dps_name} --query "[?initialTwin.tags.site=='north'].registrationId" -o tsv
  - name: Count the enrollments.
    text: az iot dps enrollment list -n {dps_name} --query "length(@)"
"""

helps["iot dps enrollment show"] = """
type: command
short-summary: Get individual device enrollment details in an Azure IoT Hub Device Provisioning Service.
examples:
  - name: Show an enrollment and the state of its registration.
    text: az iot dps enrollment show -n {dps_name} -g {resource_group} --enrollment-id {enrollment_id}
  - name: Show an enrollment together with its symmetric keys.
    text: az iot dps enrollment show -n {dps_name} -g {resource_group} --enrollment-id {enrollment_id} --show-keys
"""

helps["iot dps enrollment update"] = """
type: command
short-summary: Update an individual device enrollment in an Azure IoT Hub Device Provisioning Service.
long-summary: >
    What no option names is not changed. The attestation type cannot be changed. The output has the symmetric keys, as
    that of create has; -o none leaves it out. A certificate file is DER, or PEM: base64 between
    '-----BEGIN CERTIFICATE-----' and '-----END CERTIFICATE-----'. A private key in the file is not sent.
examples:
  - name: Replace the certificate, if the enrollment is still as it was when its etag was read.
    text: >
        az iot dps enrollment update -n {dps_name} -g {resource_group} --enrollment-id {enrollment_id}
        --certificate-path /certificates/NewCertificate.pem --etag AAAAAAAAAAA=
  - name: Remove the secondary certificate.
    text: >
        az iot dps enrollment update -n {dps_name} -g {resource_group} --enrollment-id {enrollment_id}
        --remove-secondary-certificate
  - name: Replace the endorsement key.
    text: >
        az iot dps enrollment update -n {dps_name} -g {resource_group} --enrollment-id {enrollment_id}
        --endorsement-key 14963E8F3BA5B3984110B3C1CA8E8B89 --etag AAAAAAAAAAA=
  - name: Replace the primary key; the secondary key stays.
    text: >
        az iot dps enrollment update -n {dps_name} -g {resource_group} --enrollment-id {enrollment_id}
        --primary-key {new_primary_key} --etag AAAAAAAAAAA=
  - name: Change what happens when the device is provisioned again.
    text: >
        az iot dps enrollment update -n {dps_name} -g {resource_group} --enrollment-id {enrollment_id}
        --reprovision-policy reprovisionandresetdata --etag AAAAAAAAAAA=
  - name: Change the allocation policy and the IoT Hubs to choose from.
    text: >
        az iot dps enrollment update -n {dps_name} -g {resource_group} --enrollment-id {enrollment_id}
        --allocation-policy geolatency --etag AAAAAAAAAAA=
        --iot-hubs {iot_hub_host_name1} {iot_hub_host_name2} {iot_hub_host_name3}
  - name: Replace the initial twin's desired properties and tags, and the device information.
    text: >
        az iot dps enrollment update -n {dps_name} -g {resource_group} --enrollment-id {enrollment_id}
        --initial-twin-properties "{'location':{'region':'USA'}}" --initial-twin-tags "{'version1':'2'}"
        --device-info "{'color':'red'}"
  - name: Clear the tags of the initial twin; its desired properties stay.
    text: az iot dps enrollment update -n {dps_name} --enrollment-id {enrollment_id} --initial-twin-tags ""
"""

helps["iot dps enrollment delete"] = """
type: command
short-summary: Delete an individual device enrollment in an Azure IoT Hub Device Provisioning Service.
long-summary: >
    It does not ask for confirmation. The device keeps its identity in the IoT Hub and stays connected; it cannot be
    provisioned again.
examples:
  - name: Delete an enrollment.
    text: az iot dps enrollment delete -n {dps_name} -g {resource_group} --enrollment-id {enrollment_id}
  - name: Delete an enrollment, if it is still as it was when its etag was read.
    text: az iot dps enrollment delete -n {dps_name} --enrollment-id {enrollment_id} --etag AAAAAAAAAAA=
"""

helps["iot dps enrollment registration"] = """
type: group
short-summary: >
    Manage service-side device registrations for an individual enrollment in an Azure IoT Hub Device Provisioning
    Service.
"""

helps["iot dps enrollment registration show"] = """
type: command
short-summary: >
    Get a device registration for an individual enrollment in an Azure IoT Hub Device Provisioning Service.
examples:
  - name: Show the registration of the device of an enrollment.
    text: az iot dps enrollment registration show -n {dps_name} -g {resource_group} --enrollment-id {enrollment_id}
  - name: Show which IoT Hub the device was assigned to.
    text: >
        az iot dps enrollment registration show -n {dps_name} --enrollment-id {enrollment_id}
        --query assignedHub -o tsv
"""

helps["iot dps enrollment registration delete"] = """
type: command
short-summary: >
    Delete a device registration for an individual enrollment in an Azure IoT Hub Device Provisioning Service.
long-summary: The device keeps its identity in the IoT Hub; the enrollment stays, so that it can register again.
examples:
  - name: Delete the registration of the device of an enrollment.
    text: az iot dps enrollment registration delete -n {dps_name} -g {resource_group} --enrollment-id {enrollment_id}
  - name: Delete the registration, if it is still as it was when its etag was read.
    text: >
        az iot dps enrollment registration delete -n {dps_name} --enrollment-id {enrollment_id} --etag AAAAAAAAAAA=
"""
