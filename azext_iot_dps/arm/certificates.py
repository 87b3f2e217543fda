"""CA certificates of a service: uploaded, and verified by a certificate that their private key has signed."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

from azext_iot_dps.arm.failure import Changed
from azext_iot_dps.arm.manager import Arm
from azext_iot_dps.service.failure import Effect, Kind, Reason, ServiceError, Subject
from azext_iot_dps.service.responses import Json, json_object


class Uploaded(NamedTuple):
    """A certificate as the service has it. `thumbprint` is SHA-1 in upper-case hex."""

    name: str
    etag: str
    thumbprint: str
    is_verified: bool


class Certificates:
    """Those of one service. Each method raises NotPermitted and ServiceError.

    The ones that change a certificate raise Changed too, where the ETag is no longer that of the certificate, and are
    not repeated where they may have succeeded.
    """

    def __init__(self, arm: Arm, service_id: str):
        """`service_id` is the resource ID of the service."""
        self._arm, self._folder = arm, f"{service_id}/certificates"

    def all(self) -> list[Uploaded]:
        """All of them."""
        return [_uploaded(each) for each in self._arm.pages("GET", self._folder, "certificates/read")]

    def upload(self, name: str, pem: bytes) -> Uploaded:
        """Upload one under a name that no other has."""
        return _uploaded(self._change("PUT", name, "", "certificates/write", body=_body(pem)))

    def new_code(self, certificate: Uploaded) -> tuple[Uploaded, str]:
        """The certificate with its new ETag, and a new verification code, which replaces an earlier one."""
        action = "certificates/generateVerificationCode/action"
        found = self._change("POST", certificate.name, "/generateVerificationCode", action, certificate.etag)
        code = _properties(found).get("verificationCode")
        if not isinstance(code, str) or not code:
            raise _incomplete("verification code", certificate.name)
        return _uploaded(found), code

    def verify(self, certificate: Uploaded, pem: bytes) -> Uploaded:
        """Verify it by a certificate that its key has signed, and whose common name is the code."""
        action = "certificates/verify/action"
        return _uploaded(self._change("POST", certificate.name, "/verify", action, certificate.etag, _body(pem)))

    def _change(
        self, method: str, name: str, verb: str, action: str, etag: str | None = None, body: Json | None = None
    ) -> Json:
        headers: Mapping[str, str] = {} if etag is None else {"If-Match": etag}
        path = f"{self._folder}/{quote(name, safe='')}{verb}"
        subject = Subject(Kind.CERTIFICATE, name)
        try:
            return json_object(self._arm.send(method, path, action, headers, body, Effect.ONCE, subject))
        except ServiceError as error:
            if error.precondition_failed:
                raise Changed(name) from error
            raise


def _body(pem: bytes) -> Json:
    # of PEM, not of DER: azure-cli's own commands send that, and show no certificate that comes back as DER
    return {"certificate": base64.b64encode(pem).decode()}


def _properties(resource: Json) -> Json:
    properties = resource.get("properties")
    return properties if isinstance(properties, dict) else {}


def _uploaded(resource: Json) -> Uploaded:
    name, etag, properties = str(resource.get("name")), resource.get("etag"), _properties(resource)
    if not isinstance(etag, str):
        raise _incomplete("ETag", name)
    thumbprint = str(properties.get("thumbprint")).upper()
    return Uploaded(name, etag, thumbprint, properties.get("isVerified") is True)


def _incomplete(what: str, name: str) -> ServiceError:
    return ServiceError(Reason.INCOMPLETE, f"Azure Resource Manager returned no {what} for the certificate '{name}'.")
