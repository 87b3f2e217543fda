"""Routes of Azure Resource Manager for the CA certificates of a service."""

from __future__ import annotations

from flask import Response

from .answers import answer, backend, nothing
from .azure import SERVICE
from .azure_blueprint import body, guarded, if_match

CERTIFICATES = f"{SERVICE}/certificates"
CERTIFICATE = f"{CERTIFICATES}/<certificate>"

certificates = guarded("certificates")


@certificates.get(CERTIFICATES)
def list_all(subscription: str, group: str, name: str) -> Response:
    arm = backend().arm
    service = arm.find(subscription, group, name, "certificates/read")
    return answer({"value": arm.authorities.all(service)})


@certificates.get(CERTIFICATE)
def show(subscription: str, group: str, name: str, certificate: str) -> Response:
    arm = backend().arm
    service = arm.find(subscription, group, name, "certificates/read")
    return answer(arm.authorities.show(service, certificate, if_match()))


@certificates.put(CERTIFICATE)
def write(subscription: str, group: str, name: str, certificate: str) -> Response:
    arm = backend().arm
    with arm.lock:
        service = arm.find(subscription, group, name, "certificates/write")
        return answer(arm.authorities.put(service, certificate, body(), if_match()))


@certificates.delete(CERTIFICATE)
def delete(subscription: str, group: str, name: str, certificate: str) -> Response:
    arm = backend().arm
    with arm.lock:
        service = arm.find(subscription, group, name, "certificates/delete")
        was_there = arm.authorities.delete(service, certificate, if_match())
    return answer({}) if was_there else nothing()


@certificates.post(f"{CERTIFICATE}/generateverificationcode")
def new_code(subscription: str, group: str, name: str, certificate: str) -> Response:
    arm = backend().arm
    with arm.lock:
        service = arm.find(subscription, group, name, "certificates/generateVerificationCode/action")
        return answer(arm.authorities.new_code(service, certificate, if_match()))


@certificates.post(f"{CERTIFICATE}/verify")
def verify(subscription: str, group: str, name: str, certificate: str) -> Response:
    arm = backend().arm
    with arm.lock:
        service = arm.find(subscription, group, name, "certificates/verify/action")
        return answer(arm.authorities.verify(service, certificate, body(), if_match()))
