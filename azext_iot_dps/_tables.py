"""What `-o table` shows: rows that a terminal of 120 columns holds, where the JSON has everything."""

# Letters of a line, those between two columns, and those by which a column is wider than its name; azure-cli's table.
WIDTH, GAP, PADDING = 120, 2, 2
# Hubs of a record that are named; of more it is told how many.
_HUBS = 2
# What gives way where a row is too long, down to so many letters. An ID never does: it is what one copies.
_ELASTIC, _LEAST = ("Substatus", "Hubs", "AssignedHub", "DeviceId"), 11


def enrollments(result):
    """A row an individual enrollment."""
    return _filled(
        [
            {
                "EnrollmentId": record.get("registrationId"),
                **_settings(record),
                "DeviceId": record.get("deviceId"),
                "AssignedHub": _short(_part(record, "registrationState").get("assignedHub")),
                "LastUpdated": _moment(record.get("lastUpdatedDateTimeUtc")),
            }
            for record in _several(result)
        ]
    )


def groups(result):
    """A row an enrollment group."""
    return _filled(
        [
            {
                "GroupId": record.get("enrollmentGroupId"),
                **_settings(record),
                "LastUpdated": _moment(record.get("lastUpdatedDateTimeUtc")),
            }
            for record in _several(result)
        ]
    )


def registrations(result):
    """A row a registration."""
    return _filled(
        [{**_state(state), "LastUpdated": _moment(state.get("lastUpdatedDateTimeUtc"))} for state in _several(result)]
    )


def operation(result):
    """The row of a registration that a device asked for."""
    state = {**_part(result, "registrationState"), "status": result.get("status")}
    return _filled([_state(state)])


def connection_strings(result):
    """A row a connection string, of one service or of several."""
    return [
        {"Name": entry.get("name"), "ConnectionString": string}
        for entry in _several(result)
        for string in _several(entry["connectionString"])
    ]


def keys(computed):
    """A row a device; the key of a single one is a text."""
    pairs = computed.items() if isinstance(computed, dict) else [(None, computed)]
    return [{"RegistrationId": id, "Key": key} for id, key in pairs]


def _settings(record):
    hubs = record.get("iotHubs")
    names = [_short(hub) for hub in hubs if isinstance(hub, str)] if isinstance(hubs, list) else []
    more = [f"+{len(names) - _HUBS}"] if len(names) > _HUBS else []
    return {
        "Attestation": _part(record, "attestation").get("type"),
        "Status": record.get("provisioningStatus"),
        "AllocationPolicy": record.get("allocationPolicy"),
        "Hubs": " ".join(names[:_HUBS] + more),
    }


def _state(state):
    return {
        "RegistrationId": state.get("registrationId"),
        "Status": state.get("status"),
        "Substatus": state.get("substatus"),
        "AssignedHub": state.get("assignedHub"),
        "DeviceId": state.get("deviceId"),
    }


def _several(result):
    return result if isinstance(result, list) else [result]


def _part(record, name):
    part = record.get(name)
    return part if isinstance(part, dict) else {}


def _short(hub):
    """The name of a hub of its host name, which is unique in a cloud."""
    return hub.partition(".")[0] if isinstance(hub, str) else None


def _moment(text):
    """A moment to the second."""
    return f"{text[:19]}Z" if isinstance(text, str) and len(text) > 19 else text


def _filled(rows):
    """The rows with the columns that any of them fills, in one order: azure-cli alone would sort them by row."""
    used = [name for name in (rows[0] if rows else ()) if any(row[name] for row in rows)]
    return _fitted(used, [{name: str(row[name] or "") for name in used} for row in rows])


def _fitted(used, rows):
    """The rows with the widest of their elastic columns cut until they fit, as far as that goes."""
    widths = {name: max(len(name) + PADDING, *(len(row[name]) for row in rows)) for name in used}
    elastic = [name for name in used if name in _ELASTIC]
    while elastic and sum(widths.values()) + GAP * (len(used) - 1) > WIDTH:
        widest = max(elastic, key=widths.__getitem__)
        if widths[widest] <= max(_LEAST, len(widest) + PADDING):
            break
        widths[widest] -= 1
    return [{name: _cut(row[name], widths[name]) for name in used} for row in rows]


def _cut(text, width):
    return text if len(text) <= width else text[: width - 1] + "…"
