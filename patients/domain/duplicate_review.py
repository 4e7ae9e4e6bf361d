"""Looking at possible duplicates: two records side by side, and many sure pairs decided at once.

What is decided for many at once is written on each pair and done one after the other in the background; what cannot be
done keeps waiting with the reason. Only pairs that are sure (`SURE` points) are united many at once. Before its turn
each pair is compared again, and it is asked again whether whoever decided may.
"""

import datetime as dt
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor, actor_for
from accounts.audit import record
from hospital_crm.tenancy.queue import queue_on_commit
from hospital_crm.tenancy.scope import required_hospital
from patients.domain import masking
from patients.domain.duplicates import SURE, PairDecided, dismiss, find_for
from patients.domain.uniting import CHOOSABLE, JOINED, CannotUnite, fingerprint, is_empty, unite
from patients.domain.unmasking import masked_number
from patients.models import ContactPoint, DuplicateCandidate, Encounter, Identifier, Patient

log = logging.getLogger("crm.duplicates")

CLINICAL = ("allergies", "chronic_diseases", "past_history", "family_history", "current_medicines", "habits")
LEFT, RIGHT, BOTH = "left", "right", "both"
_OTHER = {LEFT: RIGHT, RIGHT: LEFT}
AT_ONCE = 20
TASK = "patients.work_off_pairs"
_State = DuplicateCandidate.State


@dataclass(frozen=True)
class Line:
    """One field of two records, as it is shown: masked, and whether they differ. `if_left`, `if_right`: what is taken
    where that record is kept and nobody says otherwise, a side or `BOTH`; `picked`: what is marked.
    """

    name: str
    label: object
    left: str
    right: str
    differs: bool
    if_left: str
    if_right: str
    picked: str

    @property
    def may_be_joined(self) -> bool:
        """Whether what both say can stand together."""
        return self.if_left == BOTH


def lines(
    left: Patient, right: Patient, *, clinical: bool, kept: str = LEFT, said: Mapping[str, str] | None = None
) -> list[Line]:
    """The fields in which one of the two says something, masked; clinical text only for those who may read it. `kept`:
    the side that is kept; `said`: what somebody has marked already, by field.
    """
    found = []
    for name in CHOOSABLE:
        values = [getattr(person, name) for person in (left, right)]
        if not any(values):
            continue
        ours, theirs = (_shown(person, name, clinical) for person in (left, right))
        label = Patient._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        taken = {side: _taken(name, side, left, right) for side in (LEFT, RIGHT)}
        picked = (said or {}).get(name, taken[kept])
        differs = values[0] != values[1]
        found.append(Line(name, label, ours, theirs, differs, taken[LEFT], taken[RIGHT], picked))
    return found


def _taken(name: str, side: str, left: Patient, right: Patient) -> str:
    """What the union takes of a field where this side is kept: that side's, unless it is empty there; of what only both
    together say safely, both.
    """
    kept, other = (right, left) if side == RIGHT else (left, right)
    if is_empty(kept, name):
        return side if is_empty(other, name) else _OTHER[side]
    return BOTH if name in JOINED and not is_empty(other, name) else side


def said_of_fields(values: Mapping[str, str]) -> dict[str, str]:
    """What a form says of each field: a side, or both where that is possible."""
    said = {name: values.get(f"field-{name}", "") for name in CHOOSABLE}
    return {name: side for name, side in said.items() if side in _OTHER or (side == BOTH and name in JOINED)}


def hangings(person: Patient) -> dict[str, list[str]]:
    """What hangs on a record, as far as it tells whether two are one: numbers, telephones, stays; masked."""
    stays = Encounter.objects.filter(patient=person).select_related("department").order_by("-admitted_on")[:5]
    return {
        "numbers": [
            f"{row.get_system_display()} {masked_number(row)}" for row in Identifier.objects.filter(patient=person)
        ],
        "phones": [masking.mask_contact(row.system, row.value) for row in ContactPoint.objects.filter(patient=person)],
        "stays": [f"{row.admitted_on:%Y-%m-%d} {row.department or ''}".strip() for row in stays],
    }


def better_of(left: Patient, right: Patient) -> tuple[Patient, Patient]:
    """Which record is kept where nobody says: the one the HIS knows, else the older one."""
    return (right, left) if right.his_seen_at and not left.his_seen_at else (left, right)


@transaction.atomic
def plan(pairs: QuerySet, act: str, *, actor: Actor) -> int:
    """Decide many pairs at once, `dismissed` or `merged`; answers how many. They are worked off in the background.

    Of pairs to be united only the sure ones are taken.
    """
    pairs = pairs.filter(state=_State.OPEN, planned="")
    if act == _State.MERGED:
        pairs = pairs.filter(score__gte=SURE)
    ids = list(pairs.values_list("pk", flat=True))
    DuplicateCandidate.objects.filter(pk__in=ids, state=_State.OPEN).update(planned=act, planned_by=actor.staff)
    record("patients.duplicate.plan", actor=actor, after={"act": act}, pairs=len(ids))
    if ids:
        queue_on_commit(TASK, queue="bulk")
    return len(ids)


def work_off(*, now: dt.datetime) -> int:
    """Do what was decided for the next few pairs; answers how many were taken up. Another worker takes others.

    Each pair by itself: one that fails keeps waiting with the reason and takes nothing of the others along.
    """
    rows = DuplicateCandidate.objects.planned().select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    taken = list(rows.select_related("planned_by__user")[:AT_ONCE])
    for pair in taken:
        try:
            with transaction.atomic():
                refusal = _work_off(pair, now)
        except (CannotUnite, PairDecided) as refused:
            refusal = str(refused)
        except Exception:  # whatever one pair provokes must not stop the others
            log.exception("pair %s could not be worked off", pair.pk)
            refusal = _("It could not be done. Look at this pair by itself.")
        if refusal:
            _wait(pair, refusal)
    return len(taken)


def _work_off(pair: DuplicateCandidate, now: dt.datetime) -> str:
    """Answers why nothing was done where the comparison shows it; what was compared is kept in that case."""
    actor = _still_allowed(pair)
    people = Patient.objects.in_bulk([pair.left_id, pair.right_id])
    if pair.planned == _State.DISMISSED:
        dismiss(pair, actor=actor, now=now)
        return ""
    if len(people) < 2:
        raise CannotUnite(_("One of the two records is gone."))
    if any(person.contact_state == Patient.ContactState.ERASED for person in people.values()):
        raise CannotUnite(_("One of the two records has been erased."))
    kept, other = better_of(people[pair.left_id], people[pair.right_id])
    seen = fingerprint(kept, other)
    find_for(list(people), now=now)
    known = DuplicateCandidate.objects.filter(pk=pair.pk, planned=_State.MERGED, facts=pair.facts, score__gte=SURE)
    if not known.exists():
        return _("What the two records say has changed since this was decided. Look again.")
    unite(kept_id=kept.pk, other_id=other.pk, actor=actor, now=now, seen=seen)
    return ""


def _still_allowed(pair: DuplicateCandidate) -> Actor:
    """Whoever decided, in a role that may unite records. Refused where there is none any more."""
    staff = pair.planned_by
    actor = actor_for(staff.user, hospital=required_hospital()) if staff and staff.user else None
    for acting in [replace(actor, role=role) for role in actor.roles] if actor else []:
        if acting.can("patients.merge") and acting.sees == "all":
            return acting
    raise CannotUnite(_("Whoever decided this may not unite records any more."))


def _wait(pair: DuplicateCandidate, reason: str) -> None:
    DuplicateCandidate.objects.filter(pk=pair.pk, state=_State.OPEN).update(planned="", note=reason[:200])


def _shown(person: Patient, name: str, clinical: bool) -> str:
    value = getattr(person, name)
    if value in ("", None):
        return "—"
    if name in CLINICAL and not clinical:
        return _("recorded")
    display: Callable[[], Any] | None = getattr(person, f"get_{name}_display", None)
    if name in _MASKS:
        return _MASKS[name](value)
    return str(display() if display else value)


_MASKS: dict[str, Callable[[Any], str]] = {
    "name": masking.mask_name,
    "mrn": masking.mask_number,
    "address": masking.mask_address,
    "birth_date": lambda day: f"{day:%Y-%m}-**",
}


def people_of(pairs: Collection[DuplicateCandidate]) -> dict[int, Patient]:
    """The records of these pairs, in one query."""
    ids = {one for pair in pairs for one in (pair.left_id, pair.right_id)}
    return Patient.objects.in_bulk(ids)
