"""The bin: what may go there, that nobody sees it, putting it back, and the end after thirty days."""

import datetime as dt
from collections.abc import Callable

import pytest

from accounts.actors import Actor
from accounts.domain.bins import BinError, empty_all, in_bin, put_back, put_in_bin
from accounts.models import AuditEvent, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import life
from patients.domain.binning import put_back_told
from patients.domain.search import find_people
from patients.domain.tags import make_tag, tag_people
from patients.models import BinnedPerson, ContactPoint, Patient, PatientTag, Relation
from tests.cast import MountedClient
from tests.followups.factories import FollowUpRunFactory
from tests.patients.factories import (
    ContactPointFactory,
    EncounterFactory,
    IdentifierFactory,
    PatientFactory,
    PatientNoteFactory,
    RelationFactory,
)

NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]


def bin_it(person: Patient, actor: Actor) -> BinnedPerson:
    return put_in_bin(person, reason="重复建档", actor=actor, now=NOW)


@pytest.fixture
def mistake(in_north: Hospital) -> Patient:
    """A record made by hand, with numbers, family and a note, and nothing else."""
    person = PatientFactory(name="王误建", contact_state="stopped")
    ContactPointFactory(patient=person), IdentifierFactory(patient=person), PatientNoteFactory(patient=person)
    RelationFactory(patient=person)
    return person


def test_nobody_sees_what_lies_in_the_bin_and_it_comes_back_as_it_was(mistake: Patient, actor: ActorOf) -> None:
    agent = actor("agent")
    entry = bin_it(mistake, agent)
    assert (find_people(agent, "王误建"), list(Patient.objects.visible_to(agent))) == ([], [])
    assert [one.patient_id for one in in_bin(Patient, agent)] == [mistake.pk]
    assert entry.purge_at == NOW + dt.timedelta(days=30)
    put_back(entry, actor=agent)
    mistake.refresh_from_db()
    assert (mistake.contact_state, BinnedPerson.objects.count()) == ("stopped", 0)
    with pytest.raises(BinError):
        put_back(entry, actor=agent)


def a_stay(person: Patient) -> None:
    EncounterFactory(patient=person)


def a_run(person: Patient) -> None:
    FollowUpRunFactory(patient=person)


def told_by_his(person: Patient) -> None:
    Patient.objects.filter(pk=person.pk).update(his_seen_at=NOW)


def dead(person: Patient) -> None:
    Patient.objects.filter(pk=person.pk).update(contact_state="deceased", deceased_on=NOW.date())


@pytest.mark.parametrize("happened", [a_stay, a_run, told_by_his, dead])
def test_a_record_somebody_worked_with_stays(
    mistake: Patient, actor: ActorOf, happened: Callable[[Patient], None]
) -> None:
    happened(mistake)
    with pytest.raises(BinError):
        bin_it(mistake, actor("agent"))
    assert BinnedPerson.objects.count() == 0


def test_a_reason_and_the_right_are_needed(mistake: Patient, actor: ActorOf) -> None:
    with pytest.raises(BinError):
        put_in_bin(mistake, reason=" ", actor=actor("agent"), now=NOW)
    with pytest.raises(BinError):
        bin_it(mistake, actor("physician"))
    bin_it(mistake, actor("agent"))
    with pytest.raises(BinError):
        bin_it(mistake, actor("agent"))


def test_after_thirty_days_everything_is_gone_but_the_trail(mistake: Patient, actor: ActorOf) -> None:
    relative = PatientFactory(referrer=mistake)
    RelationFactory(patient=relative, related=mistake, name="王某")
    tag_people([mistake], make_tag("误", actor=actor("centre_manager")), actor=actor("agent"), now=NOW)
    bin_it(mistake, actor("agent"))
    assert empty_all(NOW + dt.timedelta(days=29)) == (0, 0)
    assert empty_all(NOW + dt.timedelta(days=30)) == (1, 0)
    relative.refresh_from_db()
    assert (list(Patient.objects.all()), relative.referrer_id) == ([relative], None)
    assert (ContactPoint.objects.count(), PatientTag.objects.count(), Relation.objects.get().related_id) == (0, 0, None)
    verbs = AuditEvent.objects.filter(object_id=str(mistake.pk), object_type="patients.patient")
    assert list(verbs.order_by("id").values_list("verb", flat=True))[-2:] == [
        "patients.person.bin",
        "patients.person.purge",
    ]


def test_what_a_feed_told_about_meanwhile_comes_back(mistake: Patient, actor: ActorOf) -> None:
    bin_it(mistake, actor("agent"))
    a_stay(mistake)
    assert empty_all(NOW + dt.timedelta(days=31)) == (0, 1)
    mistake.refresh_from_db()
    assert mistake.contact_state == "stopped"


def test_who_died_meanwhile_stays_dead_when_put_back(mistake: Patient, actor: ActorOf) -> None:
    entry = bin_it(mistake, actor("agent"))
    life.report_deaths({mistake.pk: dt.date(2026, 5, 30)}, source="his", now=NOW)
    put_back(entry, actor=None)
    mistake.refresh_from_db()
    assert (mistake.contact_state, mistake.deceased_on) == ("deceased", dt.date(2026, 5, 30))


def test_who_is_told_about_leaves_the_bin_at_once(mistake: Patient, actor: ActorOf) -> None:
    bin_it(mistake, actor("agent"))
    put_back_told([mistake.pk])
    mistake.refresh_from_db()
    assert (mistake.contact_state, BinnedPerson.objects.count()) == ("stopped", 0)


def test_pages_of_the_bin(north: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(north):
        person = PatientFactory(name="王误建")
    agent = client_as("agent")
    path = f"patients/{person.public_id}/bin/"
    assert agent.get(path).status_code == 200
    assert agent.post(path, {"reason": ""}).status_code == 422
    assert agent.post(path, {"reason": "重复建档"})["Location"] == "/north/patients/"
    assert agent.get(f"patients/{person.public_id}/").status_code == 404
    page = agent.get("patients/bin/")
    assert [row["name"] for row in page.context["rows"]] == ["王*建"]
    assert agent.post(f"patients/bin/{person.public_id}/back/")["Location"] == f"/north/patients/{person.public_id}/"
    assert agent.get(f"patients/{person.public_id}/").status_code == 200


def test_the_bin_of_others_and_without_rights(north: Hospital, south: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(south):
        stranger = PatientFactory()
    with hospital_scope(north):
        person = PatientFactory()
    agent = client_as("agent")
    assert agent.post(f"patients/{stranger.public_id}/bin/", {"reason": "x"}).status_code == 404
    assert agent.post(f"patients/bin/{person.public_id}/back/").status_code == 404
    assert client_as("physician").get("patients/bin/").status_code == 403
    assert agent.post("patients/bin/").status_code == 405
