"""What the integration tests of azure-iot type for DPS, as stories: a line, its exit code, and members of its result.

`$T` is the service with one of the three ways to authenticate, `$A` that way alone; `$etag`, `$primary`, `$secondary`
and `$computed` are from the latest result that has them. None stands for a member that is absent, and '*' for any
value. A line that behaves in another way on purpose has the reason next to it.

Lines with an ID scope and no host have the emulator's here. Left out are lines of commands of azure-cli itself, and
those that have certificates issued: --timeout, --csr and operation-status.
"""

TWIN = "\"{'a1': 'b2', 'key': 'value', 'count': None, 'metadata': None, 'version': None}\""
ARRAY = "\"{'count': None, 'metadata': None, 'version': None, 'values': [{'key1': 'value1'}, {'key2': 'value2'}]}\""
# its nulls are not stored; azure-iot's models show them whether they are stored or not
KEPT = {"a1": "b2", "key": "value"}
KEPT_ARRAY = {"values": [{"key1": "value1"}, {"key2": "value2"}]}
HUB = "linked-hub.azure-devices.net"
CUSTOM = "--allocation-policy custom --webhook-url https://www.test.test --api-version 2019-03-31"
DEFINITION = {"webhookUrl": "https://www.test.test", "apiVersion": "2019-03-31"}
TWIN_MEMBERS = {"initialTwin.tags": KEPT, "initialTwin.properties.desired": KEPT}
MIGRATE = {"reprovisionPolicy.migrateDeviceData": True, "reprovisionPolicy.updateHubAssignment": True}
RESET = {"reprovisionPolicy.migrateDeviceData": False, "reprovisionPolicy.updateHubAssignment": True}
ONE, GROUP, DEVICE = "iot dps enrollment", "iot dps enrollment-group", "iot device registration create"
ASSIGNED = {
    "operationId": "*",
    "status": "assigned",
    "registrationState.assignedHub": HUB,
    "registrationState.substatus": "initialAssignment",
}
PAYLOAD = """--payload '{"Thermostat": {"$$metadata": {}}}'"""

TPM = [
    (
        f"{ONE} create --enrollment-id e1 --attestation-type tpm $T --endorsement-key $ENDORSEMENT "
        f"--provisioning-status enabled --device-id d1 --initial-twin-tags {TWIN} --initial-twin-properties {TWIN} "
        f"--device-information {TWIN} --allocation-policy static --iot-hubs {HUB}",
        0,
        {
            "allocationPolicy": "static",
            "attestation.type": "tpm",
            "deviceId": "d1",
            "iotHubs": [HUB],
            "optionalDeviceInformation": KEPT,
            "provisioningStatus": "enabled",
            "registrationId": "e1",
            "etag": "*",
            **TWIN_MEMBERS,
            **MIGRATE,
        },
    ),
    (f"{ONE} list $T", 0, {"[0].registrationId": "e1"}),
    (f"{ONE} show $T --enrollment-id e1", 0, {"attestation.tpm": "*", "registrationId": "e1"}),
    (f"{ONE} show $T --enrollment-id e1 --show-keys", 0, {"attestation.tpm": "*"}),
    (
        f'{ONE} update $T --enrollment-id e1 --provisioning-status disabled --etag $etag --info ""',
        0,
        # azure-iot takes an empty --info for none
        {"provisioningStatus": "disabled", "deviceId": "d1", "optionalDeviceInformation": None, **TWIN_MEMBERS},
    ),
    (f"{ONE} delete $T --enrollment-id e1", 0, {}),
]
X509 = [
    (
        f"{ONE} create --enrollment-id e1 --attestation-type x509 $T --cp $CERT --scp $CERT --provisioning-status "
        f"enabled --device-id d1 --initial-twin-tags {TWIN} --initial-twin-properties {ARRAY} --allocation-policy "
        f"hashed --iot-hubs {HUB}",
        0,
        {
            "allocationPolicy": "hashed",
            "attestation.type": "x509",
            "iotHubs": [HUB],
            "initialTwin.properties.desired": KEPT_ARRAY,
            **MIGRATE,
        },
    ),
    (
        f"{ONE} update $T --enrollment-id e1 --provisioning-status disabled --etag $etag --info {TWIN} --rc",
        0,
        # azure-iot's models show null for the removed certificate
        {
            "attestation.x509.clientCertificates.primary": None,
            "attestation.x509.clientCertificates.secondary": "*",
            "optionalDeviceInformation": KEPT,
        },
    ),
    (f"{ONE} delete $T --enrollment-id e1", 0, {}),
]
SYMMETRIC = [
    (
        f"{ONE} create --enrollment-id e1 --attestation-type symmetricKey $T --pk $KEY1 --sk $KEY2 "
        f"--provisioning-status enabled --device-id d1 --initial-twin-tags {TWIN} --initial-twin-properties {TWIN} "
        f"--device-information {TWIN} --allocation-policy geolatency --rp reprovisionandresetdata --iot-hubs {HUB} "
        "--edge-enabled",
        0,
        {"allocationPolicy": "geoLatency", "capabilities.iotEdge": True, "iotHubs": [HUB], **TWIN_MEMBERS, **RESET},
    ),
    (
        f"{ONE} update $T --enrollment-id e1 --provisioning-status disabled --etag $etag --edge-enabled False {CUSTOM}",
        0,
        {
            "allocationPolicy": "custom",
            "attestation.symmetricKey.primaryKey": "$KEY1",
            "capabilities.iotEdge": False,
            "customAllocationDefinition": DEFINITION,
            "iotHubs": [HUB],
            "deviceId": "d1",
            **TWIN_MEMBERS,
        },
    ),
    (
        f"{ONE} create --enrollment-id e2 --attestation-type symmetricKey $T {CUSTOM}",
        0,
        {"customAllocationDefinition": DEFINITION, "attestation.symmetricKey.primaryKey": "*"},
    ),
    (f"{ONE} delete $T --enrollment-id e2", 0, {}),
]
GROUP_X509 = [
    (
        f"{GROUP} create --enrollment-id g1 $T --cp $CA --scp $CA --provisioning-status enabled --allocation-policy "
        f"geoLatency --iot-hubs {HUB} --edge-enabled --props {ARRAY}",
        0,
        {
            "allocationPolicy": "geoLatency",
            "attestation.type": "x509",
            "capabilities.iotEdge": True,
            "initialTwin.properties.desired": KEPT_ARRAY,
            **MIGRATE,
        },
    ),
    (f"{GROUP} list $T", 0, {"[0].enrollmentGroupId": "g1"}),
    (f"{GROUP} show $T --enrollment-id g1 --show-keys", 0, {"attestation.x509": "*"}),
    (f"{GROUP} compute-device-key $T --enrollment-id g1 --registration-id myarbitrarydeviceId", 1, {}),
    (
        f"{GROUP} update $T --enrollment-id g1 --provisioning-status disabled --rsc --etag $etag --rp never "
        "--allocation-policy hashed --edge-enabled False --scp $CA",
        0,
        {
            "allocationPolicy": "hashed",
            "attestation.x509.clientCertificates": None,
            "capabilities.iotEdge": False,
            "reprovisionPolicy.updateHubAssignment": False,
        },
    ),
    (f"{GROUP} registration list $T --enrollment-id g1", 0, {"[0]": None}),
    ("iot dps registration list $T --enrollment-id g1", 0, {"[0]": None}),
    (
        f"{GROUP} update $T --enrollment-id g1 --cn ca1 --etag $etag {CUSTOM}",
        0,
        {
            "attestation.x509.caReferences.primary": "ca1",
            "attestation.x509.caReferences.secondary": None,
            "customAllocationDefinition": DEFINITION,
        },
    ),
    (f"{GROUP} delete $T --enrollment-id g1", 0, {}),
]
GROUP_KEYS = [
    (
        f"{GROUP} create --enrollment-id g1 $T --pk $KEY1 --sk $KEY2 --provisioning-status enabled --initial-twin-tags "
        f"{TWIN} --initial-twin-properties {TWIN} --allocation-policy geoLatency --rp reprovisionandresetdata "
        f"--iot-hubs {HUB} --edge-enabled",
        0,
        {"attestation.symmetricKey.primaryKey": "$KEY1", "iotHubs": [HUB], **TWIN_MEMBERS, **RESET},
    ),
    (
        f"{GROUP} update $T --enrollment-id g1 --provisioning-status disabled --etag $etag --edge-enabled False "
        f"{CUSTOM}",
        0,
        {
            "attestation.symmetricKey.primaryKey": "$KEY1",
            "iotHubs": [HUB],
            "allocationPolicy": "custom",
            **TWIN_MEMBERS,
        },
    ),
    (f"{GROUP} create $T --enrollment-id g2", 0, {"attestation.type": "symmetricKey"}),
    (f"{GROUP} show $T --enrollment-id g2 --show-keys", 0, {"attestation.symmetricKey.primaryKey": "$primary"}),
    (f"{GROUP} compute-device-key --key $primary --registration-id dev", 0, {"": "*"}),
    (f"{GROUP} compute-device-key $T --enrollment-id g2 --registration-id dev", 0, {"": "$computed"}),
    ("iot dps compute-device-key --key $primary --registration-id dev", 0, {"": "$computed"}),
    (f"{GROUP} compute-device-key --key $secondary --registration-id dev", 0, {"": "*"}),
    (f"{GROUP} update $T --enrollment-id g2 --pk $secondary --sk $primary --etag $etag", 0, {"etag": "*"}),
    (f"{GROUP} compute-device-key $T --enrollment-id g2 --registration-id dev", 0, {"": "$computed"}),
    # longer than a key that the service stores: refused
    (f"{GROUP} compute-device-key --key $ENDORSEMENT --registration-id dev", 1, {}),
]
DEVICES = [
    (f"{DEVICE} $T --registration-id e1", 3, {}),
    # with a connection string the service can be asked for the enrollment, which is not there
    (f"{DEVICE} --id-scope $SCOPE --registration-id e1 $A", {"key": 1, "login": 1, "cstring": 3}, {}),
    (f"{ONE} create --enrollment-id e1 --attestation-type symmetricKey $T", 0, {}),
    (f"{DEVICE} $T --registration-id e1", 0, {**ASSIGNED, "registrationState.deviceId": "e1"}),
    (f"{DEVICE} --id-scope $SCOPE --registration-id e1 --key $primary --host $HOST $A", 0, ASSIGNED),
    (f"{DEVICE} --id-scope $SCOPE --registration-id e1 --key $KEY1 --host $HOST $A", 1, {}),
    (f"{ONE} registration show $T --enrollment-id e1", 0, {"status": "assigned", "etag": "*", "deviceId": "e1"}),
    (f"{ONE} registration delete $T --enrollment-id e1", 0, {}),
    (f"{ONE} update --enrollment-id e1 $T --device-id d1", 0, {"deviceId": "d1"}),
    (f"{DEVICE} $T --registration-id e1 {PAYLOAD}", 0, {**ASSIGNED, "registrationState.deviceId": "d1"}),
    (f"{ONE} create --enrollment-id e2 --attestation-type symmetricKey $T --provisioning-status disabled", 0, {}),
    (f"{DEVICE} $T --registration-id e2", 1, {}),
    (f"{ONE} registration show $T --enrollment-id e2", 0, {"status": "disabled", "lastUpdatedDateTimeUtc": "*"}),
    (f"{ONE} create --enrollment-id x1 --attestation-type x509 $T --cp $CERT --scp $CERT", 0, {}),
    (f"{DEVICE} $T --registration-id x1", 1, {}),
    (f"{DEVICE} $T --registration-id x1 --cp $CERT --kp $CERTKEY {PAYLOAD}", 0, ASSIGNED),
    (f"{DEVICE} --id-scope $SCOPE --registration-id x1 --cp $CERT --kp $CERTKEY --host $HOST $A", 0, ASSIGNED),
]
GROUP_DEVICES = [
    (f"{DEVICE} $T --group-id g1 --registration-id d1", 3, {}),
    (f"{GROUP} create --group-id g1 $T", 0, {}),
    (f"{DEVICE} $T --group-id g1 --registration-id d1 {PAYLOAD}", 0, {**ASSIGNED, "registrationState.deviceId": "d1"}),
    (f"{DEVICE} $T --group-id g1 --registration-id d1 --key $primary --ck --host $HOST", 0, ASSIGNED),
    (f"{DEVICE} --id-scope $SCOPE --registration-id d1 --key $primary --ck --host $HOST $A", 0, ASSIGNED),
    (f"{GROUP} compute-device-key $T --group-id g1 --registration-id d1", 0, {"": "*"}),
    (f"{DEVICE} --id-scope $SCOPE --registration-id d1 --key $computed --host $HOST $A", 0, ASSIGNED),
    (f"{DEVICE} $T --group-id g1 --registration-id d2", 0, ASSIGNED),
    (f"{DEVICE} $T --registration-id d1 --key $secondary --ck", 0, ASSIGNED),
    (f"{DEVICE} $T --registration-id d1 --key $primary", 1, {}),
    (f"{GROUP} registration list $T --group-id g1", 0, {"[1].registrationId": "*", "[2]": None}),
    (f"{GROUP} registration show $T --rid d2", 0, {"registrationId": "d2", "status": "assigned"}),
    (f"{GROUP} registration show $T --registration-id d1", 0, {"registrationId": "d1"}),
    (
        "iot dps connection-string show -n mydps -g myrg --policy-name provisioningserviceowner",
        0,
        {"connectionString": "*"},
    ),
    (f"{GROUP} delete --group-id g1 $T", 0, {}),
]
POLICY = {"namespaceName": "factory-ns", "certificateAuthorityName": "factory-ca", "certificatePolicyName": "days"}
ADR = "--adr-namespace factory-ns --adr-ca-name factory-ca --adr-cert-policy-name days"
POLICIES = [
    (f"{ONE} create $T --enrollment-id e1 --attestation-type symmetricKey {ADR}", 0, POLICY),
    (f"{ONE} update $T --enrollment-id e1 --device-id e1", 0, {"deviceId": "e1", **POLICY}),
    (f"{GROUP} create $T --enrollment-id g1 {ADR}", 0, POLICY),
    (f"{GROUP} update $T --enrollment-id g1 --provisioning-status disabled", 0, POLICY),
]
STORIES = {
    "certificate policies": POLICIES,
    "tpm": TPM,
    "x509": X509,
    "symmetricKey": SYMMETRIC,
    "group with certificates": GROUP_X509,
    "group with keys": GROUP_KEYS,
    "devices": DEVICES,
    "devices of a group": GROUP_DEVICES,
}
