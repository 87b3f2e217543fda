"""Help for az iot dps enrollment-group, and for the deprecated az iot dps compute-device-key."""

from knack.help_files import helps

from azext_iot_dps.enrollments.individual_help import CERTIFICATE_FORMAT, UPDATE, delete_help, show_help

_TARGET = "-n {dps_name} -g {resource_group} --group-id {group_id}"

helps["iot dps enrollment-group"] = """
type: group
short-summary: Manage enrollment groups in an Azure IoT Hub Device Provisioning Service.
"""

helps["iot dps enrollment-group create"] = f"""
type: command
short-summary: Create an enrollment group in an Azure IoT Hub Device Provisioning Service.
long-summary: >
    A group has one of three attestations: symmetric keys, intermediate CA certificates, or names of CA certificates
    that were uploaded to the service. If none is given, the service generates symmetric keys.{CERTIFICATE_FORMAT}
    An existing group is not changed, unless --if-exists is `update`.
examples:
  - name: Create a group with symmetric keys that the service generates.
    text: az iot dps enrollment-group create {_TARGET}
  - name: Create a group, or leave it as it is if it exists.
    text: az iot dps enrollment-group create {_TARGET} --if-exists skip
  - name: Create a group with your own symmetric keys.
    text: >
        az iot dps enrollment-group create {_TARGET} --primary-key {{primary_key}} --secondary-key {{secondary_key}}
  - name: Create a group whose device certificates are signed by an intermediate CA certificate.
    text: >
        az iot dps enrollment-group create {_TARGET} --certificate-path /certificates/Certificate.pem
  - name: Create a group whose device certificates are signed by a CA certificate that was uploaded to the service.
    text: >
        az iot dps enrollment-group create {_TARGET} --root-ca-name {{certificate_name}}
        --secondary-root-ca-name {{certificate_name2}}
  - name: Create a group of IoT Edge devices with several IoT Hubs and an initial twin.
    text: >
        az iot dps enrollment-group create {_TARGET} --edge-enabled
        --allocation-policy geolatency --iot-hubs {{iot_hub_host_name1}} {{iot_hub_host_name2}}
        --initial-twin-properties "{{'location':{{'region':'US'}}}}" --initial-twin-tags "{{'version':'1'}}"
"""

helps["iot dps enrollment-group list"] = """
type: command
short-summary: List enrollment groups in an Azure IoT Hub Device Provisioning Service.
examples:
  - name: List all enrollment groups.
    text: az iot dps enrollment-group list -n {dps_name} -g {resource_group}
  - name: List the IDs of disabled groups.
    text: >
        az iot dps enrollment-group list -n {dps_name} --query "[?provisioningStatus=='disabled'].enrollmentGroupId"
        -o tsv
"""

helps["iot dps enrollment-group show"] = show_help(
    "enrollment-group",
    "Get the details of an enrollment group in an Azure IoT Hub Device Provisioning Service.",
    "enrollment group",
    "--group-id {group_id}",
    "--group-id {group_id}",
)

helps["iot dps enrollment-group update"] = f"""
type: command
short-summary: Update an enrollment group in an Azure IoT Hub Device Provisioning Service.
long-summary: >{CERTIFICATE_FORMAT}{UPDATE}
    Certificates and CA certificate names replace each other: setting one of either kind removes all of the other kind.
examples:
  - name: Replace the certificate only if the group was not modified after its ETag was read.
    text: >
        az iot dps enrollment-group update {_TARGET} --certificate-path /certificates/NewCertificate.pem
        --etag AAAAAAAAAAA=
  - name: Replace the primary certificate and remove the secondary one.
    text: >
        az iot dps enrollment-group update {_TARGET} --certificate-path /certificates/NewCertificate.pem
        --remove-secondary-certificate
  - name: Replace the certificates by a CA certificate that was uploaded to the service.
    text: >
        az iot dps enrollment-group update {_TARGET} --root-ca-name {{certificate_name}}
  - name: Replace the primary key. The secondary key keeps its value.
    text: >
        az iot dps enrollment-group update {_TARGET} --primary-key {{new_primary_key}}
  - name: Change one tag of the initial twin. All others keep their value.
    text: >
        az iot dps enrollment-group update {_TARGET} --set initialTwin.tags.floor=3
  - name: Disable a group.
    text: >
        az iot dps enrollment-group update {_TARGET} --provisioning-status disabled
"""

helps["iot dps enrollment-group delete"] = delete_help(
    "enrollment-group",
    "Delete an enrollment group in an Azure IoT Hub Device Provisioning Service.",
    "enrollment group",
    "--group-id {group_id}",
    "The devices keep their identities in the IoT Hub and stay connected, but they cannot be provisioned again.",
)

helps["iot dps enrollment-group compute-device-key"] = f"""
type: command
short-summary: Compute the symmetric key of a device of an enrollment group.
examples:
  - name: Compute a device key from the primary key of its group.
    text: >
        az iot dps enrollment-group compute-device-key {_TARGET} --registration-id {{registration_id}}
  - name: Compute the keys of several devices from a given group key, without a request to the service.
    text: >
        az iot dps enrollment-group compute-device-key --symmetric-key {{primary_key}}
        --registration-id {{registration_id}} {{registration_id2}}
"""

helps["iot dps compute-device-key"] = """
type: command
short-summary: Compute the symmetric key of a device of an enrollment group.
"""
