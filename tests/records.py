"""Strategies for stored records: unknown members, odd twins, legacy members, every attestation."""

from hypothesis import strategies as st

names = st.sampled_from(
    ["a", "version", "count", "metadata", "$x", "tags", "null", "additional_properties", "ä.b", "Id"]
)
plain = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
)


def objects(inner):
    return st.dictionaries(names, inner, max_size=4)


values = st.recursive(plain, lambda inner: st.lists(inner, max_size=3) | objects(inner), max_leaves=8)


twins = st.none() | st.fixed_dictionaries(
    {},
    optional={
        "tags": st.none() | objects(values),
        "properties": st.none()
        | st.fixed_dictionaries({}, optional={"desired": objects(values), "reported": objects(values)}),
        "unheardOf": values,
    },
)
slots = st.none() | st.fixed_dictionaries({"info": objects(values)})
attestations = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.just("tpm"),
            "tpm": st.fixed_dictionaries(
                {"endorsementKey": st.just("AAgAAQALAAMAsg==")}, optional={"storageRootKey": plain}
            ),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("symmetricKey"),
            "symmetricKey": st.just({"primaryKey": "cA==" * 8, "secondaryKey": "cw==" * 8}),
        },
        optional={"unheardOf": values},
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("x509"),
            "x509": st.fixed_dictionaries(
                {"clientCertificates": st.fixed_dictionaries({"primary": slots}, optional={"secondary": slots})},
                optional={"unheardOf": values},
            ),
        }
    ),
)
records = st.fixed_dictionaries(
    {"registrationId": st.just("dev"), "attestation": attestations},
    optional={
        "deviceId": st.text(max_size=5),
        "optionalDeviceInformation": st.none() | objects(values),
        "capabilities": st.none() | st.just({"iotEdge": False, "unheardOf": 1}),
        "iotHubHostName": st.just("legacy.example"),
        "initialTwin": twins,
        "provisioningStatus": st.sampled_from([None, "enabled", "disabled"]),
        "reprovisionPolicy": st.none() | st.just({"updateHubAssignment": False, "migrateDeviceData": None, "x": 1}),
        "allocationPolicy": st.sampled_from([None, "static", "hashed", "custom", "Static", "unheardOf"]),
        "iotHubs": st.none() | st.lists(st.sampled_from(["h1.net", "h2.net"]), max_size=2),
        "customAllocationDefinition": st.none()
        | st.just({"webhookUrl": "https://old.example", "apiVersion": "2019-03-31", "x": [None]}),
        "futureMember": plain,
        "unheardOf": values,
    },
)
