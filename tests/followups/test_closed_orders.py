"""Closed orders are seen as long as their people are, and open records no longer than that."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import HospitalSettings
from followups.models import FollowUpOrder, FollowUpRun
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import Encounter
from tests.cast import Cast
from tests.followups.scene import order_of, today
from tests.patients.factories import EncounterFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]
YEARS_AGO = dt.timedelta(days=900)


def closed_of(cast: Cast, *, ago: dt.timedelta, **fields: Any) -> FollowUpOrder:
    """A filed order of a stay that Dr Chen attended on the cardiology ward, closed so long ago."""
    day = today() - ago
    stay = {f"run__encounter__{name}_on": day for name in ("admitted", "discharged")}
    at = timezone.now() - ago
    made = order_of(
        cast,
        **{
            "state": "filed",
            "attending": cast.chen,
            "closed_at": at,
            "completed_at": at,
            "earliest_on": day,
            "due_on": day,
            "latest_on": day,
            **stay,
            "run__encounter__attending": cast.chen,
            **fields,
        },
    )
    with hospital_scope(cast.hospital):
        Encounter.objects.filter(pk=made.run.encounter_id).update(ward=made.ward, department=made.department)
    return made


def sees(actor: Actor, order: FollowUpOrder) -> bool:
    return FollowUpOrder.objects.visible_to(actor).filter(pk=order.pk).exists()


@pytest.fixture
def everybody(cast: Cast) -> Cast:
    assert [cast.li, cast.chen, cast.wang]
    return cast


@pytest.mark.parametrize(
    ("role", "lately", "long_ago"),
    [
        ("physician", True, False),
        ("nurse", True, False),
        ("head_nurse", True, False),
        ("department_head", True, True),
        ("centre_manager", True, True),
        ("medical_affairs", True, True),
    ],
)
def test_each_role_sees_closed_orders_as_long_as_it_sees_their_people(
    everybody: Cast, actor: ActorOf, role: str, lately: bool, long_ago: bool
) -> None:
    orders = closed_of(everybody, ago=dt.timedelta(days=30)), closed_of(everybody, ago=YEARS_AGO)
    with hospital_scope(everybody.hospital):
        assert tuple(sees(actor(role), one) for one in orders) == (lately, long_ago)


def test_the_assignee_too_and_the_hospital_says_how_long(everybody: Cast, actor: ActorOf) -> None:
    made = closed_of(everybody, ago=dt.timedelta(days=500), assignee=everybody.chen, attending=None)
    with hospital_scope(everybody.hospital):
        Encounter.objects.update(attending=None)
        assert not sees(actor("physician"), made)
        HospitalSettings.objects.update(attended_months=24)
        assert sees(actor("physician"), made)


def test_a_person_who_is_seen_again_is_seen_with_what_was(everybody: Cast, actor: ActorOf) -> None:
    attended, held = closed_of(everybody, ago=YEARS_AGO), closed_of(everybody, ago=YEARS_AGO)
    with hospital_scope(everybody.hospital):
        EncounterFactory(
            patient=attended.patient, attending=everybody.chen, discharged_on=today(), visit_number="2", source_key="2"
        )
    order_of(everybody, everybody.chen, patient=held.patient, occurrence=2, run=held.run, step=held.step)
    with hospital_scope(everybody.hospital):
        assert sees(actor("physician"), attended) and sees(actor("physician"), held)


def test_open_orders_are_seen_however_old(everybody: Cast, actor: ActorOf) -> None:
    made = closed_of(everybody, ago=YEARS_AGO, state="dispatched", closed_at=None, completed_at=None)
    with hospital_scope(everybody.hospital):
        assert sees(actor("physician"), made) and sees(actor("nurse"), made)


def test_the_pages_of_an_old_order_do_not_exist(everybody: Cast, client_as: Any, actor: ActorOf) -> None:
    old, recent = closed_of(everybody, ago=YEARS_AGO), closed_of(everybody, ago=dt.timedelta(days=30))
    client = client_as("physician")
    for page in ("", "why/", "print/"):
        assert client.get(f"followups/orders/{old.public_id}/{page}").status_code == 404
        assert client.get(f"followups/orders/{recent.public_id}/{page}").status_code == 200
    with hospital_scope(everybody.hospital):
        assert list(FollowUpRun.objects.visible_to(actor("physician"))) == [recent.run]
