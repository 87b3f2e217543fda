"""Help for az iot device registration."""

from knack.help_files import helps

# The azure-iot extension has more commands in this group, and its own text for all of them.
helps.setdefault(
    "iot device",
    """
type: group
short-summary: Manage device-side operations with an Azure IoT Hub Device Provisioning Service.
""",
)

helps["iot device registration"] = """
type: group
short-summary: Manage the registration of a device with an Azure IoT Hub Device Provisioning Service.
"""

helps["iot device registration create"] = """
type: command
short-summary: Create a device registration as the device itself does, to test an enrollment.
long-summary: >
    The device registers over HTTPS, and the command waits until an IoT Hub is assigned. The device authenticates with
    its symmetric key or its certificate; TPM attestation is not supported. For 30 minutes the service accepts only the
    key that a device used first, not its other key. With --csr the service issues a certificate if the enrollment or
    the enrollment group names a certificate policy; API version 2026-11-01 is needed for it. What is issued is in the
    result, registrationState.issuedCertificateChain, as the service sends it.
examples:
  - name: Register a device of an individual enrollment. Its symmetric key is read from the service.
    text: >
        az iot device registration create -n {dps_name} -g {resource_group} --registration-id {registration_id}
  - name: Register a device with its own symmetric key, without signing in.
    text: >
        az iot device registration create --id-scope {id_scope} --registration-id {registration_id}
        --symmetric-key {device_key}
  - name: Register a device of an enrollment group. Its key is derived from the group key in the service.
    text: >
        az iot device registration create -n {dps_name} -g {resource_group} --registration-id {registration_id}
        --group-id {group_id}
  - name: Register a device of an enrollment group. Its key is derived from the given group key.
    text: >
        az iot device registration create --id-scope {id_scope} --registration-id {registration_id}
        --group-id {group_id} --symmetric-key {group_key} --compute-key
  - name: Register a device with its certificate and a payload for the custom allocation function.
    text: >
        az iot device registration create --id-scope {id_scope} --registration-id {registration_id}
        --certificate-file-path /certificates/Device.pem --key-file-path /certificates/Device.key
        --passphrase {passphrase} --payload "{'site': 'north'}"
  - name: >
        Make a key and a certificate signing request with openssl, register with it, and verify and show the certificate
        that the service issues. The last one in the file is the root certificate.
    text: |
        openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \\
          -keyout Device.key -out Device.csr -subj /CN={registration_id}
        az iot device registration create -n {dps_name} -g {resource_group} --registration-id {registration_id} \\
          --csr Device.csr --certificate-out Issued.pem
        openssl verify -CAfile Issued.pem Issued.pem
        openssl x509 -in Issued.pem -noout -subject -issuer -dates
"""

helps["iot device registration operation-status"] = """
type: command
short-summary: Show how far a registration is that a device requested.
long-summary: >
    The device authenticates as it did when it registered. The status may be unassigned, assigning, assigned, failed or
    disabled; each of them is printed with exit code 0. A registration that is not completed in time is an error of
    `az iot device registration create`, which names the operation.
examples:
  - name: Show an operation of a device of an individual enrollment. Its symmetric key is read from the service.
    text: >
        az iot device registration operation-status -n {dps_name} -g {resource_group}
        --registration-id {registration_id} --operation-id {operation_id}
  - name: Show an operation of a device with its own symmetric key, without signing in.
    text: >
        az iot device registration operation-status --id-scope {id_scope} --registration-id {registration_id}
        --symmetric-key {device_key} --operation-id {operation_id}
"""
