"""The end of contact: death stops everything at once and is confirmed by a second person; a stop can be lifted."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.actors import Actor
from accounts.domain.hospitals import create_hospital
from accounts.models import AuditEvent, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients import signals
from patients.domain import life
from patients.models import ContactStop, Patient
from tests.cast import Cast, MountedClient, actor_of
from tests.patients.factories import PatientFactory

ActorOf = Callable[[str], Actor]
NOW = dt.datetime(2026, 5, 20, 2, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 5, 20)


@contextmanager
def heard(signal: object) -> Iterator[list[int]]:
    """Ids of the people a signal named."""
    ids: list[int] = []

    def receiver(patient: Patient | None = None, patients: Sequence[Patient] = (), **kwargs: object) -> None:
        ids.extend(one.pk for one in (patients or [patient]) if one)

    signal.connect(receiver)  # type: ignore[attr-defined]
    try:
        yield ids
    finally:
        signal.disconnect(receiver)  # type: ignore[attr-defined]


def report(patient: Patient, actor: Actor | None) -> Patient:
    return life.report_death(patient, source="family", deceased_on=TODAY, actor=actor, now=NOW)


@pytest.mark.django_db
def test_reporting_stops_at_once_and_waits_for_the_second_person(in_north: Hospital, actor: ActorOf) -> None:
    patient = PatientFactory()
    with heard(signals.people_deceased) as stopped:
        report(patient, actor("agent"))
    patient.refresh_from_db()
    assert stopped == [patient.pk]
    assert (patient.contact_state, patient.deceased_source, patient.deceased_on) == ("deceased", "family", TODAY)
    assert (patient.may_be_contacted, patient.death_awaits_confirmation) == (False, True)
    assert AuditEvent.objects.get(verb="patients.death.report").object_id == str(patient.pk)


@pytest.mark.django_db
def test_who_reported_neither_confirms_nor_withdraws(in_north: Hospital, actor: ActorOf) -> None:
    patient = report(PatientFactory(), actor("physician"))
    with pytest.raises(life.LifeError):
        life.confirm_death(patient, actor=actor("physician"), now=NOW)
    with pytest.raises(life.LifeError):
        life.withdraw_death(patient, reason="报错人", actor=actor("physician"), now=NOW)
    patient.refresh_from_db()
    assert patient.death_awaits_confirmation


@pytest.mark.django_db
def test_the_second_person_confirms_once_and_for_all(in_north: Hospital, actor: ActorOf) -> None:
    patient = report(PatientFactory(), actor("agent"))
    life.confirm_death(patient, actor=actor("physician"), now=NOW)
    patient.refresh_from_db()
    assert patient.death_confirmed_by.name == "陈医师"
    for act in (
        lambda: life.confirm_death(patient, actor=actor("head_nurse"), now=NOW),
        lambda: life.withdraw_death(patient, reason="报错人", actor=actor("head_nurse"), now=NOW),
        lambda: report(patient, actor("head_nurse")),
    ):
        with pytest.raises(life.LifeError):
            act()


@pytest.mark.django_db
def test_the_second_person_withdraws_with_a_reason(in_north: Hospital, actor: ActorOf) -> None:
    patient = report(PatientFactory(), actor("agent"))
    with pytest.raises(life.LifeError):
        life.withdraw_death(patient, reason=" ", actor=actor("physician"), now=NOW)
    with heard(signals.death_withdrawn) as withdrawn:
        life.withdraw_death(patient, reason="同名误报", actor=actor("physician"), now=NOW)
    patient.refresh_from_db()
    assert withdrawn == [patient.pk]
    assert (patient.contact_state, patient.deceased_on, patient.deceased_source) == ("open", None, "")


@pytest.mark.django_db
def test_a_stop_outlives_a_wrong_report_of_death(in_north: Hospital, actor: ActorOf) -> None:
    patient = PatientFactory()
    life.stop_contact(patient, words="别再打了", actor=actor("agent"), now=NOW)
    report(patient, actor("agent"))
    assert life.withdraw_death(patient, reason="误报", actor=actor("physician"), now=NOW).contact_state == "stopped"


@pytest.mark.django_db
def test_death_in_the_future_and_of_the_erased_is_refused(in_north: Hospital, actor: ActorOf) -> None:
    with pytest.raises(life.LifeError):
        life.report_death(
            PatientFactory(), source="staff", deceased_on=TODAY + dt.timedelta(days=1), actor=actor("agent"), now=NOW
        )
    with pytest.raises(life.LifeError):
        report(PatientFactory(contact_state="erased"), actor("agent"))


@pytest.mark.django_db
def test_database_refuses_death_from_nowhere_and_own_confirmation(in_north: Hospital, cast: Cast) -> None:
    patient = PatientFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Patient.objects.filter(pk=patient.pk).update(contact_state="deceased")
    with pytest.raises(IntegrityError), transaction.atomic():
        Patient.objects.filter(pk=patient.pk).update(
            contact_state="deceased", deceased_source="staff", death_reported_by=cast.li, death_confirmed_by=cast.li
        )


@pytest.mark.django_db
def test_stop_keeps_the_words_and_is_lifted_with_a_reason(in_north: Hospital, actor: ActorOf) -> None:
    patient = PatientFactory()
    with heard(signals.contact_stopped) as stopped:
        life.stop_contact(patient, words=" 别再打了 ", proof="LY-1", actor=actor("agent"), now=NOW)
    assert stopped == [patient.pk]
    with pytest.raises(life.LifeError):
        life.stop_contact(patient, words="再说一次", actor=actor("agent"), now=NOW)
    with heard(signals.contact_resumed) as resumed:
        life.resume_contact(patient, reason="本人来电恢复", actor=actor("agent"), now=NOW)
    stop = ContactStop.objects.get()
    assert (resumed, stop.words, stop.proof, stop.lift_reason) == ([patient.pk], "别再打了", "LY-1", "本人来电恢复")
    patient.refresh_from_db()
    assert patient.may_be_contacted


@pytest.mark.django_db
def test_pages_lead_from_report_to_confirmation(
    north: Hospital, cast: Cast, client_as: Callable[[str], MountedClient]
) -> None:
    with hospital_scope(north):
        patient = PatientFactory()
    base = f"patients/{patient.public_id}/"
    agent, centre = client_as("agent"), client_as("centre_manager")
    assert agent.post(base + "death/", {"source": "family", "deceased_on": "2026-05-20"}).status_code == 302
    assert agent.post(base + "death/confirm/", {}).status_code == 403
    assert centre.get(base + "death/confirm/").status_code == 200
    assert centre.post(base + "death/confirm/", {}).status_code == 302
    assert centre.post(base + "death/withdraw/", {"reason": "误报"}).status_code == 422
    with hospital_scope(north):
        patient.refresh_from_db()
    assert (patient.death_reported_by.name, patient.death_confirmed_by.name) == ("孙客服", "钱主任")


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_confirmation_and_withdrawal_at_once_end_in_one_of_them() -> None:
    hospital = create_hospital("race", "竞争医院")
    cast = Cast(hospital)
    physician, head = actor_of(cast.chen), actor_of(cast.zhou)
    with hospital_scope(hospital):
        patient = report(PatientFactory(), None)
    start, results = threading.Barrier(2), []

    def attempt(act: Callable[[], object]) -> None:
        try:
            start.wait(timeout=10)
            with hospital_scope(hospital):
                act()
            results.append("done")
        except life.LifeError:
            results.append("refused")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=attempt, args=[lambda: life.confirm_death(patient, actor=physician, now=NOW)]),
        threading.Thread(
            target=attempt, args=[lambda: life.withdraw_death(patient, reason="误报", actor=head, now=NOW)]
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    with hospital_scope(hospital):
        patient.refresh_from_db()
    assert sorted(results) == ["done", "refused"]
    assert patient.is_deceased == (patient.death_confirmed_at is not None)
