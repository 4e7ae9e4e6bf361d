"""Unusual viewing of records: what is flagged and what is work; the queue, the answer, four eyes, the rules."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.actors import Actor
from accounts.models import AccessLog, AuditEvent, Hospital, StaffMember
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import viewings, watching
from patients.domain.erasing import erase
from patients.domain.viewings import ViewingError
from patients.models import Patient, ViewingFlag, ViewingRules
from tests.cast import CARDIOLOGY_WARD, Cast, MountedClient
from tests.patients.care_factories import MembershipFactory, ViewingFlagFactory
from tests.patients.factories import ContactPointFactory, EncounterFactory, PatientFactory, PersonTaskFactory

# 2026-06-01 10:00 and 2026-06-01 23:00 of the hospital
MORNING, NIGHT = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC), dt.datetime(2026, 6, 1, 15, 0, tzinfo=dt.UTC)
LOOKED = dt.datetime(2026, 6, 1, 0, 0, tzinfo=dt.UTC)
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]


@pytest.fixture
def rules(in_north: Hospital) -> ViewingRules:
    return ViewingRules.objects.create(looked_until=LOOKED, bulk_minutes=30)


def seen(
    staff: StaffMember,
    person: Patient,
    at: dt.datetime = MORNING,
    kind: str = "view",
    role: str = "agent",
    **given: str,
) -> None:
    said = {"page": "person", "role_code": role, "kind": kind, **given}
    AccessLog.objects.create(staff_id=staff.pk, user_id=staff.user_id, patient_id=person.pk, at=at, **said)


def looked() -> dict[tuple[str, int | None], list[str]]:
    """All there is to look through, then the reasons by viewer and person."""
    watching.look_through(now=dt.datetime(2026, 6, 1, 20, 15, tzinfo=dt.UTC))
    rows = ViewingFlag.objects.select_related("staff")
    return {(row.staff.name, row.patient_id): sorted(row.reasons) for row in rows}


def test_vip_people_are_watched_unless_it_is_work(rules: ViewingRules, cast: Cast) -> None:
    looked_after, worked, tasked, plain = (PatientFactory(category="vip") for _ in range(4))
    MembershipFactory(patient=looked_after, contact=cast.qian, deputy=cast.sun)
    PersonTaskFactory(patient=tasked, assignee=cast.sun, given_at=LOOKED)
    for person in (looked_after, worked, tasked, plain, PatientFactory()):
        seen(cast.sun, person)
    seen(cast.sun, worked, MORNING + dt.timedelta(hours=3), kind="dial")
    assert looked() == {("孙客服", plain.pk): ["vip"]}


def test_a_list_or_search_is_no_viewing(rules: ViewingRules, cast: Cast) -> None:
    person = PatientFactory(category="vip")
    for kind in ("list", "search", "export"):
        seen(cast.sun, person, kind=kind)
    assert looked() == {}


def test_colleagues_and_the_own_record_are_told_by_name_and_number(rules: ViewingRules, cast: Cast) -> None:
    StaffMember.objects.filter(pk=cast.sun.pk).update(phone="13800005555")
    StaffMember.objects.filter(pk=cast.chen.pk).update(email="chen@example.org")
    agent, physician = PatientFactory(name="孙客服"), PatientFactory(name="陈医师")
    ContactPointFactory(patient=agent, value="13800005555")
    ContactPointFactory(patient=physician, system="email", value="chen@example.org")
    namesake = PatientFactory(name="孙客服")
    ContactPointFactory(patient=namesake, value="13800005555", owner_relation="女儿")
    for person in (agent, physician, namesake):
        seen(cast.sun, person)
    seen(cast.qian, agent)
    assert looked() == {
        ("孙客服", agent.pk): ["own"],
        ("孙客服", physician.pk): ["colleague"],
        ("钱主任", agent.pk): ["colleague"],
    }


def test_night_and_other_departments(rules: ViewingRules, cast: Cast) -> None:
    nurse = cast.li
    own, other = PatientFactory(), PatientFactory()
    ward = nurse.ward_links.get().ward
    assert ward.name == CARDIOLOGY_WARD
    EncounterFactory(patient=own, ward=ward)
    for person in (own, other):
        seen(nurse, person, NIGHT, role="nurse")
    seen(cast.sun, own, NIGHT)
    seen(cast.qian, own, MORNING)
    assert looked() == {("李护士", other.pk): ["department", "night"], ("孙客服", own.pk): ["night"]}


@pytest.mark.parametrize(("hour", "expected"), [(21, []), (22, ["night"]), (5, ["night"]), (6, [])])
def test_night_goes_by_the_clock_of_the_hospital(rules: ViewingRules, cast: Cast, hour: int, expected: list) -> None:
    person = PatientFactory()
    at = dt.datetime(2026, 6, 2 if hour < 12 else 1, hour, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    seen(cast.sun, person, at)
    watching.look_through(now=dt.datetime(2026, 6, 2, 0, 15, tzinfo=dt.UTC))
    assert [row.reasons for row in ViewingFlag.objects.all()] == ([expected] if expected else [])


def test_many_records_in_short_time(rules: ViewingRules, cast: Cast) -> None:
    ViewingRules.objects.update(bulk_people=3)
    people = [PatientFactory() for _ in range(4)]
    for minute, person in enumerate(people):
        seen(cast.sun, person, MORNING + dt.timedelta(minutes=minute))
        seen(cast.sun, person, MORNING + dt.timedelta(minutes=minute, seconds=30))
        seen(cast.qian, person, MORNING + dt.timedelta(minutes=20 * minute))
    for _time in range(5):
        seen(cast.li, people[0], MORNING, role="agent", kind="dial")
    assert looked() == {("孙客服", None): ["bulk"]}
    flag = ViewingFlag.objects.get()
    assert (flag.people, flag.day, flag.state) == (4, dt.date(2026, 6, 1), "open")


def test_many_records_over_two_looks_are_seen(rules: ViewingRules, cast: Cast) -> None:
    ViewingRules.objects.update(bulk_people=3)
    for minute in (50, 58, 62):
        seen(cast.sun, PatientFactory(), MORNING + dt.timedelta(minutes=minute))
    watching.look_through(now=MORNING + dt.timedelta(minutes=75))
    assert ViewingFlag.objects.count() == 0
    watching.look_through(now=MORNING + dt.timedelta(minutes=135))
    assert [row.people for row in ViewingFlag.objects.all()] == [3]


def test_what_is_switched_off_is_not_flagged(rules: ViewingRules, cast: Cast) -> None:
    for name in ("watches_vip", "watches_night", "watches_departments", "watches_bulk", "watches_colleagues"):
        setattr(rules, name, False)
    rules.save()
    for _one in range(4):
        seen(cast.li, PatientFactory(category="vip"), NIGHT, role="nurse")
    assert looked() == {}


def test_the_own_department_sees_vip_people_unless_the_hospital_watches_that_too(
    rules: ViewingRules, cast: Cast
) -> None:
    person = PatientFactory(category="vip")
    EncounterFactory(patient=person, attending=cast.chen)
    seen(cast.chen, person, role="physician")
    assert looked() == {}
    ViewingRules.objects.update(watches_vip_at_home=True, looked_until=LOOKED)
    assert looked() == {("陈医师", person.pk): ["vip"]}


def test_each_row_is_looked_at_once_and_late_ones_are_not_missed(rules: ViewingRules, cast: Cast) -> None:
    person = PatientFactory(category="vip")
    seen(cast.sun, person, dt.datetime(2026, 6, 1, 2, 59, tzinfo=dt.UTC))
    assert watching.look_through(now=dt.datetime(2026, 6, 1, 3, 9, tzinfo=dt.UTC)) is False
    assert ViewingFlag.objects.count() == 0
    for _time in range(2):
        watching.look_through(now=dt.datetime(2026, 6, 1, 3, 10, tzinfo=dt.UTC))
    assert [row.views for row in ViewingFlag.objects.all()] == [1]
    seen(cast.sun, person, NIGHT)
    watching.look_through(now=NIGHT + dt.timedelta(hours=2))
    assert [(row.views, row.reasons) for row in ViewingFlag.objects.all()] == [(2, ["night", "vip"])]


def test_after_a_pause_it_goes_on_a_day_at_a_time(rules: ViewingRules) -> None:
    now = LOOKED + dt.timedelta(hours=60)
    assert [watching.look_through(now=now) for _time in range(4)] == [True, True, False, False]
    rules.refresh_from_db()
    assert rules.looked_until == LOOKED + dt.timedelta(hours=59)


def test_another_hospital_is_not_looked_at(rules: ViewingRules, south: Hospital, cast: Cast) -> None:
    with hospital_scope(south):
        stranger = PatientFactory(category="vip")
        seen(Cast(south).sun, stranger)
    assert looked() == {}


def test_an_answer_needs_right_words_and_four_eyes(in_north: Hospital, actor: ActorOf) -> None:
    officer, flag = actor("security_officer"), ViewingFlagFactory()
    ok = {"finding": "explained", "note": "家属来电核实", "now": MORNING}
    for given in ({"actor": actor("auditor")}, {"actor": officer, "note": " "}):
        with pytest.raises(ViewingError):
            viewings.answer(flag, **{**ok, **given})
    own = ViewingFlagFactory(staff=officer.staff)
    with pytest.raises(ViewingError):
        viewings.answer(own, **ok, actor=officer)
    answered = {"state": "answered", "finding": "in_order", "note": "x", "answered_at": MORNING}
    with pytest.raises(IntegrityError, match="viewingflag_four_eyes"), transaction.atomic():
        ViewingFlag.objects.filter(pk=own.pk).update(**answered, answered_by=officer.staff)
    viewings.answer(flag, **ok, actor=officer)
    flag.refresh_from_db()
    assert (flag.state, flag.finding, flag.answered_by) == ("answered", "explained", officer.staff)
    with pytest.raises(ViewingError):
        viewings.answer(flag, **ok, actor=officer)
    assert AuditEvent.objects.filter(verb="patients.viewing.answer").count() == 1
    again = ViewingFlagFactory(staff=flag.staff, patient=flag.patient)
    with pytest.raises(IntegrityError, match="viewingflag_one_open"), transaction.atomic():
        ViewingFlagFactory(staff=flag.staff, patient=flag.patient)
    assert again.state == "open"


def test_flags_stay_when_a_record_is_erased(in_north: Hospital, actor: ActorOf) -> None:
    flag = ViewingFlagFactory()
    erase(flag.patient, reason="本人要求", actor=actor("centre_manager"), now=MORNING)
    assert ViewingFlag.objects.get().patient_id == flag.patient_id


def test_pages_show_masked_people_and_are_answered(north: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(north):
        flag = ViewingFlagFactory(patient__name="王小明", reasons=["vip", "night"])
        ViewingFlagFactory(patient=None, reasons=["bulk"], people=85)
    officer, auditor = client_as("security_officer"), client_as("auditor")
    page = officer.get("patients/viewings/")
    assert [one["whose"] for one in page.context["rows"]] == ["85人", "王*明"]
    assert ("王小明" in page.content.decode(), "85" in page.content.decode()) == (False, True)
    assert [one["whose"] for one in officer.get("patients/viewings/?reason=vip").context["rows"]] == ["王*明"]
    path = f"patients/viewings/{flag.public_id}/answer/"
    with hospital_scope(north):
        before = AccessLog.objects.count()
    assert "王*明 · 特需客户 · 夜间" in officer.get(path).content.decode()
    with hospital_scope(north):
        assert AccessLog.objects.count() == before + 1
    assert officer.post(path, {"finding": "misuse", "note": ""}).status_code == 422
    assert auditor.get(path).status_code == 403
    assert officer.post(path, {"finding": "misuse", "note": "已约谈"}).status_code == 302
    assert "已约谈" in auditor.get("patients/viewings/?state=answered").content.decode()
    assert officer.get("patients/viewings/?state=nonsense&after=nonsense").status_code == 200


def test_rules_are_changed_by_the_security_officer(north: Hospital, client_as: ClientAs) -> None:
    officer, values = client_as("security_officer"), {"night_from": 21, "night_until": 5, "bulk_people": 9}
    values |= {"bulk_minutes": 10, "watches_vip": "on"}
    assert officer.get("patients/viewings/rules/").status_code == 200
    with hospital_scope(north):
        assert ViewingRules.objects.count() == 0
    assert officer.post("patients/viewings/rules/", {**values, "night_from": 5}).status_code == 422
    assert officer.post("patients/viewings/rules/", values).status_code == 302
    with hospital_scope(north):
        rules = ViewingRules.objects.get()
        assert (rules.night_from, rules.bulk_people, rules.watches_vip, rules.watches_bulk) == (21, 9, True, False)


def test_pages_of_viewings_are_guarded(north: Hospital, south: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(south):
        foreign = ViewingFlagFactory()
    officer, manager = client_as("security_officer"), client_as("centre_manager")
    assert officer.get(f"patients/viewings/{foreign.public_id}/answer/").status_code == 404
    assert manager.get("patients/viewings/").status_code == 403
    assert client_as("auditor").get("patients/viewings/rules/").status_code == 403
    assert officer.post("patients/viewings/").status_code == 405


def test_the_queue_asks_as_often_for_three_as_for_one(north: Hospital, client_as: ClientAs) -> None:
    officer, counts = client_as("security_officer"), []
    for wanted in (1, 2):
        with hospital_scope(north):
            ViewingFlagFactory.create_batch(wanted)
        officer.get("patients/viewings/")
        with CaptureQueriesContext(connection) as queries:
            page = officer.get("patients/viewings/")
        counts.append(len([one for one in queries if "SAVEPOINT" not in one["sql"]]))
    assert (len(page.context["rows"]), counts[0] == counts[1], counts[0] <= 15) == (3, True, True)


def test_what_a_system_reads_by_a_token_is_watched_for_colleagues_alone(rules: ViewingRules, cast: Cast) -> None:
    ViewingRules.objects.update(bulk_people=3)
    StaffMember.objects.filter(pk=cast.chen.pk).update(phone="13800005555")
    colleague, both = PatientFactory(name="陈医师"), PatientFactory(category="vip")
    ContactPointFactory(patient=colleague, value="13800005555")
    people = [PatientFactory(category="vip") for _ in range(4)]
    for person in (*people, colleague, both):
        seen(cast.li, person, NIGHT, role="nurse", page="api")
    seen(cast.li, both, MORNING, role="nurse")
    assert looked() == {
        ("李护士", colleague.pk): ["colleague"],
        ("李护士", both.pk): ["department", "vip"],
    }
