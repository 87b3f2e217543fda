"""What a plan would do, as --what-if shows it: without secrets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azext_iot_dps.cli.ending import DIFFERENT, exit_after_output, fail_after_output
from azext_iot_dps.exact_json import same
from azext_iot_dps.fleets.items import Action, Item
from azext_iot_dps.fleets.planning import Plan
from azext_iot_dps.record.comparison import thumbprint
from azext_iot_dps.record.paths import Json
from azext_iot_dps.record.schema import READ_ONLY
from azext_iot_dps.service.redaction import HIDDEN, text

_KEYS = frozenset({"primaryKey", "secondaryKey", "endorsementKey", "storageRootKey"})
_CERTIFICATES = frozenset({"clientCertificates", "signingCertificates"})
_ABSENT = object()


def preview(plan: Plan) -> Json:
    """The records to create, to update with their changes, and to delete, and how many are unchanged.

    `failures` are there if any record cannot be done.
    """
    shown: Json = {
        "create": [_place(item) for item, _ in plan.records(Action.CREATE)],
        "update": [
            {**_place(item), "changes": changes(stored or {}, item.patch.over(stored or {}))}
            for item, stored in plan.records(Action.UPDATE)
        ],
        "delete": [{"id": item.id} for item, _ in plan.records(Action.DELETE)],
        "unchanged": plan.count(Action.UNCHANGED),
    }
    for stored in plan.pruned:
        id = stored[plan.loaded.kind.id_member]
        if plan.disables:
            disabled = {**stored, "provisioningStatus": "disabled"}
            shown["update"].append({"id": id, "file": None, "line": None, "changes": changes(stored, disabled)})
        else:
            shown["delete"].append({"id": id})
    if plan.failures:
        shown["failures"] = [failure.json() for failure in sorted(plan.failures, key=plan.loaded.order)]
    return shown


def previewed(cli_ctx: Any, plan: Plan, exit_code: bool) -> Json:
    """The preview as the result of a command; with `exit_code` it ends with 10 when anything would change.

    A plan with failures ends in an error after it is printed.
    """
    result = preview(plan)
    if plan.failures:
        message = f"{len(plan.failures):,} of {plan.loaded.kind.counted(plan.loaded.total)} would fail."
        fail_after_output(cli_ctx, message, [result["failures"][0]["message"]])
    elif exit_code and any(result[part] for part in ("create", "update", "delete")):
        exit_after_output(cli_ctx, DIFFERENT)
    return result


def changes(before: Json, after: Json) -> list[Json]:
    """Each member that differs, by a list of names down to the leaf; keys are hidden, certificates thumbprints."""
    kept, made = ({name: part for name, part in record.items() if name not in READ_ONLY} for record in (before, after))
    return list(_changes(kept, made, []))


def _place(item: Item) -> Json:
    return {"id": item.id, "file": item.file or None, "line": item.line or None}


def _changes(before: Any, after: Any, path: list[str]) -> Iterator[Json]:
    is_certificate = _is_certificate(path)
    if isinstance(before, dict) and isinstance(after, dict) and not is_certificate:
        for name in [*before, *(name for name in after if name not in before)]:
            yield from _changes(before.get(name, _ABSENT), after.get(name, _ABSENT), [*path, name])
    elif is_certificate:
        old, new = (thumbprint(part) if isinstance(part, dict) else None for part in (before, after))
        if old != new:
            yield {"path": path, "before": old, "after": new}
    elif before is _ABSENT or after is _ABSENT or not same(before, after):
        yield {"path": path, "before": _shown(before, path), "after": _shown(after, path)}


def _is_certificate(path: list[str]) -> bool:
    # tags may have members of these names too
    return path[:2] == ["attestation", "x509"] and len(path) == 4 and path[2] in _CERTIFICATES


def _shown(value: Any, path: list[str]) -> Any:
    if value is _ABSENT or value is None:
        return None
    if path[-1] in _KEYS:
        return HIDDEN
    if _is_certificate(path) and isinstance(value, dict):
        return thumbprint(value)
    if path[-1] == "webhookUrl" and isinstance(value, str):
        return _without_secrets(value)
    if isinstance(value, dict):
        return {name: _shown(part, [*path, name]) for name, part in value.items()}
    if isinstance(value, list):
        return [_shown(part, [*path, ""]) for part in value]
    return text(value) if isinstance(value, str) else value


def _without_secrets(url: str) -> str:
    """A webhook's URL without its query and its credentials."""
    before, question, _ = url.partition("?")
    scheme, separator, rest = before.partition("://")
    host, slash, tail = rest.partition("/")
    return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{tail}" + (f"?{HIDDEN}" if question else "")
