"""Rotation in stages: how the two slots of an attestation change when a certificate, a key or a CA name is replaced.

Everything that names the new one and the old one does so as the first stage stores them: the old one is the primary,
the new one the secondary. The service keeps a certificate in its slot only, and never shows its content.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from secrets import token_bytes
from typing import Any, NamedTuple

from azext_iot_dps.record.attestation import CA_NAMES, SYMMETRIC_KEY, X509, stored_type
from azext_iot_dps.record.comparison import thumbprint
from azext_iot_dps.record.kinds import Kind
from azext_iot_dps.record.paths import Json, as_object, get, put
from azext_iot_dps.record.violation import Fault, Violation, Violations

# Bytes of a generated key: as many as those have that the service generates.
_KEY_BYTES = 64
_BRANCH = f"attestation.{X509}.{CA_NAMES}"
NAMES = f"{_BRANCH}.primary", f"{_BRANCH}.secondary"
# The paths of the primary and the secondary one.
KEYS = (f"attestation.{SYMMETRIC_KEY}.primaryKey", f"attestation.{SYMMETRIC_KEY}.secondaryKey")
_NAME_HINT = "Specify the new {} with {{1}}."


class Slots(NamedTuple):
    """The paths of the primary and the secondary one, and what they hold."""

    primary: str
    secondary: str
    noun: str

    @property
    def are_keys(self) -> bool:
        """Whether they hold symmetric keys, which cannot be absent."""
        return self.primary == KEYS[0]


class Stage(NamedTuple):
    """What to do: `adds` what the secondary slot of this noun is to hold, or `promotes` it, or `finishes`, or both.

    Where the stored record does not show which one is the new one, it is refused unless it `guesses`.
    """

    adds: str = ""
    promotes: bool = False
    finishes: bool = False
    guesses: bool = False


CERTIFICATE, KEY, CA_NAME = "certificate", "symmetric key", "CA name"


def slots(kind: Kind, record: Json) -> Slots:
    """The slots that a stored record uses. Raises Violations for an attestation without two of them."""
    type = stored_type(record)
    if type == SYMMETRIC_KEY:
        return Slots(*KEYS, KEY)
    if type != X509:
        raise _refused((), f"The {kind.title} has {type} attestation, in which nothing can be rotated.")
    if any(as_object(get(record, _BRANCH)).values()):
        return Slots(*NAMES, CA_NAME)
    return Slots(*kind.slots, CERTIFICATE)


def new_key() -> str:
    """A random symmetric key, as base64."""
    return b64encode(token_bytes(_KEY_BYTES)).decode()


def members(kind: Kind, stage: Stage, named: Json, stored: Json) -> Json:
    """The members by which the stage changes a stored record, which must have its symmetric keys; {} for none.

    `named` has the new one as secondary and, if it is given, the old one as primary. Raises Violations for a stage that
    would lock devices out, and for one for which something is missing.
    """
    return _Rotation(kind, stage, named, stored).members()


class _Rotation:
    def __init__(self, kind: Kind, stage: Stage, named: Json, stored: Json):
        self._kind, self._stage, self._stored = kind, stage, stored
        self._slots = at = slots(kind, stored)
        mark: Callable[[Any], Any] = _thumbprint if at.noun == CERTIFICATE else _text
        self._old, self._new = get(named, at.primary), get(named, at.secondary)
        self._named_old, self._named_new = mark(self._old), mark(self._new)
        self._primary, self._secondary = (mark(get(stored, path)) for path in (at.primary, at.secondary))

    def members(self) -> Json:
        if self._stage.adds:
            return self._added()
        if not self._stage.promotes:
            return self._finished()
        if self._named_new and self._named_new == self._primary:
            return self._finished() if self._stage.finishes else {}
        return self._promoted()

    def _added(self) -> Json:
        noun = self._slots.noun
        if self._stage.adds != noun:
            raise self._fault(f"The {self._kind.title} has no {self._stage.adds}: its devices use a {noun}.")
        if not self._named_new:
            raise self._fault(f"{{1}} is required: the new {noun}.", Fault.MISSING)
        if self._named_new == self._secondary:
            return {}
        if self._named_new == self._primary:
            raise self._fault(f"{{1}} is the primary {noun} already.")
        if self._secondary and not self._slots.are_keys:
            hint = "Remove one with --finish, or with `update`."
            raise self._fault(f"The {self._kind.title} has a secondary {noun} already.", advice=hint)
        self._check_old(self._primary)
        return self._changed(secondary=self._new)

    def _promoted(self) -> Json:
        noun, finishes = self._slots.noun, self._stage.finishes
        if not self._secondary:
            raise self._fault(f"The {self._kind.title} has no secondary {noun} that could become the primary one.")
        if self._named_new and self._named_new != self._secondary:
            raise self._fault(f"{{1}} is not the secondary {noun} of the {self._kind.title}.")
        self._check_old(self._primary)
        if noun == CERTIFICATE:
            return self._moved(finishes)
        if not self._named_new and not self._stage.guesses:
            raise self._unknown()
        stored = get(self._stored, self._slots.primary)
        left = (new_key() if self._slots.are_keys else None) if finishes else stored
        return self._changed(primary=get(self._stored, self._slots.secondary), secondary=left)

    def _moved(self, finishes: bool) -> Json:
        """Certificates can be moved only by those who have them."""
        if not as_object(self._new).get("certificate"):
            reason = "{1} is required again: the service never shows certificates, and cannot move one by itself."
            raise self._fault(reason, Fault.MISSING)
        if not finishes and not as_object(self._old).get("certificate"):
            reason = "{0} is required: the old certificate, which becomes the secondary one and so remains in use."
            raise self._fault(reason, Fault.MISSING, "To remove the old one at the same time: --promote --finish.")
        return self._changed(primary=self._new, secondary=None if finishes else self._old)

    def _finished(self) -> Json:
        noun, named = self._slots.noun, self._named_new
        if named and named != self._primary:
            reason = "is still the secondary one. --promote it first." if named == self._secondary else "is not."
            raise self._fault(f"The new {noun} must be the primary one, but {{1}} {reason}")
        if not self._secondary:
            return {}
        if not named:
            self._check_order()
        if self._slots.are_keys:
            # the old one is gone already
            done = self._named_old and self._named_old != self._secondary
            return {} if done else self._changed(secondary=new_key())
        self._check_old(self._secondary)
        return self._changed(secondary=None)

    def _check_order(self) -> None:
        """Refuse when the secondary certificate is the newer one; of keys and names nothing tells that."""
        if self._slots.noun != CERTIFICATE:
            if not self._stage.guesses:
                raise self._unknown()
            return
        primary, secondary = (
            tuple(str(get(self._stored, f"{path}.info.{name}")) for name in ("notBeforeUtc", "notAfterUtc"))
            for path in self._slots[:2]
        )
        if primary < secondary:
            reason = f"The secondary certificate is newer, from {secondary[0][:10]}. --promote it first."
            raise self._fault(reason, advice=_NAME_HINT.format(CERTIFICATE))
        if primary == secondary and not self._stage.guesses:
            raise self._unknown()

    def _check_old(self, there: Any) -> None:
        if self._named_old and self._named_old != there:
            raise self._fault(f"{{0}} is not the old {self._slots.noun} of the {self._kind.title}.")

    def _unknown(self) -> Violations:
        noun = self._slots.noun
        hint = _NAME_HINT.format(noun) + " With --force the primary one counts as the new one."
        reason = f"The service does not show which {noun} is the new one."
        if self._stage.promotes:
            hint = _NAME_HINT.format(noun) + " With --force the two are swapped, each time."
        return self._fault(reason, advice=hint)

    def _changed(self, **parts: Any) -> Json:
        changed: Json = {}
        for name, value in parts.items():
            put(changed, getattr(self._slots, name), value)
        return changed

    def _fault(self, reason: str, fault: Fault = Fault.MISFIT, advice: str = "") -> Violations:
        return _refused(self._slots[:2], reason, fault, advice)


def _refused(paths: tuple[str, ...], reason: str, fault: Fault = Fault.MISFIT, advice: str = "") -> Violations:
    return Violations(Violation(paths, reason, (advice,) if advice else (), fault))


def _thumbprint(entry: Any) -> str | None:
    return thumbprint(as_object(entry))


def _text(value: Any) -> Any:
    return value or None
