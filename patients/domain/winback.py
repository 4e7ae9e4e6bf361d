"""People who no longer come and may be called: the list to win them back, and what came of a call."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from hospital_crm.i18n.localized import localized
from hospital_crm.tenancy import keyset
from hospital_crm.tenancy.counts import capped_count
from hospital_crm.tenancy.prepared import in_steps
from hospital_crm.tenancy.together import Few, PreparedReads
from patients.domain.label_rules import input_words
from patients.domain.lists import LISTED
from patients.domain.seldom import seldom_of
from patients.models import Consent, Encounter, LabelRule, Patient, PersonLabel, WinBackContact
from patients.models.patient import LAPSED
from patients.registry import TimelineEntry

REST_DAYS = 7


class WinBackError(Exception):
    """Refused, with the reason."""


@dataclass(frozen=True)
class Lost:
    """What the list says beside a person: why he counts as lapsed, what care for him has cost, the last call."""

    reason: str
    looked_at: list[str]
    fees: Decimal | None
    called_at: dt.datetime | None
    outcome: str


@dataclass
class WinBackList:
    """The lapsed whom the actor may see and who may be called: nobody who died, stopped contact or perhaps died, who
    refused marketing calls or took the consent back, or whom a win-back call was for in the last seven days.

    A call of follow-up on the same day is not known here: the page says so, and the timeline of the person shows it.
    Latest visit first: whoever left last is won back most easily.
    """

    actor: Actor
    now: dt.datetime
    department: int | None = None

    @cached_property
    def rows(self) -> QuerySet[Patient]:
        """The people of the list."""
        recent = WinBackContact.objects.filter(called_at__gt=self.now - dt.timedelta(days=REST_DAYS))
        rows = _not_refusing(Patient.objects.visible_to(self.actor).filter(LAPSED))
        rows = rows.exclude(Exists(recent.filter(patient=OuterRef("pk"))))
        return rows.filter(last_department_id=self.department) if self.department else rows

    def count(self) -> int:
        """How many, up to 1,001."""
        return capped_count(self.rows)

    def page(self, *, after: str = "", before: str = "") -> keyset.Page[Patient]:
        """One page."""
        return keyset.page_of(self.rows, keyset.BY_DAY, fetch=LISTED, after=after, before=before)


def _not_refusing(people: QuerySet[Patient]) -> QuerySet[Patient]:
    """Those of whom no refusal of marketing calls holds: the last decision about calls by telephone, or by any
    channel.
    """
    by_phone = (Consent.Channel.PHONE, Consent.Channel.ANY)
    decided = Consent.objects.filter(patient=OuterRef("pk"), purpose=Consent.Purpose.CALLS, channel__in=by_phone)
    last = Subquery(decided.order_by("-at", "-id").values("decision")[:1])
    granted = Consent.Decision.GRANTED.value
    return people.alias(calls=Coalesce(last, Value(granted))).filter(calls=granted)


def lost_of(patients: Sequence[Patient]) -> dict[int, Lost]:
    """What stands beside each of these people, read in one statement."""
    ids = [patient.pk for patient in patients]
    if not ids:
        return {}
    read = _BESIDE.read(ids=in_steps(ids))
    labels = {label.patient_id: label for label in read["labels"]}
    titles = {(line.rule_set_id, line.code): localized(line.title) for line in read["lines"]}
    calls = {call.patient_id: call for call in read["calls"]}
    return {pk: _lost(labels.get(pk), titles, calls.get(pk)) for pk in ids}


def _beside(*, ids: tuple[int, ...]) -> dict[str, Few]:
    """Their stage with what the stays have cost, the rules that gave it, and the last call of each."""
    fees = Encounter.objects.valid().filter(patient=OuterRef("patient")).order_by().values("patient")
    spent = Cast(Subquery(fees.annotate(total=Sum("fees")).values("total")), CharField())
    labels = PersonLabel.objects.current().filter(patient__in=ids, axis="visit_cycle")
    lines = LabelRule.objects.filter(rule_set__in=labels.values("rule_set"), axis="visit_cycle")
    newest = WinBackContact.objects.filter(patient__in=ids).order_by("patient_id", "-called_at", "-id")
    return {
        "labels": Few(labels.annotate(spent=spent), _LABEL),
        "lines": Few(lines, ("rule_set_id", "code", "title")),
        "calls": Few(newest.distinct("patient_id"), ("patient_id", "called_at", "outcome")),
    }


_LABEL = ("patient_id", "rule_set_id", "by_hand", "reason", "lines", "inputs", "spent")
_BESIDE = PreparedReads(_beside)


def _lost(
    label: PersonLabel | None,
    titles: dict[tuple[int | None, str], str],
    call: WinBackContact | None,
) -> Lost:
    reason, looked_at = "", []
    if label is not None and label.by_hand:
        reason = label.reason
    elif label is not None:
        reason = next((titles[key] for code in label.lines if (key := (label.rule_set_id, code)) in titles), "")
        looked_at = [input_words(key, value) for key, value in label.inputs.items()]
    spent = getattr(label, "spent", None)
    outcome = str(call.get_outcome_display()) if call else ""
    return Lost(reason, looked_at, Decimal(spent) if spent else None, call.called_at if call else None, outcome)


def entries(patient: Patient, actor: Actor, now: dt.datetime) -> list[TimelineEntry]:
    """The win-back calls of a person, newest first."""
    return [
        TimelineEntry(
            at=call.called_at,
            title=_("Win-back call"),
            text=call.get_outcome_display(),
            detail=call.words,
            by=call.called_by,
        )
        for call in seldom_of(patient)["calls"]
    ]


@transaction.atomic
def note_call(*, patient: Patient, outcome: str, words: str, actor: Actor, now: dt.datetime) -> WinBackContact:
    """Somebody called the person and notes what came of it.

    Refuses: no right to record results, somebody who must not be called or refused such calls, an outcome that is none.
    """
    if not actor.can("patients.classification"):
        raise WinBackError(_("Your role does not allow this."))
    if not _not_refusing(Patient.objects.callable().filter(pk=patient.pk)).exists():
        raise WinBackError(_("This person must not be called."))
    if outcome not in WinBackContact.Outcome.values:
        raise WinBackError(_("Say what came of the call."))
    made = WinBackContact.objects.create(
        patient=patient, outcome=outcome, words=words.strip(), called_at=now, called_by=actor.staff
    )
    record("patients.win_back.call", patient, actor=actor, after={"outcome": outcome})
    return made
