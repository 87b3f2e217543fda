"""Help for az iot dps pki."""

from knack.help_files import helps

helps["iot dps pki"] = """
type: group
short-summary: Manage certificates to test X.509 attestation with an Azure IoT Hub Device Provisioning Service.
"""

helps["iot dps pki create"] = """
type: command
short-summary: Create a root CA, an intermediate CA and certificates of devices, for tests only.
long-summary: >
    Do not use these certificates in production: their private keys are in files, not encrypted. The folder gets
    root.pem, root.key, intermediate.pem, intermediate.key, and a file with the certificate and one with the key for
    each registration ID. A device's certificate file contains its leaf certificate and then the intermediate one, as a
    device presents them. Files of keys are readable by their owner only.
examples:
  - name: Create a PKI for two devices.
    text: az iot dps pki create --out pki --registration-id {registration_id} {registration_id2}
  - name: Create a PKI with RSA keys for a year, without devices.
    text: az iot dps pki create --out pki --key-type rsa --days 365 --name "Plant 2 Test"
  - name: Create certificates of further devices, whose registration IDs are in a file, in the same PKI.
    text: az iot dps pki create --out pki --add --registration-id @devices.txt
"""

helps["iot dps pki check"] = """
type: command
short-summary: Check a certificate for what the service would refuse, without a request.
long-summary: >
    Checked are the dates, keys and signatures of all certificates in the file, whether each was issued by the next, the
    extensions, the common name and the private key. A finding is ok, a warning or an error; with an error the exit code
    is 1.
examples:
  - name: Check the files of a device, and that they lead to the certificate of its enrollment group.
    text: >
        az iot dps pki check --certificate-path pki/{registration_id}.pem --key-path pki/{registration_id}.key
        --registration-id {registration_id} --ca-path pki/intermediate.pem -o table
  - name: Check the CA certificate for an enrollment group.
    text: az iot dps pki check --certificate-path pki/intermediate.pem --purpose ca -o table
"""

helps["iot dps pki prove"] = """
type: command
short-summary: Upload a CA certificate to a service and verify it with its private key (proof of possession).
long-summary: >
    These are the steps of `az iot dps certificate create`, `generate-verification-code` and `verify` in one command,
    which also signs the verification certificate. A certificate that is uploaded already is verified, and one that is
    verified is left as it is, so that the command can be repeated. The private key is not sent. The current sign-in
    needs the actions certificates/read, certificates/write, certificates/generateVerificationCode/action and
    certificates/verify/action on the service.
examples:
  - name: Verify the root CA of a PKI for tests.
    text: >
        az iot dps pki prove -n {dps_name} -g {resource_group} --certificate-path pki/root.pem
        --key-path pki/root.key
  - name: Show which steps are needed.
    text: >
        az iot dps pki prove -n {dps_name} --certificate-path pki/root.pem --key-path pki/root.key
        --certificate-name {certificate_name} --what-if
"""
