"""The invented contract units of a demo hospital, kept by its liaison."""

import datetime as dt
import random

from accounts.actors import Actor
from groups.domain.members import MemberError, add_member
from groups.domain.units import add_contact, plan_visit, save_unit, sign_contract
from groups.models import Benefit, GroupCustomer
from patients.models import Patient

UNITS = (
    ("清屿市云帆机械厂", "机械制造", 860, "signed"),
    ("柳溪第二中学", "教育", 240, "signed"),
    ("望川县供水公司", "公用事业", 410, "negotiating"),
    ("石桥市白鹭纺织厂", "纺织", 1200, "nearby"),
    ("东麓区青禾幼儿园", "教育", 46, "ended"),
)
MEMBERS_PER_UNIT = 12


def make_units(actor: Actor, *, today: dt.date, seed: int) -> None:
    """Units in every state; signed ones have a contract, benefits, members and key persons."""
    rng = random.Random(seed)
    people = list(Patient.objects.callable().order_by("pk")[: MEMBERS_PER_UNIT * len(UNITS)])
    for index, (name, business, staff_count, status) in enumerate(UNITS):
        facts = {"name": name, "business": business, "staff_count": staff_count, "status": status}
        unit = save_unit(GroupCustomer(), facts, actor=actor)
        add_contact(unit, {"name": f"保健联系人{index + 1}", "phone": f"1380001{index:04d}"}, actor=actor)
        plan_visit(unit, {"planned_on": today + dt.timedelta(days=7 + index), "purpose": "健康讲座"}, actor=actor)
        if status != GroupCustomer.Status.SIGNED:
            continue
        _sign(unit, actor, today, index)
        for person in rng.sample(people, min(MEMBERS_PER_UNIT, len(people))):
            _join(unit, person, actor, is_key_person=rng.random() < 0.25)


def _sign(unit: GroupCustomer, actor: Actor, today: dt.date, index: int) -> None:
    """A year's contract with a discount and a priority."""
    starts_on = today - dt.timedelta(days=200)
    contract = {
        "number": f"HT-{starts_on:%Y}-{index + 1:03d}",
        "signed_on": starts_on,
        "starts_on": starts_on,
        "ends_on": starts_on + dt.timedelta(days=730),
    }
    benefits = [
        {"kind": Benefit.Kind.DISCOUNT, "name": "体检套餐优惠", "percent": 15},
        {"kind": Benefit.Kind.PRIORITY, "name": "专家预约优先"},
    ]
    sign_contract(unit, contract, benefits=benefits, actor=actor)


def _join(unit: GroupCustomer, person: Patient, actor: Actor, *, is_key_person: bool) -> None:
    """A member, unless that person belongs to the unit already."""
    try:
        add_member(unit, person, is_key_person=is_key_person, position="职工", actor=actor)
    except MemberError:
        return
