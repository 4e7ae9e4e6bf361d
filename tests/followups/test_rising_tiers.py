"""A tier that rises after the follow-up has come to its end: the steps ahead are planned, where there are any."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Hospital
from followups.domain import repeats, tiers
from followups.models import FollowUpOrder, FollowUpRun, TierAssignment
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.life import doubt_death, resume_contact, settle_doubt, stop_contact
from patients.models import Encounter, Patient
from tests.cast import Cast
from tests.followups.calling import call
from tests.followups.test_planning import NOW, a_stay, planned, rows, run_of
from tests.patients.factories import EncounterFactFactory, EncounterFactory

ON = dt.date(2026, 3, 11)
LATER = dt.datetime(2026, 3, 11, 2, 0, tzinfo=dt.UTC)
# what of tier A lies ahead on 11 March and was not due before the call of step C1, due on the 12th
AHEAD = [("A3", 1, "2026-03-16", "planned"), ("A4", 1, "2026-04-01", "planned")]


def a_finished_stay(actor: Any, outcome: str = "completed", **fields: Any) -> Encounter:
    """A stay of tier C whose one call was made on 9 March."""
    stay = a_stay(**fields)
    planned(stay)
    call(FollowUpOrder.objects.get(run__encounter=stay), actor("agent"), outcome)
    assert run_of(stay).closed_reason == "finished"
    return stay


def a_stay_agreed_to_end() -> Encounter:
    """A stay of tier B whose end the physician has agreed to, without an order left."""
    stay = a_stay(surgery_level=2)
    planned(stay)
    FollowUpOrder.objects.filter(run__encounter=stay).update(state="void", state_reason="agreed", closed_at=NOW)
    FollowUpRun.objects.filter(encounter=stay).update(
        state="closed", closed_reason="agreed", closed_at=NOW, end_proposed_at=NOW
    )
    return stay


def put(stay: Encounter, tier: str, by: Any, *, at: dt.datetime = LATER) -> TierAssignment:
    return tiers.set_tier(encounter=stay, tier=tier, reason="病理恶性", actor=by, now=at)


def ticked(stay: Encounter, *, on: dt.date = ON) -> None:
    """A drain was left in, which makes it tier A."""
    EncounterFactFactory(encounter=stay, key="drain", value=True)
    planned(stay, on=on)


def standing(stay: Encounter) -> tuple[str, str, str]:
    run = run_of(stay)
    return run.state, run.closed_reason, run.tier


def ahead(stay: Encounter) -> list[tuple]:
    return [row for row in rows(stay) if row[3] in ("planned", "dispatched", "suspended")]


@pytest.mark.parametrize("outcome", ["completed", "refused_now"])
def test_a_raise_by_hand_plans_what_lies_ahead(in_north: Hospital, actor: Any, outcome: str) -> None:
    stay = a_finished_stay(actor, outcome)
    put(stay, "A", actor("physician"))
    assert (standing(stay), ahead(stay)) == (("open", "", "A"), AHEAD)
    done = FollowUpOrder.objects.get(run__encounter=stay, tier="C")
    assert done.state == {"completed": "submitted", "refused_now": "refused"}[outcome]
    planned(stay, on=ON)
    assert ahead(stay) == AHEAD


def test_a_tick_and_a_corrected_list_plan_what_lies_ahead(in_north: Hospital, actor: Any) -> None:
    marked, corrected = a_finished_stay(actor), a_finished_stay(actor)
    ticked(marked)
    Encounter.objects.filter(pk=corrected.pk).update(surgery_level=4)
    planned(corrected, on=ON)
    for stay in (marked, corrected):
        assert (standing(stay), ahead(stay)) == (("open", "", "A"), AHEAD)


def test_an_end_that_was_agreed_is_taken_up_again(in_north: Hospital, actor: Any) -> None:
    stay = a_stay_agreed_to_end()
    put(stay, "A", actor("nurse"))
    assert (standing(stay), run_of(stay).end_proposed_at) == (("open", "", "A"), None)
    assert [row[0] for row in ahead(stay)] == ["A2", "A3", "A4"]


def test_what_was_over_before_planning_began_is_followed_in_the_higher_tier(in_north: Hospital) -> None:
    stay, on = a_stay(), dt.date(2026, 4, 11)
    planned(stay, on=on)
    assert run_of(stay).closed_reason == "before_start"
    ticked(stay, on=on)
    assert (standing(stay), ahead(stay)) == (("open", "", "A"), [("A5", 1, "2026-04-30", "planned")])


def test_endless_steps_alone_begin_only_for_who_was_followed_and_set_by_hand(in_north: Hospital, actor: Any) -> None:
    by_hand, by_rule, never = a_finished_stay(actor), a_finished_stay(actor), a_stay()
    late = dt.datetime(2026, 7, 20, 2, 0, tzinfo=dt.UTC)
    planned(never, on=late.date())
    ticked(by_rule, on=late.date())
    for stay in (by_hand, never):
        put(stay, "A", actor("physician"), at=late)
    assert [standing(stay) for stay in (by_hand, by_rule, never)] == [
        ("open", "", "A"),
        ("closed", "finished", "C"),
        ("closed", "before_start", "C"),
    ]
    assert ahead(by_hand) == [("A6", 1, "2026-08-31", "planned")]
    assert repeats.extend(run_ids=[run_of(by_hand).pk], now=late) == 0


def test_a_tier_that_falls_or_stays_opens_nothing(in_north: Hospital, actor: Any) -> None:
    stay = a_stay_agreed_to_end()
    planned(stay, on=ON)
    put(stay, "C", actor("physician"))
    planned(stay, on=ON)
    assert (standing(stay), ahead(stay)) == (("closed", "agreed", "B"), [])


@pytest.mark.parametrize("reason", ["refused", "died", "transferred", "superseded"])
def test_what_a_refusal_a_death_a_transfer_or_a_later_stay_has_ended_stays_ended(
    in_north: Hospital, actor: Any, reason: str
) -> None:
    stay = a_finished_stay(actor)
    FollowUpOrder.objects.update(last_outcome="transferred" if reason == "transferred" else "")
    FollowUpRun.objects.update(closed_reason=reason)
    put(stay, "A", actor("physician"))
    assert (standing(stay), ahead(stay)) == (("closed", reason, "C"), [])


def test_the_stay_before_the_last_one_is_not_taken_up_again(in_north: Hospital, actor: Any) -> None:
    stay = a_finished_stay(actor)
    later = EncounterFactory(patient=stay.patient, admitted_on=dt.date(2026, 3, 9), discharged_on=dt.date(2026, 3, 10))
    put(stay, "A", actor("physician"))
    assert standing(stay) == ("closed", "finished", "C")
    planned(later, on=ON)
    ticked(stay)
    assert standing(stay) == ("closed", "finished", "C")


def test_of_whoever_refuses_it_is_followed_once_contact_is_allowed(in_north: Hospital, actor: Any) -> None:
    stay = a_finished_stay(actor)
    stop_contact(stay.patient, words="不要再打了", actor=None, now=LATER)
    ticked(stay)
    assert standing(stay) == ("closed", "finished", "C")
    resume_contact(stay.patient, reason="又同意了", actor=actor("centre_manager"), now=LATER)
    assert (standing(stay), ahead(stay)) == (("open", "", "A"), AHEAD)


def test_of_whoever_may_have_died_or_is_in_the_house_again_it_waits(in_north: Hospital, actor: Any) -> None:
    doubted, back = a_finished_stay(actor), a_finished_stay(actor)
    doubt_death(doubted.patient, now=LATER)
    EncounterFactory(patient=back.patient, admitted_on=dt.date(2026, 3, 10), discharged_on=None)
    for stay in (doubted, back):
        ticked(stay)
        assert (standing(stay), {row[3] for row in ahead(stay)}) == (("suspended", "", "A"), {"suspended"})
    settle_doubt(Patient.objects.get(pk=doubted.patient_id), now=LATER)
    assert (standing(doubted), ahead(doubted)) == (("open", "", "A"), AHEAD)


def test_who_asks_for_what_is_over_gets_no_finished_run_back(in_north: Hospital, actor: Any) -> None:
    stay, late = a_finished_stay(actor), dt.date(2026, 12, 1)
    ticked(stay, on=late)
    planned(stay, on=late, with_past=True)
    assert standing(stay) == ("closed", "finished", "C")


def test_the_page_says_that_no_step_is_left(north: Hospital, cast: Cast, client_as: Any) -> None:
    today = timezone.localdate()
    long_ago, lately = today - dt.timedelta(400), today - dt.timedelta(2)
    said = {}
    for left_on in (long_ago, lately):
        with hospital_scope(north):
            stay = a_stay(attending=cast.chen, admitted_on=left_on - dt.timedelta(4), discharged_on=left_on)
            planned(stay, on=today, now=timezone.now())
            order = FollowUpOrder.objects.get(run__encounter=stay)
        sent = {"tier": "A", "reason": "病理恶性"}
        page = client_as("physician").post(f"followups/orders/{order.public_id}/tier/", sent, follow=True)
        said[left_on] = page.content.decode()
    ended = "此后按A级。该级别已无后续步骤：本次住院的随访已结束。"
    assert (ended in said[long_ago], "已定为A级。" in said[long_ago]) == (True, False)
    assert (ended in said[lately], "已定为A级。" in said[lately]) == (False, True)


def test_a_step_due_before_the_call_that_was_made_is_left_out(in_north: Hospital, actor: Any) -> None:
    stay = a_finished_stay(actor)
    Encounter.objects.filter(pk=stay.pk).update(surgery_level=2)
    planned(stay, on=dt.date(2026, 3, 10))
    assert [row[0] for row in ahead(stay)] == ["B2", "B3"]
