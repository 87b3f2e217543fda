"""az iot dps enrollment registration … and az iot dps enrollment-group registration …"""


def list_registrations(client, enrollment_id, top=None):
    return list(client.registrations.query(enrollment_id, top))


def show_registration(client, registration_id):
    return client.registrations.get(registration_id)


def delete_registration(client, registration_id, etag=None):
    client.registrations.delete(registration_id, etag or "*")
