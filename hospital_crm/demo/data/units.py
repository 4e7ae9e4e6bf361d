"""The invented contract units of a demo hospital, kept by its liaison."""

import datetime as dt
import random
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from accounts.actors import Actor
from groups.domain.contracts import remind_of_ends, sign_contract
from groups.domain.members import MemberError, add_member
from groups.domain.opportunities import bring_forward, open_deal
from groups.domain.states import change_state
from groups.domain.units import add_contact, record_value, save_unit
from groups.domain.visits import finish_visit, plan_visit
from groups.models import Benefit, GroupCustomer, Opportunity
from patients.models import Patient


@dataclass(frozen=True)
class DemoUnit:
    """A unit as it is told: `ends_in` the days until its contract ends, None without one."""

    name: str
    business: str
    staff: int
    address: str
    ends_in: int | None = None
    status: str = "nearby"
    relation: str = "checkup"
    value: str = "middle"


UNITS = (
    DemoUnit("清屿市云帆机械厂", "机械制造", 860, "清屿市东麓区云帆路1号", 34, value="high"),
    DemoUnit("柳溪第二中学", "教育", 240, "清屿市柳溪区学府路9号", 530, relation="management"),
    DemoUnit("清屿港务集团有限公司", "港口物流", 2300, "清屿市东麓区港前路18号", 210, value="high"),
    DemoUnit("望川县供水公司", "公用事业", 410, "清屿市望川县清泉街3号", status="negotiating"),
    DemoUnit("望川县供水有限公司", "公用事业", 410, "清屿市望川县清泉街3号", value=""),
    DemoUnit("石桥市白鹭纺织厂", "纺织", 1200, "清屿市石桥区织机路22号", relation="neighbour"),
    DemoUnit("清屿市数谷软件园", "信息技术", 640, "清屿市柳溪区数谷大道100号", status="negotiating"),
    DemoUnit("东麓区青禾幼儿园", "教育", 46, "清屿市东麓区青禾巷6号", status="ended", value="low"),
)
MEMBERS_PER_UNIT = 12
UNITS_CHECKED = 3  # whose staff came for health checks
CHECKUPS = Benefit.Service.CHECKUP
BOOKING = Benefit.Service.BOOKING


def make_units(actor: Actor, *, today: dt.date, seed: int) -> None:
    """Units in every state; signed ones have a contract, benefits, members, key persons and figures; contacts are
    late, due and coming, and deals are under way.
    """
    rng = random.Random(seed)
    people = list(Patient.objects.callable().filter(kind="patient").order_by("pk")[: MEMBERS_PER_UNIT * len(UNITS)])
    checked = list(Patient.objects.callable().filter(kind="checkup").order_by("pk"))
    for index, plan in enumerate(UNITS):
        unit = _make(plan, actor, index)
        _visits(unit, actor, today, index)
        if plan.ends_in is not None:
            _sign(unit, plan, actor, today, index)
            since = today - dt.timedelta(days=400 + index)
            came = checked[index::UNITS_CHECKED][: plan.staff - MEMBERS_PER_UNIT]
            for person in [*rng.sample(people, min(MEMBERS_PER_UNIT, len(people))), *came]:
                _join(unit, person, actor, is_key_person=rng.random() < 0.25, joined_on=since)
        if plan.status == GroupCustomer.Status.ENDED:
            change_state(unit, plan.status, reason="迁往外地", actor=actor, now=timezone.now())
        elif plan.status == GroupCustomer.Status.NEGOTIATING:
            deal = {"kind": Opportunity.Kind.CONTRACT, "title": "年度职工体检", "amount": Decimal(plan.staff * 480)}
            found = open_deal(unit, {**deal, "expected_on": today + dt.timedelta(days=20 + index)}, actor=actor)
            bring_forward(found, step=Opportunity.Step.OFFERED, actor=actor)
    remind_of_ends(now=timezone.now())


def _make(plan: DemoUnit, actor: Actor, index: int) -> GroupCustomer:
    facts = {
        "name": plan.name,
        "business": plan.business,
        "staff_count": plan.staff,
        "address": plan.address,
        "phone": f"0990-8800{index:03d}",
        "relation": plan.relation,
        "value": plan.value,
        "status": "negotiating" if plan.status == "negotiating" else "nearby",
    }
    unit = save_unit(GroupCustomer(), facts, actor=actor)
    add_contact(unit, {"name": f"保健联系人{index + 1}", "phone": f"1380001{index:04d}"}, actor=actor)
    return unit


def _visits(unit: GroupCustomer, actor: Actor, today: dt.date, index: int) -> None:
    """One that was made, with its next step; one late, due or coming."""
    contact = unit.contacts.first()
    made = {"planned_on": today - dt.timedelta(days=30 + index), "purpose": "商谈体检方案", "contact": contact}
    visit = plan_visit(unit, made, actor=actor)
    finish_visit(
        visit,
        done_on=visit.planned_on,
        result="对方希望增加心电图项目",
        next_step="送报价单",
        next_on=today + dt.timedelta(days=index - 2),
        actor=actor,
    )
    plan_visit(unit, {"planned_on": today + dt.timedelta(days=7 + index), "purpose": "健康讲座"}, actor=actor)


def _sign(unit: GroupCustomer, plan: DemoUnit, actor: Actor, today: dt.date, index: int) -> None:
    """Two years' contract with a discount and a priority, and what the unit brought before."""
    ends_on = today + dt.timedelta(days=plan.ends_in or 0)
    starts_on = ends_on - dt.timedelta(days=729)
    contract = {
        "number": f"HT-{starts_on:%Y}-{index + 1:03d}",
        "signed_on": starts_on,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "amount": Decimal(plan.staff * 450),
    }
    discount = {"kind": Benefit.Kind.DISCOUNT, "name": "体检套餐优惠", "percent": 15, "service": CHECKUPS}
    priority = {"kind": Benefit.Kind.PRIORITY, "name": "专家预约优先", "service": BOOKING, "limit_per_member": 4}
    sign_contract(unit, contract, benefits=[discount, priority], actor=actor, now=timezone.now())
    more = {"kind": Opportunity.Kind.RENEWAL, "title": "续签并增加心电图", "amount": Decimal(plan.staff * 60)}
    open_deal(unit, {**more, "expected_on": ends_on - dt.timedelta(days=14)}, actor=actor)
    for years in range(4):
        amount = Decimal(plan.staff * (300 + 40 * (3 - years)))
        record_value(unit, {"year": today.year - years, "source": "checkup", "amount": amount}, actor=actor)


def _join(unit: GroupCustomer, person: Patient, actor: Actor, *, is_key_person: bool, joined_on: dt.date) -> None:
    """A member, unless that person belongs to the unit already."""
    try:
        add_member(
            unit,
            person,
            is_key_person=is_key_person,
            position="职工",
            department="一车间",
            joined_on=joined_on,
            actor=actor,
        )
    except MemberError:
        return
