"""What follows from a symmetric key, against known answers."""

from azext_iot_dps.service import keys

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def test_sas_token_of_a_service():
    token = keys.sas_token("my-dps.azure-devices-provisioning.net", "provisioningserviceowner", KEY, 1700000000)
    assert token == (
        "SharedAccessSignature sr=my-dps.azure-devices-provisioning.net"
        "&sig=H6WFyONeCIMVWZ3j6DiTPAOZxf8phJxubW3Vv6xDE%2FA%3D&se=1700000000&skn=provisioningserviceowner"
    )


def test_sas_token_of_a_device():
    token = keys.sas_token("0ne00000A0A/registrations/device-1", "registration", KEY, 1700000000)
    assert token == (
        "SharedAccessSignature sr=0ne00000A0A%2Fregistrations%2Fdevice-1"
        "&sig=jlmUFLmfYPTVprpTbIGgKnZjNI7oRDt9CwrmLH2rg9k%3D&se=1700000000&skn=registration"
    )
