"""A follow-up on hold: a stay that was none lets it go on, somebody does so over a stay, and what closed meanwhile."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import Hospital
from followups.domain import closing, following, planning
from followups.domain.withdrawn import end_runs
from followups.models import FollowUpOrder
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.life import doubt_death, report_death, settle_doubt, withdraw_death
from patients.models import Encounter, Patient
from tests.cast import Cast
from tests.followups.calling import call
from tests.followups.scene import order_of
from tests.followups.test_planning import A_ORDERS, B_ORDERS, C_ORDERS, NOW, a_stay, planned, rows, run_of
from tests.patients.factories import EncounterFactory

BACK_ON = dt.date(2026, 3, 6)
# B1 closed on 12 March, B2 on 6 April
APRIL = dt.datetime(2026, 4, 10, 2, 0, tzinfo=dt.UTC)
Held = tuple[Encounter, Encounter]


def admitted(stay: Encounter, on: dt.date = BACK_ON) -> Encounter:
    """The person is in the house again, and planning has seen it."""
    back = EncounterFactory(patient=stay.patient, admitted_on=on, discharged_on=None)
    planned(back, on=on)
    return back


def cancelled(stay: Encounter) -> None:
    Encounter.objects.filter(pk=stay.pk).update(is_cancelled=True)


@pytest.fixture
def held(in_north: Hospital) -> Held:
    """A stay of tier B, and the later one because of which its follow-up waits."""
    first = a_stay(surgery_level=2)
    planned(first)
    back = admitted(first)
    assert (run_of(first).state, run_of(first).hold_stay) == ("suspended", back)
    return first, back


def states(stay: Encounter) -> list[str]:
    return [row[3] for row in rows(stay)]


def test_a_cancelled_admission_lets_the_follow_up_go_on(held: Held) -> None:
    first, back = held
    cancelled(back)
    planned(back, on=BACK_ON)
    assert (run_of(first).state, run_of(first).hold_stay, rows(first)) == ("open", None, B_ORDERS)


def test_a_stay_taken_back_lets_the_follow_up_go_on_at_once(held: Held) -> None:
    first, back = held
    cancelled(back)
    end_runs(encounter_ids=[back.pk], now=NOW)
    assert (run_of(first).state, rows(first)) == ("open", B_ORDERS)


def test_an_admission_that_becomes_a_visit_lets_the_follow_up_go_on(held: Held) -> None:
    first, back = held
    Encounter.objects.filter(pk=back.pk).update(kind="outpatient", discharged_on=BACK_ON)
    planned(back, on=BACK_ON)
    assert (run_of(first).state, rows(first)) == ("open", B_ORDERS)


def test_the_night_finds_what_holds_and_is_no_stay(held: Held, north: Hospital) -> None:
    first, back = held
    assert list(planning.waiting_stays(BACK_ON)) == []
    cancelled(back)
    assert list(planning.waiting_stays(BACK_ON)) == [back]
    Encounter.objects.filter(pk=back.pk).update(is_cancelled=False, kind="outpatient")
    assert list(planning.waiting_stays(BACK_ON)) == [back]
    planned(*planning.waiting_stays(BACK_ON), on=BACK_ON)
    assert (run_of(first).state, list(planning.waiting_stays(BACK_ON))) == ("open", [])


def test_another_stay_that_has_not_ended_holds_it_further(held: Held) -> None:
    first, back = held
    other = admitted(first, on=dt.date(2026, 3, 7))
    cancelled(back)
    planned(back, on=dt.date(2026, 3, 7))
    assert (run_of(first).state, run_of(first).hold_stay) == ("suspended", other)
    cancelled(other)
    planned(other, on=dt.date(2026, 3, 7))
    assert (run_of(first).state, rows(first)) == ("open", B_ORDERS)


def test_while_a_death_is_in_doubt_it_waits(held: Held) -> None:
    first, back = held
    doubt_death(first.patient, now=NOW)
    cancelled(back)
    planned(back, on=BACK_ON)
    assert run_of(first).state == "suspended"
    settle_doubt(Patient.objects.get(pk=first.patient_id), now=NOW)
    assert (run_of(first).state, rows(first)) == ("open", B_ORDERS)


def test_a_doubt_that_ends_while_the_person_is_in_the_house_leaves_it_to_the_stay(in_north: Hospital) -> None:
    first = a_stay(surgery_level=2)
    planned(first)
    doubt_death(first.patient, now=NOW)
    back = admitted(first, on=dt.date(2026, 3, 3))
    settle_doubt(Patient.objects.get(pk=first.patient_id), now=NOW)
    assert (run_of(first).state, run_of(first).hold_stay) == ("suspended", back)
    cancelled(back)
    planned(back)
    assert (run_of(first).state, rows(first)) == ("open", B_ORDERS)


def test_what_a_caller_was_told_stands_when_a_stay_is_cancelled(in_north: Hospital, actor: Any) -> None:
    first = a_stay(surgery_level=2)
    planned(first)
    call(FollowUpOrder.objects.get(step__number=1), actor("agent"), "readmitted", note="外院")
    back = admitted(first, on=dt.date(2026, 3, 9))
    cancelled(back)
    planned(back, on=dt.date(2026, 3, 9))
    assert (run_of(first).state, states(first)) == ("suspended", ["readmitted", "suspended", "suspended"])


def test_a_run_opened_into_a_stay_goes_on_when_that_was_none(in_north: Hospital) -> None:
    first = a_stay()
    back = EncounterFactory(patient=first.patient, admitted_on=dt.date(2026, 3, 3), discharged_on=None)
    planned(first)
    assert (run_of(first).state, run_of(first).hold_stay) == ("suspended", back)
    cancelled(back)
    planned(back)
    assert (run_of(first).state, rows(first)) == ("open", C_ORDERS)


def test_a_discharge_taken_back_and_then_its_stay(in_north: Hospital) -> None:
    first = a_stay(surgery_level=3)
    planned(first)
    wrong = a_stay(patient=first.patient, admitted_on=dt.date(2026, 3, 4), discharged_on=dt.date(2026, 3, 4))
    planned(wrong, on=dt.date(2026, 3, 4))
    assert run_of(first).closed_reason == "superseded"
    Encounter.objects.filter(pk=wrong.pk).update(discharged_on=None)
    end_runs(encounter_ids=[wrong.pk], now=dt.datetime(2026, 3, 4, 2, 0, tzinfo=dt.UTC))
    assert run_of(first).state == "closed"
    cancelled(wrong)
    planned(wrong, on=dt.date(2026, 3, 4))
    assert (run_of(first).state, rows(first)) == ("open", A_ORDERS)


def test_who_lets_it_go_on_over_a_stay_is_not_undone_by_the_night(held: Held, actor: Any) -> None:
    first, back = held
    closing.resume_run(run=run_of(first), reason="已在家", actor=actor("nurse"), now=NOW + dt.timedelta(3))
    assert (run_of(first).state, run_of(first).overruled_stays) == ("open", [back.pk])
    assert list(planning.waiting_stays(BACK_ON)) == []
    planned(back, on=dt.date(2026, 3, 7))
    assert rows(first) == B_ORDERS
    following.check_run(run_of(first), today=dt.date(2026, 3, 7))
    other = admitted(first, on=dt.date(2026, 3, 8))
    assert (run_of(first).state, run_of(first).hold_stay) == ("suspended", other)
    cancelled(other)
    planned(other, on=dt.date(2026, 3, 8))
    assert (run_of(first).state, run_of(first).overruled_stays) == ("open", [back.pk])


def test_all_stays_that_have_not_ended_are_overruled_at_once(held: Held, actor: Any) -> None:
    first, back = held
    second = admitted(first, on=BACK_ON)
    closing.resume_run(run=run_of(first), reason="已在家", actor=actor("nurse"), now=NOW + dt.timedelta(3))
    assert sorted(run_of(first).overruled_stays) == [back.pk, second.pk]
    planned(back, second, on=dt.date(2026, 3, 7))
    assert run_of(first).state == "open"


def test_what_closed_on_hold_ends_as_readmitted_and_nothing_comes_back_late(in_north: Hospital, actor: Any) -> None:
    stay, nurse = a_stay(surgery_level=2), actor("nurse")
    planned(stay)
    admitted(stay)
    assert closing.resume_run(run=run_of(stay), reason="已出院", actor=nurse, now=APRIL) == 1
    assert (states(stay), run_of(stay).state) == (["readmitted", "readmitted", "planned"], "open")
    assert not FollowUpOrder.objects.late(APRIL.date()).exists()


def test_what_was_late_before_is_late_still(in_north: Hospital, actor: Any) -> None:
    readmitted, doubted, dead = stays = [a_stay(surgery_level=2) for _ in range(3)]
    planned(*stays)
    begins = dt.datetime(2026, 3, 14, 2, 0, tzinfo=dt.UTC)  # B1 closed on the 12th
    admitted(readmitted, on=begins.date())
    doubt_death(doubted.patient, now=begins)
    report_death(dead.patient, source="family", deceased_on=None, actor=None, now=begins)
    closing.resume_run(run=run_of(readmitted), reason="已出院", actor=actor("nurse"), now=APRIL)
    settle_doubt(Patient.objects.get(pk=doubted.patient_id), now=APRIL)
    withdraw_death(dead.patient, reason="同名", actor=actor("centre_manager"), now=APRIL)
    assert [states(stay) for stay in stays] == [
        ["planned", "readmitted", "planned"],
        ["planned", "void", "planned"],
        ["planned", "void", "planned"],
    ]


def test_after_an_error_it_is_void(in_north: Hospital, actor: Any) -> None:
    said, cancelled_stay = a_stay(surgery_level=2), a_stay(surgery_level=2)
    planned(said, cancelled_stay)
    call(FollowUpOrder.objects.get(run__encounter=said, step__number=1), actor("agent"), "readmitted", note="听错")
    closing.resume_run(run=run_of(said), reason="未再入院", actor=actor("nurse"), now=APRIL, is_error=True)
    assert states(said) == ["readmitted", "void", "planned"]
    back = admitted(cancelled_stay)
    cancelled(back)
    planned(back, on=APRIL.date(), now=APRIL)
    assert states(cancelled_stay) == ["void", "void", "planned"]
    reasons = FollowUpOrder.objects.filter(state="void").values_list("state_reason", flat=True)
    assert set(reasons) == {"in_error"}
    planned(said, cancelled_stay, on=APRIL.date())
    assert states(said) + states(cancelled_stay) == ["readmitted", "void", "planned", "void", "void", "planned"]


def test_after_a_doubt_and_after_a_death_that_was_none_it_is_void(in_north: Hospital, actor: Any) -> None:
    doubted, dead = a_stay(surgery_level=2), a_stay(surgery_level=2)
    planned(doubted, dead)
    doubt_death(doubted.patient, now=NOW)
    settle_doubt(Patient.objects.get(pk=doubted.patient_id), now=APRIL)
    report_death(dead.patient, source="family", deceased_on=None, actor=None, now=NOW)
    withdraw_death(dead.patient, reason="同名", actor=actor("centre_manager"), now=APRIL)
    for stay, reason in ((doubted, "death_in_doubt"), (dead, "in_error")):
        assert (states(stay), run_of(stay).state) == (["void", "void", "planned"], "open")
        void = FollowUpOrder.objects.filter(run__encounter=stay, state="void")
        assert set(void.values_list("state_reason", flat=True)) == {reason}
    assert not FollowUpOrder.objects.late(APRIL.date()).exists()


def test_a_call_for_safety_and_a_returned_result_go_on_whatever_the_day(held: Held, actor: Any) -> None:
    first = held[0]
    FollowUpOrder.objects.filter(step__number=1).update(has_finding=True, finding_at=NOW)
    FollowUpOrder.objects.filter(step__number=2).update(returned_at=NOW)
    assert closing.resume_run(run=run_of(first), reason="已出院", actor=actor("nurse"), now=APRIL) == 3
    assert "suspended" not in states(first) and "readmitted" not in states(first)


def test_a_follow_up_of_which_nothing_is_left_is_closed(in_north: Hospital, actor: Any) -> None:
    stay = a_stay()
    planned(stay)
    admitted(stay)
    assert closing.resume_run(run=run_of(stay), reason="已出院", actor=actor("nurse"), now=APRIL) == 0
    assert (states(stay), run_of(stay).closed_reason) == (["readmitted"], "finished")


def test_the_latest_day_still_lies_ahead(held: Held, actor: Any) -> None:
    first = held[0]
    on_the_last_day = dt.datetime(2026, 3, 12, 2, 0, tzinfo=dt.UTC)
    assert closing.resume_run(run=run_of(first), reason="已出院", actor=actor("nurse"), now=on_the_last_day) == 3


def test_the_board_lists_what_waits(cast: Cast, client_as: Any) -> None:
    with hospital_scope(cast.hospital):
        waits = order_of(cast, cast.chen, state="suspended", state_reason="in_house", run__state="suspended")
        goes_on = order_of(cast, cast.chen)
    page = client_as("centre_manager").get("followups/dispatch/?list=held").content.decode()
    assert (str(waits.public_id) in page, str(goes_on.public_id) in page) == (True, False)
