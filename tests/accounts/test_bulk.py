"""Bulk edits: rows fixed when chosen, preview, parts that go on after a breakdown, result, undo within a day."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from accounts import lists
from accounts.actors import Actor
from accounts.domain import bulk
from accounts.models import AuditEvent, BulkEdit, BulkEditRow, Hospital, RowChange, StaffRole, Station
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.people_list import PEOPLE
from patients.domain.tags import make_tag, tag_people
from patients.models import Patient, PatientTag, StationAssignment, Tag
from tests.cast import MountedClient, actor_of
from tests.patients.factories import PatientFactory

NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]
SPECIALTY = {"value": "specialty"}


@pytest.fixture
def manager(actor: ActorOf) -> Actor:
    return actor("centre_manager")


def choose(manager: Actor, act: str = "people.category", **given: Any) -> BulkEdit:
    values = {"picked": None, "query": "", "actor": manager, "now": NOW, **given}
    return bulk.choose(PEOPLE, act=act, **values)


def done(hospital: Hospital, manager: Actor, params: dict, **given: Any) -> BulkEdit:
    edit = bulk.start(choose(manager, **given), params, actor=manager, now=NOW)
    bulk.run(hospital, edit.pk, now=NOW)
    edit.refresh_from_db()
    return edit


def undone(hospital: Hospital, edit: BulkEdit, manager: Actor) -> BulkEdit:
    bulk.undo(edit, actor=manager, now=NOW)
    bulk.run(hospital, edit.pk, now=NOW)
    edit.refresh_from_db()
    return edit


def categories() -> dict[str, str]:
    return dict(Patient.objects.values_list("name", "category"))


@pytest.fixture
def people(in_north: Hospital) -> list[Patient]:
    return [
        PatientFactory(name="王甲"),
        PatientFactory(name="李乙", category="specialty"),
        PatientFactory(name="张丙", category="vip", region="柳溪区"),
        PatientFactory(name="赵丁", contact_state="erased"),
    ]


def test_all_that_match_are_changed_and_told(in_north: Hospital, manager: Actor, people: list) -> None:
    edit = done(in_north, manager, SPECIALTY)
    assert categories() == {"王甲": "specialty", "李乙": "specialty", "张丙": "specialty", "赵丁": "general"}
    assert (edit.state, dict(bulk.counts(edit)), bulk.reasons(edit)) == (
        "done",
        {"changed": 2, "skipped": 1},
        [("same", 1)],
    )
    told = AuditEvent.objects.filter(verb="patients.person.change").values_list("object_id", flat=True)
    assert sorted(map(int, told)) == sorted([people[0].pk, people[2].pk])
    assert RowChange.objects.filter(table_name="patients_patient", row_id=people[0].pk, operation="UPDATE").exists()


def test_undo_puts_back_what_nobody_has_changed_since(in_north: Hospital, manager: Actor, people: list) -> None:
    edit = done(in_north, manager, SPECIALTY)
    Patient.objects.filter(name="王甲").update(category="vip")
    edit = undone(in_north, edit, manager)
    assert categories() == {"王甲": "vip", "李乙": "specialty", "张丙": "vip", "赵丁": "general"}
    assert (edit.state, dict(bulk.counts(edit)), bulk.reasons(edit)) == (
        "undone",
        {"kept": 1, "restored": 1, "skipped": 1},
        [("changed_since", 1), ("same", 1)],
    )


def test_only_marked_people_that_the_actor_sees_are_chosen(in_north: Hospital, manager: Actor, people: list) -> None:
    edit = choose(manager, picked=[people[0].public_id, people[3].public_id])
    assert list(edit.lines.values_list("row_id", flat=True)) == [people[0].pk]


def test_filters_of_the_list_hold(in_north: Hospital, manager: Actor, people: list) -> None:
    edit = choose(manager, query="region=柳溪区")
    assert list(edit.lines.values_list("row_id", flat=True)) == [people[2].pk]


def test_choosing_is_refused(in_north: Hospital, actor: ActorOf, manager: Actor, monkeypatch: Any) -> None:
    with pytest.raises(bulk.BulkError):
        choose(manager)
    PatientFactory(), PatientFactory()
    with pytest.raises(bulk.BulkError):
        choose(actor("agent"))
    with pytest.raises(bulk.BulkError):
        choose(manager, act="people.nothing")
    monkeypatch.setattr(bulk, "MOST_ROWS", 1)
    with pytest.raises(bulk.BulkError):
        choose(manager)
    assert BulkEdit.objects.count() == 0


def test_preview_shows_before_and_after_and_changes_nothing(in_north: Hospital, manager: Actor, people: list) -> None:
    edit = choose(manager)
    shown = {one.words[0]: (one.before, one.after, one.skipped) for one in bulk.sample(edit, SPECIALTY, actor=manager)}
    assert shown == {
        "王*": ("普通门诊", "专科门诊", ""),
        "李*": ("专科门诊", "", "已经如此"),
        "张*": ("特需", "专科门诊", ""),
    }
    assert categories()["王甲"] == "general"


def test_work_broken_off_goes_on_and_nothing_is_done_twice(
    in_north: Hospital, manager: Actor, monkeypatch: Any
) -> None:
    for _time in range(5):
        PatientFactory()
    edit = bulk.start(choose(manager), SPECIALTY, actor=manager, now=NOW)
    act, asked = lists.acts["people.category"], []

    def break_off(*given: Any) -> None:
        asked.append(given)
        if len(asked) == 2:
            raise SystemExit("killed")
        act.apply(*given)

    broken = lists.Act(**{**vars(act), "apply": break_off})
    monkeypatch.setitem(lists.acts, act.key, broken)
    with pytest.raises(SystemExit):
        bulk.run(in_north, edit.pk, now=NOW, part=2)
    assert dict(bulk.counts(edit)) == {"changed": 2, "waiting": 3}
    assert bulk.run(in_north, edit.pk, now=NOW, part=2)
    assert dict(bulk.counts(edit)) == {"changed": 5}
    assert not bulk.run(in_north, edit.pk, now=NOW)
    assert AuditEvent.objects.filter(verb="patients.person.change").count() == 5


def test_who_lost_the_role_changes_nobody(in_north: Hospital, manager: Actor, people: list) -> None:
    edit = bulk.start(choose(manager), SPECIALTY, actor=manager, now=NOW)
    StaffRole.objects.all().delete()
    bulk.run(in_north, edit.pk, now=NOW)
    assert categories()["王甲"] == "general"
    assert dict(bulk.counts(edit)) == {"skipped": 3}


def test_starting_and_undoing_twice_is_refused(in_north: Hospital, manager: Actor, people: list) -> None:
    edit = done(in_north, manager, SPECIALTY)
    with pytest.raises(bulk.BulkError):
        bulk.start(edit, SPECIALTY, actor=manager, now=NOW)
    with pytest.raises(bulk.BulkError):
        bulk.undo(edit, actor=manager, now=NOW + dt.timedelta(hours=24))
    undone(in_north, edit, manager)
    with pytest.raises(bulk.BulkError):
        bulk.undo(edit, actor=manager, now=NOW)


def test_tags_are_put_on_and_taken_off_again(in_north: Hospital, manager: Actor, people: list) -> None:
    tag = make_tag("糖尿病俱乐部", actor=manager)
    tag_people([people[0]], tag, actor=manager, now=NOW)
    edit = done(in_north, manager, {"value": tag.pk}, act="people.tag")
    bearers = PatientTag.objects.filter(tag=tag)
    assert sorted(bearers.values_list("patient__name", flat=True)) == ["张丙", "李乙", "王甲"]
    undone(in_north, edit, manager)
    assert list(bearers.values_list("patient__name", flat=True)) == ["王甲"]
    off = done(in_north, manager, {"value": tag.pk}, act="people.untag")
    assert (bearers.count(), bulk.counts(off)["changed"]) == (0, 1)
    Tag.objects.update(is_active=False)
    off = undone(in_north, off, manager)
    assert (bearers.count(), bulk.reasons(off)[0]) == (0, ("same", 2))
    assert bulk.counts(off)["kept"] == 1


def test_stations_are_assigned_and_the_former_comes_back(in_north: Hospital, manager: Actor, people: list) -> None:
    east, west = Station.objects.create(name="城东站"), Station.objects.create(name="城西站")
    done(in_north, manager, {"value": east.pk}, act="people.station", picked=[people[0].public_id])
    edit = done(in_north, manager, {"value": west.pk}, act="people.station")
    current = StationAssignment.objects.current()
    assert sorted(current.values_list("patient__name", "station__name")) == [
        ("张丙", "城西站"),
        ("李乙", "城西站"),
        ("王甲", "城西站"),
    ]
    undone(in_north, edit, manager)
    assert list(current.values_list("patient__name", "station__name")) == [("王甲", "城东站")]


def test_drafts_and_old_rows_are_forgotten(in_north: Hospital, manager: Actor, people: list) -> None:
    edit, draft = done(in_north, manager, SPECIALTY), choose(manager)
    assert bulk.forget_old(NOW + dt.timedelta(hours=25)) == 1
    assert list(BulkEdit.objects.values_list("pk", flat=True)) == [edit.pk] and draft.pk
    bulk.forget_old(NOW + dt.timedelta(days=31))
    assert BulkEditRow.objects.count() == 0


def test_pages_lead_from_the_list_to_the_result_and_back(
    north: Hospital, client_as: ClientAs, django_capture_on_commit_callbacks: Any
) -> None:
    with hospital_scope(north):
        person = PatientFactory(name="王小明", category="general")
    client = client_as("centre_manager")
    chosen = client.post("lists/people/edit/", {"act": "people.category", "picked": [str(person.public_id)]})
    page = chosen["Location"]
    preview = client.post(page, SPECIALTY)
    assert [(one.before, one.after) for one in preview.context["sample"]] == [("普通门诊", "专科门诊")]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page, {**SPECIALTY, "confirmed": "1"})
    result = client.get(page)
    assert (result.context["counts"]["changed"], result.context["may_undo"]) == (1, True)
    rows = list(csv.reader(io.StringIO(client.get(f"{page}result/").content.decode("utf-8-sig"))))
    assert rows[1] == ["王*明", rows[1][1], "已更改", "普通门诊", "专科门诊", ""]
    client.post(f"{page}undo/")
    with hospital_scope(north):
        bulk.run(north, BulkEdit.objects.get().pk, now=timezone.now())
        assert Patient.objects.get().category == "general"
    assert client.get("edits/").status_code == 200


def test_pages_are_one_s_own(north: Hospital, south: Hospital, client_as: ClientAs, manager: Actor, zhao: Any) -> None:
    with hospital_scope(north):
        PatientFactory()
        edit = choose(manager)
    with hospital_scope(south):
        PatientFactory()
        foreign = choose(actor_of(zhao))
    path = f"edits/{edit.public_id}/"
    assert client_as("agent").get(path).status_code == 404
    assert client_as("centre_manager").get(f"edits/{foreign.public_id}/").status_code == 404
    assert client_as("centre_manager").delete(path).status_code == 405
    assert client_as("centre_manager").get(f"{path}undo/").status_code == 405
    assert client_as("hospital_leader").post("lists/people/edit/", {"act": "people.category"}).status_code == 404


def poisoned(monkeypatch: Any, verb: str, row: int, error: type[Exception] = ValueError) -> None:
    """Lets the act break at one row."""
    act = lists.acts["people.category"]

    def break_at(changes: dict, *given: Any) -> None:
        getattr(act, verb)(changes, *given)
        if row in changes:
            raise error("poison")

    monkeypatch.setitem(lists.acts, act.key, lists.Act(**{**vars(act), verb: break_at}))


def test_a_row_at_which_the_act_breaks_is_set_aside_and_the_others_are_done(
    in_north: Hospital, manager: Actor, people: list, monkeypatch: Any
) -> None:
    poisoned(monkeypatch, "apply", people[0].pk)
    edit = done(in_north, manager, SPECIALTY)
    assert categories() == {"王甲": "general", "李乙": "specialty", "张丙": "specialty", "赵丁": "general"}
    assert (edit.state, dict(bulk.counts(edit))) == ("done", {"changed": 1, "skipped": 2})
    assert sorted(bulk.reasons(edit)) == [("broke", 1), ("same", 1)]
    told = AuditEvent.objects.filter(verb="patients.person.change").values_list("object_id", flat=True)
    assert list(told) == [str(people[2].pk)]


def test_a_row_that_cannot_be_put_back_keeps_none_of_the_others(
    in_north: Hospital, manager: Actor, people: list, monkeypatch: Any, client_as: ClientAs
) -> None:
    edit = done(in_north, manager, SPECIALTY)
    poisoned(monkeypatch, "restore", people[0].pk)
    edit = undone(in_north, edit, manager)
    assert categories() == {"王甲": "specialty", "李乙": "specialty", "张丙": "vip", "赵丁": "general"}
    assert sorted(bulk.reasons(edit)) == [("broke", 1), ("same", 1)]
    page = client_as("centre_manager").get(f"edits/{edit.public_id}/").content.decode()
    assert "处理时出错，其余各行已完成" in page


def test_a_database_that_is_away_is_no_fault_of_a_row(
    in_north: Hospital, manager: Actor, people: list, monkeypatch: Any
) -> None:
    poisoned(monkeypatch, "apply", people[0].pk, OperationalError)
    with pytest.raises(OperationalError):
        done(in_north, manager, SPECIALTY)
    assert set(BulkEditRow.objects.values_list("state", flat=True)) == {"waiting"}
