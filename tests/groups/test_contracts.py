"""Contracts: one of a kind at a time, states, ends, reminders."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actors import Actor
from accounts.calendar import today
from accounts.models import AuditEvent, Hospital
from groups.domain import contracts
from groups.domain.errors import UnitError
from groups.domain.states import change_state
from groups.models import Contract, GroupCustomer, GroupVisit, StatusChange
from messaging.models import Message
from tests.cast import Cast
from tests.groups.factories import BenefitFactory, ContractFactory, GroupCustomerFactory, GroupVisitFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]
NOW = dt.datetime(2026, 6, 1, 4, tzinfo=dt.UTC)
YEAR = {"starts_on": dt.date(2026, 1, 1), "ends_on": dt.date(2026, 12, 31)}


def signed(group: GroupCustomer, actor: Actor, **values: object) -> Contract:
    terms = {"number": f"HT-{Contract.objects.count()}", **YEAR, **values}
    return contracts.sign_contract(group, terms, benefits=[], actor=actor, now=NOW)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "may"),
    [
        (dt.date(2026, 12, 31), dt.date(2027, 12, 31), False),
        (dt.date(2027, 1, 1), None, True),
        (dt.date(2025, 1, 1), dt.date(2025, 12, 31), True),
        (dt.date(2025, 1, 1), dt.date(2026, 1, 1), False),
        (dt.date(2025, 1, 1), None, False),
    ],
)
def test_two_contracts_of_a_kind_share_no_day(
    in_north: Hospital, actor: ActorOf, starts_on: dt.date, ends_on: dt.date | None, may: bool
) -> None:
    group = GroupCustomerFactory()
    signed(group, actor("liaison"))
    if may:
        signed(group, actor("liaison"), starts_on=starts_on, ends_on=ends_on)
    else:
        with pytest.raises(UnitError):
            signed(group, actor("liaison"), starts_on=starts_on, ends_on=ends_on)
    signed(group, actor("liaison"), kind="care", starts_on=starts_on, ends_on=ends_on)
    signed(GroupCustomerFactory(), actor("liaison"), starts_on=starts_on, ends_on=ends_on)


def test_database_itself_refuses_an_overlap_but_not_drafts(in_north: Hospital) -> None:
    contract = ContractFactory()
    ContractFactory(group=contract.group, state="draft")
    with pytest.raises(IntegrityError), transaction.atomic():
        ContractFactory(group=contract.group)


def test_signing_moves_the_unit_and_keeps_the_history(in_north: Hospital, actor: ActorOf) -> None:
    group = GroupCustomerFactory(status="negotiating")
    draft = contracts.draw_up(group, {"number": "HT-1", **YEAR}, actor=actor("liaison"))
    group.refresh_from_db()
    assert (group.status, draft.phase_on(dt.date(2026, 6, 1))) == ("negotiating", "draft")
    contracts.sign_draft(draft, on=dt.date(2026, 6, 1), actor=actor("liaison"), now=NOW)
    group.refresh_from_db()
    assert (group.status, list(StatusChange.objects.values_list("before", "after"))) == (
        "signed",
        [("negotiating", "signed")],
    )
    with pytest.raises(UnitError):
        contracts.sign_draft(draft, on=dt.date(2026, 6, 1), actor=actor("liaison"), now=NOW)


def test_number_is_given_once(in_north: Hospital, actor: ActorOf) -> None:
    signed(GroupCustomerFactory(), actor("liaison"), number="HT-9")
    with pytest.raises(UnitError):
        signed(GroupCustomerFactory(), actor("liaison"), number="HT-9")


def test_contract_ended_early_frees_the_days_after(in_north: Hospital, actor: ActorOf) -> None:
    group, liaison = GroupCustomerFactory(), actor("liaison")
    contract = signed(group, liaison)
    with pytest.raises(UnitError):
        contracts.end_early(contract, on=dt.date(2026, 6, 30), reason=" ", actor=liaison, now=NOW)
    with pytest.raises(UnitError):
        contracts.end_early(contract, on=dt.date(2026, 12, 31), reason="搬迁", actor=liaison, now=NOW)
    ended = contracts.end_early(contract, on=dt.date(2026, 6, 30), reason="搬迁", actor=liaison, now=NOW)
    assert (ended.state, ended.ends_on, ended.agreed_until) == ("ended", dt.date(2026, 6, 30), dt.date(2026, 12, 31))
    assert (ended.is_running_on(dt.date(2026, 6, 30)), ended.is_running_on(dt.date(2026, 7, 1))) == (True, False)
    signed(group, liaison, starts_on=dt.date(2026, 7, 1))


def test_contract_ended_before_it_begins_was_never_in_force(in_north: Hospital, actor: ActorOf) -> None:
    contract = signed(GroupCustomerFactory(), actor("liaison"))
    contracts.end_early(contract, on=dt.date(2025, 12, 31), reason="未开始", actor=actor("liaison"), now=NOW)
    assert list(Contract.objects.valid_on(dt.date(2026, 3, 1))) == []


def test_renewal_begins_the_day_after_with_the_same_benefits(in_north: Hospital) -> None:
    contract = ContractFactory(**YEAR)
    BenefitFactory(contract=contract, percent=20, limit_per_member=2)
    follows = contracts.renewal_of(contract)
    assert (follows["starts_on"], follows["ends_on"]) == (dt.date(2027, 1, 1), dt.date(2027, 12, 31))
    assert [(row["percent"], row["limit_per_member"]) for row in contracts.benefits_of(contract)] == [(20, 2)]


def test_liaison_is_reminded_once_before_the_end(in_north: Hospital, cast: Cast) -> None:
    day = today(now=NOW)
    group = GroupCustomerFactory(owner=cast.tang)
    due = ContractFactory(group=group, starts_on=dt.date(2025, 1, 1), ends_on=day + dt.timedelta(days=60))
    ContractFactory(starts_on=dt.date(2025, 1, 1), ends_on=day + dt.timedelta(days=61))
    assert (contracts.remind_of_ends(now=NOW), contracts.remind_of_ends(now=NOW)) == (1, 0)
    visit = GroupVisit.objects.get()
    assert (visit.renews, visit.staff, visit.planned_on) == (due, cast.tang, day)
    assert list(Message.objects.values_list("staff", "purpose")) == [(cast.tang.pk, "groups.renewal")]


def test_unit_of_nobody_is_told_to_the_centre_and_a_renewed_one_to_nobody(in_north: Hospital, cast: Cast) -> None:
    manager, day = cast.qian, today(now=NOW)
    ends_on = day + dt.timedelta(days=10)
    ContractFactory(starts_on=dt.date(2025, 1, 1), ends_on=ends_on)
    renewed = ContractFactory(starts_on=dt.date(2025, 1, 1), ends_on=ends_on)
    ContractFactory(group=renewed.group, starts_on=ends_on + dt.timedelta(days=1), ends_on=None)
    assert contracts.remind_of_ends(now=NOW) == 1
    assert list(Message.objects.values_list("staff", flat=True)) == [manager.pk]


@pytest.mark.parametrize(
    ("before", "after", "may"),
    [
        ("nearby", "negotiating", True),
        ("nearby", "signed", False),
        ("negotiating", "ended", True),
        ("signed", "nearby", False),
        ("ended", "negotiating", True),
        ("ended", "ended", False),
    ],
)
def test_states_follow_each_other_as_allowed(
    in_north: Hospital, actor: ActorOf, before: str, after: str, may: bool
) -> None:
    group = GroupCustomerFactory(status=before)
    if may:
        assert change_state(group, after, reason="已谈", actor=actor("liaison"), now=NOW).status == after
    else:
        with pytest.raises(UnitError):
            change_state(group, after, reason="已谈", actor=actor("liaison"), now=NOW)


def test_unit_does_not_end_while_a_contract_runs(in_north: Hospital, actor: ActorOf) -> None:
    group, now = GroupCustomerFactory(status="signed"), timezone.now()
    contract = ContractFactory(group=group, starts_on=dt.date(2020, 1, 1), ends_on=None)
    with pytest.raises(UnitError):
        change_state(group, "ended", reason="搬迁", actor=actor("liaison"), now=now)
    yesterday = today(now=now) - dt.timedelta(days=1)
    contracts.end_early(contract, on=yesterday, reason="搬迁", actor=actor("liaison"), now=now)
    assert change_state(group, "ended", reason="搬迁", actor=actor("liaison"), now=now).status == "ended"


def test_what_is_planned_with_a_unit_that_ends_is_called_off_with_the_reason(
    in_north: Hospital, actor: ActorOf
) -> None:
    group, liaison = GroupCustomerFactory(status="negotiating"), actor("liaison")
    done = GroupVisitFactory(group=group, done_on=dt.date(2026, 5, 2), result="已谈")
    planned = [GroupVisitFactory(group=group), GroupVisitFactory(group=group, kind="call")]
    elsewhere = GroupVisitFactory()
    change_state(group, "nearby", reason="暂缓", actor=liaison, now=NOW)
    assert GroupVisit.objects.open().filter(group=group).count() == 2
    change_state(group, "ended", reason="迁往外地", actor=liaison, now=NOW)
    assert list(GroupVisit.objects.open()) == [elsewhere]
    off = GroupVisit.objects.filter(called_off_on=today(now=NOW), called_off_reason="合作终止：迁往外地")
    assert set(off) == set(planned)
    told = AuditEvent.objects.filter(verb="groups.visit.call_off", staff_id=liaison.staff.pk, object_id=str(group.pk))
    assert {event.detail["visit"] for event in told} == {visit.pk for visit in planned}
    done.refresh_from_db()
    assert (done.called_off_on, done.result) == (None, "已谈")
