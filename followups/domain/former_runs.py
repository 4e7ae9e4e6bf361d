"""A stay that was none gives back what it had ended or put on hold: the follow-up of the stay before it goes on."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Exists, F, Q, QuerySet, Subquery

from followups.domain import closing, holds
from followups.domain.changed import plan_later
from followups.domain.facts import among
from followups.domain.following import later_stays, reopen
from followups.domain.moves import resume_orders
from followups.models import FollowUpOrder, FollowUpRun, OrderState, TierAssignment
from patients.domain.care_tiers import set_care_tiers
from patients.models import Patient

_Closed = FollowUpRun.Closed
_State = FollowUpRun.State
_ENDINGS = {
    Patient.ContactState.STOPPED: (_Closed.REFUSED, OrderState.REFUSED, "contact_stopped"),
    Patient.ContactState.DECEASED: (_Closed.DIED, OrderState.DIED, "died"),
}


def give_back(*, patient_ids: Collection[int], on: dt.date) -> int:
    """Opens each person's last run again where only cancelled stays came after it, and asks for its stay to be
    planned; the person shows the tier of the last stay that stands. Answers how many orders came back.

    Orders that still lie ahead on day `on` go on where they stood; whoever may have died or is in the house again
    waits. Of those who refused all contact, and of the dead, it stays closed for that reason, so that it goes on when
    contact is allowed or the death was an error. The caller holds the people.
    """
    set_care_tiers(dict.fromkeys(patient_ids, "") | tiers_standing(patient_ids))
    cancelled = FollowUpRun.objects.filter(patient_id__in=patient_ids, encounter__is_cancelled=True)
    cancelled.filter(closed_reason__in=(_Closed.REFUSED, _Closed.DIED)).update(closed_reason=_Closed.CANCELLED)
    runs = FollowUpRun.objects.filter(pk__in=_ended_by_nothing(patient_ids))
    ended = FollowUpOrder.objects.filter(
        state=OrderState.READMITTED, state_reason=_Closed.SUPERSEDED, latest_on__gte=on
    )
    for contact_state, ending in _ENDINGS.items():
        _end(ended, runs.filter(patient__contact_state=contact_state), *ending)
    opened = list(runs.filter(patient__contact_state=Patient.ContactState.OPEN).values_list("pk", "encounter_id"))
    if not opened:
        return 0
    runs = FollowUpRun.objects.filter(pk__in=[run for run, _ in opened])
    reopen(runs)
    in_doubt = runs.filter(patient__death_in_doubt_since__isnull=False)
    back = _hold(ended, in_doubt, holds.DEATH_IN_DOUBT, on=on)
    stays = later_stays(today=on)
    back += _hold(ended, runs.filter(Exists(stays)), holds.IN_HOUSE, on=on, stay=Subquery(stays[:1]))
    back += resume_orders(ended.filter(run__in=runs), from_state=OrderState.READMITTED)
    plan_later(encounter_ids=[stay for _, stay in opened if stay])
    return back


def ended_holds() -> QuerySet[FollowUpRun]:
    """Runs on hold because of a stay that was cancelled, is no inpatient stay, is somebody else's, or began before the
    discharge.
    """
    held = FollowUpRun.objects.filter(state=_State.SUSPENDED, hold_stay__isnull=False)
    is_none = Q(hold_stay__is_cancelled=True) | ~Q(hold_stay__kind="inpatient")
    return held.filter(is_none | ~Q(hold_stay__patient=F("patient")) | Q(hold_stay__admitted_on__lt=F("anchor_on")))


def let_go_on(*, encounter_ids: Collection[int], now: dt.datetime, on: dt.date) -> int:
    """Runs on hold because of one of these stays go on where that stay is none (`ended_holds`), unless another one
    holds them or a death is in doubt. Answers how many orders came back; what closed meanwhile is void. The caller
    holds the people.
    """
    held = among(ended_holds(), "hold_stay_id", list(encounter_ids))
    held = held.filter(patient__contact_state=Patient.ContactState.OPEN, patient__death_in_doubt_since__isnull=True)
    back = 0
    for run in held.annotate(other_stay=Subquery(later_stays(today=on)[:1])).order_by("pk"):
        if run.other_stay is not None:
            FollowUpRun.objects.filter(pk=run.pk).update(hold_stay=run.other_stay)
            continue
        holds.release_runs(FollowUpRun.objects.filter(pk=run.pk))
        orders, void = FollowUpOrder.objects.filter(run=run), OrderState.VOID
        back += holds.resume(orders, since=run.held_on, closed=void, reason=holds.IN_ERROR, now=now, on=on)
        closing.continue_run(run, now=now, on=on)
    return back


def _ended_by_nothing(patient_ids: Collection[int]) -> list[int]:
    """The last run of each person, those of cancelled stays apart, where a later discharge had ended it."""
    standing = FollowUpRun.objects.filter(patient_id__in=patient_ids).exclude(encounter__is_cancelled=True)
    last = standing.order_by("patient_id", "protocol_code", "-anchor_on", "-pk").distinct("patient_id", "protocol_code")
    found = last.values_list("pk", "patient_id", "protocol_code", "closed_reason")
    followed = set(
        FollowUpRun.objects.open().filter(patient_id__in=patient_ids).values_list("patient_id", "protocol_code")
    )
    return [
        run for run, person, code, reason in found if reason == _Closed.SUPERSEDED and (person, code) not in followed
    ]


def tiers_standing(patient_ids: Collection[int]) -> dict[int, str]:
    """The tier of each person's last stay that stands and has one."""
    tiers = TierAssignment.objects.filter(
        is_current=True, encounter__patient_id__in=patient_ids, encounter__is_cancelled=False
    )
    last = tiers.order_by("encounter__patient_id", "-encounter__discharged_on", "-encounter_id")
    return dict(last.distinct("encounter__patient_id").values_list("encounter__patient_id", "tier"))


def _end(orders: QuerySet, runs: QuerySet, closed: FollowUpRun.Closed, state: OrderState, reason: str) -> None:
    """As if the refusal or the death had ended these runs and orders: it may turn out to be an error."""
    orders.filter(run__in=runs).update(state=state, state_reason=reason, version=F("version") + 1)
    runs.update(closed_reason=closed)


def _hold(orders: QuerySet, runs: QuerySet, reason: str, *, on: dt.date, stay: Subquery | None = None) -> int:
    """Runs and orders of whom nobody calls now."""
    held = list(runs.values_list("pk", flat=True))
    holds.hold_runs(FollowUpRun.objects.filter(pk__in=held), on=on, stay=stay)
    return orders.filter(run__in=held).update(
        state=OrderState.SUSPENDED, state_reason=reason, closed_at=None, version=F("version") + 1
    )
