"""The VIP members of a demo hospital: in every level, some about to end, with services received; one former one."""

import datetime as dt
import random

from accounts.actors import Actor
from patients.domain.member_services import count_service, services_of
from patients.domain.memberships import grant, possible_contacts
from patients.models import Membership, MembershipLevel, Patient

EVERY, AT_MOST = 45, 400
_NOTES = ("已陪同完成心脏彩超", "预约周三上午专家门诊", "报告由专家当面讲解", "")


def make_members(manager: Actor, *, today: dt.date, now: dt.datetime, seed: int) -> None:
    """Begun between a few days and eleven months ago, for a year."""
    chance = random.Random(seed)
    levels, contacts = list(MembershipLevel.objects.all()), _by_name(manager)
    people = Patient.objects.callable().exclude(last_department=None).order_by("pk")
    for index, person in enumerate(list(people)[5::EVERY][:AT_MOST]):
        first = today - dt.timedelta(days=chance.choice((6, 40, 120, 200, 310, 345)))
        contact = contacts[index % len(contacts)]
        deputy = contacts[(index + 1) % len(contacts)]
        row = grant(
            person,
            level=levels[(index + index // 3) % len(levels)],
            starts_on=first,
            ends_on=first + dt.timedelta(days=364),
            contact=contact,
            deputy=deputy if deputy != contact else None,
            actor=manager,
            now=now,
        )
        _serve(row, manager, chance, today, now)


def _by_name(manager: Actor) -> list:
    """The manager and five more who may look after members."""
    return [manager.staff, *possible_contacts().exclude(pk=manager.staff.pk)[:5]]


def _serve(row: Membership, manager: Actor, chance: random.Random, today: dt.date, now: dt.datetime) -> None:
    for one in services_of(row, on=today)[:3]:
        wanted = chance.randrange(3)
        for _time in range(wanted if one.left is None else min(one.left, wanted)):
            on = today - dt.timedelta(days=chance.randrange(min((today - row.starts_on).days, 60) + 1))
            count_service(row, one.service, on=max(on, one.since), note=chance.choice(_NOTES), actor=manager, now=now)
