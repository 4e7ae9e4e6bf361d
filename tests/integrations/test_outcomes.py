"""How the illness stood at the end of a stay, from a list to the tier."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Hospital
from followups.domain.planning import plan
from followups.models import FollowUpRun, TierAssignment
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.at_once import bring_in_file
from patients.models import Encounter, EncounterFact
from tests.integrations.lists import HEADER, row

pytestmark = pytest.mark.django_db
LEFT = timezone.localdate() - dt.timedelta(days=1)


@pytest.fixture
def bring(north: Hospital, tmp_path: Path) -> Any:
    """Imports one stay of three nights that ended like this; answers the result."""

    def import_row(outcome: str, title: str = "转归", **said: str) -> dict[str, Any]:
        days = {"入院日期": f"{LEFT - dt.timedelta(days=3):%F}", "出院日期": f"{LEFT:%F}", "出生日期": "1990-01-01"}
        lines = [",".join((*HEADER, title)), ",".join((*row(**{"身份证号": "", **days, **said}), outcome))]
        (tmp_path / "list.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return bring_in_file(north, tmp_path / "list.csv", now=timezone.now())

    return import_row


def fired(hospital: Hospital) -> tuple[str, list[str]]:
    """Tier and rules that fired for the stay, planned as after each import."""
    with hospital_scope(hospital):
        plan(encounter_ids=Encounter.objects.values_list("pk", flat=True), now=timezone.now())
        found = TierAssignment.objects.get(is_current=True)
        return found.tier, [line["code"] for line in found.fired]


@pytest.mark.parametrize(
    ("outcome", "way", "kept"),
    [
        ("治愈", "医嘱离院", "cured"),
        ("1", "1", "cured"),
        ("", "治愈", "cured"),
        ("好转", "治愈", "improved"),
        ("未愈", "自动出院", "not_cured"),
        ("治愈", "死亡", ""),
        ("", "1", ""),
    ],
)
def test_outcome_is_kept_on_the_stay(bring: Any, north: Hospital, outcome: str, way: str, kept: str) -> None:
    bring(outcome, 离院方式=way)
    with hospital_scope(north):
        assert Encounter.objects.get().outcome == kept


def test_short_stay_that_ended_in_cure_is_tier_c_for_that(bring: Any, north: Hospital) -> None:
    bring("治愈", "治疗结果")
    assert fired(north) == ("C", ["C1"])


def test_outcome_that_comes_later_is_added_and_none_takes_nothing_away(bring: Any, north: Hospital) -> None:
    bring("")
    assert fired(north) == ("C", [])
    assert bring("治愈")["stays_updated"] == 1
    assert bring("")["stays_updated"] == 0
    assert fired(north) == ("C", ["C1"])


def test_what_somebody_ticked_comes_before_the_list(bring: Any, north: Hospital) -> None:
    bring("治愈")
    with hospital_scope(north):
        EncounterFact.objects.create(encounter=Encounter.objects.get(), key="cured", value=False)
    assert fired(north) == ("C", [])


@pytest.mark.parametrize(
    ("written", "kept", "warned", "state"),
    [
        ("医嘱转社区卫生服务机构/乡镇卫生院", "community", 0, "open"),
        ("3", "community", 0, "open"),
        ("转科", "unknown", 1, "open"),
        ("2", "transfer", 0, "closed"),
    ],
)
def test_who_is_sent_home_into_community_care_is_followed(
    bring: Any, north: Hospital, written: str, kept: str, warned: int, state: str
) -> None:
    result = bring("", 离院方式=written)
    said = [entry["reason"] for entry in result["warnings"]]
    assert said == [f"没有离院方式“{written}”"] * warned
    fired(north)
    with hospital_scope(north):
        assert Encounter.objects.get().disposition == kept
        assert FollowUpRun.objects.get().state == state
