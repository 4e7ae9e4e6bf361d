"""Units and benefits on the one timeline of a person."""

import datetime as dt
from collections.abc import Callable

from accounts.actors import Actor
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.timeline import Asked, timeline_of
from tests.cast import Cast, MountedClient
from tests.groups.factories import BenefitUseFactory, GroupCustomerFactory, GroupMemberFactory
from tests.patients.factories import PatientFactory

NOW = dt.datetime(2026, 6, 4, 2, tzinfo=dt.UTC)


def test_joining_leaving_and_benefits_stand_on_the_timeline(in_north: Hospital, actor: Callable[[str], Actor]) -> None:
    person, unit = PatientFactory(), GroupCustomerFactory(name="清屿机械厂")
    days = {"joined_on": dt.date(2025, 1, 2), "left_on": dt.date(2026, 3, 1)}
    GroupMemberFactory(group=unit, patient=person, position="钳工", **days)
    GroupMemberFactory(group=GroupCustomerFactory(), patient=person, joined_on=None)
    BenefitUseFactory(patient=person, used_on=dt.date(2026, 2, 1))
    lines = timeline_of(person, actor("centre_manager"), NOW, asked=Asked(only="units")).lines
    assert [(line.entry.at, line.entry.title, str(line.entry.text), line.entry.detail) for line in lines] == [
        (dt.date(2026, 3, 1), "离开单位", "清屿机械厂", ""),
        (dt.date(2026, 2, 1), "享受优惠", "体检九折", ""),
        (dt.date(2025, 1, 2), "加入单位", "清屿机械厂", "钳工"),
    ]


def test_the_unit_is_opened_by_those_who_see_it(
    north: Hospital, cast: Cast, client_as: Callable[[str], MountedClient]
) -> None:
    with hospital_scope(north):
        person = PatientFactory()
        units = [GroupCustomerFactory(owner=owner) for owner in (cast.tang, None)]
        for unit in units:
            GroupMemberFactory(group=unit, patient=person, joined_on=dt.date(2026, 1, 1))
    opened = {}
    for role in ("centre_manager", "liaison", "auditor"):
        page = client_as(role).get(f"patients/{person.public_id}/?show=units")
        opened[role] = [f"groups/{unit.public_id}/" in page.content.decode() for unit in units]
    assert opened == {"centre_manager": [True, True], "liaison": [True, False], "auditor": [False, False]}
