"""Planning: tiers, runs and orders of discharged stays; again and again; when stays, facts and tiers change."""

import datetime as dt
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from accounts.models import Hospital
from followups.domain import drafts, protocols, repeats, tiers
from followups.domain.planning import default_workers, plan, plan_hospital
from followups.management.commands.plan_followups import Command
from followups.models import FollowUpOrder, FollowUpRun, Protocol, TierAssignment
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import facts as clinical_facts
from patients.models import Encounter, Patient
from tests.patients.factories import EncounterFactFactory, EncounterFactory, PatientFactory

MONDAY = dt.date(2026, 3, 2)
NOW = dt.datetime(2026, 3, 3, 2, 0, tzinfo=dt.UTC)


def a_stay(**fields: Any) -> Encounter:
    """Four nights that ended on Monday 2 March 2026, with a broken ankle: nothing in it fires a rule."""
    patient = fields.pop("patient", None) or PatientFactory(birth_date=fields.pop("born", dt.date(1986, 1, 1)))
    values = {
        "admitted_on": MONDAY - dt.timedelta(4),
        "discharged_on": MONDAY,
        "diagnosis_code": "S82.600",
        "diagnosis_text": "外踝骨折",
        **fields,
    }
    return EncounterFactory(patient=patient, **values)


def planned(*stays: Encounter, on: dt.date = dt.date(2026, 3, 3), now: dt.datetime = NOW, **options: Any) -> Any:
    """Plans these stays on the day after their discharge."""
    return plan(encounter_ids=[stay.pk for stay in stays], now=now, on=on, **options)


def rows(stay: Encounter) -> list[tuple]:
    """Step, occurrence, due day and state of the orders of a stay."""
    orders = FollowUpOrder.objects.filter(run__encounter=stay).order_by("due_on", "step__number", "tier")
    return [
        (f"{row.tier}{row.step.number}", row.occurrence, row.due_on.isoformat(), row.state)
        for row in orders.select_related("step")
    ]


def run_of(stay: Encounter) -> FollowUpRun:
    return FollowUpRun.objects.get(encounter=stay)


A_ORDERS = [
    ("A1", 1, "2026-03-04", "planned"),
    ("A2", 1, "2026-03-09", "planned"),
    ("A3", 1, "2026-03-16", "planned"),
    ("A4", 1, "2026-04-01", "planned"),
]
B_ORDERS = [
    ("B1", 1, "2026-03-09", "planned"),
    ("B2", 1, "2026-03-30", "planned"),
    ("B3", 1, "2026-06-01", "planned"),
]
C_ORDERS = [("C1", 1, "2026-03-12", "planned")]


def test_a_stay_of_each_tier_gets_its_orders(in_north: Hospital) -> None:
    a, b, c = a_stay(surgery_level=3), a_stay(revisit_on=dt.date(2026, 3, 20)), a_stay()
    result = planned(a, b, c)
    assert (rows(a), rows(b), rows(c)) == (A_ORDERS, B_ORDERS, C_ORDERS)
    assert (result.stays, result.tier_a, result.tier_b, result.tier_c, result.insufficient) == (3, 1, 1, 1, 1)
    assert (result.runs_opened, result.orders_created, result.orders_before_start) == (3, 8, 0)
    assert [Patient.objects.get(pk=stay.patient_id).care_tier for stay in (a, b, c)] == ["A", "B", "C"]
    order = FollowUpOrder.objects.get(run__encounter=a, step__number=1)
    assert (order.earliest_on, order.latest_on) == (dt.date(2026, 3, 3), dt.date(2026, 3, 7))
    assert (order.channel, order.version, order.attempts_count, order.assignee_role) == ("phone", 0, 0, "centre")


def test_the_tier_is_explained_with_rules_and_facts_not_known(in_north: Hospital) -> None:
    stay = a_stay(surgery_level=3)
    planned(stay)
    assignment = TierAssignment.objects.get(encounter=stay)
    fired, unknown = tiers.explain(assignment, assignment.protocol.rules.all())
    assert [(line.code, line.title, line.field, line.value) for line in fired] == [
        ("A1", "三级、四级手术", "encounter.surgery_level", "3")
    ]
    assert [line.code for line in unknown] == ["A2", "A4", "A7", "B2", "B3", "B6"]
    assert assignment.insufficient_facts is False


def test_planning_again_changes_nothing(in_north: Hospital) -> None:
    stays = [a_stay(surgery_level=level) for level in (3, 2, 0)]
    planned(*stays)
    before = list(FollowUpOrder.objects.order_by("pk").values())
    again = planned(*stays)
    assert (again.runs_opened, again.orders_created, again.orders_changed, again.repeats_created) == (0, 0, 0, 0)
    assert list(FollowUpOrder.objects.order_by("pk").values()) == before
    assert TierAssignment.objects.count() == 3


def test_the_dead_and_the_erased_get_nothing(in_north: Hospital) -> None:
    dead = PatientFactory(contact_state="deceased", deceased_source="his", deceased_on=MONDAY)
    erased = PatientFactory(contact_state="erased")
    stays = [a_stay(patient=dead, disposition="died"), a_stay(patient=erased)]
    result = planned(*stays)
    assert (result.dead, result.stays) == (2, 0)
    assert (TierAssignment.objects.count(), FollowUpRun.objects.count(), FollowUpOrder.objects.count()) == (0, 0, 0)


@pytest.mark.sql
def test_the_database_refuses_an_order_for_the_dead(in_north: Hospital) -> None:
    stay = a_stay()
    planned(stay)
    order = FollowUpOrder.objects.get()
    FollowUpOrder.objects.update(state="suspended")
    Patient.objects.update(contact_state="deceased", deceased_source="his")
    for state in ("planned", "dispatched", "in_progress", "attempted", "returned", "submitted"):
        with pytest.raises(IntegrityError, match="dead"), transaction.atomic():
            FollowUpOrder.objects.update(state=state)
    with pytest.raises(IntegrityError, match="dead"), transaction.atomic():
        FollowUpOrder.objects.create(
            run=order.run,
            step=order.step,
            occurrence=2,
            patient=order.patient,
            tier="C",
            earliest_on=MONDAY,
            due_on=MONDAY,
            latest_on=MONDAY,
        )
    FollowUpOrder.objects.update(state="died")  # at the commit nobody who died may have calls left


def test_a_stopped_contact_and_a_transfer_leave_a_closed_run_without_orders(in_north: Hospital) -> None:
    stopped = a_stay(patient=PatientFactory(contact_state="stopped"))
    moved = a_stay(disposition="transfer")
    planned(stopped, moved)
    assert [(run_of(stay).state, run_of(stay).closed_reason, rows(stay)) for stay in (stopped, moved)] == [
        ("closed", "refused", []),
        ("closed", "transferred", []),
    ]


def test_stays_that_are_not_discharged_or_no_inpatient_stays_are_left_alone(in_north: Hospital) -> None:
    stays = [
        a_stay(discharged_on=None),
        a_stay(kind="outpatient", admitted_on=MONDAY),
        a_stay(is_cancelled=True),
        a_stay(admitted_on=dt.date(2026, 3, 3), discharged_on=dt.date(2026, 3, 5)),
    ]
    assert planned(*stays).stays == 0
    assert TierAssignment.objects.count() == 0


def test_only_the_last_of_several_stays_is_followed(in_north: Hospital) -> None:
    patient = PatientFactory(birth_date=dt.date(1986, 1, 1))
    older = a_stay(patient=patient, admitted_on=dt.date(2026, 2, 1), discharged_on=dt.date(2026, 2, 8))
    newer = a_stay(patient=patient, surgery_level=4)
    planned(newer, older)
    assert (run_of(older).state, run_of(older).closed_reason) == ("closed", "superseded")
    assert (rows(older), rows(newer)) == ([], A_ORDERS)
    assert Patient.objects.get(pk=patient.pk).care_tier == "A"


def test_a_new_discharge_opens_a_run_and_closes_the_old(in_north: Hospital) -> None:
    first = a_stay(surgery_level=3)
    planned(first)
    second = a_stay(
        patient=first.patient, admitted_on=dt.date(2026, 3, 6), discharged_on=dt.date(2026, 3, 9), surgery_level=0
    )
    planned(second, on=dt.date(2026, 3, 9))
    assert (run_of(first).state, run_of(first).closed_reason) == ("closed", "superseded")
    assert {state for *_, state in rows(first)} == {"readmitted"}
    assert [row[0] for row in rows(second)] == ["C1"]
    assert FollowUpRun.objects.open().count() == 1
    assert Patient.objects.get(pk=first.patient_id).care_tier == "C"


def test_readmission_suspends(in_north: Hospital) -> None:
    first = a_stay(surgery_level=3)
    planned(first)
    back = a_stay(patient=first.patient, admitted_on=dt.date(2026, 3, 6), discharged_on=None)
    planned(back, on=dt.date(2026, 3, 6))
    assert run_of(first).state == "suspended"
    assert {state for *_, state in rows(first)} == {"suspended"}


def test_a_stay_planned_while_the_person_is_in_the_house_again_waits(in_north: Hospital) -> None:
    first = a_stay()
    a_stay(patient=first.patient, admitted_on=dt.date(2026, 3, 3), discharged_on=None)
    planned(first)
    assert (run_of(first).state, rows(first)) == ("suspended", [("C1", 1, "2026-03-12", "suspended")])


def test_a_cancelled_discharge_voids_and_one_that_stands_after_all_revives(in_north: Hospital) -> None:
    stay = a_stay(surgery_level=2)
    planned(stay)
    Encounter.objects.update(is_cancelled=True)
    planned(stay)
    assert (run_of(stay).state, run_of(stay).closed_reason) == ("closed", "cancelled")
    assert {state for *_, state in rows(stay)} == {"void"}
    Encounter.objects.update(is_cancelled=False)
    planned(stay)
    assert (run_of(stay).state, rows(stay)) == ("open", B_ORDERS)


def test_a_corrected_discharge_day_moves_what_nobody_has_started(in_north: Hospital) -> None:
    stay = a_stay()
    planned(stay)
    Encounter.objects.update(discharged_on=dt.date(2026, 3, 3))
    planned(stay)
    assert rows(stay) == [("C1", 1, "2026-03-13", "planned")]
    assert run_of(stay).anchor_on == dt.date(2026, 3, 3)


def test_a_tick_re_tiers_and_plans_anew_what_nobody_has_started(in_north: Hospital) -> None:
    stay = a_stay()
    planned(stay)
    tick = EncounterFactFactory(encounter=stay, key="drain", value=True)
    planned(stay)
    assert [row for row in rows(stay) if row[3] != "void"] == A_ORDERS
    assert [row for row in rows(stay) if row[3] == "void"] == [("C1", 1, "2026-03-12", "void")]
    current = TierAssignment.objects.get(encounter=stay, is_current=True)
    assert (current.tier, [line["code"] for line in current.fired]) == ("A", ["A4"])
    assert TierAssignment.objects.filter(encounter=stay).count() == 2
    tick.delete()
    planned(stay)
    assert [row for row in rows(stay) if row[3] != "void"] == C_ORDERS


def test_a_tick_on_the_facts_screen_changes_the_tier_at_once(in_north: Hospital, actor: Any) -> None:
    stay = a_stay()
    planned(stay)
    clinical_facts.record_facts(stay, {"drain": True}, actor=actor("physician"), now=NOW)
    assert TierAssignment.objects.get(encounter=stay, is_current=True).tier == "A"
    assert run_of(stay).tier == "A"


def test_a_started_order_stays_when_the_tier_changes(in_north: Hospital) -> None:
    stay = a_stay(surgery_level=2)
    planned(stay)
    done = FollowUpOrder.objects.filter(step__number=1)
    done.update(state="attempted", attempts_count=1)
    EncounterFactFactory(encounter=stay, key="stoma", value=True)
    planned(stay, on=dt.date(2026, 3, 9))
    assert [row for row in rows(stay) if row[3] != "void"] == [
        ("B1", 1, "2026-03-09", "attempted"),
        ("A3", 1, "2026-03-16", "planned"),
        ("A4", 1, "2026-04-01", "planned"),
    ]


def test_anyone_clinical_raises_a_tier_and_only_a_physician_lowers_it(in_north: Hospital, actor: Any) -> None:
    stay = a_stay(surgery_level=2)
    planned(stay)
    with pytest.raises(tiers.ReasonMissing):
        tiers.set_tier(encounter=stay, tier="A", reason=" ", actor=actor("nurse"), now=NOW)
    with pytest.raises(tiers.MayNotRaise):
        tiers.set_tier(encounter=stay, tier="A", reason="独居", actor=actor("agent"), now=NOW)
    raised = tiers.set_tier(encounter=stay, tier="A", reason="独居", actor=actor("nurse"), now=NOW)
    assert (raised.tier, raised.reason, raised.overridden_by) == ("A", "独居", actor("nurse").staff)
    assert "A10" in [line["code"] for line in TierAssignment.objects.get(is_current=True).fired]
    assert [row for row in rows(stay) if row[3] != "void"] == A_ORDERS
    with pytest.raises(tiers.MayNotLower):
        tiers.set_tier(encounter=stay, tier="C", reason="好转", actor=actor("nurse"), now=NOW)
    tiers.set_tier(encounter=stay, tier="C", reason="好转", actor=actor("physician"), now=NOW)
    assert [row for row in rows(stay) if row[3] != "void"] == C_ORDERS
    planned(stay)
    assert TierAssignment.objects.get(is_current=True).tier == "C"


def test_no_tier_no_change(in_north: Hospital, actor: Any) -> None:
    with pytest.raises(tiers.NoTierYet):
        tiers.set_tier(encounter=a_stay(), tier="A", reason="独居", actor=actor("nurse"), now=NOW)


def test_steps_over_before_planning_began_are_void_and_the_rest_is_planned(in_north: Hospital) -> None:
    stay = a_stay(surgery_level=3)
    result = planned(stay, on=dt.date(2026, 3, 12))
    assert rows(stay) == [
        ("A1", 1, "2026-03-04", "void"),
        ("A2", 1, "2026-03-09", "void"),
        ("A3", 1, "2026-03-16", "planned"),
        ("A4", 1, "2026-04-01", "planned"),
    ]
    assert (result.orders_created, result.orders_before_start) == (2, 2)
    assert set(FollowUpOrder.objects.filter(state="void").values_list("state_reason", flat=True)) == {"before_start"}


def test_repeats_are_written_inside_the_horizon_and_never_twice(in_north: Hospital) -> None:
    stay = a_stay(surgery_level=3)
    planned(stay)
    run = run_of(stay)

    def repeated(on: dt.date) -> int:
        return repeats.extend(run_ids=[run.pk], now=NOW, on=on)

    assert repeated(dt.date(2026, 3, 28)) == 0
    assert (repeated(dt.date(2026, 3, 29)), repeated(dt.date(2026, 3, 29))) == (1, 0)
    assert (repeated(dt.date(2026, 4, 28)), repeated(dt.date(2026, 4, 28))) == (1, 0)
    assert (repeated(dt.date(2026, 8, 1)), repeated(dt.date(2026, 8, 1))) == (1, 0)
    assert [row for row in rows(stay) if row[0] in ("A5", "A6")] == [
        ("A5", 1, "2026-04-30", "planned"),  # 1 to 5 May are off
        ("A5", 2, "2026-06-01", "planned"),
        ("A6", 1, "2026-08-31", "planned"),
    ]


def test_a_suspended_run_has_no_repeats(in_north: Hospital) -> None:
    stay = a_stay(surgery_level=3)
    planned(stay)
    FollowUpRun.objects.update(state="suspended")
    assert repeats.extend(run_ids=[run_of(stay).pk], now=NOW, on=dt.date(2026, 5, 1)) == 0


def test_planning_tells_after_every_chunk_how_many_stays_are_done(
    north: Hospital, in_north: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("followups.domain.planning.CHUNK", 2)
    told = []
    for _number in range(3):
        a_stay(surgery_level=3)
    plan_hospital(
        north, now=NOW, on=dt.date(2026, 3, 3), workers=1, told=lambda done, total: told.append((done, total))
    )
    assert told == [(2, 3), (3, 3)]


@pytest.mark.unit
def test_the_command_says_how_many_stays_are_planned_at_once() -> None:
    said = " ".join(Command().create_parser("manage.py", "plan_followups").format_help().split())
    assert f"chunks of 3,000 stays worked on at once (default here: {default_workers()})" in said


def test_the_command_plans_what_waits_and_says_so(north: Hospital, in_north: Hospital, capsys: Any) -> None:
    a_stay(surgery_level=3)
    call_command("plan_followups", hospital="north", on=dt.date(2026, 3, 3), json=True)
    answer = json.loads(capsys.readouterr().out)
    assert (answer["hospital"], answer["on"], answer["tier_a"], answer["orders_created"]) == (
        "north",
        "2026-03-03",
        1,
        4,
    )
    call_command("plan_followups", hospital="north", on=dt.date(2026, 3, 3), json=True)
    again = json.loads(capsys.readouterr().out)
    assert (again["stays"], again["orders_created"]) == (0, 0)


def test_publishing_retires_the_version_before_and_its_runs_keep_it(in_north: Hospital, actor: Any) -> None:
    stay = a_stay()
    planned(stay)
    first = Protocol.objects.get()
    second = drafts.copy_as_draft(protocol=first, actor=actor("hospital_admin"))
    protocols.publish(protocol=second, now=NOW)
    first.refresh_from_db()
    assert (first.state, run_of(stay).protocol) == ("retired", first)
    with pytest.raises(protocols.NotADraft):
        protocols.publish(protocol=second, now=NOW)


def test_a_hospital_sees_only_its_own_orders(in_north: Hospital, south: Hospital) -> None:

    planned(a_stay())
    with hospital_scope(south):
        assert (FollowUpOrder.objects.count(), FollowUpRun.objects.count(), TierAssignment.objects.count()) == (0, 0, 0)
        assert Protocol.objects.count() == 1
