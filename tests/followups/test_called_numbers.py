"""The number of a call: one that the person holds today, named where there are several, and never guessed."""

import datetime as dt
import re
from typing import Any

import pytest
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import HospitalSettings
from followups.domain import refusals
from followups.models import Attempt, FollowUpOrder
from patients.models import ContactPoint
from tests.cast import Cast
from tests.followups.calling import DAY, MORNING, call, call_in_vain
from tests.followups.scene import order_of
from tests.followups.test_lost import number_of, told
from tests.followups.test_pages_working import inside, post, result
from tests.patients.factories import ContactPointFactory

__all__ = ["inside"]
pytestmark = pytest.mark.django_db
YESTERDAY = MORNING.date() - DAY
SAY_WHICH = "此人有多个号码，应注明是哪一个。"


def states() -> list[str]:
    """What is known of each number, by rank."""
    return list(ContactPoint.objects.order_by("rank").values_list("number_state", flat=True))


def test_a_number_that_has_ended_is_not_flagged(order: FollowUpOrder, nurse: Actor) -> None:
    ContactPoint.objects.update(valid_until=YESTERDAY)
    ContactPointFactory(patient=order.patient, rank=2)
    call(order, nurse, "no_such_number")
    assert states() == ["unchecked", "dead"]


def test_a_number_of_family_that_has_ended_makes_no_call_to_family(order: FollowUpOrder, nurse: Actor) -> None:
    ContactPoint.objects.update(valid_until=YESTERDAY, owner_relation="女儿")
    ContactPointFactory(patient=order.patient, rank=2)
    attempt = call(order, nurse, "no_answer").attempt
    assert (attempt.to_family, attempt.is_call) == (False, True)


def test_a_fault_of_one_of_several_numbers_is_named(order: FollowUpOrder, nurse: Actor) -> None:
    second = ContactPointFactory(patient=order.patient, rank=2)
    for outcome in ("no_such_number", "suspended", "wrong_person"):
        with pytest.raises(refusals.NumberNotNamed):
            call(order, nurse, outcome)
    call(order, nurse, "no_such_number", contact_point=second)
    assert states() == ["unchecked", "dead"]
    call(order, nurse, "suspended", at=MORNING + DAY + dt.timedelta(hours=5))
    assert states() == ["suspended", "dead"]


def test_of_several_numbers_none_is_guessed_to_be_good(order: FollowUpOrder, nurse: Actor) -> None:
    ContactPointFactory(patient=order.patient, rank=2)
    call(order, nurse, "completed")
    assert states() == ["unchecked", "unchecked"]


def test_when_it_is_the_turn_of_family_the_number_is_named(order: FollowUpOrder, nurse: Actor) -> None:
    daughter = told(order)
    call_in_vain(order, nurse)
    for outcome in ("no_answer", "no_such_number"):
        with pytest.raises(refusals.NumberNotNamed):
            call(order, nurse, outcome, at=MORNING + 3 * DAY)
    call(order, nurse, "no_answer", at=MORNING + 3 * DAY, relation=daughter)
    assert Attempt.objects.latest("pk").to_family is True


@pytest.fixture
def two(cast: Cast, inside: None) -> FollowUpOrder:
    """Dr Chen's order for a person with two numbers."""
    made = order_of(cast, cast.chen, attending=cast.chen)
    ContactPointFactory(patient=made.patient, rank=2)
    return made


def choices(page: str) -> list[tuple[str, str, str]]:
    """The numbers to choose from: key, what is shown, whether it is chosen."""
    select = re.search(r'<select[^>]*name="contact_point".*?</select>', page, re.S)
    return re.findall(r'<option value="(.*?)"( selected)?>(.*?)</option>', select[0]) if select else []


def test_after_the_hours_the_number_called_is_asked_for_masked(
    two: FollowUpOrder, client_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    HospitalSettings.objects.update(care_from_hour=8, care_until_hour=21)
    late = timezone.now().astimezone(two.hospital.tz).replace(hour=21, minute=5)
    monkeypatch.setattr("django.utils.timezone.now", lambda: late)
    client, page = client_as("physician"), f"followups/orders/{two.public_id}/result/"
    first, second = ContactPoint.objects.order_by("rank")
    shown = client.get(page).content.decode()
    assert (first.value in shown, second.value in shown) == (False, False)
    masked = [f"{point.value[:3]}****{point.value[-4:]} " for point in (first, second)]
    assert choices(shown) == [
        ("", "", "选择号码"),
        (str(first.pk), "", masked[0]),
        (str(second.pk), "", masked[1]),
    ]
    sent = {"origin": "mine", "note": "拨到20:55，空号"}
    refused = post(client, two, "record", result(two, "no_such_number", **sent))
    body = refused.content.decode()
    assert (refused.status_code, SAY_WHICH in body, sent["note"] in body) == (422, True, True)
    assert refused.context["form"].errors.keys() == {"contact_point"}
    assert states() == ["unchecked", "unchecked"]
    named = result(two, "no_such_number", contact_point=second.pk, **sent)
    assert post(client, two, "record", named).status_code == 302
    assert states() == ["unchecked", "dead"]


def test_the_only_number_that_may_be_dialled_is_chosen(two: FollowUpOrder, client_as: Any) -> None:
    first, second = ContactPoint.objects.order_by("rank")
    ContactPoint.objects.filter(pk=first.pk).update(number_state="dead")
    shown = choices(client_as("physician").get(f"followups/orders/{two.public_id}/result/").content.decode())
    assert [key for key, selected, _words in shown if selected] == [str(second.pk)]


def test_a_number_that_the_person_does_not_hold_is_refused(two: FollowUpOrder, client_as: Any) -> None:
    client, ended = client_as("physician"), ContactPoint.objects.order_by("rank").last()
    ContactPoint.objects.filter(pk=ended.pk).update(valid_until=timezone.localdate() - DAY)
    for name in (ended.pk, ContactPointFactory().pk, "r999"):
        answer = post(client, two, "record", result(two, "no_answer", contact_point=name, origin="mine"))
        assert (answer.status_code, "此人没有这个号码" in answer.content.decode()) == (422, True)
    assert Attempt.objects.count() == 0


def test_a_home_visit_has_no_number(order: FollowUpOrder, nurse: Actor) -> None:
    number_of(order)
    FollowUpOrder.objects.update(channel="visit")
    call(order, nurse, "wrong_person")
    assert states() == ["unchecked", "unchecked"]
