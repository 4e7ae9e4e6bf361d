"""The one-stop sheet of a member's visit day, and the thread of messages about a member."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.actors import Actor
from accounts.calendar import today
from accounts.models import AccessLog, Hospital, RowChange
from hospital_crm.tenancy.scope import hospital_scope
from messaging.models import Message
from patients.domain import member_services, member_threads, visit_sheets
from patients.domain.erasing import erase
from patients.domain.memberships import MembershipError
from patients.domain.timeline import Asked, timeline_of
from patients.models import (
    AgreedService,
    MemberMessage,
    Membership,
    Patient,
    ServiceUse,
    ThreadReading,
    VisitSheet,
    VisitStep,
)
from tests.cast import Cast, MountedClient, actor_of, client_of
from tests.patients.care_factories import MembershipFactory
from tests.patients.factories import EncounterFactory

NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 6, 1)
LATER = {"starts_on": dt.date(2026, 1, 1), "ends_on": dt.date(2030, 1, 1)}
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]


@pytest.fixture
def member(in_north: Hospital, cast: Cast) -> Membership:
    return MembershipFactory(contact=cast.sun, deputy=cast.li)


def step_values(**given: Any) -> dict[str, Any]:
    return {"kind": "tests", "title": "", "place": "门诊楼3层", "companion": None, "planned_at": None, **given}


def test_a_sheet_begins_with_the_four_usual_steps(member: Membership, actor: ActorOf) -> None:
    sheet = visit_sheets.make_sheet(member, day=DAY, actor=actor("agent"), now=NOW)
    assert [(str(step), step.companion) for step in sheet.steps.all()] == [
        ("挂号", member.contact),
        ("检查检验", member.contact),
        ("取药", member.contact),
        ("缴费", member.contact),
    ]
    for given in ({"day": DAY}, {"day": dt.date(2027, 1, 1)}, {"day": DAY, "actor": actor("physician")}):
        with pytest.raises(MembershipError):
            visit_sheets.make_sheet(member, **{"actor": actor("agent"), "now": NOW, **given})


def test_steps_are_added_changed_ticked_skipped_and_reopened(member: Membership, actor: ActorOf) -> None:
    agent = actor("agent")
    sheet = visit_sheets.make_sheet(member, day=DAY, actor=agent, now=NOW)
    first, second = sheet.steps.all()[:2]
    visit_sheets.change_step(first, step_values(planned_at=dt.time(9, 30)), actor=agent)
    extra = visit_sheets.add_step(sheet, step_values(kind="other", title="拍片复核"), actor=agent)
    assert (extra.rank, str(extra)) == (5, "拍片复核")
    done = visit_sheets.tick_step(first, actor=agent, now=NOW)
    assert (done.state, done.done_at, done.done_by) == ("done", NOW, agent.staff)
    skipped = visit_sheets.skip_step(second, reason="上周已做", actor=agent)
    assert (skipped.state, skipped.skip_reason) == ("skipped", "上周已做")
    assert visit_sheets.reopen_step(done, actor=agent).state == "planned"


def test_steps_are_refused(member: Membership, actor: ActorOf, cast: Cast) -> None:
    agent = actor("agent")
    sheet = visit_sheets.make_sheet(member, day=DAY, actor=agent, now=NOW)
    step = sheet.steps.first()
    cast.xu.is_active = False
    for act in (
        lambda: visit_sheets.add_step(sheet, step_values(kind="other"), actor=agent),
        lambda: visit_sheets.add_step(sheet, step_values(companion=cast.xu), actor=agent),
        lambda: visit_sheets.tick_step(step, actor=agent, now=NOW - dt.timedelta(days=1)),
        lambda: visit_sheets.tick_step(step, actor=actor("physician"), now=NOW),
        lambda: visit_sheets.skip_step(step, reason=" ", actor=agent),
    ):
        with pytest.raises(MembershipError):
            act()
    visit_sheets.tick_step(step, actor=agent, now=NOW)
    for act in (
        lambda: visit_sheets.change_step(step, step_values(), actor=agent),
        lambda: visit_sheets.skip_step(step, reason="x", actor=agent),
    ):
        with pytest.raises(MembershipError):
            act()


def test_a_sheet_stands_on_the_timeline(member: Membership, actor: ActorOf) -> None:
    agent = actor("agent")
    sheet = visit_sheets.make_sheet(member, day=DAY, actor=agent, now=NOW)
    visit_sheets.tick_step(sheet.steps.first(), actor=agent, now=NOW)
    lines = timeline_of(member.patient, agent, NOW, asked=Asked("members")).lines
    assert [(str(one.entry.title), str(one.entry.text)) for one in lines] == [
        ("一站式就诊", "已完成1/4步"),
        ("特需会员", str(member.level)),
    ]


def test_a_message_rings_for_the_others_and_is_read(member: Membership, actor: ActorOf, cast: Cast) -> None:
    message = member_threads.send(member, " 下周三复诊 ", actor=actor("agent"), now=NOW)
    assert message.text == "下周三复诊"
    assert [one.staff for one in Message.objects.filter(purpose="member_messages")] == [cast.li]
    assert "复诊" not in str(Message.objects.values_list("context", flat=True).get())
    assert (member_threads.unread_of(member, cast.li).count(), member_threads.unread_of(member, cast.sun).count()) == (
        1,
        0,
    )
    member_threads.mark_read(member, newest=message.pk, actor=actor("nurse"))
    assert member_threads.unread_of(member, cast.li).count() == 0
    EncounterFactory(patient=member.patient, attending=cast.chen, discharged_on=today())
    member_threads.send(member, "知道了", actor=actor("physician"), now=NOW + dt.timedelta(minutes=1))
    assert Message.objects.filter(purpose="member_messages").count() == 3


def test_a_thread_is_for_who_looks_after_and_clinical_roles_that_see_the_person(
    member: Membership, actor: ActorOf
) -> None:
    physician, liaison = actor("physician"), actor("liaison")
    assert [member_threads.may_read_thread(member, one) for one in (physician, liaison)] == [False, False]
    EncounterFactory(patient=member.patient, attending=physician.staff, discharged_on=today())
    assert member_threads.may_read_thread(member, physician)
    with pytest.raises(MembershipError):
        member_threads.send(member, "x", actor=liaison, now=NOW)
    with pytest.raises(MembershipError):
        member_threads.send(member, " ", actor=physician, now=NOW)
    Membership.objects.filter(pk=member.pk).update(contact=physician.staff)
    member.refresh_from_db()
    assert [member_threads.may_read_thread(member, actor(code)) for code in ("agent", "centre_manager")] == [False] * 2


def test_reading_goes_up_to_the_newest_message_of_the_page_and_never_back(
    member: Membership, actor: ActorOf, cast: Cast
) -> None:
    sent = [
        member_threads.send(member, "x", actor=actor("agent"), now=NOW + dt.timedelta(minutes=minute))
        for minute in range(3)
    ]
    left = []
    for message in (sent[1], sent[0], sent[2]):
        member_threads.mark_read(member, newest=message.pk, actor=actor("nurse"))
        left.append(member_threads.unread_of(member, cast.li).count())
    assert left == [1, 1, 0]
    member_threads.mark_read(member, newest=sent[2].pk + 1, actor=actor("nurse"))
    assert ThreadReading.objects.get().read_until == sent[2].sent_at


def test_notes_are_for_who_looks_after_the_member_or_reads_clinical_text(member: Membership, actor: ActorOf) -> None:
    agent = actor("agent")
    service = AgreedService.objects.create(level=member.level, names={"zh-hans": "陪诊"})
    member_services.count_service(member, service, on=DAY, note="化疗陪诊", actor=agent, now=NOW)
    visit_sheets.make_sheet(member, day=DAY, note="化疗第3次", actor=agent, now=NOW)

    def told(code: str) -> list[bool]:
        person = Patient.objects.get(pk=member.patient_id)
        lines = timeline_of(person, actor(code), NOW, asked=Asked("members")).lines
        text = " ".join(str(one.entry.detail) for one in lines)
        return [word in text for word in ("化疗陪诊", "化疗第3次")]

    assert [told(code) for code in ("agent", "physician", "information_officer")] == [
        [True, True],
        [True, True],
        [False, False],
    ]


def test_the_panel_shows_notes_to_who_may_read_them(north: Hospital, cast: Cast, client_as: ClientAs) -> None:
    with hospital_scope(north):
        row = MembershipFactory(contact=cast.sun, **LATER)
        service = AgreedService.objects.create(level=row.level, names={"zh-hans": "陪诊"})
        ServiceUse.objects.create(membership=row, service=service, used_on=DAY, note="化疗陪诊")
    path = f"patients/{row.patient.public_id}/panels/membership/"
    pages = [client.get(path).content.decode() for client in (client_of(cast.sun), client_as("information_officer"))]
    assert ["化疗陪诊" in page for page in pages] == [True, False]


def test_the_row_log_holds_no_word_of_a_visit(member: Membership, actor: ActorOf) -> None:
    agent = actor("agent")
    sheet = visit_sheets.make_sheet(member, day=DAY, note="化疗第3次", actor=agent, now=NOW)
    step = sheet.steps.first()
    visit_sheets.change_step(step, step_values(title="肿瘤科", place="化疗室"), actor=agent)
    visit_sheets.skip_step(step, reason="发热", actor=agent)
    sheet.note = "改期"
    sheet.save()
    told = str(list(RowChange.objects.values_list("changes", flat=True)))
    words = ("化疗第3次", "改期", "肿瘤科", "化疗室", "发热", "skip_reason")
    assert [word in told for word in words] == [False] * 5 + [True]


def test_erasing_takes_sheets_and_messages_away(member: Membership, actor: ActorOf) -> None:
    visit_sheets.make_sheet(member, day=DAY, actor=actor("agent"), now=NOW)
    member_threads.send(member, "x", actor=actor("agent"), now=NOW)
    erase(member.patient, reason="本人要求", actor=actor("centre_manager"), now=NOW)
    left = (VisitSheet, VisitStep, MemberMessage, ThreadReading, Membership)
    assert [model.objects.count() for model in left] == [0] * 5


def test_pages_of_a_visit_day(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        row = MembershipFactory(contact=cast.sun, patient__name="王小明", **LATER)
    agent = client_of(cast.sun)
    answer = agent.post(f"patients/members/{row.public_id}/sheets/", {"day": "2026-11-02"})
    with hospital_scope(north):
        sheet = VisitSheet.objects.get()
        step = sheet.steps.first()
    own, path = f"patients/sheets/{sheet.public_id}/", f"patients/steps/{step.public_id}/"
    assert answer.url.endswith(own)
    page = agent.get(own)
    assert (page.context["done"], page.context["needed"], "王小明" in page.content.decode()) == (0, 4, False)
    assert agent.post(f"{path}done/").status_code == 302
    assert agent.get(own).context["done"] == 1
    assert agent.post(f"{path}undo/").status_code == 302
    assert agent.post(f"{path}skip/", {"reason": ""}).status_code == 422
    assert agent.post(f"{path}skip/", {"reason": "不需要"}).status_code == 302
    assert agent.get(own).context["needed"] == 3
    assert agent.post(f"{own}steps/", {"kind": "other", "title": "候诊室休息"}).status_code == 302
    assert agent.get(f"{own}print/").status_code == 200
    with hospital_scope(north):
        assert AccessLog.objects.filter(kind="print", patient_id=row.patient_id).count() == 1


def test_pages_of_a_thread(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        row = MembershipFactory(contact=cast.sun, deputy=cast.li, patient__name="王小明", **LATER)
    path = f"patients/members/{row.public_id}/thread/"
    agent, nurse = client_of(cast.sun), client_of(cast.li)
    assert agent.post(path, {"text": ""}).status_code == 422
    assert agent.post(path, {"text": "请准备轮椅"}).status_code == 302
    page = nurse.get(path)
    assert (page.context["unread"], "请准备轮椅" in page.content.decode()) == (1, True)
    assert nurse.get(path).context["unread"] == 1
    assert nurse.post(f"{path}read/").status_code == 302
    assert nurse.get(path).context["unread"] == 1
    assert nurse.post(f"{path}read/", {"newest": page.context["newest"]}).status_code == 302
    assert nurse.get(path).context["unread"] == 0
    assert agent.get(path).context["messages_shown"][0]["read_by"] == ["李护士"]
    assert nurse.get(f"patients/{row.patient.public_id}/panels/membership/").context["unread"] == 0


def test_pages_are_guarded(north: Hospital, south: Hospital, cast: Cast, client_as: ClientAs) -> None:
    with hospital_scope(south):
        foreign = MembershipFactory()
        strange = VisitSheet.objects.create(membership=foreign, day=DAY)
        step = VisitStep.objects.create(sheet=strange, rank=1, kind="tests")
    with hospital_scope(north):
        row = MembershipFactory(contact=cast.sun)
        sheet = VisitSheet.objects.create(membership=row, day=DAY)
    manager, physician = client_as("centre_manager"), client_as("physician")
    for path in (
        f"patients/members/{foreign.public_id}/thread/",
        f"patients/members/{foreign.public_id}/sheets/",
        f"patients/sheets/{strange.public_id}/",
        f"patients/steps/{step.public_id}/",
    ):
        assert manager.get(path).status_code == 404
        assert client_as("auditor").get(path).status_code == 403
    for path in (f"patients/members/{row.public_id}/thread/", f"patients/sheets/{sheet.public_id}/"):
        assert physician.get(path).status_code == 404
        assert manager.put(path).status_code == 405
    assert manager.get(f"patients/members/{row.public_id}/thread/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_last_agreed_service_is_counted_once_when_two_count_it_at_once(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        row = MembershipFactory(contact=cast.qian)
        service = AgreedService.objects.create(level=row.level, names={"zh-hans": "陪诊"}, times=1)
    manager, answers, start = actor_of(cast.qian), [], threading.Barrier(2)

    def count() -> None:
        start.wait()
        try:
            with hospital_scope(north):
                member_services.count_service(row, service, on=DAY, actor=manager, now=NOW)
            answers.append("counted")
        except MembershipError:
            answers.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=count) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with hospital_scope(north):
        assert (sorted(answers), ServiceUse.objects.count()) == (["counted", "refused"], 1)
