"""The timeline of a unit: everything about it in one order, of its members' care numbers alone."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from urllib.parse import quote

import pytest

from accounts.actors import Actor
from accounts.models import Hospital
from groups.domain import unit_timeline
from groups.models import GroupCustomer
from groups.registry import timeline_sources
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.timeline import Asked, laid_out
from tests.cast import Cast, MountedClient
from tests.groups.factories import (
    BenefitFactory,
    BenefitUseFactory,
    ContractFactory,
    GroupContactFactory,
    GroupCustomerFactory,
    GroupMemberFactory,
    GroupVisitFactory,
    OpportunityFactory,
    StatusChangeFactory,
    UnitMergerFactory,
)
from tests.patients.factories import EncounterFactory, PatientFactory

NOW = dt.datetime(2026, 6, 4, 2, tzinfo=dt.UTC)
ActorOf = Callable[[str], Actor]
Line = tuple[dt.date, str, str, str, str]


def lines(unit: GroupCustomer, actor: Actor, only: str = "") -> list[Line]:
    """Day, title, text, detail and badge of each line, the newest first."""
    found = laid_out(timeline_sources, unit, actor, NOW, asked=Asked(only=only)).lines
    told = [(line.entry, line.entry.at) for line in found]
    return [
        (at.date() if isinstance(at, dt.datetime) else at, *map(str, (one.title, one.text, one.detail, one.badge)))
        for one, at in told
    ]


def test_contacts_contracts_deals_and_the_record_stand_in_one_order(in_north: Hospital, actor: ActorOf) -> None:
    unit = GroupCustomerFactory()
    manager = actor("centre_manager")
    ContractFactory(group=unit, number="HT1", kind="checkup", state="signed", amount=Decimal(80000))
    ContractFactory(
        group=unit, number="HT2", kind="checkup", state="draft", starts_on=dt.date(2027, 1, 1), ends_on=None
    )
    GroupVisitFactory(group=unit, planned_on=dt.date(2026, 6, 1), purpose="回访")
    GroupVisitFactory(group=unit, planned_on=dt.date(2026, 3, 1), done_on=dt.date(2026, 3, 2), result="同意续签")
    OpportunityFactory(group=unit, title="体检扩项", amount=1000, expected_on=dt.date(2026, 7, 1))
    unit.opportunities.update(created_at=NOW)
    GroupContactFactory(group=unit, valid_until=dt.date(2026, 4, 30))
    StatusChangeFactory(group=unit, at=NOW - dt.timedelta(days=150))
    UnitMergerFactory(group=unit, at=NOW - dt.timedelta(days=200))
    assert lines(unit, manager) == [
        (dt.date(2026, 12, 31), "合同到期日", "HT1，体检合同", "", ""),
        (dt.date(2026, 7, 1), "商机应成交", "体检扩项 ¥1,000.00", "", "发现 10%"),
        (dt.date(2026, 6, 4), "登记商机", "体检扩项 ¥1,000.00", "", ""),
        (dt.date(2026, 6, 1), "上门拜访", "回访", "", "已超时"),
        (dt.date(2026, 4, 30), "联系人任职截止", "保健联系人 钱工", "", ""),
        (dt.date(2026, 3, 2), "上门拜访", "商谈体检", "同意续签", ""),
        (dt.date(2026, 1, 5), "合作状态", "周边 → 洽谈中", "", ""),
        (dt.date(2026, 1, 1), "合同开始", "HT1，体检合同", "¥80,000.00", ""),
        (dt.date(2025, 11, 16), "与另一份档案合并", "旧厂", "", ""),
    ]
    assert [line[1] for line in lines(unit, manager, "contracts")] == ["合同到期日", "合同开始"]


def test_of_members_only_numbers_are_told(in_north: Hospital, actor: ActorOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unit_timeline, "LEAST_TOLD", 2)
    unit, person = GroupCustomerFactory(), PatientFactory(name="甘书远")
    GroupMemberFactory(group=unit, patient=person, joined_on=dt.date(2026, 3, 1), left_on=dt.date(2026, 5, 3))
    GroupMemberFactory(group=unit, joined_on=dt.date(2026, 3, 1))
    for day in ("2026-02-28", "2026-04-01", "2026-04-30", "2026-05-03"):
        EncounterFactory(patient=person, kind="outpatient", admitted_on=day, discharged_on=day)
    EncounterFactory(patient=person, kind="inpatient", admitted_on="2026-04-02", discharged_on="2026-06-01")
    EncounterFactory(patient=person, kind="emergency", admitted_on="2026-04-02", is_cancelled=True)
    benefit = BenefitFactory(contract=ContractFactory(group=unit))
    BenefitUseFactory(benefit=benefit, patient=person, used_on=dt.date(2026, 6, 2))
    assert lines(unit, actor("liaison"), "members") == [
        (dt.date(2026, 6, 4), "本月成员享受优惠", "体检九折 1", "", ""),
        (dt.date(2026, 5, 3), "离开单位", "1名成员", "", ""),
        (dt.date(2026, 4, 30), "本月成员就诊", "门诊 2，住院 不足2", "", ""),
        (dt.date(2026, 3, 1), "加入单位", "2名成员", "", ""),
    ]


def test_page_shows_older_lines_below_and_only_units_of_ones_own(
    north: Hospital, cast: Cast, client_as: Callable[[str], MountedClient]
) -> None:
    with hospital_scope(north):
        unit, other = GroupCustomerFactory(owner=cast.tang), GroupCustomerFactory(owner=None)
        for n in range(45):
            GroupVisitFactory(group=unit, purpose=f"第{n}次", planned_on=dt.date(2026, 1, 1) + dt.timedelta(days=n))
    liaison, path = client_as("liaison"), f"groups/{unit.public_id}/timeline/"
    page = liaison.get(path)
    assert [f"第{n}次" in page.content.decode() for n in (44, 5, 4)] == [True, True, False]
    older = page.context["timeline"].next
    part = liaison.get(f"{path}?older={quote(older)}", headers={"HX-Request": "true"}).content.decode()
    assert ("第4次" in part, "第0次" in part, "第5次" in part, "<html" in part) == (True, True, False, False)
    assert liaison.get(f"groups/{other.public_id}/timeline/").status_code == 404
    assert client_as("physician").get(path).status_code == 403
