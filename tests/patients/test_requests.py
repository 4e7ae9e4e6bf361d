"""The register of privacy requests: deadline, states, four eyes, correction, deletion."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import AuditEvent, CalendarDay, Hospital, HospitalSettings, RowChange
from patients.domain import requests
from patients.domain.erasing import erase
from patients.domain.holds import place_hold
from patients.domain.request_lists import LISTS, RequestList
from patients.domain.requests import RequestError
from patients.models import Patient, PrivacyCopy, PrivacyRequest
from patients.request_forms import PrepareForm
from tests.cast import Cast, Part, actor_of, hire
from tests.patients.care_factories import PrivacyCopyFactory, PrivacyRequestFactory
from tests.patients.factories import PatientFactory, RelationFactory

NOW = dt.datetime(2026, 3, 4, 2, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 4)
ActorOf = Callable[[str], Actor]


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_FILES_DIR = tmp_path


@pytest.fixture
def manager(actor: ActorOf) -> Actor:
    return actor("centre_manager")


@pytest.fixture
def officer(actor: ActorOf) -> Actor:
    return actor("security_officer")


def registered(patient: Patient, actor: Actor, **given: Any) -> PrivacyRequest:
    values = {"kind": "copy", "words": "全部资料", "asked_by": "self", "identity_check": "papers", "received_on": TODAY}
    return requests.register(patient, **{**values, **given}, actor=actor, now=NOW)


def prepared(patient: Patient, actor: Actor, *, changes: dict | None = None, **given: Any) -> PrivacyRequest:
    request = registered(patient, actor, **given)
    if request.kind == "correct" and changes is None:
        changes = {"occupation": "工程师"}
    requests.assign(request, assignee=actor.staff, actor=actor, now=NOW)
    return requests.prepare(request, answer="已办理", changes=changes, actor=actor, now=NOW)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(RequestError) as refused:
        act()
    return str(refused.value)


def test_the_deadline_counts_working_days_of_the_hospital(in_north: Hospital, manager: Actor) -> None:
    person = PatientFactory()
    assert registered(person, manager).due_on == dt.date(2026, 3, 25)
    CalendarDay.objects.create(day=dt.date(2026, 3, 5), is_working=False)
    HospitalSettings.objects.update(privacy_days=2)
    assert registered(person, manager).due_on == dt.date(2026, 3, 9)


def test_a_request_is_extended_once_for_a_reason(in_north: Hospital, manager: Actor) -> None:
    request = registered(PatientFactory(), manager)
    assert refusal(lambda: requests.extend(request, reason=" ", actor=manager, now=NOW)) == _("A reason is needed.")
    longer = requests.extend(request, reason="资料多", actor=manager, now=NOW)
    assert (longer.due_on, longer.extension_reason) == (dt.date(2026, 4, 16), "资料多")
    assert "资料多" not in str(list(AuditEvent.objects.values_list("detail", flat=True)))
    assert "资料多" not in str(list(RowChange.objects.values_list("changes", flat=True)))
    again = refusal(lambda: requests.extend(request, reason="再多", actor=manager, now=NOW))
    assert again == _("The deadline was extended once already.")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"received_on": dt.date(2026, 3, 5)}, "The day of receipt lies in the future or more than a year back."),
        ({"received_on": dt.date(2025, 3, 2)}, "The day of receipt lies in the future or more than a year back."),
        ({"words": " "}, "Say what is asked for."),
        ({"asked_by": "guardian", "asker_name": "谢大平"}, "Who speaks for another gives a name and a proof."),
        (
            {"asked_by": "guardian", "asker_name": "谢大平", "proof": "户口本"},
            "A guardian says how related to the person.",
        ),
    ],
)
def test_what_is_not_registered(in_north: Hospital, manager: Actor, given: dict, words: str) -> None:
    assert refusal(lambda: registered(PatientFactory(), manager, **given)) == _(words)
    assert PrivacyRequest.objects.count() == 0


def test_only_who_may_registers_and_works(in_north: Hospital, manager: Actor, actor: ActorOf) -> None:
    person, agent = PatientFactory(), actor("agent")
    assert refusal(lambda: registered(person, agent)) == _("Your role does not allow this.")
    request = registered(person, manager)
    stranger = refusal(lambda: requests.assign(request, assignee=agent.staff, actor=manager, now=NOW))
    assert stranger == _("%(name)s does not work on such requests.") % {"name": agent.staff.name}
    erase(person, reason="本人要求", actor=None, now=NOW)
    assert refusal(lambda: registered(person, manager)) == _("This record has been erased.")


def test_whoever_prepared_an_answer_never_lets_it_out(in_north: Hospital, manager: Actor, officer: Actor) -> None:
    request = prepared(PatientFactory(), manager, kind="correct")
    own = refusal(lambda: requests.let_out(request, actor=manager, now=NOW))
    assert own == _("Whoever prepared the answer does not let it go out.")
    with pytest.raises(IntegrityError), transaction.atomic():
        PrivacyRequest.objects.update(state="answered", ended_at=NOW, approved_by=manager.staff)
    answered = requests.let_out(request, actor=officer, now=NOW).request
    assert (answered.state, answered.approved_by) == ("answered", officer.staff)
    again = refusal(lambda: requests.let_out(request, actor=officer, now=NOW))
    assert again == _("The request is not in a state for this any more. Look again.")


def test_a_colleague_may_be_the_second_person(in_north: Hospital, manager: Actor, cast: Cast) -> None:
    colleague = actor_of(hire("second.north", Part("何主任", ("centre_manager",))))
    request = prepared(PatientFactory(), manager, kind="correct")
    assert list(PrivacyRequest.objects.waiting_for(manager)) == []
    assert list(PrivacyRequest.objects.waiting_for(colleague)) == [request]
    assert requests.let_out(request, actor=colleague, now=NOW).request.state == "answered"


def test_a_correction_goes_through_the_change_of_the_record(in_north: Hospital, manager: Actor, officer: Actor) -> None:
    person = PatientFactory(name="谢小平", occupation="教师", birth_date=dt.date(1968, 4, 1))
    changes = {"occupation": "工程师", "name": "谢晓平", "birth_date": "1968-01-04"}
    request = prepared(person, manager, kind="correct", changes=changes)
    person.refresh_from_db()
    assert person.name == "谢小平"
    requests.let_out(request, actor=officer, now=NOW)
    person.refresh_from_db()
    assert (person.name, person.py_full, person.occupation, person.birth_date) == (
        "谢晓平",
        "xiexiaoping",
        "工程师",
        dt.date(1968, 1, 4),
    )
    assert sorted(AuditEvent.objects.get(verb="patients.person.change").detail["fields"]) == sorted(changes)


def test_what_another_system_keeps_is_not_corrected_here(in_north: Hospital, manager: Actor) -> None:
    person = PatientFactory(his_seen_at=NOW)
    kept = refusal(lambda: prepared(person, manager, kind="correct", changes={"name": "谢晓平"}))
    assert kept == _("Another system keeps these fields; they are corrected there.")


def test_a_deletion_erases_and_keeps_that_it_was_asked_for(in_north: Hospital, manager: Actor, officer: Actor) -> None:
    person = PatientFactory(name="谢小平")
    RelationFactory(patient=person, name="谢大平", kind="父亲", is_guardian=True)
    given = {"asked_by": "guardian", "asker_name": "谢大平", "proof": "户口本"}
    request = prepared(person, manager, kind="delete", words="删除谢小平的资料", **given)
    requests.let_out(request, actor=officer, now=NOW)
    person.refresh_from_db()
    request.refresh_from_db()
    assert (person.contact_state, request.state, request.kind) == ("erased", "answered", "delete")
    assert (request.asker_name, request.proof, request.words, request.answer) == ("—",) * 4
    assert AuditEvent.objects.get(verb="patients.person.erase").detail["reason"] == _("privacy request %(number)s") % {
        "number": request.number
    }


def test_a_legal_hold_refuses_the_deletion_and_nothing_has_happened(
    in_north: Hospital, manager: Actor, officer: Actor
) -> None:
    person = PatientFactory()
    request = prepared(person, manager, kind="delete")
    place_hold(person, demanded_by="法院", reason="纠纷", until=None, actor=manager, now=NOW)
    held = refusal(lambda: requests.let_out(request, actor=officer, now=NOW))
    request.refresh_from_db()
    assert (held, request.state) == (_("This record is under legal hold."), "waiting")


def test_sent_back_it_is_prepared_anew(in_north: Hospital, manager: Actor, officer: Actor) -> None:
    request = prepared(PatientFactory(), manager)
    assert refusal(lambda: requests.send_back(request, note="", actor=officer, now=NOW)) == _("Say why it goes back.")
    back = requests.send_back(request, note="身份核对不足", actor=officer, now=NOW)
    assert (back.state, back.return_note) == ("in_work", "身份核对不足")
    assert "身份核对不足" not in str(list(AuditEvent.objects.values_list("detail", flat=True)))
    assert "身份核对不足" not in str(list(RowChange.objects.values_list("changes", flat=True)))
    anew = requests.prepare(back, answer="补充核对", actor=manager, now=NOW)
    assert (anew.state, anew.return_note) == ("waiting", "")


def test_a_refusal_names_the_law_and_a_withdrawal_a_reason(in_north: Hospital, manager: Actor) -> None:
    request = prepared(PatientFactory(), manager, kind="delete")
    bare = refusal(lambda: requests.refuse(request, refusal="whim", answer="不行", actor=manager, now=NOW))
    assert bare == _("Choose the lawful reason and say what the person is told.")
    refused = requests.refuse(request, refusal="retention", answer="病历须保管三十年", actor=manager, now=NOW)
    assert (refused.state, refused.refusal, refused.ended_at) == ("refused", "retention", NOW)
    other = registered(PatientFactory(), manager)
    gone = requests.withdraw(other, reason="本人来电撤回", actor=manager, now=NOW)
    assert (gone.state, gone.ended_at) == ("withdrawn", NOW)


def test_every_act_stands_in_the_trail(in_north: Hospital, manager: Actor, officer: Actor) -> None:
    request = prepared(PatientFactory(), manager, kind="correct")
    requests.let_out(request, actor=officer, now=NOW)
    rows = AuditEvent.objects.filter(verb__startswith="patients.request.").order_by("id")
    assert list(rows.values_list("verb", "actor_name")) == [
        ("patients.request.register", "钱主任"),
        ("patients.request.assign", "钱主任"),
        ("patients.request.prepare", "钱主任"),
        ("patients.request.answer", "安全员"),
    ]


def test_lists_part_open_soon_late_and_ended(in_north: Hospital, manager: Actor) -> None:
    for due in (3, 4, 7, 8):
        PrivacyRequestFactory(due_on=dt.date(2026, 3, due))
    PrivacyRequestFactory(due_on=dt.date(2026, 3, 3), state="withdrawn", ended_at=NOW)
    wanted = RequestList(manager, TODAY)
    assert wanted.counts() == {"open": 4, "soon": 2, "late": 1, "mine": 0, "ended": 1}
    assert [row.due_on.day for row in wanted.page().rows] == [3, 4, 7, 8]
    assert sorted(wanted.counts()) == sorted(LISTS)


def test_an_erased_record_keeps_no_answer_file(in_north: Hospital) -> None:
    copy = PrivacyCopyFactory()
    erase(copy.request.patient, reason="本人要求", actor=None, now=NOW)
    assert PrivacyCopy.objects.count() == 0


def test_a_correction_changes_something_and_can_empty_a_field(
    in_north: Hospital, manager: Actor, officer: Actor
) -> None:
    person = PatientFactory(occupation="教师", hobbies="钓鱼", birth_date=dt.date(1968, 4, 1))
    same = _("Say which field is wrong and what is right: this changes nothing.")
    for changes in ({}, {"occupation": "教师", "birth_date": "1968-04-01"}):
        assert refusal(lambda changes=changes: prepared(person, manager, kind="correct", changes=changes)) == same
    request = PrivacyRequest.objects.filter(state="in_work").first()
    said = {"answer": "已更正", "occupation": "教授", "emptied": ["hobbies", "birth_date"]}
    assert PrepareForm({**said, "hobbies": "下棋"}, request=request).is_valid() is False
    form = PrepareForm(said, request=request)
    assert form.is_valid()
    requests.prepare(request, **form.values(), actor=manager, now=NOW)
    requests.let_out(request, actor=officer, now=NOW)
    person.refresh_from_db()
    assert (person.occupation, person.hobbies, person.birth_date) == ("教授", "", None)


def test_erasing_ends_what_the_person_still_asks_for(in_north: Hospital, manager: Actor, officer: Actor) -> None:
    person = PatientFactory()
    other = requests.extend(registered(person, manager), reason="资料多", actor=manager, now=NOW)
    waiting = prepared(person, manager)
    requests.let_out(prepared(person, manager, kind="delete"), actor=officer, now=NOW)
    other.refresh_from_db()
    assert (other.state, other.ended_at, other.extension_reason) == ("withdrawn", NOW, "—")
    assert sorted(PrivacyRequest.objects.values_list("kind", "state", "extension_reason")) == [
        ("copy", "withdrawn", ""),
        ("copy", "withdrawn", "—"),
        ("delete", "answered", ""),
    ]
    PrivacyRequest.objects.filter(pk=waiting.pk).update(state="waiting", ended_at=None)
    assert refusal(lambda: requests.let_out(waiting, actor=officer, now=NOW)) == _("This record has been erased.")


def test_a_file_is_made_anew_within_thirty_days_and_all_of_them_are_listed(
    in_north: Hospital, manager: Actor, officer: Actor
) -> None:
    answered = [requests.let_out(prepared(PatientFactory(), manager), actor=officer, now=NOW) for _one in range(12)]
    last = NOW + dt.timedelta(days=30)
    assert PrivacyRequest.objects.sealed_for(officer, since=last - requests.RESEAL_FOR).count() == 12
    request = answered[0].request
    assert requests.reseal(request, actor=officer, now=last).passphrase != answered[0].passphrase
    late = refusal(lambda: requests.reseal(request, actor=officer, now=last + dt.timedelta(seconds=1)))
    assert late == _("The file is made anew within 30 days after the answer. Register a new request.")
