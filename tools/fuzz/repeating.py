"""Secrets that a request carries: a response repeats them, and no text about it shows them."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_plus

import requests

from azext_iot_dps.service import redaction
from azext_iot_dps.service.auth import DeviceCertificate
from azext_iot_dps.service.failure import ServiceError
from azext_iot_dps.service.responses import refusal, refused
from tools.fuzz import wire
from tools.fuzz.trial import is_shown_safely

URL = "https://kilo.example/enrollments/dev"
HEAD = 5
NAMES = ("primaryKey", "secondaryKey", "endorsementKey", "connectionString", "access_token", "SharedAccessKey")


def repeated(data: bytes) -> None:
    """Bytes decide where the secret stands and how it is spelled; then comes the secret, then what is around it."""
    kind, spelling, behind, is_cut, size = (*data[:HEAD], *bytes(HEAD))[:HEAD]
    raw, around = data[HEAD : HEAD + size], data[HEAD + size :].decode("utf-8", "replace")
    request, secret = carried(kind, raw)
    if len(secret) < 8 or "*" in secret or secret != secret.strip():
        return
    forms = sorted({form for form in spelled(secret) if len(form) >= 8})
    if not forms:
        return
    form = forms[spelling % len(forms)]
    parts = {each[: max(8, len(each) // 2)] for each in forms}
    before, after = around[: len(around) // 2], around[len(around) // 2 :]
    if is_cut % 3:
        end = redaction.MAX_LENGTH if is_cut % 3 == 1 else redaction.MAX_LENGTH + redaction.MARGIN
        before += "-" * (end - len(before) - behind % (len(form) + 2))
    # of what is cut not even the first half may be left
    wanted = parts if is_cut % 3 else set(forms)
    if any(part in before + after for part in parts):
        return
    for text in shown(request, before + form + after):
        assert is_shown_safely(text), text
        found = {part for part in wanted if part in text}
        if found:
            # what the text has without the secret too is not it
            others = list(shown(request, f"{before} {after}"))
            found = {part for part in found if not any(part in other for other in others)}
        assert not found, (found, text[-200:])


def carried(kind: int, raw: bytes) -> tuple[requests.PreparedRequest, str]:
    """A request with a secret."""
    text, encoded = raw.decode("utf-8", "replace"), b64encode(raw).decode()
    secret, record, headers = encoded, dict[str, Any](), dict[str, str]()
    if kind % 5 == 0:
        record = {"attestation": {"symmetricKey": {NAMES[kind // 5 % len(NAMES)]: encoded}}}
    elif kind % 5 == 1:
        secret, record = text, {"x": [{NAMES[kind // 5 % len(NAMES)]: text}]}
    elif kind % 5 == 2:
        secret = text if re.fullmatch(r"[^&#%\s\x00-\x1f]+", text) else ""
        record = {"webhookUrl": f"https://f.example/x?code={secret}&y"}
    elif kind % 5 == 3:
        secret, record = text, {"webhookUrl": f"https://f.example/x?code={quote(text, safe='')}"}
    elif kind // 5 % 2:
        headers["Authorization"] = f"Bearer {encoded}"
    else:
        headers["Authorization"] = f"SharedAccessSignature sr=x&sig={quote_plus(encoded)}&se=1"
    request = requests.Request("PUT", URL, headers, data=json.dumps(record).encode()).prepare()
    return request, secret


def spelled(secret: str) -> Iterator[str]:
    """The spellings in which a service may return a secret."""
    for form in (secret, secret.rstrip("=")):
        yield form
        for quoted in (quote(form, safe=""), quote_plus(form), quote(form)):
            yield quoted
            yield re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), quoted)
        for ascii in (True, False):
            escaped = json.dumps(form, ensure_ascii=ascii)[1:-1]
            yield escaped
            yield json.dumps(escaped, ensure_ascii=ascii)[1:-1]
        html = re.sub("[&'+<>`]", lambda match: f"\\u{ord(match[0]):04X}", form)
        if form.isascii() and form.isprintable() and not re.search(r'["\\]', form):
            yield html


def shown(request: requests.PreparedRequest, message: str) -> Iterator[str]:
    """All that is shown of responses with this message."""
    whole = json.dumps({"message": message, "code": message, "trackingId": message, message: [message]}).encode()
    for content, reason in ((whole, ""), (b"", message)):
        yield _refusal(request, content, reason)
    known = redaction.secrets(request)
    for body in (whole, message.encode(), f'{{"message": "{message}'.encode(), message):
        yield redaction.body(body, known)
    yield redaction.text(message, known)
    error = {"registrationId": "dev", "errorCode": 409201, "errorStatus": message}
    bulk = _response(request, json.dumps({"isSuccessful": False, "errors": [error]}).encode())
    yield refused(bulk, "registrationId", {"dev"})["dev"].message


def _refusal(request: requests.PreparedRequest, content: bytes, reason: str) -> str:
    response = _response(request, content)
    response.reason, response.headers["x-ms-request-id"] = reason, reason
    error: ServiceError = refusal(response, DeviceCertificate())
    assert str(error.code) in str(error)
    return str(error)


def _response(request: requests.PreparedRequest, content: bytes) -> requests.Response:
    response = wire.answer(409, {}, content)
    response.request, response.url = request, URL
    return response
