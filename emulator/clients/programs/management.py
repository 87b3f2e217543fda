"""azure-mgmt-iothubprovisioningservices: the control plane for Python, signed in as a service principal."""

from __future__ import annotations

from base64 import b64encode

from azure.core import MatchConditions
from azure.identity import ClientSecretCredential
from azure.mgmt.iothubprovisioningservices import IotDpsClient
from certificates import Pair
from results import FACTS, attempt, same

GROUP, NAME = FACTS["resourceGroup"], "mgmt-dps"
URL = f"https://{FACTS['serviceHost']}"
trust = {"connection_verify": FACTS["caFile"]}
credential = ClientSecretCredential(
    FACTS["tenant"],
    FACTS["clientId"],
    FACTS["clientSecret"],
    authority=URL,
    disable_instance_discovery=True,
    **trust,
)
client = IotDpsClient(credential, FACTS["subscription"], base_url=URL, credential_scopes=[f"{URL}/.default"], **trust)
services, certificates = client.iot_dps_resource, client.dps_certificate
unchanged = {"match_condition": MatchConditions.IfNotModified}
authority = Pair("mgmt authority", is_authority=True)


def service() -> dict:
    return {"location": "westeurope", "sku": {"name": "S1", "capacity": 1}, "properties": {}}


def hub() -> None:
    key = "SharedAccessKeyName=owner;SharedAccessKey=QUFB"
    linked = {"location": "westeurope", "connectionString": f"HostName=hub1.azure-devices.net;{key}"}
    sent = {**service(), "properties": {"iotHubs": [linked]}}
    result = services.begin_create_or_update(GROUP, NAME, sent).result()
    same([each.name for each in result.properties.iot_hubs], ["hub1.azure-devices.net"])


def tag() -> None:
    same(services.begin_update(GROUP, NAME, {"tags": {"floor": "3"}}).result().tags, {"floor": "3"})


def verify() -> None:
    uploaded = certificates.get("root", GROUP, NAME)
    code = certificates.generate_verification_code("root", GROUP, NAME, etag=uploaded.etag, **unchanged)
    proof = Pair(code.properties.verification_code, issuer=authority)
    sent = {"certificate": b64encode(proof.pem.encode()).decode()}
    answer = certificates.verify_certificate("root", GROUP, NAME, sent, etag=code.etag, **unchanged)
    same(answer.properties.is_verified, True)


def upload() -> None:
    sent = {"properties": {"certificate": b64encode(authority.pem.encode()).decode()}}
    same(certificates.create_or_update(GROUP, NAME, "root", sent).name, "root")


def remove_certificate() -> None:
    certificates.delete(GROUP, NAME, "root", **unchanged, etag=certificates.get("root", GROUP, NAME).etag)


attempt("create", lambda: same(services.begin_create_or_update(GROUP, NAME, service()).result().name, NAME))
attempt("show", lambda: same(services.get(NAME, GROUP).name, NAME))
attempt("list", lambda: same(NAME in {each.name for each in services.list_by_subscription()}, True))
attempt("list of a group", lambda: same(NAME in {each.name for each in services.list_by_resource_group(GROUP)}, True))
attempt("keys", lambda: same(len(list(services.list_keys(NAME, GROUP))) > 0, True))
attempt("link a hub", hub)
attempt("change tags", tag)
attempt("certificate: upload", upload)
attempt("certificate: verify", verify)
attempt("certificate: delete", remove_certificate)
attempt("delete", lambda: services.begin_delete(NAME, GROUP).result())
