"""What lists tell of a stay beside: how old the person was, the bed, and who nursed."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Hospital, StaffWard, Ward
from followups.domain.planning import plan
from followups.domain.tiers import explain
from followups.models import FollowUpOrder, TierAssignment
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.at_once import bring_in_file
from integrations.domain.naming import assign_physician
from integrations.models import PhysicianMapping
from integrations.readers import values
from integrations.readers.discharge_fields import DISCHARGE_FIELDS
from integrations.readers.stays import StayReader
from integrations.readers.tabular.columns import match_columns
from patients.models import Encounter
from tests.cast import Cast, actor_of, client_of
from tests.integrations.lists import HEADER, row
from tests.integrations.test_pages import upload

LEFT = timezone.localdate() - dt.timedelta(days=1)


@pytest.fixture
def bring(north: Hospital, tmp_path: Path) -> Any:
    """Import one stay of three nights with further columns; answers the result."""

    def import_row(further: dict[str, str], **said: str) -> dict[str, Any]:
        days = {"入院日期": f"{LEFT - dt.timedelta(days=3):%F}", "出院日期": f"{LEFT:%F}"}
        lines = [[*HEADER, *further], [*row(**{**days, **said}), *further.values()]]
        path = tmp_path / "list.csv"
        path.write_text("\n".join(map(",".join, lines)), encoding="utf-8")
        return bring_in_file(north, path, now=timezone.now())

    return import_row


NOBODY_KNOWS = {"身份证号": "", "出生日期": ""}


@pytest.mark.parametrize(
    ("written", "years"),
    [
        ("82", 82), ("82岁", 82), ("８２ 歲", 82), ("82Y", 82), ("1岁6月", 1), ("3月", 0), ("5天", 0), ("6个月", 0),
        ("8小时", 0), ("1岁零3个月", 1), ("82.0", 82), ("", None), ("不详", None), ("0", 0),
        ("28天", 0), ("30天", 0), ("12月", 1), ("36个月", 3),
        ("11个月", 0), ("24小时", 0), ("120天", 0), ("720小时", 0), ("45d", 0),
        ("6个半月", 0),        ("3月龄", 0), ("３月齡", 0), ("半岁", 0), ("2岁半", 2), ("2歲半", 2), ("3岁龄", 3),
        ("82周岁", 82), ("82虚岁", 82), ("虚岁82", 82),
        ("１２岁６月", 12), ("2y3m", 2), ("约82岁", 82),
    ],
)  # fmt: skip
def test_age_in_full_years(written: str, years: int | None) -> None:
    assert values.age(written) == years


@pytest.mark.parametrize("written", ["老年", "182", "岁", "月", "82岁左右?", "82 12", "82岁3"])
def test_what_is_no_age(written: str) -> None:
    with pytest.raises(values.Impossible):
        values.age(written)


def decided(hospital: Hospital) -> tuple[str, list[str]]:
    """The tier of the stay, and what rule A8 looked at."""
    with hospital_scope(hospital):
        plan(encounter_ids=Encounter.objects.values_list("pk", flat=True), now=timezone.now())
        found = TierAssignment.objects.get(is_current=True)
        fired, _unknown = explain(found, found.protocol.rules.all())
        return found.tier, [line.value for line in fired if line.code == "A8"]


@pytest.mark.django_db
def test_age_of_the_list_decides_the_tier_where_no_birth_date_is_known(bring: Any, north: Hospital) -> None:
    bring({"年龄": "82岁"}, **NOBODY_KNOWS)
    assert decided(north) == ("A", ["82（来自名单）"])


@pytest.mark.django_db
def test_birth_date_comes_before_the_age_of_the_list(bring: Any, north: Hospital) -> None:
    bring({"年龄": "82岁"})
    assert decided(north)[1] == []


@pytest.mark.django_db
def test_bed_and_nurse_are_kept_and_corrected(bring: Any, north: Hospital) -> None:
    further = {"床号": "12", "责任护士": "[N88]吴护士"}
    bring(further)
    with hospital_scope(north):
        assert Encounter.objects.values_list("bed", "nurse_name", "nurse_id").get() == ("12", "吴护士", None)
        assert PhysicianMapping.objects.filter(name="吴护士", state="open").count() == 1
    assert bring(further)["stays_updated"] == 0
    assert bring({**further, "床号": "13"})["stays_updated"] == 1


def nurse_order(hospital: Hospital) -> FollowUpOrder:
    """The first order whose ladder asks nurses, planned now."""
    plan(encounter_ids=Encounter.objects.values_list("pk", flat=True), now=timezone.now())
    orders = FollowUpOrder.objects.select_related("step").order_by("due_on", "pk")
    return next(order for order in orders if "nurse" in order.step.ladder)


@pytest.mark.django_db
def test_nurse_of_the_list_who_works_here_is_asked_first(bring: Any, north: Hospital, cast: Cast) -> None:
    bring({"责任护士": cast.li.name, "年龄": "82"}, 出院科室="肛肠科", **NOBODY_KNOWS)
    with hospital_scope(north):
        assert Encounter.objects.get().nurse_id == cast.li.pk
        order = nurse_order(north)
        assert (order.assignee_id, order.assignee_role) == (cast.li.pk, "nurse")


@pytest.mark.django_db
def test_nurse_whose_name_is_assigned_later_gets_what_nobody_has_begun(bring: Any, north: Hospital, cast: Cast) -> None:
    bring({"责任护士": "小刘", "年龄": "82"}, 出院科室="肛肠科", **NOBODY_KNOWS)
    with hospital_scope(north):
        before = nurse_order(north)
        assert before.assignee_id != cast.li.pk
        mapping = PhysicianMapping.objects.get(name="小刘")
        assign_physician(mapping, cast.li, actor=actor_of(cast.he), now=timezone.now())
        assert Encounter.objects.get().nurse_id == cast.li.pk
        before.refresh_from_db()
        assert before.assignee_id == cast.li.pk


@pytest.mark.django_db
def test_only_ward_of_the_department_stands_in_where_the_list_says_none(
    bring: Any, north: Hospital, cast: Cast
) -> None:
    bring({"年龄": "82"}, 出院科室="肛肠科", **NOBODY_KNOWS)
    with hospital_scope(north):
        stay = Encounter.objects.get()
        ward = Ward.objects.create(department_id=stay.department_id, name="肛肠一区")
        StaffWard.objects.create(staff=cast.li, ward=ward)
        assert nurse_order(north).assignee_id == cast.li.pk
        stay.refresh_from_db()
        assert stay.ward_id is None


@pytest.mark.django_db
def test_department_of_two_wards_means_none_of_them(bring: Any, north: Hospital, cast: Cast) -> None:
    bring({"年龄": "82"}, 出院科室="肛肠科", **NOBODY_KNOWS)
    with hospital_scope(north):
        for name in ("肛肠一区", "肛肠二区"):
            ward = Ward.objects.create(department_id=Encounter.objects.get().department_id, name=name)
            StaffWard.objects.create(staff=cast.li, ward=ward)
        assert nurse_order(north).assignee_id != cast.li.pk


@pytest.mark.django_db
def test_columns_of_which_nothing_is_read_say_so(cast: Cast) -> None:
    officer = client_of(cast.he)
    uploaded = upload(officer, "\n".join([",".join([*HEADER, "民族"]), ",".join([*row(), "汉"])]).encode())
    page = officer.get(uploaded.url, follow=True).content.decode()
    assert "民族（不使用）" in page
    assert "年龄（不使用）" not in page


def test_no_field_that_is_read_is_said_not_to_be_used() -> None:
    headers = [next(iter(sorted(field.synonyms))) for field in DISCHARGE_FIELDS.fields]
    reader = StayReader(match_columns(headers, DISCHARGE_FIELDS), dt.date(2025, 3, 9))
    assert DISCHARGE_FIELDS.not_used.isdisjoint(name for name, *_ in reader.plan)
