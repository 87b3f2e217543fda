"""What Azure Resource Manager and the sign-in store outlives the process with a state."""

from __future__ import annotations

from base64 import b64encode

from dps_emulator import Emulator
from dps_emulator.lab import certificates as lab
from dps_emulator.state import State
from emulator_arm import AA, GROUP, Arm, connection
from emulator_client import KEY2, Client, sas

READER = {"keyName": "reader", "primaryKey": KEY2, "secondaryKey": KEY2, "rights": "EnrollmentRead"}
HUB = {"connectionString": connection("plant.azure-devices.net"), "location": "eastus"}


def client(service):
    api = Client(service)
    return Arm(api, api.token(service.url))


def test_a_restart_on_another_port(tmp_path):
    file = str(tmp_path / "lab.db")
    with Emulator(state=State(file)) as service:
        arm = client(service)
        token = arm.token
        arm("PUT", f"/subscriptions/{AA}/resourcegroups/plant", body={"location": "westus"})
        assert arm.put("plant-dps", iotHubs=[HUB]).status_code == 201
        arm.put("mydps", authorizationPolicies=[READER])
        arm("DELETE", f"{GROUP}/mydps-test")
        body = {"certificate": b64encode(lab.text(lab.authority()).encode()).decode()}
        before = arm("PUT", f"{GROUP}/plant-dps/certificates/root", body=body).json()
        own = arm("POST", f"{GROUP}/plant-dps/listkeys").json()
        polled = arm("DELETE", f"/subscriptions/{AA}/resourcegroups/OtherRG").headers["Location"]
        arm.api.session.close()
    with Emulator(state=State(file)) as again:
        arm = Arm(Client(again), token)
        # a token for the host of before is for another audience
        assert arm("GET", GROUP).status_code == 401
        arm = client(again)
        found = arm("GET", f"{GROUP}/plant-dps").json()["properties"]
        assert (found["serviceOperationsHostName"], found["deviceProvisioningHostName"]) == (again.host, again.host)
        assert [service["name"] for service in again.arm.services] == ["mydps", "sparedps", "plant-dps"]
        assert again.arm.linked_hubs() == ["plant.azure-devices.net"]
        assert arm("GET", f"{GROUP}/plant-dps/certificates/root").json() == before
        assert arm("POST", f"{GROUP}/plant-dps/listkeys").json() == own
        assert arm("POST", f"{GROUP}/mydps/listkeys").json() == {"value": [READER]}
        signed = {"Authorization": sas(again.host, "reader", KEY2)}
        assert arm.api("GET", "/enrollments/absent", headers=signed).status_code == 404
        groups = arm("GET", f"/subscriptions/{AA}/resourcegroups").json()["value"]
        assert [(group["name"], group["location"]) for group in groups] == [("myrg", "eastus"), ("plant", "westus")]
        assert arm("GET", polled.partition("?")[0].removeprefix(service.url)).status_code == 204
        again.reset()
        arm.api.session.close()
    with Emulator(state=State(file)) as third:
        assert [service["name"] for service in third.arm.services] == ["Other-DPS", "mydps-test", "mydps", "sparedps"]
        assert third.arm.certificates == {}
        assert third.policies[0]["keyName"] == "provisioningserviceowner"


def test_a_token_is_good_after_a_restart(tmp_path):
    file = str(tmp_path / "lab.db")
    with Emulator(state=State(file)) as service:
        valid, expired = (service.tokens.mint("https://r", lifetime)["access_token"] for lifetime in (60, -1))
    with Emulator(state=State(file)) as again:
        assert again.tokens.audience(f"Bearer {valid}") == "https://r"
        assert again.tokens.audience(f"Bearer {expired}") is None
