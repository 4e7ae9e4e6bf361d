"""Who does which order: by rule (`ladder`), by hand singly or in bulk, when a physician is recognised, on leave.

Nobody gets an order who no longer works here, or whose roles do not follow up people, and nobody keeps one who can no
longer do it. Every change of hands is kept with its reason, and the next one is told.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import partial

from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts import audit
from accounts.actors import Actor
from accounts.calendar import today as hospital_today
from accounts.models import Absence, Department, StaffMember, Station
from followups.domain import in_hand, refusals, stations
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
# What changes hands: a result that was sent stays with who sent it.
_MOVABLE = (*WORKING, OrderState.SUSPENDED)
# For how long a reassignment can be taken back as a whole.
UNDO_WITHIN = dt.timedelta(minutes=15)


@transaction.atomic
def reassign(*, orders: Iterable[FollowUpOrder], to: StaffMember, reason: str, actor: Actor, now: dt.datetime) -> int:
    """Gives working orders to a colleague and answers how many changed hands; orders at their end stay where they are.

    Refuses: no reason, a colleague who no longer works here or does not follow up people, a role that may neither
    dispatch nor assign in its ward, staff of a community station for what is no home visit of tier A to their own
    people.
    """
    if not reason.strip():
        raise refusals.ReasonMissing
    return _give(orders, to, _Kind.MANUAL, reason.strip(), actor=actor, now=now)


@transaction.atomic
def undo_reassignment(*, at: dt.datetime, actor: Actor, now: dt.datetime) -> int:
    """All that the actor gave a colleague at this moment goes back to whom it came from; answers how many orders.

    What came from somebody who can no longer do it goes down the ladder. Refuses what the actor did not give, after a
    quarter of an hour, and as soon as one of the orders was touched: begun, in hand, written, called, or moved on.
    """
    given = OrderTransfer.objects.filter(by=actor.staff, at=at, kind=_Kind.MANUAL, to_staff__isnull=False)
    came_from = dict(given.values_list("order_id", "from_staff_id"))
    if not came_from:
        raise refusals.NotAllowed
    if now - at > UNDO_WITHIN:
        raise refusals.TooLateToUndo
    rows = FollowUpOrder.objects.filter(pk__in=came_from).order_by("pk")
    orders = list(rows.select_for_update(no_key=True, of=("self",)))
    moved_on = OrderTransfer.objects.filter(order__in=came_from, at__gt=at).exists()
    if moved_on or in_hand.left_in_hand(rows, now=now) or any(map(partial(_is_touched, since=at), orders)):
        raise refusals.SomethingFollowed
    roles = {order.pk: order.assignee_role for order in orders}
    moved: list[int] = []
    able = StaffMember.objects.active().able(COMPLETING).in_bulk(set(filter(None, came_from.values())))
    for staff_id in sorted(set(came_from.values()), key=lambda one: one or 0):
        back = FollowUpOrder.objects.filter(pk__in=[pk for pk, former in came_from.items() if former == staff_id])
        if staff_id and staff_id not in able:
            moved += _by_rule(back, _Kind.UNDONE, actor=actor, now=now)
            continue
        to = able[staff_id] if staff_id else None
        moved += _by_hand(back, to, _Kind.UNDONE, "", actor=actor, now=now, roles=roles)
    audit.record("followups.orders.undo_reassign", actor=actor, orders=moved)
    return len(moved)


def _is_touched(order: FollowUpOrder, since: dt.datetime) -> bool:
    """Somebody has begun, written or called since, or it does not wait any more."""
    since_then = [moment > since for moment in (order.last_attempt_at, order.draft_at) if moment is not None]
    return order.state not in _MOVABLE or order.state == OrderState.IN_PROGRESS or any(since_then)


@transaction.atomic
def share_out(*, orders: Iterable[FollowUpOrder], to: StaffMember, actor: Actor, now: dt.datetime) -> int:
    """Gives a colleague orders because a ward is evened out. Refuses what `reassign` refuses."""
    return _give(orders, to, _Kind.EVENED, "", actor=actor, now=now)


def _give(
    orders: Iterable[FollowUpOrder], to: StaffMember, kind: str, reason: str, *, actor: Actor, now: dt.datetime
) -> int:
    if not any(actor.can(f"followups.{verb}") for verb in ("dispatch", "ward", "supervise")):
        raise refusals.NotAllowed
    check_able(to)
    visible = FollowUpOrder.objects.visible_to(actor).filter(pk__in=[order.pk for order in orders])
    moved = _by_hand(visible, to, kind, reason, actor=actor, now=now)
    audit.record("followups.orders.reassign", to, actor=actor, orders=moved, kind=kind, reason=reason)
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
    check_able(to)
    mine = FollowUpOrder.objects.working().filter(assignee=actor.staff, due_on__lte=until)
    moved = _by_hand(mine, to, _Kind.LEAVE, reason, actor=actor, now=now)
    audit.record("followups.orders.hand_over", to, actor=actor, orders=moved, reason=reason.strip())
    return len(moved)


@transaction.atomic
def cover_absence(*, absence: Absence, actor: Actor | None, now: dt.datetime) -> int:
    """Leave was entered: orders due during it go to the cover, who also calls for what stays with the one who is away.

    Without a cover who follows up, every order whose window touches the leave and that is due before its end goes down
    the ladder. A leave that is over moves nothing.
    """
    if absence.ends_on < hospital_today(now=now):
        return 0
    due = FollowUpOrder.objects.filter(
        state__in=_MOVABLE, assignee_id=absence.staff_id, due_on__lte=absence.ends_on, latest_on__gte=absence.starts_on
    )
    if StaffMember.objects.active().able(COMPLETING).filter(pk=absence.cover_id).exists():
        assert absence.cover is not None
        during = due.filter(due_on__gte=absence.starts_on)
        moved = _move(during, absence.cover, _Kind.LEAVE, "", actor=actor, now=now)
    else:
        moved = _by_rule(due, _Kind.LEAVE, actor=actor, now=now, not_before=absence.starts_on)
    audit.record("followups.orders.cover", absence, actor=actor, orders=moved)
    return len(moved) + take_back(actor=actor, now=now)


@transaction.atomic
def take_back(*, actor: Actor | None, now: dt.datetime, orders: QuerySet | None = None) -> int:
    """Orders go down the ladder whose holder can no longer do them; of `orders` alone, or of the whole hospital.

    That is who no longer works here, who follows up nobody any more, and who is on leave until after the due day, today
    without a cover who is here. Answers how many changed hands.
    """
    held = FollowUpOrder.objects.all() if orders is None else orders
    held = held.filter(state__in=_MOVABLE, assignee__isnull=False)
    here = StaffMember.objects.active()
    gone = Q(assignee__in=StaffMember.objects.exclude(pk__in=here.values("pk")))
    unable = Q(assignee__in=here.exclude(pk__in=here.able(COMPLETING).values("pk")))
    moved: list[int] = []
    for kind, holders in ((_Kind.LEFT, gone), (_Kind.UNABLE, unable), (_Kind.LEAVE, _away(held, now))):
        moved += _by_rule(held.filter(holders), kind, actor=actor, now=now)
    if moved:
        audit.record("followups.orders.take_back", actor=actor, orders=moved)
    return len(moved)


def _away(held: QuerySet, now: dt.datetime) -> Q:
    """What is due before its holder is back from a leave and has no cover today."""
    day, found = hospital_today(now=now), Q(pk__in=[])
    leaves = Absence.objects.covering(day).filter(staff__in=held.values("assignee"))
    ends = dict(leaves.values_list("staff_id", "ends_on"))
    ladder = Ladder() if ends else None
    for staff_id, ends_on in ends.items():
        if ladder and ladder.present(staff_id, day) is None:
            found |= Q(assignee=staff_id, due_on__lte=ends_on)
    return found


@transaction.atomic
def release(*, staff: StaffMember, actor: Actor | None, now: dt.datetime) -> int:
    """Somebody no longer works here: the open orders go down the ladder."""
    held = FollowUpOrder.objects.filter(state__in=_MOVABLE, assignee=staff)
    moved = _by_rule(held, _Kind.LEFT, actor=actor, now=now)
    audit.record("followups.orders.release", staff, actor=actor, orders=moved)
    return len(moved)


@transaction.atomic
def reroute(*, name: str, staff: StaffMember | None, actor: Actor | None, now: dt.datetime) -> int:
    """A physician's or nurse's name was understood, or understood otherwise: orders of those stays know him, or nobody.

    Those nobody has started go down the ladder anew; what was started, or given by hand, stays where it is. Answers how
    many orders know another physician. Refuses a physician who no longer works here.
    """
    if staff is not None:
        _check_active(staff)
    stays = Encounter.objects.filter(attending_name=name, attending=staff)
    nursed = Encounter.objects.filter(nurse_name=name, nurse=staff)
    orders = FollowUpOrder.objects.open().filter(run__encounter__in=stays).exclude(attending=staff)
    known = list(orders.order_by("pk").values_list("pk", flat=True))
    FollowUpOrder.objects.filter(pk__in=known).update(attending=staff, version=F("version") + 1)
    of_nurse = FollowUpOrder.objects.open().filter(run__encounter__in=nursed)
    concerned = [*known, *of_nurse.values_list("pk", flat=True)]
    moved = _by_rule(_not_begun(concerned), _Kind.MAPPED, actor=actor, now=now)
    audit.record("followups.orders.reroute", staff, actor=actor, known=len(known), orders=moved)
    return len(known)


@transaction.atomic
def take_department(*, found: Department, known: Department, actor: Actor | None, now: dt.datetime) -> int:
    """Two names are one department: orders and what was heard in them belong to it, those not begun find their people.

    Answers how many orders changed department.
    """
    orders = FollowUpOrder.objects.filter(department=found)
    taken = list(orders.order_by("pk").values_list("pk", flat=True))
    orders.filter(ward=None).update(ward=Ladder().ward_meant(None, known.pk))
    orders.update(department=known, version=F("version") + 1)
    Dissatisfaction.objects.filter(department=found).update(department=known)
    moved = _by_rule(_not_begun(taken), _Kind.MAPPED, actor=actor, now=now)
    audit.record("followups.orders.take_department", known, actor=actor, taken=len(taken), orders=moved)
    return len(taken)


def follow_stays(*, order_ids: Sequence[int], now: dt.datetime) -> int:
    """The lists corrected the department, ward or physician of stays: orders not begun find their people, but for those
    given by hand. Answers how many changed hands.
    """
    return len(_by_rule(_not_begun(order_ids), _Kind.STAY, actor=None, now=now))


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
    orders: QuerySet,
    to: StaffMember | None,
    kind: str,
    reason: str,
    *,
    actor: Actor,
    now: dt.datetime,
    roles: dict[int, str] | None = None,
) -> list[int]:
    """Moves working orders because somebody wants it; what a station takes becomes a home visit. A call that somebody
    has in hand stays where it is: the conversation goes on, and its result is written there.
    """
    held = orders.filter(state__in=_MOVABLE).order_by("pk").select_for_update(no_key=True, of=("self",))
    locked = FollowUpOrder.objects.filter(pk__in=list(held.values_list("pk", flat=True)))
    free = locked.filter(~in_hand.by_anybody(now=now))
    visits = stations.check_fits(free, to)
    moved = _move(free, to, kind, reason.strip(), actor=actor, now=now, roles=roles)
    stations.set_channel(moved, visits=visits)
    return moved


def _not_begun(ids: Sequence[int]) -> QuerySet:
    """Those of these orders that wait for a first call, and that nobody gave away by hand."""
    states = [*UNSTARTED, OrderState.SUSPENDED]
    waiting = FollowUpOrder.objects.filter(pk__in=ids, state__in=states, attempts_count=0)
    return waiting.exclude(pk__in=OrderTransfer.given_by_hand(ids))


def _by_rule(
    orders: QuerySet, kind: str, *, actor: Actor | None, now: dt.datetime, not_before: dt.date | None = None
) -> list[int]:
    """Sends orders down the ladder of their step, to who is there on the due day, or today where that is over (and on
    `not_before` where that is later); answers those that changed hands.
    """
    rows = list(orders.select_related("step", "run").annotate(nurse_id=F("run__encounter__nurse_id")))
    if not rows:
        return []
    ladder, first = Ladder(), max(hospital_today(now=now), not_before or dt.date.min)
    by_staff: dict[int | None, list[int]] = {}
    roles: dict[int, str] = {}
    for order in rows:
        found = ladder.assign(
            order.step.ladder,
            attending_id=order.attending_id,
            nurse_id=order.nurse_id,
            ward_id=order.ward_id,
            department_id=order.department_id,
            due_on=max(order.due_on, first),
            spread=order.run.encounter_id or order.run_id,
        )
        if _hands(found.staff_id, found.role) != _hands(order.assignee_id, order.assignee_role):
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
    """Changes the assignee of working orders, keeps each change, tells the next one. Locks in the order of ids.

    To nobody means to the centre's pool: what is nobody's goes there too.
    """
    fallback = AssigneeRole.CENTRE if to is None else ""
    there = {"assignee": to} if to is not None else {"assignee__isnull": True, "assignee_role": fallback}
    rows = list(
        orders.filter(state__in=_MOVABLE).exclude(**there).order_by("pk").select_for_update(no_key=True, of=("self",))
    )
    transfers = []
    for order in rows:
        role = roles[order.pk] if roles and order.pk in roles else fallback or order.assignee_role
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


def _hands(staff_id: int | None, role: str) -> int | str:
    """Whose an order is: a person's, on whatever rung, or nobody's on this one."""
    return staff_id or role


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


def check_able(staff: StaffMember) -> None:
    """Somebody who works here and follows up people."""
    _check_active(staff)
    if not StaffMember.objects.able(COMPLETING).filter(pk=staff.pk).exists():
        raise refusals.CannotFollowUp(name=staff.name)
