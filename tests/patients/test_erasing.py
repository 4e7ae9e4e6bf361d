"""Legal hold and erasing: what is kept and what goes, refused under hold, never taken back."""

import datetime as dt
import zoneinfo
from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import AuditEvent, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients import erasure
from patients.domain.erasing import EraseError, erase
from patients.domain.holds import HoldError, lift_hold, place_hold, standing_hold
from patients.domain.staging import fetched
from patients.domain.uniting import CannotUnite, unite
from patients.domain.withdrawal import remove_people
from patients.models import Consent, Identifier, LegalHold, Patient, ViewingFlag
from tests.accounts.factories import StaffMemberFactory
from tests.cast import Cast, MountedClient, client_of
from tests.patients.care_factories import LegalHoldFactory, ViewingFlagFactory
from tests.patients.factories import (
    ConsentFactory,
    ContactPointFactory,
    ContactStopFactory,
    EncounterFactory,
    MedicationFactory,
    NationalIdFactory,
    PatientFactory,
    PatientNoteFactory,
    RelationFactory,
)

ClientAs = Callable[[str], MountedClient]
NOW = dt.datetime(2026, 3, 4, 2, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 4)
HOLD = {"demanded_by": "清江县法院", "reason": "医疗纠纷", "until": None}


def a_person() -> Patient:
    """Somebody about whom a lot is known."""
    person = PatientFactory(name="谢小平", address="清江县一号", allergies="青霉素", occupation="教师", region="清江县")
    ContactPointFactory(patient=person, value="13800005678")
    NationalIdFactory(patient=person)
    RelationFactory(patient=person)
    PatientNoteFactory(patient=person)
    MedicationFactory(encounter=EncounterFactory(patient=person))
    found = {"state": "answered", "finding": "explained", "note": "老谢来电查询", "answered_at": NOW}
    ViewingFlagFactory(patient=person, answered_by=StaffMemberFactory(), **found)
    ViewingFlagFactory(patient=person)
    ConsentFactory(patient=person, guardian_name="谢大平", guardian_relation="父亲")
    return person


def everything_about(person: Patient) -> str:
    """All rows of this person, as text."""
    kept = []
    for rule in erasure.rules.values():
        model = apps.get_model(rule.model)
        ids = list(model._default_manager.filter(**{rule.path: person}).values_list("pk", flat=True))
        rows = fetched(f"select t::text from {model._meta.db_table} t where id = any(%s)", [ids])
        kept += [text for (text,) in rows]
    kept += [text for (text,) in fetched("select t::text from patients_patient t where id = %s", [person.pk])]
    return "\n".join(kept)


def test_nothing_tells_whose_record_it_was_and_the_figures_stay(in_north: Hospital) -> None:
    person = a_person()
    person.encounters.update(former_keys=["his|ZY900-1"])
    before = everything_about(person)
    telling = (
        "ZY900-1",
        "谢小平",
        "13800005678",
        "清江县一号",
        "青霉素",
        "谢小婷",
        "听力不好",
        "高血压",
        "谢大平",
        "教师",
        "氨氯地平",
        "老谢来电查询",
    )
    assert [word for word in telling if word not in before] == []
    left = erase(person, reason="本人要求删除", actor=None, now=NOW)
    after = everything_about(person)
    assert [word for word in telling if word in after] == []
    assert (left.contact_state, left.sex, left.birth_date, left.region) == (
        "erased",
        "F",
        dt.date(1968, 1, 1),
        "清江县",
    )
    flags = ViewingFlag.objects.order_by("state").values_list("state", "finding", "note")
    assert list(flags) == [("answered", "explained", "—"), ("open", "", "")]
    stay = left.encounters.get()
    assert (stay.discharged_on, stay.diagnosis_code, stay.source_key) == (
        dt.date(2026, 5, 20),
        "I10.x00",
        f"erased|{stay.pk}",
    )
    assert (Consent.objects.get().decision, Identifier.objects.count()) == ("granted", 0)
    assert AuditEvent.objects.get(verb="patients.person.erase").detail["reason"] == "本人要求删除"


def test_erasing_is_refused_under_hold_without_reason_and_twice(in_north: Hospital) -> None:
    person = a_person()
    place_hold(person, **HOLD, actor=None, now=NOW)
    for reason, words in (("本人要求", "This record is under legal hold."), (" ", "A reason is needed.")):
        with pytest.raises(EraseError) as refusal:
            erase(person, reason=reason, actor=None, now=NOW)
        assert str(refusal.value) == _(words)
    lift_hold(person, reason="结案", actor=None, now=NOW)
    erase(person, reason="本人要求", actor=None, now=NOW)
    with pytest.raises(EraseError, match=_("This record has been erased.")):
        erase(person, reason="本人要求", actor=None, now=NOW)
    with pytest.raises(CannotUnite):
        unite(kept_id=PatientFactory().pk, other_id=person.pk, actor=None, now=NOW)


def test_the_database_guards_holds_and_the_erased(in_north: Hospital) -> None:
    held, gone = LegalHoldFactory().patient, PatientFactory(contact_state="erased")
    for person, changes in (
        (held, {"contact_state": "erased"}),
        (gone, {"contact_state": "open"}),
        (gone, {"name": "谢"}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Patient.objects.filter(pk=person.pk).update(**changes)
    with pytest.raises(IntegrityError), transaction.atomic():
        Patient.objects.filter(pk=held.pk)._raw_delete("default")
    assert fetched("select patients_erase_consents(%s)", [ConsentFactory().patient_id]) == [(0,)]


def test_the_last_day_of_a_hold_ends_by_the_clock_of_the_hospital(in_north: Hospital) -> None:
    now = timezone.now()
    for name in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # never the same day in both
        Hospital.objects.filter(pk=in_north.pk).update(timezone=name)
        last = now.astimezone(zoneinfo.ZoneInfo(name)).date()
        held, free = (LegalHoldFactory(until=day).patient for day in (last, last - dt.timedelta(days=1)))
        Patient.objects.filter(pk=free.pk).update(contact_state="erased")
        with pytest.raises(IntegrityError), transaction.atomic():
            Patient.objects.filter(pk=held.pk).update(contact_state="erased")


def test_what_the_database_refuses_is_said_as_a_refusal(in_north: Hospital) -> None:
    person = LegalHoldFactory(until=timezone.now().date() + dt.timedelta(days=2)).patient
    with pytest.raises(EraseError, match=_("The record could not be erased: something still needs it as it is.")):
        erase(person, reason="本人要求", actor=None, now=timezone.now() + dt.timedelta(days=9))


def test_a_hold_keeps_a_person_whose_import_is_taken_back(in_north: Hospital) -> None:
    held, free = LegalHoldFactory().patient, PatientFactory()
    gone = remove_people([held.pk, free.pk], batch_id=1, since=NOW)
    assert (gone, list(Patient.objects.all())) == ([free.pk], [held])


def test_a_model_without_a_rule_stops_erasing(in_north: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    person = a_person()
    rules = {key: rule for key, rule in erasure.rules.items() if key != ("patients.PatientNote", "patient")}
    monkeypatch.setattr(erasure, "rules", rules)
    with pytest.raises(EraseError, match="patients.PatientNote.patient"):
        erase(person, reason="本人要求", actor=None, now=NOW)


def test_every_key_to_a_person_has_a_rule() -> None:
    from patients.domain.uniting import person_relations

    keys = {(relation.related_model._meta.label, relation.field.name) for relation in person_relations()}
    assert sorted(keys - erasure.rules.keys()) == []


def test_a_hold_stands_until_its_day_or_until_lifted(in_north: Hospital, actor: Callable[[str], Actor]) -> None:
    person, manager = PatientFactory(), actor("centre_manager")
    place_hold(person, **{**HOLD, "until": TODAY}, actor=manager, now=NOW)
    with pytest.raises(HoldError, match=_("This record is under legal hold already.")):
        place_hold(person, **HOLD, actor=None, now=NOW)
    tomorrow = NOW + dt.timedelta(days=1)
    assert [standing_hold(person, now=now) is None for now in (NOW, tomorrow)] == [False, True]
    place_hold(person, **HOLD, actor=manager, now=tomorrow)
    hold = standing_hold(person, now=tomorrow)
    assert (hold and hold.placed_by, LegalHold.objects.count()) == (manager.staff, 2)
    lift_hold(person, reason="结案", actor=manager, now=tomorrow)
    with pytest.raises(HoldError, match=_("This record is not under legal hold.")):
        lift_hold(person, reason="结案", actor=None, now=tomorrow)


@pytest.mark.parametrize("given", [{"reason": " "}, {"demanded_by": ""}, {"until": dt.date(2026, 3, 3)}])
def test_a_hold_says_who_demands_it_and_why(in_north: Hospital, given: dict) -> None:
    with pytest.raises(HoldError):
        place_hold(PatientFactory(), **{**HOLD, **given}, actor=None, now=NOW)


def test_of_two_records_the_held_one_keeps_its_hold(in_north: Hospital) -> None:
    kept, other = PatientFactory(), LegalHoldFactory().patient
    unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW)
    assert standing_hold(kept, now=NOW) == LegalHold.objects.get()


def test_pages_ask_and_do_and_are_for_those_who_may(north: Hospital, south: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(north):
        person = a_person()
    path, client, stranger = f"patients/{person.public_id}", client_as("centre_manager"), client_of(Cast(south).qian)
    for page in ("hold/", "hold/lift/", "erase/"):
        assert client.get(f"{path}/{page}").status_code == 200
        assert client_as("agent").get(f"{path}/{page}").status_code == 403
        assert stranger.get(f"{path}/{page}").status_code == 404
        assert client.put(f"{path}/{page}").status_code == 405
    assert client.post(f"{path}/hold/", {"reason": "医疗纠纷"}).status_code == 422
    assert client.post(f"{path}/hold/", {"reason": "医疗纠纷", "demanded_by": "法院"}).status_code == 302
    assert "医疗纠纷" in client.get(f"{path}/").content.decode()
    assert client.post(f"{path}/erase/", {"reason": "本人要求", "is_meant": "on"}).status_code == 422
    assert client.post(f"{path}/hold/lift/", {"reason": "结案"}).status_code == 302
    assert client.post(f"{path}/erase/", {"reason": "本人要求"}).status_code == 422
    assert client.post(f"{path}/erase/", {"reason": "本人要求", "is_meant": "on"}).status_code == 302
    assert "谢小平" not in client.get(f"{path}/?show=").content.decode()


def test_a_contact_stop_keeps_that_it_was_not_what_was_said(in_north: Hospital) -> None:
    stop = ContactStopFactory(words="我叫谢小平，别打了", proof="录音一")
    erase(stop.patient, reason="本人要求", actor=None, now=NOW)
    stop.refresh_from_db()
    assert (stop.words, stop.proof, stop.lifted_at) == ("—", "", None)
