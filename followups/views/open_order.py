"""The one open order: who it is, what to know before calling, the numbers, the last stay, earlier contacts.

Holding the order is the purpose that shows the numbers; each view of them is one logged event. Everybody else reads
them masked.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.actors import Actor
from accounts.audit import Seen, log_accesses
from accounts.calendar import today as hospital_today
from followups.domain import lost, refusals, result_drafts
from followups.domain.asking import Waits, refuses_satisfaction
from followups.domain.calls import CallAdvice, advice_for, facts_from, is_exempt
from followups.domain.holding import may_work_on
from followups.domain.lost import Rung
from followups.domain.red_flags import acts_on_flag
from followups.domain.results import is_written_anew
from followups.domain.tries import known_from
from followups.models import Attempt, Dissatisfaction, FollowUpOrder, FollowUpRun, OrderState, Review
from followups.views import around, cautions, rows
from followups.views.cautions import Caution
from followups.views.kept import Kept, draft_of_another
from followups.views.numbers import Number, numbers_of
from followups.views.rows import Row
from hospital_crm.shell import wording
from patients.domain.visibility import may_read_clinical
from patients.models import Relation


@dataclass(frozen=True)
class Fact:
    """Label and text of the last stay."""

    label: str
    text: str
    is_late: bool = False


@dataclass(frozen=True)
class Contact:
    """An earlier contact."""

    at: str
    kind: str
    text: str


@dataclass
class OpenOrder:
    """What the rail and the phone's form show of one order. `numbers`: those that may be dialled now; `known_numbers`:
    all of which one may have been called, to be named masked; `waits`: why nobody calls now; `asks_satisfaction`: a
    completed result says how content the person is; `flag`: the red flag heard in this step, which stands first among
    the warnings.
    """

    order: FollowUpOrder
    row: Row
    may_record: bool
    is_late: bool
    clinical: bool = False
    may_take: bool = False
    was_called: bool = False
    waits: Waits | None = None
    asks_satisfaction: bool = False
    numbers: list[Number] = field(default_factory=list)
    known_numbers: list[Number] = field(default_factory=list)
    flag: Caution | None = None
    warnings: list[Caution] = field(default_factory=list)
    unsettled: list[Dissatisfaction] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    stay_words: str = ""
    after_words: str = ""
    draft_words: str = ""
    place: str = ""
    address: str = ""
    ladder: list[Rung] = field(default_factory=list)
    conflict: str = ""
    kept: Kept | None = None
    seen: Seen | None = None
    read: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def stop(self) -> bool:
        """The person must not be called, whatever the day."""
        return not self.order.may_be_called or self.waits is not None and self.waits.is_refused

    @property
    def only_number(self) -> str:
        """The name of the one number that may be dialled, where there are others as well; empty where there are
        several, of which the caller says which it was.
        """
        dialled = [number.name for number in self.known_numbers if not number.problem]
        return dialled[0] if len(dialled) == 1 else ""

    @property
    def missing(self) -> str:
        """What is missing before the person may be reported lost."""
        return lost.missing_words(self.ladder)


def open_order(
    order: FollowUpOrder,
    *,
    actor: Actor,
    now: dt.datetime,
    page: str,
    reviewing: bool = False,
    beside: around.Beside | None = None,
    beside_list: bool = False,
) -> OpenOrder:
    """The order as it is read now; logs one event: numbers shown to the holder, or a view by somebody else.

    Of an order of the pool the numbers are shown to whoever has taken it in hand; where a red flag was heard, also once
    the result is sent, to those who act on it.

    `reviewing`: the centre reads what was sent, with its clinical text and without the numbers. `beside`: what the
    page shows besides, read in the same statement. `beside_list`: the page logs this view together with its list.
    """
    today = hospital_today(now=now)
    holds = order.is_working and may_work_on(actor, order, today=today)
    clinical = reviewing or reads_clinical(order, actor=actor, today=today)
    may_call = holds and order.may_be_called
    acts = not (may_call or reviewing) and acts_on_flag(actor, order, now=now)
    read = around.read(order, now=now, clinical=clinical, acts=acts, beside=beside)
    taken = next(iter(read.get("taken", [])), None)
    is_free = taken is None or taken.staff_id == actor.staff.pk
    known = known_from(read)
    opened = OpenOrder(
        order=order,
        row=rows.row_of(order, actor=actor, now=now, clinical=clinical, known=known),
        may_record=may_call and is_free,
        is_late=order.is_late(today),
        clinical=clinical,
        read=read,
    )
    advice = advice_for(order, now=now, facts=facts_from(read)) if order.is_working else None
    opened.waits = advice.waits if advice else None
    opened.asks_satisfaction = order.step.asks_satisfaction and not refuses_satisfaction(order, known.asked)
    is_bound = not (is_exempt(order, today) or is_written_anew(order, today))
    opened.was_called = advice is not None and advice.called_today and is_bound
    opened.ladder = _ladder(order, read)
    _show_warnings(opened, advice, None if is_free else taken, now)
    opened.may_take = opened.may_record and order.assignee_id is None and taken is None and not opened.waits
    if opened.may_record:
        opened.unsettled = read["unsettled"]
        _show_numbers(opened, advice)
        _show_drafts(opened, actor, now)
    elif acts:
        opened.numbers = numbers_of(read, is_family_due=False)
    if clinical:
        _show_clinical(opened, now)
    _show_flag(opened, now)
    opened.after_words = _after_words(read["following"], today)
    seen = Seen("dial" if opened.numbers else "view", [order.patient_id], purpose="followups.order", page=page)
    if beside_list:
        opened.seen = seen
    else:
        log_accesses(actor, seen)
    return opened


def _show_warnings(opened: OpenOrder, advice: CallAdvice | None, in_hand: Any, now: dt.datetime) -> None:
    """What must be known before the first word; first of all who has the call in hand."""
    opened.warnings = _warnings(opened.order, opened.read, advice, now)
    if advice is not None and not (advice.attempts_left or advice.is_quiet):
        opened.warnings.append(cautions.tried_enough(opened.missing))
    if in_hand is not None:
        words = str(refusals.InAnotherHand(name=in_hand.staff.name))
        opened.warnings.insert(0, Caution(_("In another hand"), words, "soon", "phone-call"))


def _show_drafts(opened: OpenOrder, actor: Actor, now: dt.datetime) -> None:
    """When the own draft was saved, and what another has begun to write."""
    order = opened.order
    if left := draft_of_another(order, actor=actor, now=now):
        opened.warnings.append(Caution(_("Draft"), left, "", "pencil"))
    if order.draft_at and result_drafts.own(order, actor):
        opened.draft_words = _("Draft saved %(at)s") % {"at": wording.moment(order.draft_at, now)}


def _show_numbers(opened: OpenOrder, advice: CallAdvice | None) -> None:
    """The numbers to whoever may dial them now, and always which of them may have been called."""
    if advice is None:
        return
    opened.known_numbers = numbers_of(opened.read, is_family_due=not advice.attempts_left)
    if not (opened.may_take or advice.is_quiet or advice.waits or _was_called(advice)):
        opened.numbers = opened.known_numbers
        opened.address = opened.order.patient.address if opened.row.is_visit else ""


def _show_flag(opened: OpenOrder, now: dt.datetime) -> None:
    """The red flag of this step, above all else."""
    opened.flag = cautions.red_flag(opened.order, opened.read["tries"], clinical=opened.clinical, now=now)
    if opened.flag:
        opened.warnings.insert(0, opened.flag)


def _show_clinical(opened: OpenOrder, now: dt.datetime) -> None:
    """The clinical facts, the last stay and what earlier contacts have told."""
    opened.facts = _facts(opened.order, opened.read, now)
    opened.stay_words = _stay_words(opened.order, now)
    opened.contacts = [_contact(attempt, now) for attempt in opened.read["contacts"]]


def reads_clinical(order: FollowUpOrder, *, actor: Actor, today: dt.date) -> bool:
    """Clinical text is for clinical roles, and for whoever holds this order until it is at its end."""
    return (order.is_open and may_work_on(actor, order, today=today)) or may_read_clinical(actor, order.patient)


def _ladder(order: FollowUpOrder, read: Mapping[str, list[Any]]) -> list[Rung]:
    """What stands before "lost"; of who is lost, what had been tried."""
    if order.state == OrderState.LOST:
        return lost.evidence_from(order, read["tries"])
    return lost.rungs_from(order, read) if order.is_working else []


def _was_called(advice: CallAdvice) -> bool:
    """Called today already, and not to be called again before tomorrow: the numbers stay masked."""
    return not advice.may_call and advice.attempts_left > 0


def _warnings(
    order: FollowUpOrder, read: Mapping[str, list[Any]], advice: CallAdvice | None, now: dt.datetime
) -> list[Caution]:
    """What was heard and written before is clinical, and read for nobody else; who must not be called, and when, is
    for everybody.
    """
    found = _stop_warnings(order, now) + _run_warnings(order, now)
    found += [_return_warning(review) for review in read.get("returns", [])]
    found += [cautions.earlier_finding(other, now) for other in read.get("findings", [])]
    found += _dissatisfaction_warnings(read.get("unsettled", []), now)
    return found + cautions.of_calls(order, advice, now) if advice is not None else found


def _stop_warnings(order: FollowUpOrder, now: dt.datetime) -> list[Caution]:
    patient = order.patient
    if patient.is_deceased:
        died = wording.day(patient.deceased_on, wording.local(now).date())
        return [Caution(_("Deceased"), _("Died %(day)s. All contact has stopped.") % {"day": died}, "late", "ban")]
    if not patient.may_be_contacted:
        is_safety = order.is_working and order.may_be_called
        text = _("This is a call back for safety.") if is_safety else _("Only safety contact is allowed.")
        return [Caution(_("Stop contact"), text, "late", "ban")]
    return []


def _run_warnings(order: FollowUpOrder, now: dt.datetime) -> list[Caution]:
    """A run that waits until a death is decided or a stay ends, or whose end a physician may agree to."""
    run = order.run
    if run.state == FollowUpRun.State.SUSPENDED:
        if order.patient.death_in_doubt_since is not None:
            return [Caution(_("Perhaps deceased"), _("Nobody calls until it is decided."), "late", "ban")]
        text = _("The person is in hospital again. A new discharge opens a new run.")
        return [Caution(_("On hold"), text, "soon", "player-pause")]
    if run.end_proposed_at is None or run.state == FollowUpRun.State.CLOSED:
        return []
    day = wording.day(run.end_proposed_at, wording.local(now).date())
    text = _("Without a finding up to %(day)s: follow-up may end if the physician agrees.")
    return [Caution(_("End proposed"), text % {"day": day}, "", "flag-check")]


def _return_warning(review: Review) -> Caution:
    by = review.reviewer.name if review.reviewer else ""
    return Caution(_("Returned"), f"{by} {review.reason}".strip(), "soon", "arrow-back-up")


def _dissatisfaction_warnings(unsettled: list[Dissatisfaction], now: dt.datetime) -> list[Caution]:
    """What the person was not content with and nobody has settled: this caller asks."""
    words = _("%(day)s %(cause)s %(text)s: ask how it was settled")
    return [
        Caution(
            _("Not content"),
            words
            % {
                "day": wording.day(one.heard_at, wording.local(now).date()),
                "cause": one.get_cause_display(),
                "text": one.text[:60],
            },
            "soon",
            "message-report",
        )
        for one in unsettled
    ]


def _facts(order: FollowUpOrder, read: Mapping[str, list[Any]], now: dt.datetime) -> list[Fact]:
    encounter, patient, today = order.run.encounter, order.patient, wording.local(now).date()
    found = []
    if encounter:
        attending = order.attending.name if order.attending else encounter.attending_name
        left = [
            wording.day(encounter.discharged_on, today),
            order.department.name if order.department else "",
            attending,
        ]
        found = [
            Fact(_("Discharged"), " ".join(part for part in left if part)),
            Fact(_("Diagnosis"), encounter.diagnosis_text or wording.MISSING),
            Fact(_("Instructions"), encounter.discharge_instructions or wording.MISSING),
        ]
        if encounter.revisit_on:
            found.append(Fact(_("Revisit"), wording.day(encounter.revisit_on, today)))
    found.append(Fact(_("Allergies"), patient.allergies or wording.MISSING, bool(patient.allergies)))
    told = _may_be_told(read["told"])
    if told:
        found.append(Fact(_("May be told"), told))
    for last in read["contacts"][:1]:
        found.append(Fact(_("Last time"), f"{wording.moment(last.at, now)} {_attempt_words(last, now)}"))
    return found


def _may_be_told(people: list[Relation]) -> str:
    said = _("%(what)s (%(why)s)")
    return _("; ").join(said % {"what": one.kind, "why": one.get_may_be_told_display()} for one in people)


def _stay_words(order: FollowUpOrder, now: dt.datetime) -> str:
    """The last stay in two lines, for the phone."""
    encounter = order.run.encounter
    if encounter is None:
        return rows.diagnosis_of(order)
    left = _("discharged %(day)s") % {"day": wording.day(encounter.discharged_on, wording.local(now).date())}
    parts = [left + pgettext("between facts", ", ") + encounter.diagnosis_text if encounter.diagnosis_text else left]
    if encounter.discharge_instructions:
        parts.append(_("Instructions: %(text)s") % {"text": encounter.discharge_instructions})
    return pgettext("between facts", ", ").join(parts)


def _contact(attempt: Attempt, now: dt.datetime) -> Contact:
    words = _attempt_words(attempt, now)
    said = f"{words} {attempt.staff.name}"
    if attempt.note:
        said = _("%(label)s: %(value)s") % {"label": said, "value": attempt.note[:60]}
    return Contact(wording.moment(attempt.at, now), attempt.get_channel_display(), said)


def _attempt_words(attempt: Attempt, now: dt.datetime) -> str:
    outcome = attempt.get_outcome_display()
    if attempt.agreed_at:
        return f"{outcome} {wording.moment(attempt.agreed_at, now)}"
    return outcome


def _after_words(steps: list[FollowUpOrder], today: dt.date) -> str:
    """Which step comes after this one."""
    if not steps:
        return _("No further step is planned.")
    following = steps[0]
    return _("Then comes %(step)s: %(window)s, due %(due)s") % {
        "step": rows.step_words(following.step.number, following.occurrence),
        "window": wording.day_range(following.earliest_on, following.latest_on, today),
        "due": wording.day(following.due_on, today),
    }
