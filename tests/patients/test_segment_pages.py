"""Pages of segments: the builder step by step, the list, members, why; other hospitals, rights, queries."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AccessLog, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.segments import keeping
from patients.models import Segment, SegmentMember, SegmentVersion
from tests.cast import Cast, MountedClient, client_of
from tests.patients.factories import EncounterFactory, IdentifierFactory, PatientFactory
from tests.patients.list_factories import SegmentFactory, SegmentMemberFactory

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], MountedClient]

OLD = {"r-mode": "all", "r-size": "1", "r-0-is": "line", "r-0-fact": "age", "r-0-was": "age", "r-0-op": "at_least"}


@pytest.fixture
def segment(north: Hospital) -> Segment:
    """A segment of everybody, with one member."""
    with hospital_scope(north):
        made = SegmentFactory(name="老年随访")
        SegmentMemberFactory(segment=made, patient=PatientFactory(name="谢建平", phone="13800005678"))
        return made


def page_names(answer: Any) -> set[str]:
    """Names of the boxes of a page."""
    return set(
        answer.content.decode().split('name="')[1:]
        and [t.split('"')[0] for t in answer.content.decode().split('name="')[1:]]
    )


def test_segment_is_built_by_plain_posts_and_saved(north: Hospital, cast: Cast, client_as: ClientAs) -> None:
    client = client_as("agent")
    assert client.get("segments/new/").status_code == 200
    chosen = client.post("segments/new/", {"r-mode": "all", "r-size": "1", "r-0-fact": "age", "do": "update"})
    assert {"r-0-op", "r-0-a"} <= page_names(chosen)
    grown = client.post("segments/new/", {**OLD, "r-0-a": "65", "do": "group:r"})
    assert {"r-1-mode", "r-1-0-fact"} <= page_names(grown)
    counted = client.post("segments/new/", {**OLD, "r-0-a": "65", "do": "count"}).content.decode()
    assert "年龄不低于65岁" in counted
    shrunk = client.post("segments/new/", {**OLD, "r-0-a": "65", "do": "drop:r-0"})
    assert "r-0-fact" not in page_names(shrunk)
    refused = client.post("segments/new/", {**OLD, "r-0-a": "old", "name": "老年", "do": "save"})
    assert (refused.status_code, "应填写数字。" in refused.content.decode()) == (422, True)
    assert client.post("segments/new/", {**OLD, "r-0-a": "65", "name": "", "do": "save"}).status_code == 422
    with hospital_scope(north):
        PatientFactory(name="高龄")
        PatientFactory(name="年轻", birth_date=None)
    saved = client.post("segments/new/", {**OLD, "r-0-a": "50", "name": "老年", "shared_with": ["*"], "do": "save"})
    with hospital_scope(north):
        made = Segment.objects.get(name="老年")
        assert saved["Location"] == f"/north/segments/{made.public_id}/"
        assert (made.owner, made.shared_with, made.facts) == (cast.holding("agent"), ["*"], ["age"])
        assert SegmentVersion.objects.get(segment=made).rule["parts"] == [
            {"fact": "age", "op": "at_least", "values": ["50"]}
        ]


def test_fragments_answer_htmx_and_the_number_follows(north: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(north):
        PatientFactory()
    client = client_as("agent")
    part = client.post("segments/new/", {**OLD, "r-0-a": "65", "do": "line:r"}, headers={"HX-Request": "true"})
    assert (json.loads(part["HX-Trigger"]), "<html" in part.content.decode()) == ({"rule-changed": {}}, False)
    number = client.post("segments/count/", {**OLD, "r-0-a": "50"}).content.decode()
    assert "<b>1</b>" in number
    unfinished = {**OLD, "r-size": "2", "r-0-a": "50", "r-1-is": "line", "r-1-fact": "sex", "r-1-op": "in"}
    page = client.post("segments/count/", unfinished).content.decode()
    assert ("1个条件未填完，未计入。" in page, "性别：至少选一项。" in page) == (True, True)
    empty = client.post("segments/count/", {**OLD, "r-0-a": "old"}).content.decode()
    assert ("还没有填完的条件" in empty, "年龄：应填写数字。" in empty) == (True, True)


def test_another_fact_forgets_what_was_typed_for_the_one_before(client_as: ClientAs) -> None:
    answer = client_as("agent").post("segments/new/", {**OLD, "r-0-fact": "sex", "r-0-a": "65", "do": "update"})
    text = answer.content.decode()
    assert ('name="r-0-v"' in text, 'value="65"' in text) == (True, False)


def test_changing_a_rule_makes_a_version_and_the_change_is_told(
    north: Hospital, cast: Cast, client_as: ClientAs
) -> None:
    client = client_as("centre_manager")
    with hospital_scope(north):
        made = SegmentFactory(owner=cast.holding("centre_manager"))
    base = f"segments/{made.public_id}/"
    sent = {**OLD, "r-0-a": "70", "name": "高龄", "version": "1", "note": "按新规定", "do": "save"}
    assert client.post(f"{base}edit/", sent)["Location"] == f"/north/{base}"
    assert client.post(f"{base}edit/", {**sent, "r-0-a": "80"}).status_code == 422
    page = client.get(f"{base}versions/2/").content.decode()
    assert ("年龄不低于65岁" in page, "年龄不低于70岁" in page, "按新规定" in page) == (True, True, True)
    assert client.get(f"{base}versions/3/").status_code == 404
    with hospital_scope(north):
        made.refresh_from_db()
        assert (made.version, made.name) == (2, "高龄")


def test_copying_opens_the_builder_and_leaves_the_other_as_it_is(segment: Segment, client_as: ClientAs) -> None:
    page = client_as("agent").get(f"segments/{segment.public_id}/copy/").content.decode()
    assert ("老年随访（副本）" in page, 'action="/north/segments/new/"' in page) == (True, True)


def test_members_are_masked_and_logged_and_lead_to_why(north: Hospital, segment: Segment, client_as: ClientAs) -> None:
    page = client_as("agent").get(f"segments/{segment.public_id}/members/").content.decode()
    assert ("谢*平" in page, "谢建平" in page, "13800005678" in page) == (True, False, False)
    with hospital_scope(north):
        assert [(row.kind, row.page) for row in AccessLog.objects.all()] == [("list", "segment")]


def test_members_are_those_whom_the_role_sees(north: Hospital, segment: Segment, client_as: ClientAs) -> None:
    assert "谢*平" not in client_as("department_head").get(f"segments/{segment.public_id}/members/").content.decode()


def test_members_of_a_segment_of_illness_are_told_to_clinical_roles_alone(
    north: Hospital, client_as: ClientAs, cast: Cast
) -> None:
    line = {"fact": "disease", "op": "in", "values": ["I10"]}
    with hospital_scope(north):
        rule = {"mode": "all", "parts": [line]}
        one = SegmentFactory(name="高血压", facts=["disease"], member_count=1, refreshed_version=1, rule=rule)
        person = SegmentMemberFactory(segment=one, patient__name="谢建平").patient
        EncounterFactory(patient=person, department=cast.wang.department_links.get().department)
    path = f"segments/{one.public_id}/members/"
    agent = client_as("agent").get(path)
    text = agent.content.decode()
    assert ("谢*平" in text, "只有能查看病情的角色" in text, len(agent.context["rows"])) == (False, True, 0)
    with hospital_scope(north):
        assert AccessLog.objects.count() == 0
    head = client_as("department_head").get(path).content.decode()
    assert ("谢*平" in head, "只有能查看病情的角色" in head) == (True, False)


@pytest.mark.parametrize(("role", "shown"), [("agent", "&lt;5"), ("department_head", "1")])
def test_how_few_have_an_illness_is_told_to_clinical_roles_alone(
    north: Hospital, client_as: ClientAs, cast: Cast, role: str, shown: str
) -> None:
    with hospital_scope(north):
        rule = {"mode": "all", "parts": [{"fact": "chronic", "op": "yes", "values": []}]}
        one = SegmentFactory(facts=["chronic"], member_count=1, refreshed_at=timezone.now(), rule=rule)
        person = SegmentMemberFactory(segment=one, patient__chronic_diseases="高血压").patient
        EncounterFactory(patient=person, department=cast.wang.department_links.get().department)
    client = client_as(role)
    assert f"<b>{shown}</b>" in client.get(f"segments/{one.public_id}/").content.decode()
    chronic = {**OLD, "r-0-fact": "chronic", "r-0-op": "yes"}
    assert f"<b>{shown}</b>" in client.post("segments/count/", chronic).content.decode()
    if role == "agent":
        assert f">{shown}</td>" in client.get("segments/").content.decode()


@pytest.mark.parametrize(("members", "shown"), [(42, "≈40"), (43, "≈45"), (1203, "≈1,205"), (7, "≈5")])
def test_how_many_have_an_illness_is_told_roughly(
    north: Hospital, client_as: ClientAs, members: int, shown: str
) -> None:
    with hospital_scope(north):
        rule = {"mode": "all", "parts": [{"fact": "chronic", "op": "yes", "values": []}]}
        one = SegmentFactory(facts=["chronic"], member_count=members, refreshed_at=timezone.now(), rule=rule)
    agent = client_as("agent")
    assert f">{shown}</td>" in agent.get("segments/").content.decode()
    assert f"<b>{shown}</b>" in agent.get(f"segments/{one.public_id}/").content.decode()


def test_member_who_died_since_is_shown_no_more(north: Hospital, segment: Segment, client_as: ClientAs) -> None:
    with hospital_scope(north):
        patient = SegmentMember.objects.get().patient
        patient.contact_state, patient.deceased_source = "deceased", "his"
        patient.save()
    assert "谢*平" not in client_as("agent").get(f"segments/{segment.public_id}/members/").content.decode()


def test_why_is_asked_of_a_member_or_by_number_and_logged(
    north: Hospital, segment: Segment, client_as: ClientAs
) -> None:
    client, address = client_as("agent"), f"segments/{segment.public_id}/why/"
    with hospital_scope(north):
        person = IdentifierFactory(value="ZY2611000052").patient
    asked = client.post(address, {"number": "zy2611000052"})
    assert asked["Location"] == f"/north/{address}?person={person.public_id}"
    page = client.get(f"{address}?person={person.public_id}").content.decode()
    assert ("年龄不低于65岁" in page, "不满足" in page, "58岁" in page) == (True, True, True)
    with hospital_scope(north):
        assert [(row.kind, row.patient_id, row.page) for row in AccessLog.objects.all()] == [
            ("view", person.pk, "segment-why")
        ]
    assert client.post(address, {"number": "ZY0"})["Location"] == f"/north/{address}"
    assert client.get(f"{address}?person=x").status_code == 404


def test_why_does_not_tell_who_was_a_member_by_an_earlier_version(
    north: Hospital, segment: Segment, client_as: ClientAs
) -> None:
    with hospital_scope(north):
        person = SegmentMember.objects.get().patient
    address, agent = f"segments/{segment.public_id}/why/?person={person.public_id}", client_as("agent")
    assert "起在这个分群中" in agent.get(address).content.decode()
    with hospital_scope(north):
        Segment.objects.update(refresh_problem="time")
    assert "起在这个分群中" not in agent.get(address).content.decode()
    members = agent.get(f"segments/{segment.public_id}/members/").content.decode()
    assert ("谢*平" in members, "尚未重新统计" in members) == (False, True)


def test_why_about_somebody_unseen_is_not_told(north: Hospital, segment: Segment, client_as: ClientAs) -> None:
    with hospital_scope(north):
        person = SegmentMember.objects.get().patient
    address = f"segments/{segment.public_id}/why/?person={person.public_id}"
    assert client_as("department_head").get(address).status_code == 404


def test_segments_of_a_person_stand_on_the_page(north: Hospital, segment: Segment, client_as: ClientAs) -> None:
    with hospital_scope(north):
        person = SegmentMember.objects.get().patient
    assert "老年随访" in client_as("agent").get(f"segments/of/{person.public_id}/").content.decode()
    assert "segments/of/" in client_as("agent").get(f"patients/{person.public_id}/").content.decode()


def test_segments_of_illness_stand_on_the_page_for_clinical_readers(
    north: Hospital, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = {"fact": "disease", "op": "in", "values": ["I10"]}
    with hospital_scope(north):
        person = PatientFactory(name="谢建平")
        made = SegmentFactory(name="高血压客户", facts=["disease"], rule={"mode": "all", "parts": [line]})
        SegmentMemberFactory(segment=made, patient=person)
    panel, why = f"segments/of/{person.public_id}/", f"segments/{made.public_id}/why/?person={person.public_id}"
    agent = client_as("agent")
    assert "高血压客户" not in agent.get(panel).content.decode()
    page = agent.get(why).content.decode()
    assert ("需有病情查看权限" in page, "不满足" in page, "已知" in page) == (True, False, False)
    monkeypatch.setattr("patients.registry.unmask_reasons", [lambda actor, patient: True])
    assert "高血压客户" in agent.get(panel).content.decode()
    assert "需有病情查看权限" not in agent.get(why).content.decode()


def test_retiring_asks_first_and_can_be_taken_back(north: Hospital, segment: Segment, client_as: ClientAs) -> None:
    manager, base = client_as("centre_manager"), f"segments/{segment.public_id}/"
    assert manager.get(f"{base}retire/").status_code == 200
    manager.post(f"{base}retire/")
    assert "老年随访" in manager.get("segments/?list=retired").content.decode()
    assert "老年随访" not in manager.get("segments/").content.decode()
    manager.post(f"{base}resume/")
    with hospital_scope(north):
        segment.refresh_from_db()
        assert segment.is_retired is False
    client_as("agent").post(f"{base}retire/")
    with hospital_scope(north):
        segment.refresh_from_db()
        assert segment.is_retired is False


PAGES = ["", "members/", "why/", "copy/", "versions/1/", "edit/", "retire/"]


@pytest.mark.parametrize("page", PAGES)
def test_page_works_and_is_hidden_refused_and_foreign(
    north: Hospital, south: Hospital, segment: Segment, zhao: Any, client_as: ClientAs, page: str
) -> None:
    with hospital_scope(south):
        southern = SegmentFactory()
    assert client_as("centre_manager").get(f"segments/{segment.public_id}/{page}").status_code == 200
    assert client_as("centre_manager").get(f"segments/{southern.public_id}/{page}").status_code == 404
    assert client_as("physician").get(f"segments/{segment.public_id}/{page}").status_code == 403
    assert client_of(zhao).get(f"segments/{segment.public_id}/{page}").status_code in (403, 404)
    with hospital_scope(north):
        Segment.objects.filter(pk=segment.pk).update(shared_with=["agent"])
    assert client_as("department_head").get(f"segments/{segment.public_id}/{page}").status_code == 404


def test_wrong_methods_are_refused(segment: Segment, client_as: ClientAs) -> None:
    client = client_as("centre_manager")
    for page in ("", "members/", "versions/1/"):
        assert client.post(f"segments/{segment.public_id}/{page}").status_code == 405
    for page in (f"{segment.public_id}/refresh/", f"{segment.public_id}/resume/", "count/"):
        assert client.get(f"segments/{page}").status_code == 405


@pytest.mark.parametrize("page", ["segments/", "segments/{}/", "segments/{}/members/"])
def test_pages_ask_as_often_for_three_as_for_one(
    north: Hospital, segment: Segment, client_as: ClientAs, page: str
) -> None:
    client, address = client_as("centre_manager"), page.format(segment.public_id)
    client.get(address)
    with CaptureQueriesContext(connection) as once:
        client.get(address)
    with hospital_scope(north):
        for _ in range(2):
            SegmentMemberFactory(segment=segment)
            SegmentFactory()
    with CaptureQueriesContext(connection) as thrice:
        assert client.get(address).status_code == 200
    assert len(thrice) == len(once)
    assert len(once) <= 15


def test_page_of_a_shipped_segment_reads_in_chinese(north: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(north):
        made = Segment.objects.get(code="young_parents")
        assert keeping.rule_of(made).root.mode == "all"
    page = client_as("centre_manager").get(f"segments/{made.public_id}/").content.decode()
    assert ("年轻父母" in page, "年龄在20至40岁之间" in page, "是未满14岁儿童的父母或监护人：是" in page) == (
        True,
        True,
        True,
    )
