"""The software of a device: Microsoft's Python library registers it over MQTT, by a symmetric key or a certificate."""

import argparse
from pathlib import Path

from azure.iot.device import X509, ProvisioningDeviceClient

parser = argparse.ArgumentParser()
for name in ("host", "id-scope", "registration-id", "ca-file"):
    parser.add_argument(f"--{name}", required=True)
parser.add_argument("--key")
parser.add_argument("--certificate")
options = parser.parse_args()

service = {
    "provisioning_host": options.host,
    "id_scope": options.id_scope,
    "registration_id": options.registration_id,
    "server_verification_cert": Path(options.ca_file).read_text(),
}
if options.key:
    client = ProvisioningDeviceClient.create_from_symmetric_key(symmetric_key=options.key, **service)
else:
    x509 = X509(options.certificate, options.certificate)
    client = ProvisioningDeviceClient.create_from_x509_certificate(x509=x509, **service)
result = client.register()
state = result.registration_state
print(f"  azure-iot-device over MQTT: {result.status}, device {state.device_id} of {state.assigned_hub}")
