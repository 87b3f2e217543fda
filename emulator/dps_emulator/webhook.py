"""Custom allocation: the function that an enrollment names is asked for a hub."""

from __future__ import annotations

import json
import ssl
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

from .attestation import shown
from .shelf import Record

# Seconds that a function has.
TIMEOUT = 5
_CODE = 400209


class WebhookError(Exception):
    """The function chose no hub; a number and words for the registration's state."""

    code = _CODE


def asked(enrollment: Record, context: Record, hubs: list[str], authority: str | None) -> Record:
    """What the function answers: iotHubHostName, perhaps initialTwin and payload.

    `context` is what the service knows of the device; `authority`, PEM, is to be trusted in addition to the usual ones.
    """
    kind = "individualEnrollment" if "registrationId" in enrollment else "enrollmentGroup"
    body = {
        kind: {**enrollment, "attestation": shown(enrollment["attestation"])},
        "deviceRuntimeContext": context,
        "linkedHubs": hubs,
    }
    url = (enrollment.get("customAllocationDefinition") or {}).get("webhookUrl") or ""
    if not url.lower().startswith("https://"):
        raise WebhookError("The webhook URL is not https.")
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST")
    tls = ssl.create_default_context(cadata=authority)
    try:
        with build_opener(ProxyHandler({}), HTTPSHandler(context=tls)).open(request, timeout=TIMEOUT) as response:
            answer: Any = json.loads(response.read())
    except HTTPError as error:
        raise WebhookError(f"The custom allocation webhook answered {error.code}.") from None
    except (OSError, ValueError) as error:
        raise WebhookError(f"The custom allocation webhook gave no answer: {type(error).__name__}.") from None
    if not isinstance(answer, dict) or answer.get("iotHubHostName") not in hubs:
        raise WebhookError("The custom allocation webhook chose no hub that is linked.")
    return answer
