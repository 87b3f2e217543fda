"""The options that several commands have, each written once, by what they are about."""

from azure.cli.core.commands.parameters import get_enum_type, get_three_state_flag, resource_group_name_type
from knack.arguments import CLIArgumentType

from azext_iot_dps import _completers as complete
from azext_iot_dps import _validators as check
from azext_iot_dps._json_argument import json_object
from azext_iot_dps.enums import AllocationPolicy, Attestation, AuthType, KeyType, ProvisioningStatus, Reprovision

_SERVICE = "Device Provisioning Service Identifier"
_AUTHENTICATION = "Authentication"
_ALLOCATION = "Allocation Policy"

TARGET = {
    "dps_name": CLIArgumentType(
        options_list=["--dps-name", "-n"],
        arg_group=_SERVICE,
        # azure-cli's own `iot dps` gives its dps_name another, which would add --ids
        id_part=None,
        completer=complete.services,
        validator=check.validate_target,
        help="Name or host name of the Device Provisioning Service. Required without --login. "
        "A host name together with `--auth-type login` is used as it is, without asking Azure Resource Manager.",
    ),
    "resource_group_name": CLIArgumentType(
        overrides=resource_group_name_type,
        id_part=None,
        help="Name of the resource group of the service; without it the whole subscription is searched. "
        "You can configure the default group using `az configure --defaults group=<name>`.",
    ),
    "login": CLIArgumentType(
        options_list=["--login", "-l"],
        arg_group=_SERVICE,
        help="Connection string of a policy of the service, to work without `az login`. It wins over --dps-name. "
        "`@file` reads it from a file, which keeps it out of the shell's history and of process lists.",
    ),
    "auth_type_dataplane": CLIArgumentType(
        get_enum_type(AuthType, default=AuthType.KEY.value),
        options_list=["--auth-type"],
        arg_group="Access Control",
        configured_default="iotdps-data-auth-type",
        help="Whether to read the key of a policy of the service, or to use the current Microsoft Entra ID (Azure AD) "
        "session. "
        "You can configure the default using `az configure --defaults iotdps-data-auth-type=<auth-type-value>`.",
    ),
}

registration_id_type = CLIArgumentType(
    options_list=["--registration-id", "--rid"],
    type=check.record_id("--registration-id"),
    help="ID of device registration.",
)


def attestation_arguments(c):
    c.argument(
        "attestation_type",
        get_enum_type(Attestation),
        options_list=["--attestation-type", "--at"],
        arg_group=_AUTHENTICATION,
        help="Attestation mechanism: how the device proves who it is.",
    )
    c.argument(
        "endorsement_key",
        options_list=["--endorsement-key", "--ek"],
        arg_group=_AUTHENTICATION,
        type=check.endorsement_key,
        help="TPM endorsement key in base64. A new tpm enrollment needs it.",
    )
    for which, short in (("primary", "p"), ("secondary", "s")):
        c.argument(
            f"{which}_key",
            options_list=[f"--{which}-key", f"--{short}k"],
            arg_group=_AUTHENTICATION,
            type=check.symmetric_key(f"--{which}-key"),
            help=f"The {which} symmetric key, base64 of 16 to 64 bytes. For a new enrollment without it the service "
            "generates one.",
        )
    for prefix, which, short in (("", "primary", ""), ("secondary-", "secondary", "s")):
        name = prefix.replace("-", "_")
        c.argument(
            f"{name}certificate_path",
            options_list=[f"--{prefix}certificate-path", f"--{short}cp"],
            arg_group=_AUTHENTICATION,
            type=check.file_path(f"--{prefix}certificate-path"),
            help=f"Path to the file with the {which} certificate, PEM or DER. A new x509 enrollment needs a primary or "
            "a secondary one.",
        )
        c.argument(
            f"remove_{name}certificate",
            get_three_state_flag(),
            options_list=[f"--remove-{prefix}certificate", f"--r{short}c"],
            arg_group=_AUTHENTICATION,
            help=f"Remove the current {which} certificate; of a group, the name of a CA certificate too.",
        )


def group_arguments(c):
    for prefix, which, short in (("", "primary", ""), ("secondary-", "secondary", "s")):
        c.argument(
            prefix.replace("-", "_") + "root_ca_name",
            options_list=[f"--{prefix}root-ca-name", f"--{prefix}ca-name", f"--{short}cn"],
            arg_group=_AUTHENTICATION,
            type=check.name(f"--{prefix}root-ca-name"),
            help=f"Name of the {which} certificate, of those uploaded to the service.",
        )


def device_key_arguments(c):
    c.argument(
        "registration_id",
        registration_id_type,
        nargs="+",
        type=check.record_ids("--registration-id"),
        help="IDs of the devices, separated by spaces, in the letter case in which they register; `@file` reads them "
        "from a file. One gives its key, several give an object of ids and keys.",
    )
    c.argument("dps_name", TARGET["dps_name"], validator=check.validate_device_key)
    c.argument(
        "symmetric_key",
        options_list=["--symmetric-key", "--key"],
        type=check.symmetric_key("--symmetric-key"),
        help="A symmetric key of the group, base64 of 16 to 64 bytes. With it nothing is asked and no login is needed; "
        "without it the group's primary key is read.",
    )


def connection_string_arguments(c):
    c.argument(
        "dps_name",
        TARGET["dps_name"],
        validator=None,
        type=check.name("--dps-name"),
        help="Name or host name of the Device Provisioning Service. Without it, those of all services are shown.",
    )
    c.argument("resource_group_name", TARGET["resource_group_name"])
    c.argument(
        "policy_name",
        options_list=["--policy-name", "--pn"],
        default="provisioningserviceowner",
        help="Shared access policy to use.",
    )
    c.argument(
        "key_type",
        get_enum_type(KeyType, default=KeyType.PRIMARY.value),
        options_list=["--key-type", "--kt"],
        help="Which of the two keys of the policy.",
    )
    c.argument(
        "show_all",
        options_list=["--show-all", "--all"],
        action="store_true",
        help="Show the connection strings of all shared access policies.",
    )


def allocation_arguments(c):
    c.argument(
        "allocation_policy",
        get_enum_type(AllocationPolicy),
        options_list=["--allocation-policy", "--ap"],
        arg_group=_ALLOCATION,
        help="How the IoT Hub of a device is chosen. Without it the service's own allocation policy decides. "
        "static needs one --iot-hubs; custom needs --webhook-url and --api-version.",
    )
    c.argument(
        "iot_hubs",
        options_list=["--iot-hubs", "--ih"],
        arg_group=_ALLOCATION,
        nargs="+",
        action="extend",
        completer=complete.hubs,
        help="Host names of the IoT Hubs to choose from, separated by spaces. On update, '' clears them.",
    )
    c.argument(
        "iot_hub_host_name",
        options_list=["--iot-hub-host-name", "--hn"],
        arg_group=_ALLOCATION,
        deprecate_info=c.deprecate(target="--iot-hub-host-name", redirect="--iot-hubs", hide=True),
        help="Host name of the one IoT Hub; means the static allocation policy.",
    )
    c.argument(
        "webhook_url",
        options_list=["--webhook-url", "--wh"],
        arg_group=_ALLOCATION,
        type=check.webhook_url,
        help="The https URL of the Azure Function that custom allocation asks.",
    )
    c.argument(
        "api_version",
        options_list=["--api-version", "--av"],
        arg_group=_ALLOCATION,
        type=check.api_version,
        help="Version of the service's types in the custom allocation request. Minimum: 2018-09-01-preview.",
    )


def device_arguments(c):
    c.argument(
        "provisioning_status",
        get_enum_type(ProvisioningStatus),
        options_list=["--provisioning-status", "--ps"],
        help="Enable or disable the enrollment. A new one is enabled.",
    )
    c.argument(
        "reprovision_policy",
        get_enum_type(Reprovision),
        options_list=["--reprovision-policy", "--rp"],
        help="What happens to the data of a device that is provisioned again, to another IoT Hub. "
        "A new enrollment without it gets reprovisionandmigratedata.",
    )
    c.argument(
        "edge_enabled",
        get_three_state_flag(),
        options_list=["--edge-enabled", "--ee"],
        help="Whether the device is an IoT Edge device. A new enrollment says no.",
    )
    json_argument(c, "initial_twin_tags", "--tags", "Tags of the initial device twin, a JSON object.")
    json_argument(
        c, "initial_twin_properties", "--props", "Desired properties of the initial device twin, a JSON object."
    )


def json_argument(c, name, short, text):
    option = "--" + name.replace("_", "-")
    c.argument(
        name,
        options_list=[option, short],
        type=json_object(option),
        help=f"{text} Members that are null are left out, but for those in lists. `@file` reads a file; on update, "
        "'' clears it.",
    )
