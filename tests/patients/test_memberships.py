"""VIP memberships: granted, renewed, ended; the category follows; services are counted; priorities."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.actors import Actor
from accounts.domain import bulk
from accounts.models import AuditEvent, Hospital, Role, RowChange
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import levels, member_services, memberships, visit_sheets
from patients.domain.erasing import erase
from patients.domain.member_list import MemberList
from patients.domain.memberships import MembershipError
from patients.domain.parting import part
from patients.domain.people import change_person
from patients.domain.people_list import PEOPLE
from patients.domain.reach import RecordError
from patients.domain.uniting import unite
from patients.models import (
    AgreedService,
    Membership,
    MembershipLevel,
    Patient,
    PersonMerger,
    ServiceStandard,
    ServiceUse,
)
from tests.cast import Cast, MountedClient, client_of
from tests.patients.care_factories import MembershipFactory, MembershipLevelFactory
from tests.patients.factories import PatientFactory

NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 6, 1)
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]


@pytest.fixture
def manager(actor: ActorOf) -> Actor:
    return actor("centre_manager")


@pytest.fixture
def grant(manager: Actor, actor: ActorOf) -> Callable[..., Membership]:
    def granted(person: Patient, **given: Any) -> Membership:
        values = {
            "level": MembershipLevel.objects.first(),
            "starts_on": DAY,
            "ends_on": dt.date(2027, 5, 31),
            "actor": manager,
            "now": NOW,
            **given,
        }
        return memberships.grant(person, **{"contact": given.get("contact") or actor("nurse").staff, **values})

    return granted


def category(person: Patient) -> str:
    return Patient.objects.values_list("category", flat=True).get(pk=person.pk)


def test_a_hospital_starts_with_levels_in_three_languages(in_north: Hospital) -> None:
    assert [str(level) for level in MembershipLevel.objects.all()] == ["钻石特需", "金卡特需", "银卡特需"]
    assert all(set(row.names) == {"zh-hans", "zh-hant", "en"} for row in AgreedService.objects.all())
    assert set(ServiceStandard.objects.values_list("category", flat=True)) == {"general", "specialty", "vip"}
    levels.install_default()
    assert MembershipLevel.objects.count() == 3


def test_the_category_is_vip_while_a_membership_runs(in_north: Hospital, grant: Any, manager: Actor) -> None:
    person = PatientFactory(category="specialty")
    row = grant(person)
    assert (category(person), row.makes_vip, row.former_category) == ("vip", True, "specialty")
    memberships.end(row, on=DAY, reason="本人要求", actor=manager, now=NOW)
    assert category(person) == "vip"
    assert memberships.follow_category(now=NOW + dt.timedelta(days=1)) == 1
    assert (category(person), memberships.follow_category(now=NOW + dt.timedelta(days=1))) == ("specialty", 0)
    verbs = AuditEvent.objects.filter(verb__startswith="patients.membership.").order_by("id")
    assert [event.verb.rpartition(".")[2] for event in verbs] == ["grant", "category", "end", "category"]


def test_one_that_begins_later_changes_the_category_on_its_day(in_north: Hospital, grant: Any) -> None:
    person = PatientFactory()
    grant(person, starts_on=DAY + dt.timedelta(days=3))
    assert category(person) == "general"
    memberships.follow_category(now=NOW + dt.timedelta(days=3))
    assert category(person) == "vip"


def test_one_membership_at_a_time(in_north: Hospital, grant: Any) -> None:
    person = PatientFactory()
    grant(person)
    with pytest.raises(MembershipError, match="已是会员"):
        grant(person, starts_on=dt.date(2027, 5, 31), ends_on=dt.date(2027, 6, 30))
    grant(person, starts_on=dt.date(2027, 6, 1), ends_on=dt.date(2027, 6, 30))
    with pytest.raises(IntegrityError, match="membership_one_at_a_time"), transaction.atomic():
        MembershipFactory(patient=person, starts_on=DAY, ends_on=DAY)


def test_granting_is_refused(in_north: Hospital, grant: Any, actor: ActorOf, manager: Actor) -> None:
    person, closed = PatientFactory(), MembershipLevelFactory(is_offered=False)
    admin, nurse = actor("hospital_admin").staff, actor("nurse").staff
    for given in (
        {"actor": actor("agent")},
        {"ends_on": dt.date(2026, 5, 1)},
        {"starts_on": dt.date(2026, 1, 1), "ends_on": dt.date(2026, 5, 31)},
        {"ends_on": dt.date(2040, 1, 1)},
        {"level": closed},
        {"contact": admin},
        {"contact": nurse, "deputy": nurse},
    ):
        with pytest.raises(MembershipError):
            grant(person, **given)
    nurse.is_active = False
    nurse.save()
    with pytest.raises(MembershipError, match="不再"):
        grant(person, contact=nurse)
    dead = PatientFactory(contact_state="deceased", deceased_on=DAY)
    with pytest.raises(MembershipError, match="已故"):
        grant(dead, contact=manager.staff)
    assert Membership.objects.count() == 0


def test_renewal_follows_on_once(in_north: Hospital, grant: Any, manager: Actor) -> None:
    person = PatientFactory()
    first = grant(person)
    gold = MembershipLevel.objects.get(rank=2)
    second = memberships.renew(first, level=gold, ends_on=dt.date(2028, 5, 31), actor=manager, now=NOW)
    assert (second.starts_on, second.contact, second.renews) == (dt.date(2027, 6, 1), first.contact, first)
    with pytest.raises(MembershipError):
        memberships.renew(first, level=gold, ends_on=dt.date(2029, 5, 31), actor=manager, now=NOW)
    memberships.end(second, on=DAY, reason="改主意", actor=manager, now=NOW)
    second.refresh_from_db()
    assert second.state == "void"
    later = dt.datetime(2027, 9, 1, tzinfo=dt.UTC)
    third = memberships.renew(first, level=gold, ends_on=dt.date(2028, 5, 31), actor=manager, now=later)
    assert third.starts_on == dt.date(2027, 9, 1)


def test_ending_is_refused_without_reason_right_or_for_a_later_day(
    in_north: Hospital, grant: Any, manager: Actor, actor: ActorOf
) -> None:
    row = grant(PatientFactory())
    for given in ({"reason": " "}, {"actor": actor("agent")}, {"on": dt.date(2027, 6, 1)}):
        with pytest.raises(MembershipError):
            memberships.end(row, **{"on": DAY, "reason": "x", "actor": manager, "now": NOW, **given})
    memberships.end(row, on=DAY, reason="x", actor=manager, now=NOW)
    with pytest.raises(MembershipError):
        memberships.end(row, on=DAY, reason="x", actor=manager, now=NOW)


def test_priorities_are_those_of_the_level_on_the_day(in_north: Hospital, grant: Any) -> None:
    person, other = PatientFactory(), PatientFactory()
    grant(person)
    booking, calls = memberships.booking_priority(person, on=DAY), memberships.call_priority(person, on=DAY)
    assert (booking.number, calls.number, booking.reason) == (30, 30, "特需会员，钻石特需，至2027-05-31")
    assert memberships.booking_priority(person, on=dt.date(2027, 6, 1)).number == 0
    assert memberships.call_priority(other, on=DAY).number == 0
    person.contact_state = "deceased"
    assert memberships.booking_priority(person, on=DAY).number == 0


def test_a_service_is_never_counted_more_often_than_agreed(in_north: Hospital, grant: Any, actor: ActorOf) -> None:
    row, nurse = grant(PatientFactory()), actor("nurse")
    service = AgreedService.objects.create(level=row.level, names={"zh-hans": "陪诊"}, times=2, per="month")
    on = {"on": DAY, "actor": nurse, "now": NOW}
    member_services.count_service(row, service, **on)
    first = member_services.count_service(row, service, reference="booking-1", **on)
    assert member_services.count_service(row, service, reference="booking-1", **on) == first
    with pytest.raises(MembershipError, match="已用完"):
        member_services.count_service(row, service, **on)
    july = {"on": dt.date(2026, 7, 1), "actor": nurse, "now": NOW + dt.timedelta(days=30)}
    member_services.count_service(row, service, **july)
    member_services.take_back_service(first, actor=nurse)
    member_services.count_service(row, service, **on)
    left = {one.service.pk: one.left for one in member_services.services_of(row, on=DAY)}
    assert left[service.pk] == 0


def test_counting_is_for_who_looks_after_the_member_and_days_that_ran(
    in_north: Hospital, grant: Any, actor: ActorOf, manager: Actor
) -> None:
    row = grant(PatientFactory())
    service, other = row.level.services.first(), MembershipLevel.objects.last().services.first()
    ok = {"service": service, "on": DAY, "actor": manager, "now": NOW}
    for given in (
        {"actor": actor("agent")},
        {"on": DAY + dt.timedelta(days=1)},
        {"on": DAY - dt.timedelta(days=1)},
        {"service": other},
    ):
        with pytest.raises(MembershipError):
            member_services.count_service(row, **{**ok, **given})
    assert ServiceUse.objects.count() == 0
    member_services.count_service(row, **ok)


@pytest.mark.parametrize(
    ("per", "on", "expected"),
    [
        ("term", dt.date(2026, 7, 1), (dt.date(2026, 2, 28), dt.date(2028, 2, 27))),
        ("year", dt.date(2027, 2, 27), (dt.date(2026, 2, 28), dt.date(2027, 2, 27))),
        ("year", dt.date(2027, 2, 28), (dt.date(2027, 2, 28), dt.date(2028, 2, 27))),
        ("month", dt.date(2026, 2, 28), (dt.date(2026, 2, 28), dt.date(2026, 2, 28))),
        ("month", dt.date(2028, 2, 3), (dt.date(2028, 2, 1), dt.date(2028, 2, 27))),
    ],
)
def test_periods_in_which_services_are_counted(per: str, on: dt.date, expected: tuple) -> None:
    row = Membership(starts_on=dt.date(2026, 2, 28), ends_on=dt.date(2028, 2, 27))
    assert member_services.period_of(row, per, on) == expected


def test_vip_is_not_set_by_hand(in_north: Hospital, grant: Any, manager: Actor) -> None:
    person, other = PatientFactory(name="王甲"), PatientFactory(name="李乙")
    with pytest.raises(RecordError):
        change_person(other, {"category": "vip"}, actor=manager)
    member = grant(person, starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2030, 1, 1))
    assert member.makes_vip
    person.refresh_from_db()
    with pytest.raises(RecordError):
        change_person(person, {"category": "general"}, actor=manager)
    for value in ("vip", "specialty"):
        edit = bulk.choose(PEOPLE, act="people.category", picked=None, query="", actor=manager, now=NOW)
        bulk.start(edit, {"value": value}, actor=manager, now=NOW)
        bulk.run(in_north, edit.pk, now=NOW)
    assert (category(person), category(other)) == ("vip", "specialty")


def test_of_two_records_the_higher_membership_stays_and_parting_gives_both_back(
    in_north: Hospital, grant: Any, manager: Actor
) -> None:
    gold, diamond = MembershipLevel.objects.get(rank=2), MembershipLevel.objects.get(rank=1)
    kept, other = PatientFactory(category="specialty"), PatientFactory()
    lower = grant(kept, level=gold)
    higher = grant(other, level=diamond, starts_on=dt.date(2026, 9, 1))
    unite(kept_id=kept.pk, other_id=other.pk, actor=manager, now=NOW)
    lower.refresh_from_db()
    higher.refresh_from_db()
    assert (lower.state, lower.ends_on, higher.patient_id) == ("ended", dt.date(2026, 8, 31), kept.pk)
    assert category(kept) == "vip"
    part(merger=PersonMerger.objects.get(), reason="两人", actor=manager, now=NOW)
    lower.refresh_from_db()
    higher.refresh_from_db()
    assert (lower.state, lower.ends_on, lower.end_reason) == ("granted", dt.date(2027, 5, 31), "")
    assert (higher.patient_id, category(kept), category(other)) == (other.pk, "vip", "general")


def test_a_member_united_into_another_record_makes_it_vip_until_parted(
    in_north: Hospital, grant: Any, manager: Actor
) -> None:
    kept, other = PatientFactory(category="specialty"), PatientFactory()
    row = grant(other)
    member_services.count_service(row, row.level.services.first(), on=DAY, actor=manager, now=NOW)
    unite(kept_id=kept.pk, other_id=other.pk, actor=manager, now=NOW)
    assert (category(kept), ServiceUse.objects.get().membership.patient_id) == ("vip", kept.pk)
    row.refresh_from_db()
    memberships.end(row, on=DAY - dt.timedelta(days=1), reason="错", actor=manager, now=NOW)
    assert category(kept) == "specialty"
    part(merger=PersonMerger.objects.get(), reason="两人", actor=manager, now=NOW)
    assert (category(kept), category(other)) == ("specialty", "specialty")


def test_erasing_takes_membership_and_services_away(in_north: Hospital, grant: Any, manager: Actor) -> None:
    row = grant(PatientFactory())
    member_services.count_service(row, row.level.services.first(), on=DAY, note="x", actor=manager, now=NOW)
    erase(row.patient, reason="本人要求", actor=manager, now=NOW)
    assert (Membership.objects.count(), ServiceUse.objects.count()) == (0, 0)


def test_a_contact_sees_the_member_and_only_the_own_ones(north: Hospital, cast: Cast, grant: Any) -> None:
    with hospital_scope(north):
        mine, stranger = PatientFactory(name="王甲"), PatientFactory(name="李乙")
        days = {"starts_on": dt.date(2026, 1, 1), "ends_on": dt.date(2030, 1, 1)}
        grant(mine, contact=cast.li, **days)
        grant(stranger, contact=cast.sun, **days)
    nurse = client_of(cast.li)
    assert nurse.get(f"patients/{mine.public_id}/").status_code == 200
    assert nurse.get(f"patients/{stranger.public_id}/").status_code == 404
    assert [one["name"] for one in nurse.get("patients/members/").context["rows"]] == ["王*"]
    assert [one["name"] for one in client_of(cast.qian).get("patients/members/").context["rows"]] == ["王*", "李*"]


def test_a_role_that_lost_the_right_is_no_contact_any_more(in_north: Hospital, grant: Any) -> None:
    Role.objects.filter(code="nurse").update(capabilities=[])
    with pytest.raises(MembershipError):
        grant(PatientFactory())


def test_two_running_members_united_stay_vip_and_give_the_category_of_the_kept_record_back(
    in_north: Hospital, grant: Any, manager: Actor
) -> None:
    gold, diamond = MembershipLevel.objects.get(rank=2), MembershipLevel.objects.get(rank=1)
    kept, other = PatientFactory(category="specialty"), PatientFactory()
    early = {"starts_on": DAY - dt.timedelta(days=9), "level": gold}
    grant(kept, **early)
    higher = grant(other, level=diamond)
    unite(kept_id=kept.pk, other_id=other.pk, actor=manager, now=NOW)
    memberships.follow_category(now=NOW)
    assert (category(kept), memberships.follow_category(now=NOW)) == ("vip", 0)
    higher.refresh_from_db()
    assert (higher.patient_id, higher.makes_vip, higher.former_category) == (kept.pk, True, "specialty")
    part(merger=PersonMerger.objects.get(), reason="两人", actor=manager, now=NOW)
    higher.refresh_from_db()
    assert (category(kept), category(other), higher.former_category) == ("vip", "vip", "general")


def test_whoever_has_a_running_membership_is_vip_when_another_one_is_over(in_north: Hospital, grant: Any) -> None:
    person = PatientFactory()
    first = grant(person, ends_on=DAY + dt.timedelta(days=1))
    MembershipFactory(patient=person, starts_on=DAY + dt.timedelta(days=2), ends_on=dt.date(2027, 1, 1), makes_vip=True)
    memberships.follow_category(now=NOW + dt.timedelta(days=2))
    first.refresh_from_db()
    assert (category(person), first.makes_vip) == ("vip", False)


def test_who_died_is_no_member_any_more(in_north: Hospital, grant: Any, manager: Actor) -> None:
    person, coming, alive = PatientFactory(), PatientFactory(), PatientFactory()
    row = grant(person, starts_on=DAY, ends_on=DAY + dt.timedelta(days=30))
    grant(coming, starts_on=DAY + dt.timedelta(days=3))
    stays = grant(alive, ends_on=DAY + dt.timedelta(days=30))
    Patient.objects.filter(pk__in=[person.pk, coming.pk]).update(contact_state="deceased", deceased_on=DAY)
    memberships.follow_category(now=NOW + dt.timedelta(days=3))
    assert category(coming) == "general"
    lists = {name: MemberList(manager, DAY, name).rows for name in ("running", "ending", "coming")}
    assert {name: [one.pk for one in rows] for name, rows in lists.items()} == {
        "running": [stays.pk],
        "ending": [stays.pk],
        "coming": [],
    }
    given = {"actor": manager, "now": NOW}
    for act in (
        lambda: memberships.renew(row, level=row.level, ends_on=dt.date(2028, 1, 1), **given),
        lambda: member_services.count_service(row, row.level.services.first(), on=DAY, **given),
        lambda: visit_sheets.make_sheet(row, day=DAY, **given),
    ):
        with pytest.raises(MembershipError, match="已故"):
            act()


def test_the_row_log_holds_no_word_of_why_a_membership_ended(in_north: Hospital, grant: Any, manager: Actor) -> None:
    row = grant(PatientFactory())
    memberships.end(row, on=DAY, reason="病情加重", actor=manager, now=NOW)
    assert "病情加重" not in str(list(RowChange.objects.values_list("changes", flat=True)))
    assert "end_reason" in str(list(RowChange.objects.values_list("changes", flat=True)))
