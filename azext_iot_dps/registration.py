"""az iot dps enrollment registration …"""


def show_registration(client, registration_id):
    return client.registrations.get(registration_id)


def delete_registration(client, registration_id, etag=None):
    client.registrations.delete(registration_id, etag or "*")
