"""A call sent twice under one key is done once and answered the same."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.domain import answers
from accounts.models import AccessLog, ApiAnswer, Hospital
from accounts.tasks import forget_list_work
from followups.models import Attempt
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.erasing import erase
from patients.models import ContactPoint, Patient
from tests.accounts.factories import ApiTokenFactory
from tests.api.systems import System, token_of
from tests.cast import Cast, actor_of
from tests.followups.scene import order_of
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db
Systems = Callable[..., System]
KEY = {"Idempotency-Key": "a-1"}
NEW = {"name": "甘书远", "phone": "13800005678"}


def test_same_call_is_done_once_and_told_again_on_record(north: Hospital, system: Systems) -> None:
    caller = system()
    first = caller.post("people/", NEW, **KEY)
    again = caller.post("people/", dict(reversed(NEW.items())), **KEY)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    with hospital_scope(north):
        person, kept = Patient.objects.get(), ApiAnswer.objects.get()
        assert [(row.kind, row.patient_id) for row in AccessLog.objects.all()] == [("view", person.pk)] * 2
        assert "甘" not in kept.sealed and str(person.public_id) not in kept.sealed


@pytest.mark.parametrize("said", [{**NEW, "name": "乔明"}, {**NEW, "duplicates": "accepted", "reason": "另一位"}])
def test_key_of_another_call_is_refused(north: Hospital, system: Systems, said: dict) -> None:
    caller = system()
    caller.post("people/", NEW, **KEY)
    refused = caller.post("people/", said, **KEY)
    assert (refused.status_code, refused.json()["code"]) == (422, "key_reused")
    with hospital_scope(north):
        person = Patient.objects.get()
    assert caller.post(f"people/{person.public_id}/contact-points/", NEW | {"value": "x"}, **KEY).status_code == 422


def test_refused_call_leaves_its_key_free(north: Hospital, system: Systems) -> None:
    with hospital_scope(north):
        PatientFactory(name="甘书远")
    caller = system()
    assert caller.post("people/", NEW, **KEY).status_code == 409
    assert caller.post("people/", {**NEW, "duplicates": "accepted", "reason": "另一位"}, **KEY).status_code == 201


def test_key_is_the_tokens_own_and_without_one_each_call_is_a_call(north: Hospital, system: Systems) -> None:
    caller, other = system(), system("agent")
    assert caller.post("people/", NEW, **KEY).status_code == 201
    assert other.post("people/", NEW, **KEY).status_code == 409
    assert caller.post("people/", NEW).status_code == 409
    with hospital_scope(north), pytest.raises(IntegrityError), transaction.atomic():
        kept = ApiAnswer.objects.get()
        ApiAnswer.objects.create(token=kept.token, key=kept.key, call_hash="x", at=kept.at)


@pytest.mark.parametrize("key", ["", "x" * 101, "two words", "钥匙".encode().decode("latin-1")])
def test_key_that_is_none_is_not_understood(system: Systems, key: str) -> None:
    answer = system().post("people/", NEW, **{"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "Idempotency-Key")


def test_numbers_and_results_go_by_the_same_key(north: Hospital, cast: Cast, system: Systems) -> None:
    with hospital_scope(north):
        order = order_of(cast, cast.sun, attending=cast.chen)
    caller, numbers = system("agent"), f"people/{order.patient.public_id}/contact-points/"
    assert [caller.post(numbers, {"value": "13900001234"}, **KEY).status_code for _time in range(2)] == [201, 201]
    result = {"outcome": "no_answer", "version": order.version, "key": "11111111-1111-1111-1111-111111111111"}
    said = [caller.post(f"orders/{order.public_id}/results/", result, **{"Idempotency-Key": "b"}) for _time in range(2)]
    assert (said[0].status_code, said[0].json()) == (201, said[1].json())
    with hospital_scope(north):
        assert (ContactPoint.objects.filter(value="13900001234").count(), Attempt.objects.count()) == (1, 1)


def test_answers_go_after_seven_days_and_with_the_person(north: Hospital, cast: Cast, system: Systems) -> None:
    caller, now = system(), timezone.now()
    for name in ("甘书远", "乔明"):
        caller.post("people/", {"name": name}, **{"Idempotency-Key": name.encode().hex()})
    with hospital_scope(north):
        erased = Patient.objects.get(name="乔明")
        erase(erased, reason="本人要求", actor=actor_of(cast.qian), now=now)
        (kept,) = ApiAnswer.objects.all()
        assert erased.pk not in kept.patient_ids
        ApiAnswer.objects.update(at=now - answers.KEPT_FOR + dt.timedelta(minutes=1))
    forget_list_work(north.pk)
    with hospital_scope(north):
        assert ApiAnswer.objects.count() == 1
        ApiAnswer.objects.update(at=now - answers.KEPT_FOR - dt.timedelta(minutes=1))
    forget_list_work(north.pk)
    with hospital_scope(north):
        assert not ApiAnswer.objects.exists()


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_two_equal_calls_at_the_same_moment_make_one_record(north: Hospital, cast: Cast) -> None:
    """The second waits until the first is done: neither a second record nor a refusal as a duplicate."""
    _token, secret = token_of(cast.qian, "centre_manager", ["patients.read", "patients.create"])
    start, heard = threading.Barrier(2), []

    def call() -> None:
        try:
            start.wait(timeout=30)
            heard.append(System(north, secret).post("people/", NEW, **KEY))
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in heard] == [201, 201]
    assert heard[0].json() == heard[1].json()
    with hospital_scope(north):
        assert Patient.objects.count() == 1


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_call_waits_for_the_one_that_took_its_key(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        token, heard = ApiTokenFactory(staff=cast.qian), []

    def second() -> None:
        try:
            with hospital_scope(north):
                heard.append(answers.take(token, "a-1", "POST x", now=timezone.now())[1])
        finally:
            connection.close()

    with hospital_scope(north):
        row, before = answers.take(token, "a-1", "POST x", now=timezone.now())
        thread: Any = threading.Thread(target=second)
        thread.start()
        while thread.is_alive() and not somebody_waits():
            thread.join(0.01)
        assert (before, heard) == (None, [])
        answers.keep(row, status=201, content='{"id": 1}', kind="view", patient_ids=[7])
    thread.join()
    assert heard == [answers.Answer(201, {"id": 1}, "view", [7])]


def somebody_waits() -> bool:
    """Whether a connection waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("select exists (select 1 from pg_locks where not granted)")
        return cursor.fetchone()[0]
