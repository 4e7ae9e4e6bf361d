"""A stay is judged by the protocol version that its run, or without a run its tier, pins; and explained by it."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Hospital, HospitalSettings
from followups.domain import drafts, protocols, tiers
from followups.models import Protocol, TierAssignment, TierRule
from patients.models import Encounter
from tests.followups.test_planning import NOW, a_stay, planned, run_of
from tests.patients.factories import EncounterFactFactory

AGED_77 = dt.date(1948, 6, 1)


@pytest.fixture
def published_again(in_north: Hospital, actor: Any) -> Any:
    """Publishes a version by which 75 years are tier A, as 80 are by the one before."""

    def publish() -> Protocol:
        second = drafts.copy_as_draft(protocol=protocols.published(), actor=actor("hospital_admin"))
        TierRule.objects.filter(protocol=second, code="A8").update(params={"years": 75})
        return protocols.publish(protocol=second, now=NOW)

    return publish


def decided(stay: Encounter) -> tuple[str, int]:
    current = TierAssignment.objects.get(encounter=stay, is_current=True)
    lines, _unknown = tiers.explain(current, current.protocol.rules.all())
    assert [line.code for line in lines] == [row["code"] for row in current.fired]
    return current.tier, current.protocol.version


def test_a_tick_re_tiers_by_the_version_that_the_run_pins(in_north: Hospital, published_again: Any) -> None:
    stay = a_stay(born=AGED_77)
    planned(stay)
    second = published_again()
    newer = a_stay(born=AGED_77)
    planned(newer)
    for each in (stay, newer):
        EncounterFactFactory(encounter=each, key="long_term_medicine", value=True)
    planned(stay, newer)
    assert (decided(stay), run_of(stay).tier) == (("B", 1), "B")
    assert (decided(newer), run_of(newer).tier, run_of(newer).protocol) == (("A", 2), "A", second)


def test_what_is_set_by_hand_is_weighed_against_that_version(
    in_north: Hospital, published_again: Any, actor: Any
) -> None:
    stay = a_stay(born=AGED_77)
    planned(stay)
    published_again()
    tiers.set_tier(encounter=stay, tier="C", reason="平稳", actor=actor("physician"), now=NOW)
    EncounterFactFactory(encounter=stay, key="slow_recovery", value=True)
    planned(stay)
    assert decided(stay) == ("C", 1)


def test_without_a_run_the_version_of_the_tier_holds_until_a_run_opens(
    in_north: Hospital, published_again: Any
) -> None:
    HospitalSettings.objects.update(followups_start_on=dt.date(2026, 3, 3))
    stay = a_stay(born=AGED_77)
    planned(stay)
    published_again()
    planned(stay)
    assert decided(stay) == ("B", 1)
    HospitalSettings.objects.update(followups_start_on=None)
    planned(stay)
    assert (decided(stay), run_of(stay).tier, run_of(stay).protocol.version) == (("A", 2), "A", 2)


def test_a_run_that_begins_anew_pins_the_version_that_judges_it(in_north: Hospital, published_again: Any) -> None:
    stay, over = a_stay(born=AGED_77), dt.date(2027, 3, 2)
    planned(stay, on=over)
    published_again()
    planned(stay, on=over)
    assert (decided(stay), run_of(stay).protocol.version) == (("B", 1), 1)
    planned(stay, on=over, with_past=True)
    assert (decided(stay), run_of(stay).tier, run_of(stay).protocol.version) == (("A", 2), "A", 2)


def test_versions_are_read_once_for_all_stays(in_north: Hospital, published_again: Any) -> None:
    old = [a_stay(born=AGED_77) for _ in range(4)]
    planned(*old)
    published_again()
    planned(*old)
    asked = []
    for stays in (old[:2], old):
        with CaptureQueriesContext(connection) as queries:
            planned(*stays)
        asked.append(sum("followups_tierrule" in query["sql"] for query in queries))
    assert asked == [2, 2]
