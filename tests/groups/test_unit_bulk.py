"""Bulk edits of units: fields of the record and handing over, with preview, result and undo."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from accounts.actors import Actor
from accounts.domain import bulk
from accounts.models import AuditEvent, BulkEdit, Hospital, StaffRole
from groups.domain.unit_list import UNITS
from groups.models import GroupCustomer, OwnerChange
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import Cast, MountedClient, hire
from tests.cast import Part as Role
from tests.groups.factories import GroupCustomerFactory, GroupVisitFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]


def done(hospital: Hospital, actor: Actor, act: str, params: dict[str, Any], query: str = "") -> BulkEdit:
    chosen = bulk.choose(UNITS, act=act, picked=None, query=query, actor=actor, now=NOW)
    edit = bulk.start(chosen, params, actor=actor, now=NOW)
    bulk.run(hospital, edit.pk, now=NOW)
    edit.refresh_from_db()
    return edit


def undone(hospital: Hospital, actor: Actor, edit: BulkEdit) -> BulkEdit:
    bulk.undo(edit, actor=actor, now=NOW)
    bulk.run(hospital, edit.pk, now=NOW)
    edit.refresh_from_db()
    return edit


def values(name: str) -> dict[str, Any]:
    return dict(GroupCustomer.objects.values_list("name", name))


@pytest.mark.parametrize(
    ("name", "value"), [("relation", "checkup"), ("value", "high"), ("business", "纺织"), ("business", "")]
)
def test_a_field_of_all_that_match_is_set_and_put_back(
    in_north: Hospital, actor: ActorOf, name: str, value: str
) -> None:
    GroupCustomerFactory(name="甲厂", business="机械"), GroupCustomerFactory(name="乙厂", status="ended")
    before, manager = values(name), actor("centre_manager")
    edit = done(in_north, manager, f"units.{name}", {"value": value}, "status=signed")
    assert values(name) == {**before, "甲厂": value}
    event = AuditEvent.objects.get(verb="groups.unit.change")
    assert (event.detail, bulk.counts(edit)["changed"]) == ({"fields": [name]}, 1)
    undone(in_north, manager, edit)
    assert values(name) == before


def test_units_are_handed_over_with_their_visits_and_come_back(in_north: Hospital, cast: Cast, actor: ActorOf) -> None:
    second = hire("second.north", Role("宋专员", ("liaison",)))
    own = GroupCustomerFactory(name="甲厂", owner=cast.tang)
    GroupCustomerFactory(name="乙厂")
    visit = GroupVisitFactory(group=own, staff=cast.tang)
    liaison = actor("liaison")
    edit = done(in_north, liaison, "units.owner", {"to": second.pk, "reason": "调岗"})
    assert values("owner") == {"甲厂": second.pk, "乙厂": None}
    undone(in_north, liaison, edit)
    assert (values("owner"), edit.state) == ({"甲厂": cast.tang.pk, "乙厂": None}, "undone")
    visit.refresh_from_db()
    assert visit.staff == cast.tang
    assert list(OwnerChange.objects.order_by("pk").values_list("after", "reason")) == [
        (second.pk, "调岗"),
        (cast.tang.pk, "移交已撤销"),
    ]


def test_a_unit_of_nobody_goes_back_to_nobody(in_north: Hospital, cast: Cast, actor: ActorOf) -> None:
    GroupCustomerFactory(name="甲厂")
    manager = actor("centre_manager")
    edit = done(in_north, manager, "units.owner", {"to": cast.tang.pk, "reason": "分配"})
    assert values("owner") == {"甲厂": cast.tang.pk}
    undone(in_north, manager, edit)
    assert values("owner") == {"甲厂": None}


def test_who_is_no_liaison_any_more_gets_and_gets_back_nothing(in_north: Hospital, cast: Cast, actor: ActorOf) -> None:
    second = hire("second.north", Role("宋专员", ("liaison",)))
    GroupCustomerFactory(name="甲厂", owner=second)
    manager = actor("centre_manager")
    edit = done(in_north, manager, "units.owner", {"to": cast.tang.pk, "reason": "调岗"})
    StaffRole.objects.filter(staff=second).delete()
    undone(in_north, manager, edit)
    assert (values("owner"), bulk.reasons(edit)) == ({"甲厂": cast.tang.pk}, [("not_restored", 1)])
    refused = done(in_north, manager, "units.owner", {"to": second.pk, "reason": "调岗"})
    assert bulk.reasons(refused) == [("no_liaison", 1)]


def test_whoever_lost_the_role_undoes_nothing(in_north: Hospital, cast: Cast, actor: ActorOf) -> None:
    GroupCustomerFactory(name="甲厂", owner=cast.tang)
    liaison, qian = actor("liaison"), cast.qian
    edit = done(in_north, liaison, "units.owner", {"to": qian.pk, "reason": "调岗"})
    bulk.undo(edit, actor=liaison, now=NOW)
    StaffRole.objects.filter(staff=cast.tang).delete()
    bulk.run(in_north, edit.pk, now=NOW)
    assert (values("owner"), bulk.reasons(edit)) == ({"甲厂": qian.pk}, [("gone", 1)])


def test_pages_lead_from_the_list_through_the_preview(north: Hospital, cast: Cast, client_as: ClientAs) -> None:
    with hospital_scope(north):
        unit, qian = GroupCustomerFactory(name="甲厂", owner=cast.tang), cast.qian
    liaison = client_as("liaison")
    page = liaison.get("groups/?view=all").content.decode()
    assert f'name="picked" value="{unit.public_id}"' in page
    assert '<option value="units.owner">移交给另一位专员</option>' in page
    chosen = liaison.post("lists/units/edit/", {"act": "units.owner", "picked": [str(unit.public_id)]})
    preview = liaison.post(chosen["Location"].removeprefix("/north/"), {"to": qian.pk, "reason": "调岗"})
    assert [(one.before, one.after) for one in preview.context["sample"]] == [(cast.tang.name, qian.name)]
    assert 'data-pick form="bulk"' not in client_as("agent").get("groups/?view=all").content.decode()


def test_all_units_of_a_liaison_are_chosen_at_once(north: Hospital, cast: Cast, client_as: ClientAs) -> None:
    with hospital_scope(north):
        units = [GroupCustomerFactory(owner=cast.tang) for _ in range(2)]
        GroupCustomerFactory(name="别家厂")
    for role, query in (("liaison", ""), ("centre_manager", f"owner={cast.tang.pk}")):
        client = client_as(role)
        assert client.get(f"groups/?view=all&{query}").context["hand_all_of"] == query
        client.post("lists/units/edit/", {"act": "units.owner", "all_matching": "1", "query": query})
        with hospital_scope(north):
            edit = BulkEdit.objects.latest("pk")
            assert sorted(edit.lines.values_list("row_id", flat=True)) == [unit.pk for unit in units]
    assert client_as("centre_manager").get("groups/?view=all").context["hand_all_of"] is None
