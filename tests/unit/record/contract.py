"""Names and types of the service's definitions that a client may send: the service API, as a table.

Read-only members are left out. A TwinCollection and X509CertificateInfo are JSON that is never built here: object.
"""

# Of 2026-11-01, and the one name of 2025-07-01-preview.
POLICY = {
    "namespaceName": "str",
    "certificateAuthorityName": "str",
    "certificatePolicyName": "str",
    "credentialPolicyName": "str",
}
DEFINITIONS = {
    "IndividualEnrollment": {
        "registrationId": "str",
        "deviceId": "str",
        "optionalDeviceInformation": "object",
        "attestation": "AttestationMechanism",
        "capabilities": "DeviceCapabilities",
        "iotHubHostName": "str",
        "initialTwin": "InitialTwin",
        "etag": "str",
        "provisioningStatus": "str",
        "reprovisionPolicy": "ReprovisionPolicy",
        "allocationPolicy": "str",
        "iotHubs": "[str]",
        "customAllocationDefinition": "CustomAllocationDefinition",
        **POLICY,
    },
    "EnrollmentGroup": {
        "enrollmentGroupId": "str",
        "attestation": "AttestationMechanism",
        "capabilities": "DeviceCapabilities",
        "iotHubHostName": "str",
        "initialTwin": "InitialTwin",
        "etag": "str",
        "provisioningStatus": "str",
        "reprovisionPolicy": "ReprovisionPolicy",
        "allocationPolicy": "str",
        "iotHubs": "[str]",
        "customAllocationDefinition": "CustomAllocationDefinition",
        **POLICY,
    },
    "AttestationMechanism": {
        "type": "str",
        "tpm": "TpmAttestation",
        "x509": "X509Attestation",
        "symmetricKey": "SymmetricKeyAttestation",
    },
    "TpmAttestation": {"endorsementKey": "str", "storageRootKey": "str"},
    "X509Attestation": {
        "clientCertificates": "X509Certificates",
        "signingCertificates": "X509Certificates",
        "caReferences": "X509CAReferences",
    },
    "X509Certificates": {"primary": "X509CertificateWithInfo", "secondary": "X509CertificateWithInfo"},
    "X509CertificateWithInfo": {"certificate": "str", "info": "object"},
    "X509CAReferences": {"primary": "str", "secondary": "str"},
    "SymmetricKeyAttestation": {"primaryKey": "str", "secondaryKey": "str"},
    "DeviceCapabilities": {"iotEdge": "bool"},
    "InitialTwin": {"tags": "object", "properties": "InitialTwinProperties"},
    "InitialTwinProperties": {"desired": "object"},
    "ReprovisionPolicy": {"updateHubAssignment": "bool", "migrateDeviceData": "bool"},
    "CustomAllocationDefinition": {"webhookUrl": "str", "apiVersion": "str"},
}
