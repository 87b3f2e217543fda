"""The values that options accept, as the service spells them."""

from enum import Enum


class AuthType(str, Enum):
    KEY = "key"
    LOGIN = "login"


class KeyType(str, Enum):
    PRIMARY = "primary"
    SECONDARY = "secondary"


class Attestation(str, Enum):
    SYMMETRIC_KEY = "symmetricKey"
    TPM = "tpm"
    X509 = "x509"


class ProvisioningStatus(str, Enum):
    DISABLED = "disabled"
    ENABLED = "enabled"


class AllocationPolicy(str, Enum):
    CUSTOM = "custom"
    GEO_LATENCY = "geoLatency"
    HASHED = "hashed"
    STATIC = "static"


class Reprovision(str, Enum):
    """Names of the command line only; the service knows two booleans instead."""

    NEVER = "never"
    MIGRATE = "reprovisionandmigratedata"
    RESET = "reprovisionandresetdata"


class ImportMode(str, Enum):
    CREATE = "create"
    UPDATE = "update"
    UPSERT = "upsert"
    DELETE = "delete"


class FileFormat(str, Enum):
    LINES = "jsonl"
    ARRAY = "json"
    CSV = "csv"
