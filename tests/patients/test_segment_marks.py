"""Labels, tags, VIP levels and consents as facts of segments."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from accounts.actors import Actor
from accounts.models import Hospital
from patients.domain.segments import explaining, rules, words
from patients.domain.segments.rules import Group, Line, Rule, RuleError
from patients.models import Patient, PatientTag, Tag
from tests.cast import MountedClient
from tests.patients.care_factories import MembershipFactory, MembershipLevelFactory
from tests.patients.factories import ConsentFactory
from tests.patients.segment_scene import DAY, found, marked, one, person

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]


def consent(patient: Patient, decision: str, day: int, channel: str = "any", **fields: Any) -> None:
    """A decision about health education on a day of March 2026."""
    at = dt.datetime(2026, 3, day, 1, 0, tzinfo=dt.UTC)
    ConsentFactory(patient=patient, decision=decision, channel=channel, at=at, **fields)


def asked(*answers: str, way: str = "sms", op: str = "in", fact: str = "consent_education") -> set[str]:
    return found(one(fact, op, *answers, way=way))


@pytest.mark.parametrize(
    ("axis", "value", "other"),
    [
        ("orientation", "benefit", "volatile"),
        ("life_cycle", "loyal", "lifelong"),
        ("visit_cycle", "lapsed", "first"),
    ],
)
def test_labels_of_each_axis_and_who_has_none(in_north: Hospital, axis: str, value: str, other: str) -> None:
    person("有此标签", **{axis: value})
    person("另一标签", **{axis: other})
    person("无标签")
    assert found(one(axis, "in", value)) == {"有此标签"}
    assert found(one(axis, "in", value, "none")) == {"有此标签", "无标签"}
    assert found(one(axis, "not_in", value)) == {"另一标签", "无标签"}


def test_tags_are_alternatives_closed_ones_too(in_north: Hospital) -> None:
    one_tag, other = Tag.objects.create(name="志愿者"), Tag.objects.create(name="员工家属", is_active=False)
    PatientTag.objects.create(patient=person("志愿"), tag=one_tag)
    PatientTag.objects.create(patient=person("家属"), tag=other)
    person("无标签")
    assert found(one("tag", "in", str(one_tag.pk))) == {"志愿"}
    assert found(one("tag", "in", str(one_tag.pk), str(other.pk))) == {"志愿", "家属"}
    assert found(one("tag", "not_in", str(one_tag.pk))) == {"家属", "无标签"}


def test_tag_is_typed_by_its_name_and_an_unknown_one_is_refused(in_north: Hospital) -> None:
    tag = Tag.objects.create(name="志愿者")
    checked = rules.checked(one("tag", "in", "志愿者"), actor=None, today=DAY)
    assert checked == one("tag", "in", str(tag.pk))
    with translation.override("en"), pytest.raises(RuleError) as refusal:
        rules.checked(one("tag", "in", "没有的标签"), actor=None, today=DAY)
    assert refusal.value.problems == {"0": "Not known: 没有的标签"}


def test_level_is_that_of_the_membership_that_runs(in_north: Hospital) -> None:
    level, other = MembershipLevelFactory(), MembershipLevelFactory()
    MembershipFactory(patient=person("会员"), level=level)
    MembershipFactory(patient=person("另级"), level=other)
    MembershipFactory(patient=person("已过"), level=level, starts_on=dt.date(2025, 1, 1), ends_on=dt.date(2026, 5, 31))
    void = {"state": "void", "end_reason": "误录", "ended_at": dt.datetime(2026, 5, 1, tzinfo=dt.UTC)}
    MembershipFactory(patient=person("作废"), level=level, **void)
    assert found(one("vip_level", "in", str(level.pk))) == {"会员"}
    assert found(one("vip_level", "not_in", str(level.pk))) == {"另级", "已过", "作废"}


def test_consent_is_the_last_decision_about_the_channel_or_about_any(in_north: Hospital) -> None:
    by_any, taken_back, later_any, other_channel = (person(name) for name in ("任一", "撤回", "后来", "邮件"))
    person("从未")
    consent(by_any, "granted", 2)
    consent(taken_back, "granted", 2)
    consent(taken_back, "withdrawn", 3, "sms", wording_version="")
    consent(later_any, "refused", 2, "sms", wording_version="", said_by="staff")
    consent(later_any, "granted", 3)
    consent(other_channel, "granted", 2, "email")
    assert asked("granted") == {"任一", "后来"}
    assert asked("granted", way="email") == {"任一", "撤回", "后来", "邮件"}
    assert asked("withdrawn") == {"撤回"}
    assert asked("refused") == set()
    assert asked("never") == {"邮件", "从未"}
    assert asked("never", "granted") == {"任一", "后来", "邮件", "从未"}
    assert asked("granted", op="not_in") == {"撤回", "邮件", "从未"}
    assert asked("granted", fact="consent_calls") == set()
    assert asked("granted", "refused", "withdrawn", "never") == {"任一", "撤回", "后来", "邮件", "从未"}


def test_of_two_decisions_of_one_moment_the_later_entry_holds(in_north: Hospital) -> None:
    someone = person("同刻")
    consent(someone, "granted", 2)
    consent(someone, "refused", 2, "sms", wording_version="")
    assert (asked("granted"), asked("refused")) == (set(), {"同刻"})


def test_consent_names_its_channel_or_is_refused(in_north: Hospital) -> None:
    for way in ("", "any", "fax"):
        with translation.override("en"), pytest.raises(RuleError) as refusal:
            rules.checked(one("consent_education", "in", "granted", way=way), actor=None, today=DAY)
        assert refusal.value.problems == {"0": "Choose one: channel."}
    whole = one("consent_education", "in", "granted", way="sms")
    assert rules.from_json(rules.as_json(rules.checked(whole, actor=None, today=DAY))) == whole
    with pytest.raises(RuleError):
        rules.from_json({"mode": "all", "parts": [{"fact": "consent_education", "op": "in", "way": 1}]})


def test_lines_read_as_chinese_sentences(in_north: Hospital) -> None:
    level = MembershipLevelFactory(names={"zh-hans": "金卡"})
    tag = Tag.objects.create(name="志愿者")
    lines = (
        Line("orientation", "in", ("value", "none")),
        Line("visit_cycle", "not_in", ("lapsed",)),
        Line("tag", "in", (str(tag.pk),)),
        Line("vip_level", "in", (str(level.pk),)),
        Line("consent_education", "in", ("granted", "never"), way="sms"),
    )
    with translation.override("zh-hans"):
        assert [words.sentence(line) for line in lines] == [
            "客户取向为价值取向或尚未判定",
            "就诊周期不是消亡",
            "标签为志愿者",
            "特需会员等级为金卡",
            "对健康宣教的同意情况（短信）为已同意或从未询问",
        ]


def test_why_tells_what_is_known_of_marks_and_consents(in_north: Hospital, actor: ActorOf) -> None:
    someone, other = person("陈静"), person("谢平")
    tag = marked(someone)
    lines = (
        Line("orientation", "in", ("value",)),
        Line("tag", "in", (str(tag.pk),)),
        Line("vip_level", "not_in", (str(someone.vip_memberships.get().level_id),)),
        Line("consent_education", "in", ("granted",), way="sms"),
    )
    told = {}
    with translation.override("en"):
        for one_of in (someone, other):
            why = explaining.explain(Rule(Group("all", lines)), one_of, actor=actor("agent"), day=DAY).why
            told[one_of.name] = [(part.holds, part.told) for part in why.parts]
    level = someone.vip_memberships.get().level
    assert told["陈静"] == [
        (True, "value-oriented"),
        (True, "志愿者"),
        (False, f"{level} until 2026-12-31"),
        (True, "granted 2026-03-02"),
    ]
    assert told["谢平"] == [(False, "nothing said yet"), (False, ""), (True, ""), (False, "never asked")]


def test_the_builder_offers_the_channel_and_keeps_the_chosen_one(north: Hospital, client_as: ClientAs) -> None:
    line = {"r-mode": "all", "r-size": "1", "r-0-is": "line", "r-0-fact": "consent_education"}
    client = client_as("agent")
    fresh = client.post("segments/new/", {**line, "do": "update"}).content.decode()
    assert ('name="r-0-way"' in fresh, '<option value="phone" selected>' in fresh) == (True, True)
    chosen = {**line, "r-0-was": "consent_education", "r-0-op": "in", "r-0-v": "granted", "r-0-way": "email"}
    kept = client.post("segments/new/", {**chosen, "do": "line:r"}).content.decode()
    assert '<option value="email" selected>' in kept
    assert "（电子邮件）为已同意" in client.post("segments/count/", chosen).content.decode()


def test_roles_without_care_do_not_segment_by_marks(in_north: Hospital, actor: ActorOf) -> None:
    with pytest.raises(RuleError):
        rules.checked(one("orientation", "in", "value"), actor=actor("liaison"), today=DAY)
