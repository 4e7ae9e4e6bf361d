"""Who refused all contact for good in a call with a red flag is still called back for safety, and for nothing else."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Hospital
from followups.domain import refusals, worklists
from followups.models import FollowUpOrder, FollowUpRun
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import life
from patients.models import Patient
from tests.cast import Cast, actor_of
from tests.followups.calling import DAY, MORNING, call
from tests.followups.scene import order_of, today
from tests.followups.test_planning import a_stay, planned

ActorOf = Callable[[str], Actor]
TODAY = MORNING.date()


def refuse(order: FollowUpOrder, by: Actor, **fields: Any) -> FollowUpOrder:
    """No more calls, and something abnormal in the same call."""
    given = {"has_finding": True, "note": "胸痛，不要再打了", **fields}
    call(order, by, "refused_for_good", **given)
    return FollowUpOrder.objects.get(pk=order.pk)


def test_the_order_itself_stays_to_be_called_and_everything_else_ends(order: FollowUpOrder, nurse: Actor) -> None:
    kept = refuse(order, nurse)
    assert (kept.state, kept.last_outcome, kept.latest_on) == ("attempted", "refused_for_good", order.latest_on)
    assert kept in worklists.callable_now(nurse, today=TODAY)
    assert set(FollowUpOrder.objects.exclude(pk=order.pk).values_list("state", flat=True)) == {"refused"}
    assert (FollowUpRun.objects.get().state, Patient.objects.get().contact_state) == ("closed", "stopped")
    done = call(order, nurse, "completed", at=MORNING + dt.timedelta(hours=2), note="已到急诊").order
    assert done.state == "submitted"
    assert FollowUpOrder.objects.working().count() == 0


def test_in_tier_c_it_is_the_step_after_a_finding(in_north: Hospital, actor: ActorOf) -> None:
    planned(a_stay())
    at = dt.datetime(2026, 3, 12, 2, 0, tzinfo=dt.UTC)
    order = FollowUpOrder.objects.get()
    assert refuse(order, actor("agent"), at=at).state == "refused"
    again = FollowUpOrder.objects.working().get()
    assert (again.step.number, again.earliest_on, again.latest_on) == (2, dt.date(2026, 3, 13), dt.date(2026, 3, 19))
    assert again in worklists.callable_now(actor("agent"), today=dt.date(2026, 3, 13))
    assert call(again, actor("agent"), "refused_now", at=at + DAY).order.state == "refused"
    assert FollowUpOrder.objects.working().count() == 0


def test_without_a_red_flag_nothing_is_left(order: FollowUpOrder, nurse: Actor) -> None:
    assert refuse(order, nurse, has_finding=False).state == "refused"
    assert FollowUpOrder.objects.working().count() == 0
    with pytest.raises(refusals.ContactIsStopped):
        call(FollowUpOrder.objects.exclude(pk=order.pk).first(), nurse, "completed")


def test_a_call_back_that_is_due_survives_a_stop_told_elsewhere(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "partly", has_finding=True, agreed_at=MORNING + DAY)
    life.stop_contact(order.patient, words="不要再打了", actor=nurse, now=MORNING)
    assert FollowUpOrder.objects.working().get().pk == order.pk
    assert call(order, nurse, "completed", at=MORNING + DAY).order.state == "submitted"


def test_said_again_in_the_call_back_it_ends_that_too(order: FollowUpOrder, nurse: Actor) -> None:
    refuse(order, nurse)
    assert refuse(order, nurse, at=MORNING + DAY).state == "refused"
    assert FollowUpOrder.objects.working().count() == 0


@pytest.mark.parametrize("has_died", [True, False])
def test_a_death_ends_it_and_a_doubt_holds_it(order: FollowUpOrder, nurse: Actor, has_died: bool) -> None:
    refuse(order, nurse)
    patient = Patient.objects.get()
    if has_died:
        life.report_death(patient, source="family", deceased_on=TODAY, actor=None, now=MORNING)
        assert FollowUpOrder.objects.get(pk=order.pk).state == "died"
    else:
        life.doubt_death(patient, now=MORNING)
        assert FollowUpOrder.objects.get(pk=order.pk).state == "suspended"
        life.settle_doubt(Patient.objects.get(), now=MORNING)
        assert FollowUpOrder.objects.get(pk=order.pk).state == "attempted"


def test_the_database_refuses_every_other_order_of_who_refused(order: FollowUpOrder, nurse: Actor) -> None:
    refuse(order, nurse)
    other = FollowUpOrder.objects.exclude(pk=order.pk).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUpOrder.objects.filter(pk=other.pk).update(state="attempted")
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUpOrder.objects.filter(pk=order.pk).update(has_finding=False, state="dispatched")


@pytest.mark.django_db
def test_the_page_shows_the_number_and_the_form(cast: Cast, client_as: Any) -> None:
    order = order_of(cast, cast.chen, attending=cast.chen, days=3)
    with hospital_scope(cast.hospital):
        FollowUpOrder.objects.update(tier="A", agreed_at=timezone.now())
        refuse(order, actor_of(cast.chen), at=timezone.now())
    page = client_as("physician").get(f"followups/orders/{order.public_id}/").content.decode()
    assert "停止联系" in page and "本次为安全回拨。" in page and 'href="tel:' in page and "不可拨打" not in page
    mine = client_as("physician").get("followups/mine/").content.decode()
    assert 'class="call-btn"' in mine and today()
