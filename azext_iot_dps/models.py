"""What may be sent: the service's definitions as msrest models, and nothing is ever read into one.

Names and types are those of the service API 2021-10-01; read-only members are absent, opaque JSON is 'object'.
"""

from msrest.serialization import Model


class Body(Model):
    """A part of a request: what was not given is None, and serialize() leaves None out."""

    _attribute_map = {}

    def __init__(self, **fields):
        unknown = fields.keys() - self._attribute_map.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        super().__init__(**{**dict.fromkeys(self._attribute_map), **fields})

    @classmethod
    def given(cls, **fields):
        """This part, or None when none of it was given: an empty part would still be sent, as {}."""
        return cls(**fields) if any(value is not None for value in fields.values()) else None

    def over(self, current):
        """`current` with these changes laid over it: parts merge, every other value replaces."""
        # what is stored where a part belongs may be anything
        current = current if isinstance(current, dict) else {}
        parts = {wire["key"]: getattr(self, name) for name, wire in self._attribute_map.items()}
        merged = {key: part.over(current.get(key)) for key, part in parts.items() if isinstance(part, Body)}
        return {**current, **self.serialize(), **merged}


class TpmAttestation(Body):
    _attribute_map = {
        "endorsement_key": {"key": "endorsementKey", "type": "str"},
        "storage_root_key": {"key": "storageRootKey", "type": "str"},
    }


class SymmetricKeyAttestation(Body):
    _attribute_map = {
        "primary_key": {"key": "primaryKey", "type": "str"},
        "secondary_key": {"key": "secondaryKey", "type": "str"},
    }


class X509CertificateWithInfo(Body):
    """`info` is the service's to fill in; it goes back only as part of a record that was read."""

    _attribute_map = {
        "certificate": {"key": "certificate", "type": "str"},
        "info": {"key": "info", "type": "object"},
    }


class X509Certificates(Body):
    _attribute_map = {
        "primary": {"key": "primary", "type": "X509CertificateWithInfo"},
        "secondary": {"key": "secondary", "type": "X509CertificateWithInfo"},
    }


class X509CAReferences(Body):
    _attribute_map = {
        "primary": {"key": "primary", "type": "str"},
        "secondary": {"key": "secondary", "type": "str"},
    }


class X509Attestation(Body):
    _attribute_map = {
        "client_certificates": {"key": "clientCertificates", "type": "X509Certificates"},
        "signing_certificates": {"key": "signingCertificates", "type": "X509Certificates"},
        "ca_references": {"key": "caReferences", "type": "X509CAReferences"},
    }


class AttestationMechanism(Body):
    _attribute_map = {
        "type": {"key": "type", "type": "str"},
        "tpm": {"key": "tpm", "type": "TpmAttestation"},
        "x509": {"key": "x509", "type": "X509Attestation"},
        "symmetric_key": {"key": "symmetricKey", "type": "SymmetricKeyAttestation"},
    }


class DeviceCapabilities(Body):
    _attribute_map = {"iot_edge": {"key": "iotEdge", "type": "bool"}}


class InitialTwinProperties(Body):
    _attribute_map = {"desired": {"key": "desired", "type": "object"}}


class InitialTwin(Body):
    _attribute_map = {
        "tags": {"key": "tags", "type": "object"},
        "properties": {"key": "properties", "type": "InitialTwinProperties"},
    }


class ReprovisionPolicy(Body):
    _attribute_map = {
        "update_hub_assignment": {"key": "updateHubAssignment", "type": "bool"},
        "migrate_device_data": {"key": "migrateDeviceData", "type": "bool"},
    }


class CustomAllocationDefinition(Body):
    _attribute_map = {
        "webhook_url": {"key": "webhookUrl", "type": "str"},
        "api_version": {"key": "apiVersion", "type": "str"},
    }


class Allocation(Body):
    """The members about allocation that individual enrollments and groups have alike; no definition of the service."""

    _attribute_map = {
        "allocation_policy": {"key": "allocationPolicy", "type": "str"},
        "iot_hubs": {"key": "iotHubs", "type": "[str]"},
        "custom_allocation_definition": {"key": "customAllocationDefinition", "type": "CustomAllocationDefinition"},
    }


class EnrollmentGroup(Body):
    _attribute_map = {
        "enrollment_group_id": {"key": "enrollmentGroupId", "type": "str"},
        "attestation": {"key": "attestation", "type": "AttestationMechanism"},
        "capabilities": {"key": "capabilities", "type": "DeviceCapabilities"},
        "iot_hub_host_name": {"key": "iotHubHostName", "type": "str"},
        "initial_twin": {"key": "initialTwin", "type": "InitialTwin"},
        "etag": {"key": "etag", "type": "str"},
        "provisioning_status": {"key": "provisioningStatus", "type": "str"},
        "reprovision_policy": {"key": "reprovisionPolicy", "type": "ReprovisionPolicy"},
        **Allocation._attribute_map,
    }


class IndividualEnrollment(Body):
    _attribute_map = {
        "registration_id": {"key": "registrationId", "type": "str"},
        "device_id": {"key": "deviceId", "type": "str"},
        "optional_device_information": {"key": "optionalDeviceInformation", "type": "object"},
        **{name: wire for name, wire in EnrollmentGroup._attribute_map.items() if name != "enrollment_group_id"},
    }
