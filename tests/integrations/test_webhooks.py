"""Other systems are told what happened here: signed, tried again, given up after a day, never inside the house."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import AuditEvent, Hospital, RowChange
from accounts.outside import known_facts
from hospital_crm.tenancy.scope import hospital_scope
from integrations import tasks
from integrations.domain.webhooks import calling, delivering, receivers, telling
from integrations.domain.webhooks.calling import Answer
from integrations.models import WebhookDelivery, WebhookEndpoint
from patients import signals
from patients.models import Encounter, Patient
from tests.cast import Cast, MountedClient
from tests.integrations.factories import WebhookDeliveryFactory, WebhookEndpointFactory
from tests.patients.factories import ConsentFactory, EncounterFactory, PatientFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 28, 9, tzinfo=dt.UTC)
TAKEN = Answer(204)
VALUES = {"name": "叫号", "url": "https://a.example/x", "facts": ["people.deceased"], "is_active": True}


class Receiver:
    """A stand-in for the call: keeps what it got and answers as told."""

    def __init__(self, *answers: Answer) -> None:
        self.answers, self.got = list(answers), []

    def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        self.got.append((url, json.loads(body), headers, body))
        return self.answers.pop(0) if self.answers else TAKEN


def states(hospital: Hospital) -> list[tuple[str, int]]:
    """What became of everything that was told."""
    with hospital_scope(hospital):
        return list(WebhookDelivery.objects.order_by("id").values_list("state", "attempts"))


def test_fact_is_told_to_whoever_chose_it_and_to_nobody_else(north: Hospital, south: Hospital) -> None:
    with hospital_scope(south):
        WebhookEndpointFactory()
    with hospital_scope(north):
        hears = WebhookEndpointFactory()
        WebhookEndpointFactory(facts=["people.merged"])
        WebhookEndpointFactory(is_active=False)
        patient = PatientFactory(name="谢建平")
        signals.people_deceased.send(sender=Patient, patients=[patient], now=timezone.now())
        rows = list(WebhookDelivery.objects.values_list("endpoint_id", "fact", "items"))
    assert rows == [(hears.pk, "people.deceased", [{"person": str(patient.public_id)}])]
    assert states(south) == []


def test_every_fact_tells_public_identifiers_and_codes_only(north: Hospital) -> None:
    assert {fact.name for fact in known_facts()} == {
        *("encounters.changed", "encounters.withdrawn", "orders.result_recorded", "people.contact_resumed"),
        *("people.contact_stopped", "people.death_withdrawn", "people.deceased", "people.erased", "people.merged"),
        *("people.consent_decided", "people.created", "people.unmerged", "units.members_changed"),
    }
    with hospital_scope(north):
        stay = EncounterFactory(patient=PatientFactory(name="谢建平"))
        one, other = stay.patient, PatientFactory()
        said: dict[str, Any] = {
            "encounter_ids": [stay.pk],
            "patients": [one],
            "patient": one,
            "patient_ids": [one.pk],
            "kept": one,
            "merged": other,
            "other": other,
            "consent": ConsentFactory(patient=one, purpose="news", decision="refused"),
        }
        known = {*(str(row.public_id) for row in (stay, one, other)), "news", "any", "refused"}
        for fact in known_facts():
            if fact.name != "orders.result_recorded":
                (item,) = fact.items(said)
                assert set(item.values()) <= known, fact.name


@pytest.mark.parametrize("is_more", [True, False])
def test_what_is_told_waits_in_a_queue_of_its_own(
    north: Hospital, monkeypatch: pytest.MonkeyPatch, is_more: bool
) -> None:
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(telling, "queue_on_commit", lambda name, queue="": asked.append((name, queue)))
    monkeypatch.setattr(tasks, "send", lambda name, hospital_id, queue="": asked.append((name, queue)))
    monkeypatch.setattr(delivering, "deliver_due", lambda hospital: is_more)
    with hospital_scope(north):
        telling.plan([WebhookEndpointFactory()], "test", [{}], now=timezone.now())
    tasks.deliver_webhooks(north.pk)
    assert asked == [("integrations.deliver_webhooks", "webhooks")] * (2 if is_more else 1)


def test_many_are_told_in_parts(north: Hospital) -> None:
    with hospital_scope(north):
        WebhookEndpointFactory(facts=["encounters.changed"])
        EncounterFactory.create_batch(3, patient=PatientFactory())
        ids = list(Encounter.objects.values_list("pk", flat=True))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(telling, "AT_ONCE", 2)
            signals.encounters_changed.send(sender=Encounter, encounter_ids=ids)
        assert [len(one.items) for one in WebhookDelivery.objects.order_by("id")] == [2, 1]


@pytest.fixture
def planned(north: Hospital) -> WebhookDelivery:
    """Something to be sent."""
    with hospital_scope(north):
        return WebhookDeliveryFactory(state="planned", not_before=NOW, created_at=NOW, state_at=NOW)


def test_what_is_due_is_sent_once_and_signed(north: Hospital, planned: WebhookDelivery) -> None:
    receiver = Receiver()
    assert delivering.deliver_due(north, clock=lambda: NOW, post=receiver) is False
    assert delivering.deliver_due(north, clock=lambda: NOW, post=receiver) is False
    ((url, said, headers, body),) = receiver.got
    assert (url, said) == (
        "https://receiver.example/crm",
        {
            "id": str(planned.public_id),
            "fact": "people.deceased",
            "hospital": "north",
            "at": "2026-11-28T09:00:00+00:00",
            "items": [{"person": "7f1c5a0e-8f1e-4f57-9b0a-111111111111"}],
        },
    )
    assert headers["CRM-Signature"] == calling.signature("s3cret", int(NOW.timestamp()), body)
    assert states(north) == [("delivered", 1)]


def test_pauses_grow_and_after_a_day_it_is_given_up(north: Hospital, planned: WebhookDelivery) -> None:
    at, tries = NOW, []
    while states(north)[0][0] == "planned":
        with hospital_scope(north):
            at = WebhookDelivery.objects.get().not_before
        delivering.deliver_due(north, clock=lambda: at, post=Receiver(Answer(500, "refused")))  # noqa: B023
        tries.append(round((at - NOW).total_seconds() / 60))
    assert tries[:9] == [0, 1, 3, 7, 15, 31, 63, 127, 255]
    assert tries[-1] <= 24 * 60
    with hospital_scope(north):
        given_up = WebhookDelivery.objects.get()
    assert (given_up.state, given_up.status, given_up.problem) == ("failed", 500, "refused")


def test_receiver_that_is_away_does_not_keep_others_waiting(north: Hospital, planned: WebhookDelivery) -> None:
    with hospital_scope(north):
        WebhookDeliveryFactory(endpoint=planned.endpoint, state="planned", not_before=NOW)
        WebhookDeliveryFactory(state="planned", not_before=NOW + dt.timedelta(seconds=1))
    receiver = Receiver(Answer(None, "unreachable"))
    delivering.deliver_due(north, clock=lambda: NOW + dt.timedelta(minutes=1), post=receiver)
    assert states(north) == [("planned", 1), ("planned", 0), ("delivered", 1)]


def test_worker_that_died_in_between_leaves_nothing_lost_and_the_receiver_knows_the_repeat(
    north: Hospital, planned: WebhookDelivery
) -> None:
    def killed(url: str, body: bytes, headers: dict[str, str]) -> Answer:
        raise SystemExit

    with pytest.raises(SystemExit):
        delivering.deliver_due(north, clock=lambda: NOW, post=killed)
    assert states(north) == [("claimed", 1)]
    later = NOW + dt.timedelta(minutes=6)
    with hospital_scope(north):
        assert delivering.release_interrupted(now=NOW + dt.timedelta(minutes=4)) == 0
        assert delivering.release_interrupted(now=later) == 1
    receiver = Receiver()
    delivering.deliver_due(north, clock=lambda: later, post=receiver)
    assert receiver.got[0][1]["id"] == str(planned.public_id)
    assert states(north) == [("delivered", 2)]


def test_slow_worker_does_not_overwrite_who_took_over(north: Hospital, planned: WebhookDelivery) -> None:
    later = NOW + dt.timedelta(minutes=6)

    def slow(url: str, body: bytes, headers: dict[str, str]) -> Answer:
        with hospital_scope(north):
            delivering.release_interrupted(now=later)
        assert delivering._claim(north, later) is not None
        return Answer(500, "refused")

    delivering.deliver_due(north, clock=lambda: NOW, post=slow)
    assert states(north) == [("claimed", 2)]


def test_nothing_is_sent_inside_a_scope(north: Hospital, planned: WebhookDelivery) -> None:
    with hospital_scope(north), pytest.raises(RuntimeError):
        delivering.deliver_due(north, post=Receiver())


def test_old_tellings_go(north: Hospital) -> None:
    old = NOW - dt.timedelta(days=31)
    with hospital_scope(north):
        WebhookDeliveryFactory(created_at=old)
        WebhookDeliveryFactory(created_at=old, state="planned", not_before=NOW)
        WebhookDeliveryFactory(created_at=NOW)
        WebhookDeliveryFactory(created_at=old, state="planned", endpoint=WebhookEndpointFactory(is_active=False))
        assert delivering.forget_old(now=NOW) == 2
        assert WebhookDelivery.objects.count() == 2


def test_receiver_is_entered_changed_and_on_record(north: Hospital, actor: Callable[[str], Actor]) -> None:
    officer = actor("information_officer")
    with hospital_scope(north):
        endpoint, secret = receivers.enter(VALUES, actor=officer, now=NOW)
        renewed = receivers.renew_secret(endpoint, actor=officer)
        receivers.change(endpoint, {**VALUES, "is_active": False}, actor=officer, now=NOW)
        endpoint.refresh_from_db()
        assert (secret in endpoint.secret, renewed == secret, endpoint.is_active) == (False, False, False)
        with pytest.raises(receivers.WebhookRefused):
            receivers.try_out(endpoint, actor=officer, now=NOW)
        for bad in ({"facts": []}, {"facts": ["all"]}, {"url": "https://"}):
            with pytest.raises(receivers.WebhookRefused):
                receivers.enter({**VALUES, "name": "二", **bad}, actor=officer, now=NOW)
        with pytest.raises(receivers.WebhookRefused):
            receivers.enter(VALUES, actor=officer, now=NOW)
        verbs = AuditEvent.objects.filter(verb__startswith="integrations.webhook").order_by("id")
        assert [event.verb.rpartition(".")[2] for event in verbs] == ["enter", "secret", "change"]
        assert endpoint.secret not in str(list(RowChange.objects.values_list("changes", flat=True)))


def test_pages_enter_try_and_send_again(north: Hospital, client_as: Callable[[str], MountedClient]) -> None:
    officer = client_as("information_officer")
    assert officer.get("imports/webhooks/").status_code == 200
    assert officer.post("imports/webhooks/new/", {**VALUES, "url": "x"}).status_code == 422
    shown = officer.post("imports/webhooks/new/", VALUES)
    assert (shown.status_code, shown["Cache-Control"]) == (200, "no-store")
    with hospital_scope(north):
        endpoint = WebhookEndpoint.objects.get()
    page = f"imports/webhooks/{endpoint.public_id}/"
    assert officer.post(f"{page}try/").status_code == 302
    assert officer.post(page, {**VALUES, "name": "叫号二"}).status_code == 302
    assert officer.post(page, {**VALUES, "facts": []}).status_code == 422
    with hospital_scope(north):
        delivery = WebhookDelivery.objects.get()
        WebhookDelivery.objects.update(state="failed", status=500, problem="refused")
    text = officer.get(f"{page}?state=failed").content.decode()
    assert str(delivery.public_id) in text and "500" in text
    assert officer.post(f"imports/webhooks/sent/{delivery.public_id}/again/").status_code == 302
    assert states(north) == [("planned", 0)]
    assert officer.post(f"{page}secret/").status_code == 200


def test_pages_are_for_the_information_officer_of_the_hospital(
    north: Hospital, south: Hospital, cast: Cast, client_as: Callable[[str], MountedClient]
) -> None:
    with hospital_scope(south):
        foreign = WebhookDeliveryFactory()
    officer = client_as("information_officer")
    for path in (
        f"{foreign.endpoint.public_id}/try",
        f"{foreign.endpoint.public_id}/secret",
        f"sent/{foreign.public_id}/again",
    ):
        assert officer.post(f"imports/webhooks/{path}/").status_code == 404
        assert officer.get(f"imports/webhooks/{path}/").status_code == 405
    assert officer.get(f"imports/webhooks/{foreign.endpoint.public_id}/").status_code == 404
    assert client_as("centre_manager").get("imports/webhooks/").status_code == 403


def test_list_asks_as_often_for_three_as_for_one(
    north: Hospital, client_as: Callable[[str], MountedClient], django_assert_max_num_queries: Callable
) -> None:
    officer = client_as("information_officer")
    with hospital_scope(north):
        WebhookDeliveryFactory(state_at=timezone.now())
    officer.get("imports/webhooks/")
    with django_assert_max_num_queries(15) as one:
        officer.get("imports/webhooks/")
    with hospital_scope(north):
        WebhookDeliveryFactory.create_batch(2)
    with django_assert_max_num_queries(len(one)):
        officer.get("imports/webhooks/")


def test_secret_that_cannot_be_read_is_a_failed_try(north: Hospital, planned: WebhookDelivery) -> None:
    with hospital_scope(north):
        WebhookEndpoint.objects.update(secret="lost")
    receiver = Receiver()
    assert delivering.deliver_due(north, clock=lambda: NOW, post=receiver) is False
    assert receiver.got == []
    with hospital_scope(north):
        row = WebhookDelivery.objects.get()
        assert (row.state, row.problem, row.not_before) == ("planned", "secret", NOW + dt.timedelta(minutes=1))


def test_telling_that_ends_every_worker_is_given_up_after_a_day(north: Hospital, planned: WebhookDelivery) -> None:
    with hospital_scope(north):
        WebhookDelivery.objects.update(state="claimed", first_try_at=NOW - dt.timedelta(hours=25), attempts=9)
        assert delivering.release_interrupted(now=NOW + dt.timedelta(minutes=6)) == 0
        assert WebhookDelivery.objects.values_list("state", "problem").get() == ("failed", "interrupted")


def test_receiver_that_just_failed_is_left_alone_for_a_minute(north: Hospital, planned: WebhookDelivery) -> None:
    delivering.deliver_due(north, clock=lambda: NOW, post=Receiver(Answer(500, "refused")))
    with hospital_scope(north):
        WebhookDeliveryFactory(endpoint=planned.endpoint, state="planned", not_before=NOW)
        changes = RowChange.objects.filter(table_name="integrations_webhookendpoint", operation="UPDATE")
        assert changes.count() == 0
    receiver = Receiver()
    delivering.deliver_due(north, clock=lambda: NOW + dt.timedelta(seconds=59), post=receiver)
    assert receiver.got == []
    delivering.deliver_due(north, clock=lambda: NOW + dt.timedelta(seconds=60), post=receiver)
    assert len(receiver.got) == 2


def test_one_round_of_a_hospital_at_a_time(north: Hospital, planned: WebhookDelivery) -> None:
    answers: list[bool] = []

    def meanwhile(url: str, body: bytes, headers: dict[str, str]) -> Answer:
        answers.append(delivering.deliver_due(north, clock=lambda: NOW, post=Receiver()))
        return TAKEN

    with hospital_scope(north):
        WebhookDeliveryFactory(state="planned", not_before=NOW)
    delivering.deliver_due(north, clock=lambda: NOW, post=meanwhile)
    assert answers == [False, False]
    assert states(north) == [("delivered", 1)] * 2


def test_receiver_taken_out_of_use_is_told_nothing_more(
    north: Hospital, planned: WebhookDelivery, actor: Callable[[str], Actor]
) -> None:
    officer = actor("information_officer")
    with hospital_scope(north):
        receivers.change(planned.endpoint, {**VALUES, "is_active": False}, actor=officer, now=NOW)
        planned.refresh_from_db()
        assert (planned.state, planned.problem, str(planned.problem_word) != "off") == ("failed", "off", True)
        with pytest.raises(receivers.WebhookRefused):
            receivers.send_again(planned, actor=officer, now=NOW)
