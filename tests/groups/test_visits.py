"""The plan of visits, the liaison's day, hand-overs, and deals."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.actors import Actor
from accounts.calendar import today
from accounts.models import Hospital
from groups.domain import handing, opportunities, visits
from groups.domain.days import Counts, day_of, due_visits
from groups.domain.errors import UnitError
from groups.domain.next_step import next_step
from groups.models import GroupCustomer, GroupVisit, OwnerChange
from hospital_crm.tenancy.scope import hospital_scope
from messaging.models import Message
from tests.cast import Cast, MountedClient, actor_of, hire
from tests.cast import Part as Role
from tests.groups.factories import (
    ContractFactory,
    GroupContactFactory,
    GroupCustomerFactory,
    GroupVisitFactory,
    OpportunityFactory,
)

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]
DAY = dt.date(2026, 6, 1)
ONE = dt.timedelta(days=1)


def test_finishing_needs_a_result_and_happens_once(in_north: Hospital, actor: ActorOf) -> None:
    visit = GroupVisitFactory()
    with pytest.raises(UnitError):
        visits.finish_visit(visit, done_on=DAY, result=" ", actor=actor("liaison"))
    visits.finish_visit(visit, done_on=DAY, result="已谈", actor=actor("liaison"))
    with pytest.raises(UnitError):
        visits.finish_visit(visit, done_on=DAY, result="再谈", actor=actor("liaison"))


def test_next_step_is_planned_with_its_day(in_north: Hospital, actor: ActorOf, cast: Cast) -> None:
    visit = GroupVisitFactory(staff=cast.tang)
    for refused in ({"next_step": "送报价"}, {"next_on": DAY}, {"next_step": "送报价", "next_on": DAY - ONE}):
        with pytest.raises(UnitError):
            visits.finish_visit(visit, done_on=DAY, result="已谈", actor=actor("liaison"), **refused)
    visits.finish_visit(
        visit, done_on=DAY, result="已谈", next_step="送报价", next_on=DAY + ONE, actor=actor("liaison")
    )
    step = GroupVisit.objects.open().get()
    assert (step.follows, step.purpose, step.planned_on, step.staff) == (visit, "送报价", DAY + ONE, cast.tang)


def test_calling_off_needs_a_reason_and_contact_is_of_the_unit(in_north: Hospital, actor: ActorOf) -> None:
    visit, liaison = GroupVisitFactory(), actor("liaison")
    with pytest.raises(UnitError):
        visits.call_off(visit, on=DAY, reason="", actor=liaison)
    assert not visits.call_off(visit, on=DAY, reason="对方出差", actor=liaison).is_open
    with pytest.raises(UnitError):
        visits.finish_visit(visit, done_on=DAY, result="已谈", actor=liaison)
    with pytest.raises(UnitError):
        stranger = GroupContactFactory()
        visits.plan_visit(visit.group, {"planned_on": DAY, "purpose": "x", "contact": stranger}, actor=liaison)


def test_day_shows_what_is_late_due_and_coming_of_the_own_units(in_north: Hospital, cast: Cast, actor: ActorOf) -> None:
    own = GroupCustomerFactory(owner=cast.tang)
    made = {days: GroupVisitFactory(group=own, staff=cast.tang, planned_on=DAY + days * ONE) for days in (-3, 0, 7, 8)}
    GroupVisitFactory(planned_on=DAY)
    ending = ContractFactory(group=own, starts_on=dt.date(2025, 1, 1), ends_on=DAY + 90 * ONE)
    ContractFactory(starts_on=dt.date(2025, 1, 1), ends_on=DAY)
    deal = OpportunityFactory(group=own, expected_on=DAY - ONE, amount=1000, step=70)
    found = day_of(actor("liaison"), DAY)
    assert found.page.rows == [made[-3], made[0], made[7]]
    assert (found.contracts, found.deals, found.counts) == ([ending], [deal], Counts(1, 1, 1, 1, 1))
    assert found.weighted == 700
    assert set(due_visits(actor("liaison"), DAY)) == {made[-3], made[0]}


def test_units_are_handed_over_with_everything_open(in_north: Hospital, cast: Cast, actor: ActorOf) -> None:
    second = hire("second.north", Role("宋专员", ("liaison",)))
    own, foreign = GroupCustomerFactory(owner=cast.tang), GroupCustomerFactory(owner=second)
    visit = GroupVisitFactory(group=own, staff=cast.tang)
    done = GroupVisitFactory(group=own, staff=cast.tang, done_on=DAY, result="已谈")
    deal = OpportunityFactory(group=own, staff=cast.tang)
    liaison, now = actor("liaison"), timezone.now()
    with pytest.raises(UnitError):
        handing.hand_over([own.pk], to=second, reason=" ", actor=liaison, now=now)
    with pytest.raises(UnitError):
        handing.hand_over([own.pk], to=cast.li, reason="调岗", actor=liaison, now=now)
    moved = handing.hand_over([own.pk, foreign.pk], to=second, reason="调岗", actor=liaison, now=now)
    for row in (own, visit, done, deal):
        row.refresh_from_db()
    assert ([unit.pk for unit in moved], own.owner, visit.staff, done.staff, deal.staff) == (
        [own.pk],
        second,
        second,
        cast.tang,
        second,
    )
    assert list(OwnerChange.objects.values_list("before", "after", "reason")) == [(cast.tang.pk, second.pk, "调岗")]
    assert list(Message.objects.values_list("staff", flat=True)) == [second.pk]
    assert set(GroupCustomer.objects.visible_to(actor_of(second))) == {own, foreign}
    assert handing.hand_over([own.pk], to=second, reason="调岗", actor=actor("centre_manager"), now=now) == []


def test_deals_go_forward_and_close_once(in_north: Hospital, actor: ActorOf) -> None:
    deal, liaison = OpportunityFactory(amount=1000), actor("liaison")
    assert opportunities.bring_forward(deal, step=70, actor=liaison).step == 70
    with pytest.raises(UnitError):
        opportunities.close_deal(deal, won=False, reason="", on=DAY, actor=liaison)
    assert opportunities.close_deal(deal, won=True, reason="", on=DAY, actor=liaison).state == "won"
    with pytest.raises(UnitError):
        opportunities.bring_forward(deal, step=90, actor=liaison)


def test_day_page_works_for_liaison_and_manager_alone(north: Hospital, cast: Cast, client_as: ClientAs) -> None:
    with hospital_scope(north):
        visit = GroupVisitFactory(group=GroupCustomerFactory(owner=cast.tang), staff=cast.tang, planned_on=today())
    assert visit.purpose in client_as("liaison").get("groups/day/").content.decode()
    assert client_as("centre_manager").get("groups/day/").status_code == 200
    assert client_as("agent").get("groups/day/").status_code == 403
    assert client_as("liaison").post("groups/day/").status_code == 405


def test_next_is_the_earliest_of_contacts_contracts_and_deals(in_north: Hospital, client_as: ClientAs) -> None:
    unit = GroupCustomerFactory()

    def told(day: dt.date = DAY) -> tuple[dt.date, str] | None:
        step = next_step(unit, day)
        return (step.on, step.title) if step else None

    assert told() is None
    deal = OpportunityFactory(group=unit, expected_on=dt.date(2026, 7, 20))
    ContractFactory(group=unit, number="HT-9", starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 7, 20))
    ContractFactory(group=GroupCustomerFactory(), ends_on=dt.date(2026, 6, 2))
    assert told() == (dt.date(2026, 7, 20), "HT-9")
    visit = GroupVisitFactory(group=unit, planned_on=dt.date(2026, 5, 2), purpose="商谈体检")
    assert told() == (dt.date(2026, 5, 2), "商谈体检")
    page = client_as("centre_manager").get(f"groups/{unit.public_id}/").content.decode()
    assert ("<h2>下一步</h2>" in page, f"visits/{visit.pk}/" in page) == (True, True)
    type(visit).objects.update(done_on=DAY, result="已谈")
    type(deal).objects.update(expected_on=dt.date(2026, 6, 20))
    assert told() == (dt.date(2026, 6, 20), deal.title)
    assert told(dt.date(2026, 8, 1)) == (dt.date(2026, 6, 20), deal.title)
