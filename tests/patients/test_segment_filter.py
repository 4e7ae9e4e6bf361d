"""The list of people held to a segment: who is in it, who may name it, when it was counted, what leaves the house."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.http import QueryDict
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import BulkEdit, BulkEditRow, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import segment_filter
from patients.domain.lists import PeopleList
from patients.domain.people_filters import filters_for
from patients.domain.people_list import PEOPLE
from patients.domain.segments import reading
from patients.domain.segments.keeping import rule_of
from patients.models import Patient, Segment, SegmentVersion
from tests.cast import MountedClient
from tests.patients.factories import PatientFactory, SegmentFactory, SegmentMemberFactory
from tests.patients.test_pages import count_queries

pytestmark = pytest.mark.django_db
COUNTED = timezone.now().replace(month=1, day=31, hour=18, minute=30)
NOT_FOR_YOU = "未在使用、无权查看或尚未重新统计"
AS_OF = "02-01 02:30"
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]


@pytest.fixture
def segment(in_north: Hospital) -> Segment:
    """甲, 乙 and the dead 丙 are in it; 丁 is not."""
    made = SegmentFactory(name="老年随访", member_count=3, refreshed_at=COUNTED, refreshed_version=1)
    for name, day in (("甲", 5), ("乙", 4)):
        person = PatientFactory(name=name, region="柳溪区", last_visit_on=dt.date(2026, 3, day))
        SegmentMemberFactory(segment=made, patient=person)
    dead = PatientFactory(name="丙", contact_state="deceased", deceased_source="his")
    SegmentMemberFactory(segment=made, patient=dead)
    PatientFactory(name="丁")
    return made


def listed(actor: Actor, query: str) -> PeopleList:
    return PeopleList.described(actor, QueryDict(query))


def names(actor: Actor, query: str) -> list[str]:
    return [row.name for row in listed(actor, query).page().rows]


@pytest.mark.parametrize("few", [100, 0])
def test_members_of_the_last_refresh_in_every_order(
    segment: Segment, actor: ActorOf, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(segment_filter, "FEW_MEMBERS", few)
    query, agent = f"segment={segment.public_id}", actor("agent")
    assert names(agent, query) == ["甲", "乙"]
    assert names(agent, f"{query}&sort=record") == ["乙", "甲"]
    assert names(agent, f"{query}&region=云泽区") == []
    assert listed(agent, query).counts()[""] == 2
    first = listed(agent, query).page(size=1)
    assert [row.name for row in listed(agent, query).page(size=1, after=first.older).rows] == ["乙"]


def test_the_dead_are_listed_where_the_segment_asks_for_them(segment: Segment, actor: ActorOf) -> None:
    version = segment.versions.get()
    made = SegmentFactory(rule={**version.rule, "with_deceased": True})
    SegmentMemberFactory(segment=made, patient=Patient.objects.get(name="丙"))
    assert names(actor("agent"), f"segment={made.public_id}") == ["丙"]


def test_members_of_a_segment_that_asks_about_illness_are_filtered_by_clinical_roles_alone(
    segment: Segment, actor: ActorOf
) -> None:
    Segment.objects.filter(pk=segment.pk).update(facts=["disease"])
    agent, medical = actor("agent"), actor("department_head")
    assert names(agent, f"segment={segment.public_id}") == []
    assert segment not in reading.offered_to(agent)
    assert segment_filter.segment_for(medical, segment.public_id) == segment
    assert segment_filter.segment_for(agent, segment.public_id) is None
    assert segment in reading.offered_to(medical)


@pytest.mark.parametrize("counted", [{"version": 2}, {"refresh_problem": "rule"}, {"refreshed_version": None}])
def test_members_found_by_an_earlier_version_are_listed_for_clinical_roles_alone(
    segment: Segment, actor: ActorOf, counted: dict
) -> None:
    """The version that found them may have asked about illness."""
    Segment.objects.filter(pk=segment.pk).update(**counted)
    segment.refresh_from_db()
    if segment.version == 2:
        SegmentVersion.objects.create(segment=segment, number=2, rule=segment.versions.get().rule)
    agent, medical, query = actor("agent"), actor("department_head"), f"segment={segment.public_id}"
    person, rule = Patient.objects.get(name="甲"), rule_of(segment)
    assert (names(agent, query), listed(agent, query).words()) == ([], [f"客户分群：{NOT_FOR_YOU}"])
    assert segment not in reading.offered_to(agent)
    assert not reading.may_list(segment, agent)
    assert not reading.members_of(segment, rule, agent).exists()
    assert segment not in reading.segments_of(person, agent)
    assert not reading.tells_of_member(segment, person, agent)
    assert segment_filter.segment_for(medical, segment.public_id) == segment
    assert reading.may_list(segment, medical)


def test_a_segment_that_is_not_there_leaves_nobody(segment: Segment, actor: ActorOf) -> None:
    mine, agent = SegmentFactory(shared_with=["centre_manager"]), actor("agent")
    SegmentMemberFactory(segment=mine, patient=Patient.objects.get(name="甲"))
    retired = SegmentFactory(retired_at=COUNTED)
    for wanted in (mine.public_id, retired.public_id, "nonsense", segment_filter.NOTHING_NAMED):
        assert names(agent, f"segment={wanted}") == []
        assert listed(agent, f"segment={wanted}").words() == [f"客户分群：{NOT_FOR_YOU}"]
    assert names(actor("centre_manager"), f"segment={mine.public_id}") == ["甲"]
    assert len(names(agent, "segment=")) == 4


@pytest.mark.parametrize("role", ["liaison", "information_officer"])
def test_a_segment_named_by_a_role_without_segments_leaves_nobody(segment: Segment, actor: ActorOf, role: str) -> None:
    """Shared views and saved exports are read again by the role as it is then."""
    reader, query = actor(role), f"segment={segment.public_id}"
    closed = ["客户分群：不供当前角色使用，因此不显示任何人"]
    assert (names(reader, query), listed(reader, query).words()) == ([], closed)
    assert (list(PEOPLE.ids(reader, query)), PEOPLE.words(reader, query)) == ([], closed)
    assert "segment" not in [one.key for one in filters_for(reader)]
    assert listed(reader, "segment=").values == {}


def test_the_page_says_which_segment_and_as_of_when(north: Hospital, segment: Segment, client_as: ClientAs) -> None:
    client = client_as("agent")
    page = client.get(f"patients/?segment={segment.public_id}&region=柳溪区").content.decode()
    assert f"客户分群：老年随访，截至{AS_OF}" in page
    assert f'<option value="{segment.public_id}" selected>老年随访</option>' in page
    assert 'class="chip" href="/north/patients/?region=%E6%9F%B3%E6%BA%AA%E5%8C%BA" aria-current="true"' in page
    assert "客户分群：" not in client.get("patients/").content.decode()
    shown = client.get(f"segments/{segment.public_id}/").content.decode()
    assert f'href="/north/patients/?segment={segment.public_id}"' in shown


def test_a_segment_that_changed_since_it_was_counted_says_so(segment: Segment, client_as: ClientAs) -> None:
    SegmentVersion.objects.create(segment=segment, number=2, rule=segment.versions.get().rule)
    Segment.objects.filter(pk=segment.pk).update(version=2)
    page = client_as("department_head").get(f"patients/?segment={segment.public_id}").content.decode()
    assert "客户分群：老年随访，尚未重新统计" in page


def test_exports_and_bulk_edits_take_the_segment(
    north: Hospital, segment: Segment, actor: ActorOf, client_as: ClientAs
) -> None:
    query, manager = f"segment={segment.public_id}", actor("centre_manager")
    assert [Patient.objects.get(pk=pk).name for pk in PEOPLE.ids(manager, query)] == ["甲", "乙"]
    assert PEOPLE.words(manager, query) == [f"客户分群：老年随访，截至{AS_OF}"]
    client_as("centre_manager").post("lists/people/edit/", {"act": "people.kind", "query": query, "all_matching": "1"})
    with hospital_scope(north):
        edit = BulkEdit.objects.get()
        rows = BulkEditRow.objects.filter(edit=edit).order_by("number").values_list("row_id", flat=True)
        assert [Patient.objects.get(pk=pk).name for pk in rows] == ["甲", "乙"]


def test_the_list_asks_as_often_for_three_members_as_for_one(
    north: Hospital, segment: Segment, client_as: ClientAs
) -> None:
    client, address = client_as("centre_manager"), f"patients/?segment={segment.public_id}"
    client.get(address)
    once = count_queries(client, address)
    with hospital_scope(north):
        for _ in range(3):
            SegmentMemberFactory(segment=segment)
            SegmentFactory()
    assert count_queries(client, address) == once <= 15
