"""Members at present and the reading of the liaison's name on a unit are written by the database, whoever writes."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from accounts.actors import Actor
from accounts.models import Hospital, StaffMember
from groups.domain.members import decide_absent, remove_member
from groups.domain.merging import take_apart, unite_units
from groups.models import GroupCustomer, GroupMember, UnitMerger
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.uniting import unite
from tests.cast import Cast
from tests.groups.factories import GroupCustomerFactory, GroupMemberFactory
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]
DAY = dt.date(2026, 6, 1)
NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)


def members_of(*units: GroupCustomer) -> list[int]:
    known = dict(GroupCustomer.objects.values_list("pk", "member_count"))
    return [known[unit.pk] for unit in units]


def test_members_at_present_are_counted_by_every_way_of_writing(in_north: Hospital, actor: ActorOf) -> None:
    one, other = GroupCustomerFactory(), GroupCustomerFactory()
    first = GroupMemberFactory(group=one)
    GroupMember.objects.bulk_create(
        [GroupMember(group=unit, patient=PatientFactory()) for unit in (one, one, other)]
        + [GroupMember(group=other, patient=PatientFactory(), left_on=DAY)]
    )
    assert members_of(one, other) == [3, 1]
    remove_member(first, on=DAY, actor=actor("centre_manager"))
    assert members_of(one, other) == [2, 1]
    GroupMember.objects.filter(group=one, left_on=None).update(absent_since=DAY)
    assert decide_absent(one, None, have_left=True, actor=actor("centre_manager"), on=DAY) == 2
    GroupMember.objects.filter(group=one).update(left_on=None)
    assert members_of(one, other) == [3, 1]
    GroupMember.objects.filter(group=one).update(group=other)
    GroupMember.objects.filter(pk=first.pk).delete()
    assert members_of(one, other) == [0, 3]


def test_a_unit_written_with_what_was_read_before_keeps_the_count(in_north: Hospital) -> None:
    unit = GroupCustomerFactory()
    GroupMemberFactory(group=unit)
    unit.business = "纺织"
    unit.save()
    unit.refresh_from_db()
    assert (unit.business, unit.member_count) == ("纺织", 1)


def test_united_units_and_people_are_counted_once_and_apart_again(in_north: Hospital, actor: ActorOf) -> None:
    kept, other = GroupCustomerFactory(), GroupCustomerFactory()
    both, twin = PatientFactory(), PatientFactory()
    for unit in (kept, other):
        GroupMemberFactory(group=unit, patient=both)
    GroupMemberFactory(group=other)
    GroupMemberFactory(group=kept, patient=twin)
    manager = actor("centre_manager")
    unite_units(kept, other, {}, actor=manager, now=NOW)
    assert members_of(kept) == [3]
    take_apart(UnitMerger.objects.get(), actor=manager, now=NOW)
    assert members_of(kept, other) == [2, 2]
    unite(kept_id=both.pk, other_id=twin.pk, actor=manager, now=NOW)
    assert members_of(kept, other) == [1, 2]


def test_a_liaison_read_anew_takes_his_units_along(in_north: Hospital, cast: Cast) -> None:
    liaison = cast.holding("liaison")
    unit, nobodys = GroupCustomerFactory(owner=liaison), GroupCustomerFactory()
    assert GroupCustomer.objects.get(pk=unit.pk).owner_order == liaison.name_order != ""
    liaison.name = "单清和"
    liaison.save()
    orders = dict(GroupCustomer.objects.values_list("pk", "owner_order"))
    assert (orders[unit.pk], orders[nobodys.pk]) == (StaffMember.objects.get(pk=liaison.pk).name_order, "")
    GroupCustomer.objects.filter(pk=unit.pk).update(owner=None)
    assert GroupCustomer.objects.get(pk=unit.pk).owner_order == ""


@pytest.mark.django_db(transaction=True)
def test_two_who_join_at_once_are_both_counted(north: Hospital) -> None:
    with hospital_scope(north):
        unit, people = GroupCustomerFactory(), [PatientFactory(), PatientFactory()]
    written, both_wait = threading.Barrier(2, timeout=20), threading.Event()

    def join(place: int) -> None:
        try:
            with hospital_scope(north):
                if place:
                    written.wait()
                    both_wait.set()
                GroupMember.objects.create(group=unit, patient=people[place])
                if not place:
                    written.wait()
                    both_wait.wait(20)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=join, args=[place]) for place in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(40)
    with hospital_scope(north):
        assert members_of(unit) == [2]


def test_each_order_is_read_from_an_index(in_north: Hospital) -> None:
    GroupCustomerFactory.create_batch(3)
    asked: dict[str, Any] = {}
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off; set local enable_sort = off")
        for column in ("status_order", "relation_order", "owner_order", "member_count"):
            rows = GroupCustomer.objects.order_by(column, "id").values_list("pk")[:31]
            cursor.execute(f"explain {rows.query}")
            asked[column] = "Sort" in "".join(line for (line,) in cursor.fetchall())
    assert asked == dict.fromkeys(asked, False)
