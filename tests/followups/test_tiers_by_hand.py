"""A tier set by hand beside the rules: a raise is never below them, a lowering holds against what it weighed."""

import threading
import time
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from accounts.models import Hospital
from followups.domain import planning, tiers
from followups.domain.tiers import set_tier, standing
from followups.models import TierAssignment
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import Encounter, EncounterFact
from tests.followups.test_planning import NOW, a_stay, planned, run_of
from tests.patients.factories import EncounterFactFactory

_BY_HAND = ("tier", "computed_tier", "ordered_tier", "weighed_tier")


def tier_of(stay: Encounter) -> tuple[str, str]:
    """What holds, and what the rules say."""
    current = TierAssignment.objects.get(encounter=stay, is_current=True)
    return current.tier, current.computed_tier


def a_planned_stay(**fields: Any) -> Encounter:
    stay = a_stay(**fields)
    planned(stay)
    return stay


def put(stay: Encounter, tier: str, by: Any) -> TierAssignment:
    return set_tier(encounter=stay, tier=tier, reason="独居", actor=by, now=NOW)


@pytest.mark.parametrize(
    ("computed", "ordered", "weighed", "holds"),
    [
        ("C", "", "", "C"),
        ("C", "B", "C", "B"),
        ("B", "B", "C", "B"),
        ("A", "B", "C", "A"),
        ("B", "A", "C", "A"),
        ("A", "C", "A", "C"),
        ("B", "C", "A", "C"),
        ("B", "C", "B", "C"),
        ("A", "C", "B", "A"),
        ("A", "B", "A", "B"),
    ],
)
def test_what_holds_of_what_was_set_and_what_the_rules_say(
    computed: str, ordered: str, weighed: str, holds: str
) -> None:
    assert standing(computed, ordered=ordered, weighed=weighed) == holds


def test_a_tick_and_a_corrected_list_raise_beyond_what_a_nurse_had_raised(in_north: Hospital, actor: Any) -> None:
    ticked, corrected = a_planned_stay(), a_planned_stay()
    for stay in (ticked, corrected):
        put(stay, "B", actor("nurse"))
        assert tier_of(stay) == ("B", "C")
    tick = EncounterFactFactory(encounter=ticked, key="drain", value=True)
    Encounter.objects.filter(pk=corrected.pk).update(surgery_level=4)
    planned(ticked, corrected)
    for stay in (ticked, corrected):
        assert tier_of(stay) == ("A", "A")
        assert run_of(stay).tier == "A"
    tick.delete()
    planned(ticked)
    assert tier_of(ticked) == ("B", "C")


def test_the_tier_that_stands_is_not_set(in_north: Hospital, actor: Any) -> None:
    stay = a_planned_stay()
    for role in ("nurse", "physician"):
        with pytest.raises(tiers.TierStands):
            put(stay, "C", actor(role))
    put(stay, "B", actor("nurse"))
    with pytest.raises(tiers.TierStands):
        put(stay, "B", actor("physician"))
    EncounterFactFactory(encounter=stay, key="drain", value=True)
    planned(stay)
    assert tier_of(stay) == ("A", "A")


def test_a_lowering_holds_against_what_the_physician_weighed_and_not_against_later_facts(
    in_north: Hospital, actor: Any
) -> None:
    operated, minor = a_planned_stay(surgery_level=4), a_planned_stay(surgery_level=1)
    for stay in (operated, minor):
        put(stay, "C", actor("physician"))
        EncounterFactFactory(encounter=stay, key="drain", value=True)
        planned(stay)
    assert tier_of(operated) == ("C", "A")
    assert tier_of(minor) == ("A", "A")
    with pytest.raises(tiers.MayNotLower):
        put(minor, "C", actor("nurse"))
    put(minor, "C", actor("physician"))
    assert tier_of(minor) == ("C", "A")


def test_a_raise_that_was_taken_back_weighs_nothing(in_north: Hospital, actor: Any) -> None:
    stay = a_planned_stay()
    put(stay, "A", actor("nurse"))
    assert tier_of(stay) == ("A", "C")
    put(stay, "C", actor("physician"))
    Encounter.objects.filter(pk=stay.pk).update(surgery_level=4)
    planned(stay)
    assert tier_of(stay) == ("A", "A")


def test_the_page_says_what_was_set_and_what_the_rules_say(in_north: Hospital, actor: Any, client_as: Any) -> None:
    stay = a_planned_stay(attending=actor("physician").staff)
    put(stay, "B", actor("nurse"))
    order = run_of(stay).orders.filter(tier="B").first()
    why = f"followups/orders/{order.public_id}/why/"
    page = client_as("physician").get(why).content.decode()
    assert "李护士定为B级（按规则为C级）" in page and "规则现已更高" not in page
    EncounterFactFactory(encounter=stay, key="drain", value=True)
    planned(stay)
    page = client_as("physician").get(why).content.decode()
    assert "李护士定为B级（按规则为A级）" in page and "规则现已更高：以A级为准。" in page


def test_tiers_set_before_are_filled_from_the_rule_lines_of_that_decision(north: Hospital, actor: Any) -> None:
    with hospital_scope(north):
        raised, lowered = a_planned_stay(), a_planned_stay(surgery_level=4)
        put(raised, "A", actor("nurse"))
        put(lowered, "C", actor("physician"))
        EncounterFactFactory(encounter=raised, key="slow_recovery", value=True)
        planned(raised)
        wanted = list(TierAssignment.objects.order_by("pk").values_list(*_BY_HAND))
    filled = import_module("followups.migrations.0016_tiers_by_hand_filled").Migration.operations[0].sql
    with connection.cursor() as cursor:
        cursor.execute(
            "alter table followups_tierassignment drop constraint tier_assignment_override_has_tiers;"
            "update followups_tierassignment set ordered_tier = '', weighed_tier = '',"
            " computed_tier = case when tier = 'A' then 'A' else computed_tier end where overridden_by_id is not null;"
        )
        cursor.execute(filled)
    with hospital_scope(north):
        assert list(TierAssignment.objects.order_by("pk").values_list(*_BY_HAND)) == wanted
        assert ("A", "B", "A", "C") in wanted and ("C", "A", "C", "A") in wanted


def wait_for_a_waiter() -> None:
    """Until somebody waits for a lock."""
    for _ in range(400):
        with connection.cursor() as cursor:
            cursor.execute("select exists (select from pg_locks where not granted)")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_a_tier_is_set_while_its_stay_is_being_planned(
    north: Hospital, actor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.followups.test_races import in_scope, together

    nurse, held, chunk = actor("nurse"), threading.Event(), planning.plan_chunk
    with hospital_scope(north):
        stay = a_planned_stay()
        EncounterFact.objects.create(encounter=stay, key="drain", value=True)

    def holding_its_people(*args: Any) -> None:
        if not held.is_set():
            held.set()
            wait_for_a_waiter()
        chunk(*args)

    def set_meanwhile() -> TierAssignment:
        assert held.wait(20)
        return put(stay, "B", nurse)

    monkeypatch.setattr("followups.domain.planning.plan_chunk", holding_its_people)
    answers = together(in_scope(north, lambda: planned(stay)), in_scope(north, set_meanwhile))
    assert [type(answer).__name__ for answer in answers] == ["PlanResult", "MayNotLower"]
    with hospital_scope(north):
        assert tier_of(stay) == ("A", "A")
