"""Who does which order: by rule (`ladder`), by hand singly or in bulk, when a physician is recognised, on leave.

Nobody gets an order who no longer works here, or whose roles do not follow up people. Every change of hands is kept
with its reason, and the next one is told.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F, QuerySet

from accounts import audit
from accounts.actors import Actor
from accounts.models import Absence, Department, StaffMember, Station
from followups.domain import refusals, stations
from followups.domain.ladder import COMPLETING, Ladder
from followups.models import (
    UNSTARTED,
    WORKING,
    AssigneeRole,
    Dissatisfaction,
    FollowUpOrder,
    OrderState,
    OrderTransfer,
)
from messaging.domain.outbox import enqueue
from messaging.recipients import ToStaff
from patients.models import Encounter, Patient

_Kind = OrderTransfer.Kind


@transaction.atomic
def reassign(*, orders: Iterable[FollowUpOrder], to: StaffMember, reason: str, actor: Actor, now: dt.datetime) -> int:
    """Gives working orders to a colleague and answers how many changed hands; orders at their end stay where they are.

    Refuses: no reason, a colleague who no longer works here or does not follow up people, a role that may neither
    dispatch nor assign in its ward, staff of a community station for what is no home visit of tier A to their own
    people.
    """
    if not reason.strip():
        raise refusals.ReasonMissing
    if not any(actor.can(f"followups.{verb}") for verb in ("dispatch", "ward", "supervise")):
        raise refusals.NotAllowed
    _check_able(to)
    visible = FollowUpOrder.objects.visible_to(actor).filter(pk__in=[order.pk for order in orders])
    moved = _by_hand(visible, to, _Kind.MANUAL, reason, actor=actor, now=now)
    audit.record("followups.orders.reassign", to, actor=actor, orders=moved, reason=reason.strip())
    return len(moved)


@transaction.atomic
def give_to_pool(*, orders: Iterable[FollowUpOrder], reason: str, actor: Actor, now: dt.datetime) -> int:
    """Gives working orders back to the service centre's pool. Refuses as `reassign` does."""
    if not reason.strip():
        raise refusals.ReasonMissing
    if not any(actor.can(f"followups.{verb}") for verb in ("dispatch", "ward", "supervise")):
        raise refusals.NotAllowed
    visible = FollowUpOrder.objects.visible_to(actor).filter(pk__in=[order.pk for order in orders])
    moved = _by_hand(visible, None, _Kind.MANUAL, reason, actor=actor, now=now)
    audit.record("followups.orders.to_pool", actor=actor, orders=moved, reason=reason.strip())
    return len(moved)


@transaction.atomic
def hand_over(*, actor: Actor, to: StaffMember, until: dt.date, reason: str, now: dt.datetime) -> int:
    """Somebody going on leave hands over the working orders due until that day.

    Refuses: no reason, a colleague who no longer works here or does not follow up people.
    """
    if not reason.strip():
        raise refusals.ReasonMissing
    _check_able(to)
    mine = FollowUpOrder.objects.working().filter(assignee=actor.staff, due_on__lte=until)
    moved = _by_hand(mine, to, _Kind.LEAVE, reason, actor=actor, now=now)
    audit.record("followups.orders.hand_over", to, actor=actor, orders=moved, reason=reason.strip())
    return len(moved)


@transaction.atomic
def cover_absence(*, absence: Absence, actor: Actor | None, now: dt.datetime) -> int:
    """Leave was entered: orders due during it go to the cover; without one who follows up, down the ladder."""
    due = FollowUpOrder.objects.working().filter(
        assignee_id=absence.staff_id, due_on__gte=absence.starts_on, due_on__lte=absence.ends_on
    )
    if StaffMember.objects.active().able(COMPLETING).filter(pk=absence.cover_id).exists():
        assert absence.cover is not None
        moved = _move(due, absence.cover, _Kind.LEAVE, "", actor=actor, now=now)
    else:
        moved = _by_rule(due, _Kind.LEAVE, actor=actor, now=now)
    audit.record("followups.orders.cover", absence, actor=actor, orders=moved)
    return len(moved)


@transaction.atomic
def release(*, staff: StaffMember, actor: Actor | None, now: dt.datetime) -> int:
    """Somebody no longer works here: the open orders go down the ladder."""
    held = FollowUpOrder.objects.open().filter(assignee=staff)
    moved = _by_rule(held, _Kind.LEFT, actor=actor, now=now)
    audit.record("followups.orders.release", staff, actor=actor, orders=moved)
    return len(moved)


@transaction.atomic
def reroute(*, attending_name: str, staff: StaffMember | None, actor: Actor | None, now: dt.datetime) -> int:
    """A physician's name was understood, or understood otherwise: orders of those stays know him, or nobody.

    Those nobody has started go down the ladder anew; what was started, or given by hand, stays where it is. Answers how
    many orders know another physician. Refuses a physician who no longer works here.
    """
    if staff is not None:
        _check_active(staff)
    stays = Encounter.objects.filter(attending_name=attending_name, attending=staff)
    orders = FollowUpOrder.objects.open().filter(run__encounter__in=stays).exclude(attending=staff)
    known = list(orders.order_by("pk").values_list("pk", flat=True))
    FollowUpOrder.objects.filter(pk__in=known).update(attending=staff, version=F("version") + 1)
    moved = _by_rule(_not_begun(known), _Kind.MAPPED, actor=actor, now=now)
    audit.record("followups.orders.reroute", staff, actor=actor, known=len(known), orders=moved)
    return len(known)


@transaction.atomic
def take_department(*, found: Department, known: Department, actor: Actor | None, now: dt.datetime) -> int:
    """Two names are one department: orders and what was heard in them belong to it, those not begun find their people.

    Answers how many orders changed department.
    """
    orders = FollowUpOrder.objects.filter(department=found)
    taken = list(orders.order_by("pk").values_list("pk", flat=True))
    orders.update(department=known, version=F("version") + 1)
    Dissatisfaction.objects.filter(department=found).update(department=known)
    moved = _by_rule(_not_begun(taken), _Kind.MAPPED, actor=actor, now=now)
    audit.record("followups.orders.take_department", known, actor=actor, taken=len(taken), orders=moved)
    return len(taken)


@transaction.atomic
def leave_station(*, patient: Patient, station: Station, actor: Actor | None, now: dt.datetime) -> int:
    """A person is no longer assigned to a station: the home visits its staff hold go down the ladder."""
    moved = _by_rule(stations.held_by_station(patient, station), _Kind.STATION, actor=actor, now=now)
    audit.record("followups.orders.leave_station", patient, actor=actor, orders=moved, station=station.pk)
    return len(moved)


@transaction.atomic
def take_back_visits(*, actor: Actor | None, now: dt.datetime) -> int:
    """Home visits go down the ladder whose station closed, or whose holder no longer works at the person's station."""
    moved = _by_rule(stations.visits_without_station(), _Kind.STATION, actor=actor, now=now)
    if moved:
        audit.record("followups.orders.take_back_visits", actor=actor, orders=moved)
    return len(moved)


def _by_hand(
    orders: QuerySet, to: StaffMember | None, kind: str, reason: str, *, actor: Actor, now: dt.datetime
) -> list[int]:
    """Moves working orders for a reason that somebody wrote; what a station takes becomes a home visit."""
    visits = stations.check_fits(orders.filter(state__in=[*WORKING, OrderState.SUSPENDED]), to)
    moved = _move(orders, to, kind, reason.strip(), actor=actor, now=now)
    stations.set_channel(moved, visits=visits)
    return moved


def _not_begun(ids: Sequence[int]) -> QuerySet:
    """Those of these orders that wait for a first call, and that nobody gave away by hand."""
    by_hand = OrderTransfer.objects.filter(order__in=ids, kind=_Kind.MANUAL).values("order_id")
    states = [*UNSTARTED, OrderState.SUSPENDED]
    return FollowUpOrder.objects.filter(pk__in=ids, state__in=states, attempts_count=0).exclude(pk__in=by_hand)


def _by_rule(orders: QuerySet, kind: str, *, actor: Actor | None, now: dt.datetime) -> list[int]:
    """Sends orders down the ladder of their step; answers those that changed hands."""
    ladder = Ladder()
    by_staff: dict[int | None, list[int]] = {}
    roles: dict[int, str] = {}
    for order in orders.select_related("step", "run"):
        found = ladder.assign(
            order.step.ladder,
            attending_id=order.attending_id,
            ward_id=order.ward_id,
            department_id=order.department_id,
            due_on=order.due_on,
            spread=order.run.encounter_id or order.run_id,
        )
        if found.staff_id != order.assignee_id:
            by_staff.setdefault(found.staff_id, []).append(order.pk)
            roles[order.pk] = str(found.role)
    staff = StaffMember.objects.in_bulk([pk for pk in by_staff if pk])
    moved: list[int] = []
    for staff_id, ids in by_staff.items():
        rows = FollowUpOrder.objects.filter(pk__in=ids)
        moved += _move(rows, staff.get(staff_id) if staff_id else None, kind, "", actor=actor, now=now, roles=roles)
    stations.set_channel(moved, visits=False)
    return moved


def _move(
    orders: QuerySet,
    to: StaffMember | None,
    kind: str,
    reason: str,
    *,
    actor: Actor | None,
    now: dt.datetime,
    roles: dict[int, str] | None = None,
) -> list[int]:
    """Changes the assignee of working orders, keeps each change, tells the next one. Locks in the order of ids."""
    rows = list(
        orders.filter(state__in=[*WORKING, OrderState.SUSPENDED])
        .exclude(assignee=to)
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
    )
    fallback = AssigneeRole.CENTRE if to is None else ""
    transfers = []
    for order in rows:
        role = (roles or {}).get(order.pk) or fallback or order.assignee_role
        transfers.append(
            OrderTransfer(
                order=order,
                from_staff_id=order.assignee_id,
                to_staff=to,
                to_role=role,
                by=actor.staff if actor else None,
                kind=kind,
                reason=reason,
                at=now,
            )
        )
        order.assignee, order.assignee_role = to, role
        order.version += 1
        if order.state in UNSTARTED:
            order.state = OrderState.PLANNED if to is None else OrderState.DISPATCHED
        elif order.state == OrderState.IN_PROGRESS and to is not None:
            order.state = OrderState.DISPATCHED if order.attempts_count == 0 else OrderState.ATTEMPTED
    FollowUpOrder.objects.bulk_update(rows, ["assignee", "assignee_role", "state", "version"], batch_size=500)
    OrderTransfer.objects.bulk_create(transfers, batch_size=500)
    if to is not None and rows and (actor is None or actor.staff.pk != to.pk):
        _tell(to, rows, now)
    return [order.pk for order in rows]


def _tell(to: StaffMember, orders: Sequence[FollowUpOrder], now: dt.datetime) -> None:
    """One message for all orders that came at once."""
    first = orders[0]
    enqueue(
        purpose="followups.assigned",
        recipient=ToStaff(to),
        channel="bell",
        template="followups.assigned",
        context={"count": len(orders)},
        link=("followups:mine",),
        key=f"followups.assigned:{to.pk}:{first.pk}:{first.version}:{len(orders)}",
        now=now,
    )


def _check_active(staff: StaffMember) -> None:
    if not StaffMember.objects.active().filter(pk=staff.pk).exists():
        raise refusals.NoSuchColleague(name=staff.name)


def _check_able(staff: StaffMember) -> None:
    """Somebody who works here and follows up people."""
    _check_active(staff)
    if not StaffMember.objects.able(COMPLETING).filter(pk=staff.pk).exists():
        raise refusals.CannotFollowUp(name=staff.name)
