"""Help for az iot dps enrollment, and the texts that enrollment-group shares with it."""

from knack.help_files import helps

# The sentences of the public reference, in which users search.
CERTIFICATE_FORMAT = """
    Please provide certificate format using Base64 ASCII encoding and the certificate should have matching BEGIN and END
    segments, for example: start with '-----BEGIN CERTIFICATE-----' and end with '-----END CERTIFICATE-----'.
    DER files are accepted too. A private key in the file is not sent."""

UPDATE = """
    Members that no option names keep their value. The attestation type cannot be changed. The output contains the
    symmetric keys, as with `create`; use `-o none` to suppress it.
    --set, --add and --remove change single members by their paths in the JSON of `show`, after the other options.
    Numbers keep their spelling, objects on the path that are missing are added, and null removes a member. Members that
    this version does not know are sent as they are."""


def show_help(noun: str, summary: str, title: str, id: str, symmetric_id: str) -> str:
    """Help for `show`. `id` and `symmetric_id` are the option and its placeholder."""
    return f"""
type: command
short-summary: {summary}
examples:
  - name: Basic usage
    text: az iot dps {noun} show --dps-name {{dps_name}} -g {{resource_group}} {id}
  - name: Include full attestation information in results for a symmetric key {title}
    text: az iot dps {noun} show --dps-name {{dps_name}} -g {{resource_group}} {symmetric_id} --show-keys
"""


def delete_help(noun: str, summary: str, title: str, id: str, devices: str) -> str:
    """Help for `delete`. `devices` is the sentence about what happens to the device or devices."""
    return f"""
type: command
short-summary: {summary}
long-summary: There is no confirmation prompt. {devices}
examples:
  - name: Delete an {title}.
    text: az iot dps {noun} delete -n {{dps_name}} -g {{resource_group}} {id}
  - name: Delete an {title} only if it was not modified after its ETag was read.
    text: az iot dps {noun} delete -n {{dps_name}} {id} --etag AAAAAAAAAAA=
"""


_TARGET = "-g {resource_group_name} --dps-name {dps_name} --enrollment-id {enrollment_id}"
_IN = "in the Azure IoT Device Provisioning service '{dps_name}' in the resource group '{resource_group_name}'"
_IN_SERVICE = _IN.replace("service '", "Service '")

helps["iot dps enrollment"] = """
type: group
short-summary: Manage individual device enrollments in an Azure IoT Hub Device Provisioning Service.
"""

helps["iot dps enrollment create"] = f"""
type: command
short-summary: Create an individual device enrollment in an Azure IoT Hub Device Provisioning Service.
long-summary: >{CERTIFICATE_FORMAT}
    An existing enrollment is not changed, unless --if-exists is `update`.
examples:
  - name: Create an enrollment with symmetric keys that the service generates.
    text: >
        az iot dps enrollment create -n {{dps_name}} -g {{resource_group}} --eid {{enrollment_id}} --at symmetricKey
  - name: Create an enrollment, or update its tags if it exists. The command may run any number of times.
    text: >
        az iot dps enrollment create -n {{dps_name}} -g {{resource_group}} --eid {{enrollment_id}} --at symmetricKey
        --tags "{{'site':'north'}}" --if-exists update
  - name: >
        Create an enrollment '{{enrollment_id}}' with attestation type 'x509' {_IN_SERVICE}
        with provisioning status 'disabled', device id '{{device_id}}',
        initial twin properties '{{"location":{{"region":"US"}}}}', initial twin tags '{{"version":"1"}}',
        and device information '{{"color":"red"}}'.
    text: >
        az iot dps enrollment create {_TARGET}
        --attestation-type x509 --certificate-path /certificates/Certificate.pem --provisioning-status disabled
        --initial-twin-properties "{{'location':{{'region':'US'}}}}" --initial-twin-tags "{{'version':'1'}}"
        --device-info "{{'color':'red'}}" --device-id {{device_id}}
  - name: >
        Create an enrollment 'MyEnrollment' with attestation type 'tpm' {_IN_SERVICE}.
    text: >
        az iot dps enrollment create {_TARGET}
        --attestation-type tpm --endorsement-key 14963E8F3BA5B3984110B3C1CA8E8B89
  - name: >
        Create an enrollment 'MyEnrollment' with attestation type 'symmetrickey' {_IN}.
    text: >
        az iot dps enrollment create {_TARGET}
        --attestation-type symmetrickey --primary-key {{primary_key}} --secondary-key {{secondary_key}}
  - name: >
        Create an enrollment 'MyEnrollment' with reprovision {_IN}.
    text: >
        az iot dps enrollment create {_TARGET}
        --attestation-type tpm --reprovision-policy {{reprovision_type}}
        --endorsement-key 14963E8F3BA5B3984110B3C1CA8E8B89
  - name: >
        Create an enrollment 'MyEnrollment' with static allocation policy {_IN}.
    text: >
        az iot dps enrollment create {_TARGET}
        --attestation-type tpm --allocation-policy static --endorsement-key 14963E8F3BA5B3984110B3C1CA8E8B89
        --iot-hubs {{iot_hub_host_name}}
  - name: >
        Create an enrollment 'MyEnrollment' with hashed allocation policy and multiple hubs {_IN}.
    text: >
        az iot dps enrollment create {_TARGET}
        --attestation-type tpm --allocation-policy hashed --endorsement-key 14963E8F3BA5B3984110B3C1CA8E8B89
        --iot-hubs {{iot_hub_host_name1}} {{iot_hub_host_name2}}
  - name: Create an enrollment 'MyEnrollment' with custom allocation policy,
    text: >
        az iot dps enrollment create {_TARGET}
        --attestation-type symmetrickey --allocation-policy custom --webhook-url {{webhook_url}}
        --api-version {{api_version}}
"""

helps["iot dps enrollment list"] = """
type: command
short-summary: List individual device enrollments in an Azure IoT Hub Device Provisioning Service.
long-summary: >
    The list contains neither symmetric keys nor registrations; use `show` for these. To filter, use `--query`: the
    service itself has no filter.
examples:
  - name: List all enrollments.
    text: az iot dps enrollment list -n {dps_name} -g {resource_group}
  - name: List ten enrollments, with the current Azure AD session.
    text: az iot dps enrollment list -n {dps_name} --auth-type login --top 10
  - name: List only the IDs, one per line.
    text: az iot dps enrollment list -n {dps_name} --query "[].registrationId" -o tsv
  - name: List selected members of each enrollment in fixed columns; members that are not set are shown as None.
    text: >
        az iot dps enrollment list -n {dps_name} --query "[].[registrationId, provisioningStatus, deviceId]" -o tsv
  - name: List the IDs of disabled enrollments.
    text: >
        az iot dps enrollment list -n {dps_name} --query "[?provisioningStatus=='disabled'].registrationId" -o tsv
  - name: List the IDs of enrollments that can be assigned to an IoT Hub.
    text: >
        az iot dps enrollment list -n {dps_name}
        --query "[?iotHubs && contains(iotHubs, '{iot_hub_host_name}')].registrationId" -o tsv
  - name: List the IDs of enrollments whose initial twin has a tag.
    text: >
        az iot dps enrollment list -n {dps_name} --query "[?initialTwin.tags.site=='north'].registrationId" -o tsv
  - name: Count the enrollments.
    text: az iot dps enrollment list -n {dps_name} --query "length(@)"
"""

helps["iot dps enrollment show"] = show_help(
    "enrollment",
    "Get individual device enrollment details in an Azure IoT Hub Device Provisioning Service.",
    "enrollment",
    "--enrollment-id {enrollment_id}",
    "--enrollment-id {symmetric_key_enrollment_id}",
)

helps["iot dps enrollment update"] = f"""
type: command
short-summary: Update an individual device enrollment in an Azure IoT Hub Device Provisioning Service.
long-summary: >{CERTIFICATE_FORMAT}{UPDATE}
examples:
  - name: >
        Update enrollment '{{enrollment_id}}' with a new x509 certificate {_IN_SERVICE}.
    text: >
        az iot dps enrollment update {_TARGET}
        --certificate-path /certificates/NewCertificate.pem --etag AAAAAAAAAAA=
  - name: >
        Update enrollment '{{enrollment_id}}' with a new endorsement key {_IN_SERVICE}.
    text: >
        az iot dps enrollment update {_TARGET}
        --endorsement-key 14963E8F3BA5B3984110B3C1CA8E8B89 --etag AAAAAAAAAAA=
  - name: >
        Update enrollment '{{enrollment_id}}' with a new primary key {_IN_SERVICE}.
    text: >
        az iot dps enrollment update {_TARGET} --primary-key {{new_primary_key}} --etag AAAAAAAAAAA=
  - name: >
        Update enrollment '{{enrollment_id}}' with a new reprovision type {_IN_SERVICE}.
    text: >
        az iot dps enrollment update {_TARGET} --reprovision-policy {{reprovision_type}} --etag AAAAAAAAAAA=
  - name: >
        Update enrollment '{{enrollment_id}}' with a new allocation policy {_IN_SERVICE}.
    text: >
        az iot dps enrollment update {_TARGET} --allocation-policy geolatency --etag AAAAAAAAAAA=
        --iot-hubs {{iot_hub_host_name1}} {{iot_hub_host_name2}} {{iot_hub_host_name3}}
  - name: >
        Update enrollment '{{enrollment_id}}' {_IN_SERVICE}
        with initial twin properties '{{"location":{{"region":"USA"}}}}', initial twin tags '{{"version":"2"}}',
        and device information '{{"color":"red"}}'.
    text: >
        az iot dps enrollment update {_TARGET}
        --initial-twin-properties "{{'location':{{'region':'USA'}}}}" --initial-twin-tags "{{'version1':'2'}}"
        --device-info "{{'color':'red'}}"
  - name: Remove the secondary certificate.
    text: >
        az iot dps enrollment update -n {{dps_name}} -g {{resource_group}} --enrollment-id {{enrollment_id}}
        --remove-secondary-certificate
  - name: Change one tag and one desired property of the initial twin. All others keep their value.
    text: >
        az iot dps enrollment update -n {{dps_name}} --enrollment-id {{enrollment_id}}
        --set initialTwin.tags.floor=3 initialTwin.properties.desired.mode=eco
  - name: Set a tag to text that looks like a number, and remove another tag.
    text: >
        az iot dps enrollment update -n {{dps_name}} --enrollment-id {{enrollment_id}}
        --set initialTwin.tags.room=012 --remove initialTwin.tags.old --force-string
  - name: Use the hashed allocation policy and add an IoT Hub.
    text: >
        az iot dps enrollment update -n {{dps_name}} --enrollment-id {{enrollment_id}} --allocation-policy hashed
        --add iotHubs {{iot_hub_host_name2}}
  - name: Clear the tags of the initial twin. Its desired properties keep their value.
    text: az iot dps enrollment update -n {{dps_name}} --enrollment-id {{enrollment_id}} --initial-twin-tags ""
"""

helps["iot dps enrollment delete"] = delete_help(
    "enrollment",
    "Delete an individual device enrollment in an Azure IoT Hub Device Provisioning Service.",
    "enrollment",
    "--enrollment-id {enrollment_id}",
    "The device keeps its identity in the IoT Hub and stays connected, but it cannot be provisioned again.",
)

helps["iot dps enrollment compute-registration-id"] = """
type: command
short-summary: Compute the registration ID of a device with a TPM from its endorsement key.
long-summary: >
    It is the one that Microsoft's device libraries derive if they are given none: the SHA-256 hash of the key, in
    base32, lowercase and without padding. An enrollment for such a device needs it as its ID. No request is sent.
examples:
  - name: Compute the registration ID for an endorsement key.
    text: az iot dps enrollment compute-registration-id --endorsement-key {endorsement_key}
"""
