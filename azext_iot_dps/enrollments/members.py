"""The options that name members of a record: a row an option."""

from __future__ import annotations

from typing import NamedTuple

from azext_iot_dps.record.kinds import GROUP, INDIVIDUAL, Kind
from azext_iot_dps.record.schema import Field, fields

AUTHENTICATION, ALLOCATION, ISSUANCE = "Authentication", "Allocation Policy", "Certificate Issuance"
CREATE, UPDATE = "create", "update"
_JSON = "Members that are null are left out, except in lists. `@file` reads a file. On update, '' clears it"

_POLICY = (
    "Requires --adr-ca-name and --adr-cert-policy-name; on update what the enrollment has already need not be "
    "repeated, and '' for all three removes the policy. Not every region offers it yet."
)


class MemberOption(NamedTuple):
    """An option of create and update and the member that it sets, by its path.

    In `member`, {certificates} stands for the part that holds the certificates of a kind. With `removes` the option
    is a flag that removes the member. `hidden` are old names. `verb` and `kind` say which commands have it; None means
    all.
    """

    member: str
    names: tuple[str, ...]
    help: str
    group: str | None = None
    verb: str | None = None
    kind: Kind | None = None
    removes: bool = False
    hidden: tuple[str, ...] = ()

    @property
    def parameter(self) -> str:
        """The name under which azure-cli hands the value over."""
        return self.names[0].lstrip("-").replace("-", "_")

    def path(self, kind: Kind) -> str:
        """The path of the member in a record of that kind."""
        return self.member.replace("{certificates}", kind.certificates)

    def field(self, kind: Kind) -> Field:
        """The row of the schema."""
        return next(field for field in fields(kind) if field.path == self.path(kind))


def _certificate(which: str, prefix: str, short: str) -> tuple[MemberOption, MemberOption]:
    member = f"attestation.x509.{{certificates}}.{which}"
    return (
        MemberOption(member, (f"--{prefix}certificate-path", f"--{short}cp"),
                     f"Path of the file with the {which} certificate, PEM or DER.", AUTHENTICATION),
        MemberOption(member, (f"--remove-{prefix}certificate", f"--r{short}c"),
                     f"Remove the {which} certificate, or the {which} CA name of a group.",
                     AUTHENTICATION, UPDATE, removes=True),
    )  # fmt: skip


def _key(which: str, short: str) -> MemberOption:
    return MemberOption(
        f"attestation.symmetricKey.{which}Key", (f"--{which}-key", f"--{short}k"),
        f"The {which} symmetric key, base64 of 16 to 64 bytes. For a new enrollment the service generates one if it is "
        "omitted.", AUTHENTICATION,
    )  # fmt: skip


def _ca_name(which: str, prefix: str, short: str) -> MemberOption:
    return MemberOption(
        f"attestation.x509.caReferences.{which}",
        (f"--{prefix}root-ca-name", f"--{prefix}ca-name", f"--{short}cn"),
        f"Name of the {which} CA certificate, one of those uploaded to the service.", AUTHENTICATION, kind=GROUP,
    )  # fmt: skip


MEMBER_OPTIONS = (
    MemberOption("attestation.type", ("--attestation-type", "--at"),
                 "Attestation mechanism: how the device authenticates.", AUTHENTICATION, CREATE, INDIVIDUAL),
    MemberOption("attestation.tpm.endorsementKey", ("--endorsement-key", "--ek"),
                 "TPM endorsement key in base64. Required for tpm attestation.", AUTHENTICATION, kind=INDIVIDUAL),
    _key("primary", "p"),
    _key("secondary", "s"),
    *_certificate("primary", "", ""),
    *_certificate("secondary", "secondary-", "s"),
    _ca_name("primary", "", ""),
    _ca_name("secondary", "secondary-", "s"),
    MemberOption("deviceId", ("--device-id", "-d"), "Device ID in the IoT Hub.", kind=INDIVIDUAL),
    MemberOption("deviceId", ("--remove-device-id",), "Remove the device ID: the device then gets its registration ID.",
                 None, UPDATE, INDIVIDUAL, removes=True),
    MemberOption("allocationPolicy", ("--allocation-policy", "--ap"),
                 "How the IoT Hub of a device is chosen. Without it the service's own policy applies. static requires "
                 "one --iot-hubs; custom requires --webhook-url and --api-version.", ALLOCATION),
    MemberOption("iotHubs", ("--iot-hubs", "--ih"),
                 "Host names of the IoT Hubs to choose from, separated by spaces. On update, '' clears them.",
                 ALLOCATION),
    MemberOption("customAllocationDefinition.webhookUrl", ("--webhook-url", "--wh"),
                 "The https URL of the Azure Function for custom allocation.", ALLOCATION),
    MemberOption("customAllocationDefinition.apiVersion", ("--api-version", "--av"),
                 "API version of the custom allocation request. Minimum: 2018-09-01-preview.", ALLOCATION),
    MemberOption("namespaceName", ("--adr-namespace", "--namespace-name"),
                 f"Namespace of Azure Device Registry that has the certificate policy. {_POLICY}", ISSUANCE),
    MemberOption("certificateAuthorityName", ("--adr-ca-name", "--certificate-authority-name"),
                 "Certificate authority of that namespace.", ISSUANCE),
    MemberOption("certificatePolicyName", ("--adr-cert-policy-name", "--certificate-policy-name"),
                 "Policy of that authority, by which certificates of devices are issued.", ISSUANCE,
                 hidden=("--adr-certificate-policy-name",)),
    MemberOption("provisioningStatus", ("--provisioning-status", "--ps"),
                 "Enable or disable the enrollment. A new enrollment is enabled."),
    MemberOption("reprovisionPolicy", ("--reprovision-policy", "--rp"),
                 "What happens to device data when a device is provisioned again to another IoT Hub. The default of a "
                 "new enrollment is reprovisionandmigratedata."),
    MemberOption("capabilities.iotEdge", ("--edge-enabled", "--ee"),
                 "Whether the device is an IoT Edge device. The default of a new enrollment is false."),
    MemberOption("initialTwin.tags", ("--initial-twin-tags", "--tags"),
                 f"Tags of the initial twin, a JSON object. {_JSON}; it replaces all tags."),
    MemberOption("initialTwin.properties.desired", ("--initial-twin-properties", "--props"),
                 f"Desired properties of the initial twin, a JSON object. {_JSON}; it replaces all properties."),
    MemberOption("optionalDeviceInformation", ("--device-information", "--info"),
                 f"Device information, a JSON object. {_JSON}; it replaces all information.", kind=INDIVIDUAL),
)  # fmt: skip


def member_options(kind: Kind, verb: str | None = None) -> list[MemberOption]:
    """The options of a kind, of one command or of both."""
    return [
        option for option in MEMBER_OPTIONS
        if option.kind in (None, kind) and (verb is None or option.verb in (None, verb))
    ]  # fmt: skip
