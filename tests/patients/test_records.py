"""Facts of a stay, changes of a record, numbers, notes, the timeline."""

import datetime as dt
from collections.abc import Callable

import pytest

from accounts.actors import Actor
from accounts.models import AuditEvent, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients import registry, signals
from patients.domain import people, reach, search
from patients.domain.facts import FactsError, known_facts, record_facts
from patients.domain.timeline import Asked, next_action_of, timeline_of
from patients.models import ContactPoint, Encounter, EncounterFact, Patient
from tests.cast import Cast, MountedClient
from tests.patients.factories import ContactPointFactory, EncounterFactory, PatientFactory, PatientNoteFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]
NOW = dt.datetime(2026, 5, 20, 2, 0, tzinfo=dt.UTC)


def test_facts_are_yes_no_or_not_known_and_changes_are_told(in_north: Hospital, actor: ActorOf) -> None:
    stay, told = EncounterFactory(), []

    def receiver(encounter: Encounter, **kwargs: object) -> None:
        told.append(encounter.pk)

    signals.facts_changed.connect(receiver)
    try:
        chen = actor("physician")
        assert record_facts(stay, {"drain": True, "icu": False, "stoma": None}, actor=chen, now=NOW) == ["drain", "icu"]
        assert record_facts(stay, {"drain": True, "icu": False, "stoma": None}, actor=chen, now=NOW) == []
        assert record_facts(stay, {"drain": None}, actor=chen, now=NOW) == ["drain"]
    finally:
        signals.facts_changed.disconnect(receiver)
    assert (known_facts(stay), told) == ({"icu": False}, [stay.pk, stay.pk])
    assert EncounterFact.objects.get().recorded_by.name == "陈医师"


def test_facts_outside_the_catalogue_and_of_cancelled_stays_are_refused(in_north: Hospital, actor: ActorOf) -> None:
    with pytest.raises(FactsError):
        record_facts(EncounterFactory(), {"handsome": True}, actor=actor("physician"), now=NOW)
    with pytest.raises(FactsError):
        record_facts(EncounterFactory(is_cancelled=True), {"drain": True}, actor=actor("physician"), now=NOW)


def test_facts_screen_saves_what_was_ticked(
    north: Hospital, cast: Cast, client_as: Callable[[str], MountedClient]
) -> None:
    with hospital_scope(north):
        stay = EncounterFactory(attending=cast.chen, discharged_on=None)
    client = client_as("physician")
    answer = client.post(f"patients/stays/{stay.public_id}/facts/", {"lives_alone": "yes", "icu": "no"})
    assert answer.status_code == 302
    with hospital_scope(north):
        assert known_facts(stay) == {"lives_alone": True, "icu": False}


def test_new_person_is_found_by_the_keys_of_the_name(in_north: Hospital, actor: ActorOf) -> None:
    made = people.create_person(
        {"name": " 曾 小 兰 ", "sex": "F", "kind": "prospect"}, phone="138 0000 5678", actor=actor("agent")
    )
    made.refresh_from_db()
    assert (made.name, made.given_name, made.py_initials, made.py_initials_alt) == ("曾小兰", "小兰", "zxl", "cxl")
    assert (made.phone, ContactPoint.objects.get().value_reversed) == ("13800005678", "87650000831")


def test_mirror_of_the_his_is_not_edited(in_north: Hospital, actor: ActorOf) -> None:
    mirrored = PatientFactory(name="谢建平", his_seen_at=NOW)
    with pytest.raises(people.RecordError):
        people.change_person(mirrored, {"name": "别名"}, actor=actor("agent"))
    assert people.change_person(mirrored, {"hobbies": "书法"}, actor=actor("agent")) == ["hobbies"]
    event = AuditEvent.objects.get(verb="patients.person.change")
    assert event.detail == {"fields": ["hobbies"]}


def test_form_of_a_mirrored_person_offers_only_own_fields(
    north: Hospital, client_as: Callable[[str], MountedClient]
) -> None:
    with hospital_scope(north):
        mirrored = PatientFactory(name="谢建平", his_seen_at=NOW)
    client = client_as("agent")
    path = f"patients/{mirrored.public_id}/edit/"
    form = client.get(path).context["form"]
    assert ("name" in form.fields, "allergies" in form.fields, "hobbies" in form.fields) == (False, False, True)
    values = {"kind": "patient", "category": "general", "hobbies": "书法", "name": "别名", "allergies": "花生"}
    assert client.post(path, values).status_code == 302
    with hospital_scope(north):
        mirrored.refresh_from_db()
    assert (mirrored.name, mirrored.hobbies, mirrored.allergies) == ("谢建平", "书法", "")


def test_the_form_does_not_write_over_what_somebody_changed_meanwhile(
    north: Hospital, client_as: Callable[[str], MountedClient]
) -> None:
    with hospital_scope(north):
        person = PatientFactory(name="谢建平", hobbies="书法")
    client, path = client_as("agent"), f"patients/{person.public_id}/edit/"
    read = client.get(path).context["version"]
    assert f'name="version" value="{read}"' in client.get(path).content.decode()
    values = {"sex": "M", "kind": "patient", "category": "general"}
    assert client.post(path, {**values, "hobbies": "太极拳", "version": read}).status_code == 302
    late = client.post(path, {**values, "hobbies": "围棋", "version": read})
    assert (late.status_code, "此后已有别人改过这份档案。" in late.content.decode()) == (422, True)
    with hospital_scope(north):
        person.refresh_from_db()
    assert person.hobbies == "太极拳"


def test_new_record_by_form(north: Hospital, client_as: Callable[[str], MountedClient]) -> None:
    client = client_as("agent")
    values = {"name": "李新", "sex": "M", "kind": "prospect", "category": "general", "phone": "12"}
    assert client.post("patients/new/", values).status_code == 422
    assert client.post("patients/new/", {**values, "phone": "13800001111"}).status_code == 302
    with hospital_scope(north):
        assert Patient.objects.get().phone == "13800001111"


def test_a_record_number_typed_by_hand_is_found_and_belongs_to_one_record(
    north: Hospital, client_as: Callable[[str], MountedClient], actor: ActorOf
) -> None:
    client = client_as("agent")
    values = {"name": "李新", "sex": "M", "kind": "prospect", "category": "general", "mrn": " hz 0012 "}
    assert client.post("patients/new/", values).status_code == 302
    refused = client.post("patients/new/", {**values, "name": "王旧", "mrn": "HZ0012"})
    assert (refused.status_code, "该病案号已属于另一份档案。" in refused.content.decode()) == (422, True)
    with hospital_scope(north):
        (patient,) = search.find_people(actor("agent"), "HZ0012")
        assert (patient.name, patient.mrn, Patient.objects.count()) == ("李新", "HZ0012", 1)
        people.change_person(patient, {"mrn": "HZ0013"}, actor=actor("agent"))
        assert [len(search.find_people(actor("agent"), one)) for one in ("HZ0012", "HZ0013")] == [0, 1]


def test_dead_number_gives_way_to_the_next(in_north: Hospital, actor: ActorOf) -> None:
    patient = PatientFactory()
    first = ContactPointFactory(patient=patient, value="13800000001", rank=1)
    ContactPointFactory(patient=patient, value="13800000002", rank=2)
    reach.refresh_phone(patient)
    assert patient.phone == "13800000001"
    reach.set_number_state(first, "dead", actor=actor("agent"))
    patient.refresh_from_db()
    assert patient.phone == "13800000002"
    with pytest.raises(people.RecordError):
        reach.set_number_state(first, "haunted", actor=actor("agent"))


def test_timeline_puts_sources_in_one_order_with_months(
    in_north: Hospital, actor: ActorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = PatientFactory()
    EncounterFactory(patient=patient, admitted_on="2026-03-10", discharged_on="2026-03-14")
    PatientNoteFactory(patient=patient, noted_at=dt.datetime(2026, 5, 1, 3, 0, tzinfo=dt.UTC))
    coming = registry.TimelineEntry(at=dt.date(2026, 5, 25), title="到期")
    source = registry.TimelineSource("orders", "随访", lambda patient, actor, now: [coming])
    monkeypatch.setitem(registry.timeline_sources, "orders", source)
    timeline = timeline_of(patient, actor("medical_affairs"), NOW)
    shape = [(str(line.entry.title), line.is_future, line.opens_past, line.month) for line in timeline.lines]
    assert shape == [
        ("到期", True, False, None),
        ("备注", False, True, None),
        ("出院", False, False, dt.date(2026, 3, 1)),
        ("入院", False, False, None),
    ]
    assert [
        line.entry.title for line in timeline_of(patient, actor("agent"), NOW, asked=Asked(only="orders")).lines
    ] == ["到期"]


def test_next_action_is_the_earliest_and_none_for_the_dead(
    in_north: Hospital, actor: ActorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = registry.NextAction(due=dt.date(2026, 5, 22), title="工单")
    soon = registry.NextAction(due=dt.datetime(2026, 5, 21, 1, 0, tzinfo=dt.UTC), title="回访")
    rules = [lambda *args: late, lambda *args: None, lambda *args: soon]
    monkeypatch.setattr(registry, "next_actions", rules)
    assert next_action_of(PatientFactory(), actor("agent"), NOW) == soon
    dead = PatientFactory(contact_state="deceased", deceased_source="his")
    assert next_action_of(dead, actor("agent"), NOW) is None
