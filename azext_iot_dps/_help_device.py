"""A summary and examples for `az iot device registration`."""

from knack.help_files import helps

helps["iot device"] = """
type: group
short-summary: Manage what a device does itself with an Azure IoT Hub Device Provisioning Service.
"""

helps["iot device registration"] = """
type: group
short-summary: Manage the registration of a device with an Azure IoT Hub Device Provisioning Service.
"""

helps["iot device registration create"] = """
type: command
short-summary: Create a device registration as the device itself does, to try an enrollment out.
long-summary: >
    The device registers over HTTPS, and the command waits until an IoT Hub is assigned. A device proves itself by its
    symmetric key or by its certificate; registering by TPM is not supported. The service keeps the key that a device
    used first for 30 minutes, and refuses the other one until then.
examples:
  - name: Register a device of an individual enrollment with symmetric keys, which are read from the service.
    text: >
        az iot device registration create -n {dps_name} -g {resource_group} --registration-id {registration_id}
  - name: Register a device with its own symmetric key, without signing in.
    text: >
        az iot device registration create --id-scope {id_scope} --registration-id {registration_id}
        --symmetric-key {device_key}
  - name: Register a device of an enrollment group; its key is derived from the group's, which is read.
    text: >
        az iot device registration create -n {dps_name} -g {resource_group} --registration-id {registration_id}
        --group-id {group_id}
  - name: Register a device of an enrollment group; its key is derived from the group's, which is given.
    text: >
        az iot device registration create --id-scope {id_scope} --registration-id {registration_id}
        --group-id {group_id} --symmetric-key {group_key} --compute-key
  - name: Register a device with its certificate and a payload for the function of a custom allocation.
    text: >
        az iot device registration create --id-scope {id_scope} --registration-id {registration_id}
        --certificate-file-path /certificates/Device.pem --key-file-path /certificates/Device.key
        --passphrase {passphrase} --payload "{'site': 'north'}"
"""
