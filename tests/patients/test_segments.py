"""Segments: rules checked, compiled and told; who is in one, and why."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from accounts.actors import Actor
from accounts.models import Department, Hospital
from patients.domain.segments import compiling, explaining, rules, words
from patients.domain.segments.rules import Group, Line, Rule, RuleError
from patients.models import Division, Patient
from tests.accounts.factories import StationFactory
from tests.cast import CARDIOLOGY
from tests.patients.factories import (
    CheckupFindingFactory,
    ContactPointFactory,
    DiagnosisFactory,
    EncounterFactory,
    RelationFactory,
    StationAssignmentFactory,
)
from tests.patients.segment_scene import DAY, found, marked, one, person, stay

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]


def test_age_counts_full_years_and_leaves_out_who_has_none(in_north: Hospital) -> None:
    person("今日", birth_date=dt.date(1961, 6, 1))
    person("明日", birth_date=dt.date(1961, 6, 2))
    person("不详")
    person("百岁", birth_date=dt.date(1926, 1, 1))
    assert found(one("age", "at_least", "65")) == {"今日", "百岁"}
    assert found(one("age", "at_most", "64")) == {"明日"}
    assert found(one("age", "between", "64", "65")) == {"今日", "明日"}


def test_dead_and_erased_people_are_left_out_unless_the_dead_are_asked_for(in_north: Hospital) -> None:
    person("可联系", sex="M")
    person("已停", sex="M", contact_state="stopped")
    person("已故", sex="M", contact_state="deceased", deceased_source="his")
    person("已删", sex="M", contact_state="erased")
    rule = one("sex", "in", "M")
    assert found(rule) == {"可联系", "已停"}
    assert found(Rule(rule.root, with_deceased=True)) == {"可联系", "已停", "已故"}
    assert found(one("sex", "not_in", "F")) == {"可联系", "已停"}


def test_groups_hold_all_any_or_none(in_north: Hospital) -> None:
    person("甲", sex="M", region="柳溪区")
    person("乙", sex="F", region="柳溪区")
    person("丙", sex="F", region="云泽区")
    lines = (Line("sex", "in", ("M",)), Line("region", "in", ("柳溪区",)))
    assert found(Rule(Group("all", lines))) == {"甲"}
    assert found(Rule(Group("any", lines))) == {"甲", "乙"}
    assert found(Rule(Group("none", lines))) == {"丙"}
    nested = Group("all", (Line("sex", "in", ("F",)), Group("none", (Group("any", lines[1:]),))))
    assert found(Rule(nested)) == {"丙"}


PLACES = (
    *(("110000", "北京市", 1), ("110105", "朝阳区", 3), ("220000", "吉林省", 1), ("220100", "长春市", 2)),
    *(("220104", "朝阳区", 3), ("220102", "南关区", 3), ("320000", "江苏省", 1), ("320500", "苏州市", 2)),
)


@pytest.fixture
def placed(in_north: Hospital) -> None:
    """A table of divisions, and people of three of them; of one only the name is known."""
    Division.objects.bulk_create(Division(code=code, name=name, level=level) for code, name, level in PLACES)
    person("北京", region="朝阳区", division_code="110105")
    person("长春", region="朝阳区", division_code="220104")
    person("南关", region="南关区", division_code="220102")
    person("何处", region="朝阳区")
    person("外地", region="柳溪区")


@pytest.mark.usefixtures("placed")
def test_region_is_a_division_with_everything_under_it() -> None:
    assert found(one("region", "in", "110105")) == {"北京"}
    assert found(one("region", "in", "2201")) == {"长春", "南关"}
    assert found(one("region", "in", "11", "柳溪区")) == {"北京", "外地"}
    assert found(one("region", "not_in", "22")) == {"北京", "何处", "外地"}


@pytest.mark.usefixtures("placed")
def test_region_by_name_means_what_it_meant_when_it_was_saved() -> None:
    assert found(one("region", "in", "朝阳区")) == {"北京", "长春", "何处"}
    assert words.sentence(Line("region", "in", ("朝阳区", "2201", "35"))) == "地区为朝阳区（按名称）或吉林省长春市或35"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("吉林省长春市朝阳区", "220104"),
        ("长春市", "2201"),
        ("南关区", "220102"),
        ("江苏省", "32"),
        ("220104", "220104"),
        ("柳溪区", "柳溪区"),
        ("朝阳区（按名称）", "朝阳区"),
    ],
)
@pytest.mark.usefixtures("placed")
def test_region_that_is_typed_is_kept_as_its_code(actor: ActorOf, typed: str, kept: str) -> None:
    rule = rules.checked(one("region", "in", typed), actor=actor("centre_manager"), today=DAY)
    assert rules.lines_of(rule.root).__next__()[1].values == (kept,)


@pytest.mark.usefixtures("placed")
def test_region_of_several_has_to_be_chosen(actor: ActorOf) -> None:
    with pytest.raises(RuleError) as refusal:
        rules.checked(one("region", "in", "朝阳区"), actor=actor("centre_manager"), today=DAY)
    assert refusal.value.problems == {"0": "有几处叫“朝阳区”：北京市朝阳区、吉林省长春市朝阳区，须选其一。"}


@pytest.mark.usefixtures("placed")
def test_why_names_the_division(actor: ActorOf) -> None:
    asked = explaining.explain(
        one("region", "in", "2201"), Patient.objects.get(name="长春"), actor=actor("centre_manager"), day=DAY
    )
    assert (asked.is_in, asked.why.parts[0].told) == (True, "吉林省长春市朝阳区")


def test_visits_and_fees_look_back_over_months_and_leave_out_cancelled_stays(
    in_north: Hospital, actor: ActorOf
) -> None:
    often, once, never = person("常来"), person("来过"), person("没来")
    for day in (dt.date(2026, 5, 1), dt.date(2026, 4, 1)):
        stay(often, day, fees=400)
    stay(often, dt.date(2024, 5, 1), fees=9000)
    stay(once, dt.date(2026, 5, 1), fees=None)
    stay(never, dt.date(2026, 5, 1), fees=500, is_cancelled=True)
    assert found(one("visits", "at_least", "2", months=12)) == {"常来"}
    assert found(one("visits", "at_most", "1", months=12)) == {"来过", "没来"}
    assert found(one("visits", "between", "1", "1", months=12)) == {"来过"}
    assert found(one("visits", "at_least", "3", months=36)) == {"常来"}
    assert found(one("fees", "at_least", "800", months=12)) == {"常来"}
    assert found(one("fees", "at_most", "799.99", months=12)) == set()
    assert found(one("fees", "at_most", "800", months=12)) == {"常来"}
    assert found(one("fees", "at_least", "0", months=12)) == {"常来"}
    assert found(one("fees", "between", "0", "1000", months=12)) == {"常来"}
    assert found(one("fees", "between", "900", "1000", months=12)) == set()
    nobody_knows = Patient.objects.get(name="来过")
    asked = explaining.explain(one("fees", "at_most", "100", months=12), nobody_knows, actor=actor("agent"), day=DAY)
    assert (asked.is_in, asked.why.parts[0].told) == (False, "")


def test_abnormal_items_of_health_checks_are_asked_for(in_north: Hospital, actor: ActorOf) -> None:
    now, once, well, never = person("近来"), person("往年"), person("正常"), person("没查")
    for who, day, item, is_abnormal in (
        (now, dt.date(2026, 5, 1), "血压偏高", True),
        (now, dt.date(2026, 5, 1), "血脂", False),
        (once, dt.date(2024, 5, 1), "脂肪肝（轻度）", True),
        (well, dt.date(2026, 5, 1), "血压", False),
    ):
        check = stay(who, day, kind="checkup")
        CheckupFindingFactory(encounter=check, item=item, is_abnormal=is_abnormal)
    cancelled = stay(never, dt.date(2026, 5, 1), kind="checkup", is_cancelled=True)
    CheckupFindingFactory(encounter=cancelled, item="血压偏高", is_abnormal=True)
    assert found(one("abnormal", "yes")) == {"近来", "往年"}
    assert found(one("abnormal", "yes", months=12)) == {"近来"}
    assert found(one("abnormal", "no")) == {"正常", "没查"}
    assert found(one("abnormal_item", "in", "血压")) == {"近来"}
    assert found(one("abnormal_item", "in", "脂肪肝", "血脂")) == {"往年"}
    assert found(one("abnormal_item", "not_in", "血压")) == {"往年", "正常", "没查"}
    rule = one("abnormal_item", "in", "血压")
    physician = actor("physician")
    EncounterFactory(patient=now, attending=physician.staff)
    asked = explaining.explain(rule, now, actor=physician, day=DAY)
    assert (asked.is_in, asked.why.parts[0].told) == (True, "血压偏高")
    assert explaining.explain(rule, once, actor=actor("agent"), day=DAY).is_in is None


def test_diseases_are_those_of_any_visit_main_or_further_by_the_beginning_of_the_code(in_north: Hospital) -> None:
    main, further, past, other = person("主诊"), person("次诊"), person("旧诊"), person("他病")
    stay(main, dt.date(2026, 5, 1), diagnosis_code="I10.x00")
    DiagnosisFactory(encounter=stay(further, dt.date(2026, 5, 1), diagnosis_code="K35"), code="I11.900", rank=2)
    stay(past, dt.date(2020, 5, 1), diagnosis_code="I10")
    stay(other, dt.date(2026, 5, 1), diagnosis_code="I20")
    assert found(one("disease", "in", "I10-I15", months=36)) == {"主诊", "次诊"}
    assert found(one("disease", "in", "I1")) == {"主诊", "次诊", "旧诊"}
    assert found(one("disease", "not_in", "I10-I15")) == {"他病"}
    assert found(one("disease", "in", "I1", "I10")) == {"主诊", "次诊", "旧诊"}
    assert found(one("disease", "in", "K35", "I20")) == {"次诊", "他病"}


def test_the_last_diagnosis_is_asked_by_its_group(in_north: Hospital) -> None:
    for name, group in (("甲", "E11"), ("乙", "E10"), ("丙", "I10")):
        person(name, disease_group=group)
    assert found(one("last_disease", "in", "E11")) == {"甲"}
    assert found(one("last_disease", "in", "E1", "I10-I15")) == {"甲", "乙", "丙"}


def test_last_visit_is_asked_by_days_ago_by_days_and_never(in_north: Hospital) -> None:
    person("昨日", last_visit_on=dt.date(2026, 5, 31))
    person("去年", last_visit_on=dt.date(2025, 5, 1))
    person("从未")
    assert found(one("last_visit", "within", "1")) == {"昨日"}
    assert found(one("last_visit", "within", "0")) == set()
    assert found(one("last_visit", "longer", "365")) == {"去年"}
    assert found(one("last_visit", "between", "2025-05-01", "2025-05-01")) == {"去年"}
    assert found(one("last_visit", "never")) == {"从未"}


def test_parents_station_and_ways_to_reach(in_north: Hospital) -> None:
    mother, child, grown = (
        person("母亲"),
        person("小儿", birth_date=dt.date(2020, 1, 1)),
        person("成年", birth_date=DAY),
    )
    RelationFactory(patient=child, related=mother, kind="母亲")
    grown.birth_date = dt.date(2000, 1, 1)
    grown.save()
    RelationFactory(patient=grown, related=person("外公"), kind="父亲")
    assert found(one("parent", "yes")) == {"母亲"}
    station = StationFactory()
    StationAssignmentFactory(patient=mother, station=station)
    StationAssignmentFactory(patient=child, station=station, ended_on=DAY)
    assert found(one("station", "in", str(station.pk))) == {"母亲"}
    ContactPointFactory(patient=mother, system="email", value="a@b.example")
    ContactPointFactory(patient=child, system="email", value="c@b.example", number_state="dead")
    assert found(one("email", "yes")) == {"母亲"}
    assert found(one("email", "no")) == {"小儿", "成年", "外公"}


@pytest.mark.parametrize(
    ("line", "words_of_problem"),
    [
        (Line("nothing", "in", ("x",)), "Choose what the line asks for."),
        (Line("age", "in", ("x",)), "Choose how it is compared."),
        (Line("age", "at_least", ("old",)), "Write a number."),
        (Line("age", "at_least", ("nan",)), "Write a number from 0 to 1,000,000,000."),
        (Line("age", "at_least", ("1.5",)), "Write a whole number."),
        (Line("age", "between", ("9", "5")), "Write two numbers, the smaller one first."),
        (Line("sex", "in", ()), "Choose at least one."),
        (Line("sex", "in", ("X",)), "Not known: X"),
        (Line("disease", "in", ("高血压",)), "No code: 高血压. Write I10, or I10-I15."),
        (
            Line("last_disease", "in", ("E11", "E11.9")),
            "E11.9 is too long: at most 3 characters here. Longer codes are asked of any visit.",
        ),
        (Line("visits", "at_least", ("1",)), "Write how many months to look back."),
        (Line("visits", "at_least", ("1",), 601), "Between 1 and 600 months."),
        (Line("last_visit", "between", ("2026-02-30",)), "Write two days, the earlier one first."),
        (Line("last_visit", "within", ("99999",)), "At most 36500 days."),
    ],
)
def test_line_that_does_not_fit_is_refused_with_its_place(
    in_north: Hospital, actor: ActorOf, line: Line, words_of_problem: str
) -> None:
    rule = Rule(Group("all", (Line("sex", "in", ("M",)), Group("any", (line,)))))
    with translation.override("en"), pytest.raises(RuleError) as refusal:
        rules.checked(rule, actor=actor("centre_manager"), today=DAY)
    assert refusal.value.problems == {"1.0": words_of_problem}


def test_empty_groups_and_deep_rules_are_refused(in_north: Hospital, actor: ActorOf) -> None:
    with pytest.raises(RuleError) as refusal:
        rules.checked(Rule(Group("all", (Group("any"),))), actor=None, today=DAY)
    assert set(refusal.value.problems) == {"0"}
    deep: dict[str, Any] = {"mode": "all", "parts": []}
    for _ in range(rules.MAX_DEPTH):
        deep = {"mode": "all", "parts": [deep]}
    for bad in (deep, {"mode": "xor", "parts": []}, [], {"mode": "all", "parts": [{"fact": 1}]}, {"mode": "all"}):
        with pytest.raises(RuleError):
            rules.from_json(bad)


def test_rule_is_kept_as_json_and_read_back(in_north: Hospital) -> None:
    rule = Rule(Group("any", (Line("visits", "at_least", ("2",), 12), Group("none", (Line("phone", "yes"),)))), True)
    assert rules.from_json(rules.as_json(rule)) == rule


def test_line_reads_as_a_chinese_sentence(in_north: Hospital) -> None:
    with translation.override("zh-hans"):
        said = [
            words.sentence(line)
            for line in (
                Line("age", "at_least", ("65",)),
                Line("sex", "in", ("F", "M")),
                Line("visits", "between", ("2", "5"), 12),
                Line("disease", "not_in", ("I10-I15", "E11"), 36),
                Line("last_visit", "longer", ("365",)),
                Line("phone", "no"),
            )
        ]
    assert said == [
        "年龄不低于65岁",
        "性别为女或男",
        "最近12个月内就诊次数在2至5次之间",
        "最近36个月内任一次就诊的诊断编码不以I10-I15或E11开头",
        "末次就诊在365天以前",
        "有电话号码：否",
    ]


def test_changes_between_versions_are_told_by_line(in_north: Hospital) -> None:
    before = Rule(Group("all", (Line("age", "at_least", ("60",)), Line("phone", "yes"))))
    after = Rule(Group("all", (Line("age", "at_least", ("65",)), Line("phone", "yes"))), with_deceased=True)
    with translation.override("en"):
        made = [(change.sign, change.text) for change in words.changes(before, after)]
    assert made == [
        ("=", "all of these hold"),
        ("-", "Age at least 60 years"),
        ("+", "Age at least 65 years"),
        ("=", "Has a phone number: yes"),
        ("+", "the deceased are included"),
    ]


def test_why_is_told_line_by_line_with_what_is_known(in_north: Hospital, actor: ActorOf) -> None:
    someone = person("陈静", birth_date=dt.date(1950, 1, 1), phone="13800005678")
    stay(someone, dt.date(2026, 5, 1), diagnosis_code="I10")
    root = Group(
        "all",
        (
            Line("age", "at_least", ("65",)),
            Group("any", (Line("disease", "not_in", ("I10",)), Line("visits", "at_most", ("0",), 12))),
        ),
    )
    with translation.override("en"):
        told = explaining.explain(Rule(root), someone, actor=actor("department_head"), day=DAY)
        assert (told.is_in, told.is_left_out) == (False, False)
        assert [(why.text, why.holds, why.told) for why in told.why.parts] == [
            ("Age at least 65 years", True, "76 years"),
            ("any of these holds", False, ""),
        ]
        assert [(why.holds, why.told) for why in told.why.parts[1].parts] == [(False, "I10"), (False, "1")]


def test_illness_is_told_of_whom_the_reader_holds_open_work_for_and_of_nobody_else(
    in_north: Hospital, actor: ActorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = person("陈静", birth_date=dt.date(1950, 1, 1), disease_group="I10")
    stay(someone, dt.date(2026, 5, 1), diagnosis_code="I10")
    old, ill = Line("age", "at_least", ("65",)), Line("disease", "in", ("I10",))

    def told(mode: str, reader: str = "agent") -> Any:
        known = Patient.objects.get(pk=someone.pk)
        found = explaining.explain(Rule(Group(mode, (old, ill))), known, actor=actor(reader), day=DAY)
        return found.is_in, found.is_partly_hidden, [(why.holds, why.told) for why in found.why.parts]

    with translation.override("en"):
        hidden = [(True, "76 years"), (None, "")]
        for reader in ("agent", "centre_manager"):
            assert told("all", reader) == (None, True, hidden)
        assert told("any") == (True, True, hidden)
        assert told("none") == (False, True, hidden)
        monkeypatch.setattr("patients.registry.unmask_reasons", [lambda actor, patient: patient.pk == someone.pk])
        assert told("all") == (True, False, [(True, "76 years"), (True, "I10")])


def test_why_of_the_dead_says_that_they_are_left_out(in_north: Hospital, actor: ActorOf) -> None:
    dead = person("已故", sex="M", contact_state="deceased", deceased_source="his")
    told = explaining.explain(one("sex", "in", "M"), dead, actor=actor("centre_manager"), day=DAY)
    assert (told.is_in, told.why.holds, told.is_left_out) == (False, True, True)


def test_every_fact_answers_for_every_operator_the_same_alone_and_together(in_north: Hospital, actor: ActorOf) -> None:
    """The line of one person is compiled in another way than that of all people."""
    from patients import segment_facts

    StationFactory()
    Department.objects.create(name=CARDIOLOGY)
    people = [person("甲", sex="M"), person("乙", birth_date=dt.date(1950, 1, 1), last_visit_on=DAY, phone="1")]
    stay(people[1], dt.date(2026, 5, 1), diagnosis_code="I10", fees=20)
    marked(people[0])
    given = {
        "many": ("I10",),
        "number": ("1",),
        "numbers": ("0", "3"),
        "days": ("30",),
        "dates": ("2026-01-01", "2026-12-31"),
    }
    for fact in segment_facts.facts.values():
        for operator in fact.operators:
            values = given.get(operator.inputs, ())
            if operator.inputs == "many" and fact.kind != "codes":
                offered = [value for value, _words in fact.choices()] if fact.choices else []
                values = tuple(offered[:1]) or ("x",)
            if fact.choices and not fact.is_open and operator.inputs == "many" and not offered:
                continue
            way = next(iter(fact.ways.choices()))[0] if fact.ways else ""
            rule = one(fact.key, operator.key, *values, months=12 if fact.period else None, way=way)
            together = set(compiling.people_of(rule, day=DAY))
            alone = {p for p in people if explaining.explain(rule, p, actor=actor("department_head"), day=DAY).is_in}
            assert alone == together, (fact.key, operator.key)
