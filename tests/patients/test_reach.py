"""Numbers, relations and papers from a day to a day; who may be meant already; what the HIS said of a stay."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.calendar import today
from accounts.models import AccessLog, AuditEvent, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import people, reach, similar
from patients.models import ContactPoint, Identifier, Patient, Relation
from tests.cast import Cast, actor_of, client_of
from tests.patients.factories import (
    CheckupFindingFactory,
    ContactPointFactory,
    DiagnosisFactory,
    EncounterFactory,
    MedicationFactory,
    PatientFactory,
    RelationFactory,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("system", "text", "value"),
    [
        ("phone", "138 0000 0009", "13800000009"),
        ("phone", "12", ""),
        ("email", " Gan@Example.ORG ", "gan@example.org"),
        ("email", "gan", ""),
        ("wechat", " gan_shu ", "gan_shu"),
    ],
)
def test_each_kind_of_address_has_its_form(system: str, text: str, value: str) -> None:
    assert reach.contact_value(system, text) == value


def test_a_number_that_has_ended_is_not_dialled(in_north: Hospital, cast: Cast) -> None:
    patient, sun = PatientFactory(), actor_of(cast.sun)
    first = reach.add_contact(patient, "13800000001", actor=sun)
    second = reach.add_contact(patient, "13800000002", purpose="work", owner_relation="女儿", actor=sun)
    assert (second.rank, second.purpose, second.owner_relation) == (2, "work", "女儿")
    reach.change_contact(first, {"valid_until": today() - DAY}, actor=sun)
    patient.refresh_from_db()
    assert (patient.phone, ContactPoint.objects.get(pk=first.pk).may_be_dialled) == ("13800000002", False)
    with pytest.raises(reach.RecordError):
        reach.change_contact(first, {"value": "13800000003"}, actor=sun)
    with pytest.raises(reach.RecordError):
        reach.change_contact(second, {"valid_from": today(), "valid_until": today() - DAY}, actor=sun)


def test_the_night_after_a_number_ended_the_next_one_is_first(in_north: Hospital) -> None:
    patient = PatientFactory(phone="13800000001")
    ContactPointFactory(patient=patient, value="13800000001", valid_until=today() - DAY)
    ContactPointFactory(patient=patient, value="13800000002", rank=2)
    assert reach.refresh_ended(now=timezone.now()) == 1
    patient.refresh_from_db()
    assert patient.phone == "13800000002"


def test_a_night_that_was_missed_is_made_up_for(in_north: Hospital) -> None:
    ended, begun = PatientFactory(phone="13800000001"), PatientFactory(phone="")
    ContactPointFactory(patient=ended, value="13800000001", valid_until=today() - 20 * DAY)
    ContactPointFactory(patient=begun, value="13800000002", valid_from=today() - 3 * DAY)
    ContactPointFactory(patient=PatientFactory(), value="13800000003", valid_until=today())
    assert reach.refresh_ended(now=timezone.now()) == 2
    ended.refresh_from_db()
    begun.refresh_from_db()
    assert (ended.phone, begun.phone) == ("", "13800000002")


def test_the_others_keep_their_order_behind_a_place_that_is_taken(in_north: Hospital, cast: Cast) -> None:
    patient, sun = PatientFactory(), actor_of(cast.sun)
    points = [reach.add_contact(patient, f"1380000000{n}", actor=sun) for n in range(3)]
    reach.change_contact(points[2], {"rank": 1}, actor=sun)
    order = ContactPoint.objects.filter(patient=patient).order_by("rank").values_list("value", "rank")
    assert list(order) == [("13800000002", 1), ("13800000000", 2), ("13800000001", 3)]


def test_after_its_last_day_a_relation_is_told_nothing_and_guards_nobody(cast: Cast) -> None:
    with hospital_scope(cast.hospital):
        patient = PatientFactory()
        row = RelationFactory(patient=patient, may_be_told="everything", is_guardian=True)
    client = client_of(cast.sun)

    def shown(name: str) -> str:
        return client.get(client.url(f"patients:{name}", patient.public_id)).content.decode()

    assert ("女儿" in shown("panel-reach"), "不再告知" in shown("reach")) == (True, False)
    with hospital_scope(cast.hospital):
        reach.change_relation(row, {"valid_until": today() - DAY}, actor=actor_of(cast.sun))
        with pytest.raises(reach.RecordError):
            reach.change_relation(row, {"related": patient}, actor=actor_of(cast.sun))
    assert ("女儿" in shown("panel-reach"), "已结束：不再告知" in shown("reach")) == (False, True)


def test_papers_are_proven_unique_and_never_changed(in_north: Hospital, cast: Cast) -> None:
    patient, sun = PatientFactory(), actor_of(cast.sun)
    row = reach.add_identifier(patient, system="passport", number="E 1234 5678", valid_until=today(), actor=sun)
    assert (row.value, row.is_secret, bool(row.value_hash)) == ("", True, True)
    for system, number in (("national_id", "110105196803040011"), ("mrn", "1"), ("passport", "E12345678")):
        with pytest.raises(reach.RecordError):
            reach.add_identifier(PatientFactory(), system=system, number=number, actor=sun)
    reach.change_identifier(row, {"is_active": False}, actor=sun)
    assert Identifier.objects.get(pk=row.pk).is_active is False
    with pytest.raises(reach.RecordError):
        reach.change_identifier(row, {"value": "1"}, actor=sun)


def test_the_page_of_numbers_changes_and_refuses(cast: Cast) -> None:
    with hospital_scope(cast.hospital):
        patient, owner = PatientFactory(), PatientFactory(name="诸葛小婷")
        point, other = ContactPointFactory(patient=patient), ContactPointFactory()
        row = RelationFactory(patient=patient)
    client = client_of(cast.sun)
    page = client.get(client.url("patients:reach", patient.public_id))
    assert (page.status_code, point.value in page.content.decode()) == (200, False)
    address = client.url("patients:phone-change", patient.public_id, point.pk)
    said = {"rank": "1", "purpose": "home", "number_state": "ok", "owner": str(owner.public_id)}
    assert client.post(address, said).status_code == 302
    assert client.post(address, {**said, "valid_from": "2026-05-02", "valid_until": "2026-05-01"}).status_code == 422
    assert client.post(address, {**said, "owner": "", "owner_q": "诸葛"}).status_code == 422
    assert client.post(client.url("patients:phone-change", patient.public_id, other.pk), said).status_code == 404
    told = {"name": "", "phone": "", "kind": "妻子", "may_be_told": "everything"}
    assert client.post(client.url("patients:relation-change", patient.public_id, row.pk), told).status_code == 302
    with hospital_scope(cast.hospital):
        point.refresh_from_db()
        assert (point.purpose, point.number_state, point.owner) == ("home", "ok", owner)
        assert Relation.objects.values_list("name", "kind", "may_be_told").get() == ("谢小婷", "妻子", "everything")


def test_the_picker_offers_masked_people(cast: Cast) -> None:
    with hospital_scope(cast.hospital):
        PatientFactory(name="诸葛小婷")
    page = client_of(cast.sun).post("patients/pick/", {"field": "referrer", "referrer_q": "诸葛"})
    html = page.content.decode()
    assert ("诸葛*婷" in html, "诸葛小婷" in html) == (True, False)
    assert client_of(cast.sun).post("patients/pick/", {"field": "a b"}).status_code == 404


def test_a_referrer_is_chosen_and_nobody_refers_himself(cast: Cast) -> None:
    with hospital_scope(cast.hospital):
        patient, referrer = PatientFactory(), PatientFactory()
    client = client_of(cast.sun)
    address = client.url("patients:edit", patient.public_id)
    said = {"kind": "patient", "category": "general", "sex": "F", "referrer": str(referrer.public_id)}
    assert client.post(address, said).status_code == 302
    assert client.post(address, {**said, "referrer": str(patient.public_id)}).status_code == 422
    with hospital_scope(cast.hospital):
        patient.refresh_from_db()
        assert patient.referrer == referrer
        with pytest.raises(people.RecordError):
            people.change_person(patient, {"referrer": patient}, actor=actor_of(cast.sun))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ({"name": "谢建平"}, True),
        ({"name": "谢建平", "birth_date": dt.date(1968, 3, 4)}, True),
        ({"name": "谢健平", "birth_date": dt.date(1968, 3, 4)}, True),
        ({"name": "谢建平", "birth_date": dt.date(1999, 1, 1)}, False),
        ({"name": "李新", "phone": "138 0000 0001"}, True),
        ({"name": "李新", "birth_date": dt.date(1968, 3, 4)}, False),
        ({"phone": "138"}, False),
        ({}, False),
    ],
)
def test_who_may_be_meant_already(in_north: Hospital, cast: Cast, typed: dict, found: bool) -> None:
    patient = PatientFactory(name="谢建平")
    ContactPointFactory(patient=patient, value="13800000001")
    hints = similar.similar_people(actor_of(cast.sun), **typed)
    assert [hint.patient for hint in hints] == ([patient] if found else [])


def test_the_hint_is_masked_and_recorded(cast: Cast) -> None:
    with hospital_scope(cast.hospital):
        patient = PatientFactory(name="谢建平", phone="13800000001")
    html = client_of(cast.sun).post("patients/similar/", {"name": "谢建平", "birth_date": "x"}).content.decode()
    assert ("谢*平" in html, "谢建平" in html, "13800000001" in html) == (True, False, False)
    with hospital_scope(cast.hospital):
        logged = AccessLog.objects.latest("pk")
    assert (logged.page, logged.patient_id) == ("similar", patient.pk)


def test_a_stay_shows_source_and_time_and_clinical_text_to_clinical_roles_alone(cast: Cast) -> None:
    with hospital_scope(cast.hospital):
        patient = Patient.objects.get(pk=PatientFactory().pk)
        stay = EncounterFactory(patient=patient, attending=cast.chen, discharged_on=today(), fees="1234.50")
        DiagnosisFactory(encounter=stay, text="诊断丙")
    agent, physician = client_of(cast.sun), client_of(cast.chen)
    html = agent.get(agent.url("patients:stay", stay.public_id)).content.decode()
    assert ("HIS" in html, "1,234.50" in html, "诊断丙" in html) == (True, True, False)
    assert "诊断丙" in physician.get(physician.url("patients:stay", stay.public_id)).content.decode()
    assert client_of(cast.tang).get(agent.url("patients:stay", stay.public_id)).status_code == 403


def test_medicines_and_findings_that_visits_told_stand_in_the_record_of_clinical_readers(cast: Cast) -> None:
    with hospital_scope(cast.hospital):
        patient, day = PatientFactory(), today()
        for ago, text, dosage, is_cancelled in (
            (400, "药甲", "", False),
            (90, "药乙", "旧", False),
            (60, "药丁", "", False),
            (30, "药乙", "新", False),
            (20, "药丙", "", True),
        ):
            days = {"admitted_on": day - ago * DAY, "discharged_on": day - ago * DAY}
            stay = EncounterFactory(patient=patient, attending=cast.chen, is_cancelled=is_cancelled, **days)
            MedicationFactory(encounter=stay, text=text, dosage=dosage, is_long_term=text == "药乙")
        check = EncounterFactory(patient=patient, kind="checkup")
        CheckupFindingFactory(encounter=check, item="脂肪肝", advice="低脂饮食")
        CheckupFindingFactory(encounter=check, item="套餐", is_abnormal=False, rank=2)
    pages = []
    for who in (cast.chen, cast.sun):
        client = client_of(who)
        pages.append(client.get(client.url("patients:panel-record", patient.public_id)).content.decode())
    assert "药乙 新（长期）<br>药丁" in pages[0] and "脂肪肝：低脂饮食</dd>" in pages[0]
    assert [("药甲" in page, "药丙" in page, "旧" in page, "药丁" in page) for page in pages] == [
        (False, False, False, True), (False, False, False, False)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heard", "before", "after"),
    [
        ("dead", "unchecked", "dead"),
        ("dead", "ok", "dead"),
        ("suspended", "ok", "suspended"),
        ("suspended", "dead", "dead"),
        ("ok", "dead", "unchecked"),
        ("ok", "wrong", "wrong"),
        ("wrong", "ok", "ok"),
    ],
)
def test_what_is_true_of_a_number_is_flagged_on_every_record(
    in_north: Hospital, cast: Cast, heard: str, before: str, after: str
) -> None:
    called = ContactPointFactory(value="13800005678")
    same = ContactPointFactory(value="13800005678", number_state=before)
    ContactPointFactory(patient=same.patient, value="13900001234", rank=2)
    reach.set_number_state(called, heard, actor=actor_of(cast.sun))
    same.refresh_from_db()
    assert same.number_state == after
    assert same.patient.contact_points.get(rank=2).number_state == "unchecked"
    if after == "dead" != before:
        same.patient.refresh_from_db()
        assert same.patient.phone == "13900001234"
    events = AuditEvent.objects.filter(verb="patients.phone.state", object_id=same.patient_id)
    assert events.count() == (before != after)
