"""Segments kept: since when somebody is in one; versions, sharing, retiring, what is shipped."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from accounts.actors import Actor
from accounts.models import AuditEvent, Department, Hospital
from patients.domain.segments import compiling, keeping, reading, refreshing, rules
from patients.domain.segments.rules import Rule, RuleError
from patients.models import Patient, Segment, SegmentCount, SegmentMember, SegmentVersion
from tests.cast import CARDIOLOGY
from tests.patients.factories import RelationFactory
from tests.patients.list_factories import SegmentFactory
from tests.patients.segment_scene import DAY, NOW, found, one, person, stay

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]


def test_refresh_takes_in_and_lets_go_and_keeps_since_when(in_north: Hospital) -> None:
    segment = SegmentFactory()
    stays, leaves = (person(name, birth_date=dt.date(1950, 1, 1)) for name in ("留下", "离开"))
    assert refreshing.refresh(segment.pk, now=NOW).member_count == 2
    Patient.objects.filter(pk=leaves.pk).update(birth_date=dt.date(2000, 1, 1))
    later = NOW + dt.timedelta(days=1)
    comes = person("新来", birth_date=dt.date(1940, 1, 1))
    refreshing.refresh(segment.pk, now=later)
    refreshing.refresh(segment.pk, now=later)
    assert set(SegmentMember.objects.values_list("patient", "since_on")) == {
        (stays.pk, DAY),
        (comes.pk, DAY + dt.timedelta(days=1)),
    }
    counts = SegmentCount.objects.order_by("on").values_list("on", "members", "came", "left")
    assert list(counts) == [(DAY, 2, 2, 0), (DAY + dt.timedelta(days=1), 2, 1, 1)]


def test_only_segments_that_are_due_are_worked_out(in_north: Hospital, actor: ActorOf) -> None:
    Segment.objects.exclude(code="").update(retired_at=NOW)
    segment = SegmentFactory()
    assert refreshing.segments_to_refresh(in_north, now=NOW) == [segment.pk]
    refreshing.refresh(segment.pk, now=NOW)
    assert refreshing.segments_to_refresh(in_north, now=NOW + dt.timedelta(hours=2)) == []
    assert refreshing.segments_to_refresh(in_north, now=NOW + dt.timedelta(hours=24)) == [segment.pk]
    Segment.objects.filter(pk=segment.pk).update(version=2)
    assert refreshing.segments_to_refresh(in_north, now=NOW) == [segment.pk]


def test_rule_that_cannot_be_read_any_more_keeps_what_it_had(in_north: Hospital) -> None:
    segment = SegmentFactory(rule={"mode": "all", "parts": [{"fact": "gone", "op": "in", "values": ["1"]}]})
    refreshing.refresh(segment.pk, now=NOW)
    segment.refresh_from_db()
    assert (segment.refresh_problem, segment.member_count, segment.is_counted) == ("rule", None, False)


def test_count_that_takes_too_long_is_given_up(
    in_north: Hospital, actor: ActorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiling, "COUNT_MS", 20)
    slow = Patient.objects.extra(where=["pg_sleep(1) is not null"])
    person("甲")
    monkeypatch.setattr(compiling, "people_of", lambda rule, day: slow)
    assert compiling.count(one("sex", "in", "M"), actor=actor("centre_manager"), now=NOW) is None
    monkeypatch.undo()
    assert compiling.count(one("sex", "not_in", "M"), actor=actor("centre_manager"), now=NOW) == 1


def test_count_of_a_department_head_is_of_the_people_he_sees(in_north: Hospital, actor: ActorOf) -> None:
    person("外科", sex="M")
    mine = person("心内", sex="M")
    stay(mine, DAY, department=Department.objects.get_or_create(name=CARDIOLOGY)[0])
    rule = one("sex", "in", "M")
    assert compiling.count(rule, actor=actor("centre_manager"), now=NOW) == 2
    assert compiling.count(rule, actor=actor("department_head"), now=NOW) == 1


def keep(actor: Actor, rule: Rule | None = None, **changes: Any) -> Segment:
    """A segment made by somebody."""
    values = {"name": "高血压", "description": "", "shared_with": [], **changes}
    return keeping.create_segment(rule=rule or one("age", "at_least", "65"), actor=actor, now=NOW, **values)


def test_each_other_rule_is_a_version_and_names_are_not(in_north: Hospital, actor: ActorOf) -> None:
    owner = actor("agent")
    segment = keep(owner)
    values = {"description": "", "shared_with": ["agent"], "actor": owner, "now": NOW}
    same = keeping.change_segment(segment, name="老年", rule=one("age", "at_least", "65"), known_version=1, **values)
    assert (same.version, same.name) == (1, "老年")
    other = keeping.change_segment(same, name="老年", rule=one("sex", "in", "F"), known_version=1, note="改", **values)
    assert (other.version, other.facts) == (2, ["sex"])
    assert list(SegmentVersion.objects.filter(segment=segment).values_list("number", "note")) == [(2, "改"), (1, "")]
    with pytest.raises(keeping.SegmentError):
        keeping.change_segment(other, name="老年", rule=one("sex", "in", "F"), known_version=1, **values)
    verbs = AuditEvent.objects.filter(object_type="patients.segment").values_list("verb", flat=True)
    assert sorted(verbs) == ["patients.segment.change", "patients.segment.change", "patients.segment.create"]


def test_a_change_that_asks_nothing_else_keeps_the_list_for_agents(in_north: Hospital, actor: ActorOf) -> None:
    owner, agent = actor("centre_manager"), actor("agent")
    segment = keep(owner, one("sex", "in", "F", "M"), shared_with=["*"])
    segment = refreshing.refresh(segment.pk, now=NOW) or segment
    assert reading.may_list(segment, agent)
    values = {"actor": owner, "now": NOW, "known_version": 1}
    changed = keeping.change_segment(
        segment, name="别名", description="另有用途", shared_with=["agent"], rule=one("sex", "in", "M", "F"), **values
    )
    assert (changed.version, changed.name, changed.shared_with) == (1, "别名", ["agent"])
    assert reading.may_list(changed, agent)
    other = keeping.change_segment(
        changed, name="别名", description="", shared_with=["agent"], rule=one("sex", "in", "F"), **values
    )
    assert (other.version, reading.may_list(other, agent)) == (2, False)


def test_only_owner_and_manager_change_and_retire(in_north: Hospital, actor: ActorOf) -> None:
    segment = keep(actor("agent"), shared_with=["*"])
    head, manager = actor("department_head"), actor("centre_manager")
    values = {"name": "x", "description": "", "rule": one("sex", "in", "F"), "shared_with": [], "known_version": 1}
    with pytest.raises(keeping.SegmentError):
        keeping.change_segment(segment, actor=head, now=NOW, **values)
    with pytest.raises(keeping.SegmentError):
        keeping.retire_segment(segment, actor=head, now=NOW)
    person("甲", birth_date=dt.date(1940, 1, 1))
    refreshing.refresh(segment.pk, now=NOW)
    retired = keeping.retire_segment(segment, actor=manager, now=NOW)
    assert (retired.is_retired, retired.members.count(), retired.counts.count()) == (True, 0, 1)
    assert refreshing.refresh(segment.pk, now=NOW) is None
    assert keeping.resume_segment(segment, actor=actor("agent")).is_retired is False


def test_segments_are_seen_by_owner_by_those_shared_with_and_by_the_manager(in_north: Hospital, actor: ActorOf) -> None:
    Segment.objects.exclude(code="").update(shared_with=[])
    keep(actor("agent"), name="自己的")
    keep(actor("agent"), name="给科主任", shared_with=["department_head"])
    keep(actor("agent"), name="给大家", shared_with=["*"])

    def seen(role: str) -> set[str]:
        return set(Segment.objects.visible_to(actor(role)).exclude(name="").values_list("name", flat=True))

    assert seen("agent") == {"自己的", "给科主任", "给大家"}
    assert seen("department_head") == {"给科主任", "给大家"}
    assert seen("medical_affairs") == {"给大家"}
    assert seen("centre_manager") == {"自己的", "给科主任", "给大家"}
    assert seen("physician") == set()


def test_facts_a_role_may_not_read_cannot_be_asked_and_hide_the_segment(in_north: Hospital, actor: ActorOf) -> None:
    manager, head = actor("centre_manager"), actor("department_head")
    keep(manager, one("disease", "in", "I10"), name="看病种", shared_with=["*"])
    vars(head)["capabilities"] = head.capabilities - {"patients.clinical", "followups.work"}
    with pytest.raises(RuleError):
        keep(head, one("disease", "in", "I10"))
    assert not Segment.objects.visible_to(head).filter(name="看病种").exists()


def test_hospital_starts_with_the_shipped_segments_in_the_readers_language(in_north: Hospital) -> None:
    shipped = {segment.code: segment for segment in Segment.objects.exclude(code="")}
    assert sorted(shipped) == ["away", "checkup", "chronic", "no_number", "older", "young_parents"]
    with translation.override("zh-hans"):
        assert [keeping.title_of(shipped[code]) for code in ("chronic", "young_parents", "older")] == [
            "慢性病",
            "年轻父母",
            "老年人",
        ]
    with translation.override("en"):
        assert keeping.title_of(shipped["older"]) == "Older people"
    for segment in shipped.values():
        rule = keeping.rule_of(segment)
        assert rules.problems_of(rule, actor=None, today=DAY) == {}
        assert segment.facts == rules.facts_of(rule)
    keeping.install_shipped()
    assert Segment.objects.count() == 6


def test_shipped_rules_find_whom_they_are_for(in_north: Hospital) -> None:
    person("老人", birth_date=dt.date(1950, 1, 1), phone="138")
    mother = person("妈妈", birth_date=dt.date(1995, 1, 1), phone="138")
    RelationFactory(patient=person("宝宝", birth_date=dt.date(2024, 1, 1), phone="1"), related=mother, kind="母亲")
    stay(person("高血压", phone="138"), dt.date(2026, 1, 1), diagnosis_code="I10.x00")
    stay(person("体检", phone="138"), dt.date(2026, 1, 1), kind="checkup", diagnosis_code="")
    person("久未来", last_visit_on=dt.date(2025, 1, 1), phone="138")
    person("无号码", last_visit_on=dt.date(2026, 5, 1))

    def of(code: str) -> set[str]:
        return found(keeping.rule_of(Segment.objects.get(code=code)))

    assert of("older") == {"老人"}
    assert of("young_parents") == {"妈妈"}
    assert of("chronic") == {"高血压"}
    assert of("checkup") == {"体检"}
    assert of("away") == {"久未来"}
    assert of("no_number") == {"无号码"}
