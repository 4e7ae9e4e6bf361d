"""Protocols in the administration: read in words, copied as draft, edited, refused when unsound, published."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils.translation import override

from accounts.actors import Actor
from accounts.models import AuditEvent, Hospital
from followups.domain import condition_words, drafts, protocols
from followups.domain.conditions import CONDITIONS
from followups.domain.protocol_checks import problems
from followups.models import FollowUpOrder, FollowUpRun, Protocol, TierRule
from hospital_crm.tenancy.scope import hospital_scope
from patients.facts import KEYS
from tests.cast import Cast, MountedClient, client_of
from tests.followups.factories import ProtocolFactory
from tests.followups.test_planning import NOW, a_stay, planned, run_of

BASE = "admin/followups/protocol/"


@pytest.fixture
def admin(cast: Cast) -> MountedClient:
    return client_of(cast.deng)


def draft_of(hospital: Hospital, actor: Actor) -> Protocol:
    """A copy of the shipped protocol."""
    with hospital_scope(hospital):
        return drafts.copy_as_draft(protocol=Protocol.objects.get(state="published"), actor=actor)


def posted(answer: Any) -> dict[str, Any]:
    """What the browser would send back from the form of a draft, unchanged."""
    data: dict[str, Any] = dict(answer.context["adminform"].form.initial)
    forms = [answer.context["adminform"].form]
    for one in answer.context["inline_admin_formsets"]:
        forms += [one.formset.management_form, *one.formset.forms]
    for form in forms:
        for bound in form:
            data[bound.html_name] = bound.value()
    return {
        name: "" if value is None else "、".join(value) if name.endswith(("groups", "medicines")) else value
        for name, value in data.items()
        if value is not False
    }


# --- words ------------------------------------------------------------------------------------------------------


def test_every_condition_source_and_fact_has_words() -> None:
    assert set(condition_words.CLAUSES) == set(CONDITIONS)
    for language in ("zh-hans", "zh-hant", "en"):
        with override(language):
            for condition in CONDITIONS.values():
                words = condition_words.source_words(condition.field)
                assert words
                assert [raw for raw in ("_", "encounter", "fact.") if raw in words] == []
            unsaid = [key for key in KEYS if condition_words.value_words(key, "fact") == key]
            assert language == "en" or unsaid == []


def test_shipped_rules_in_chinese_words(in_north: Hospital) -> None:
    with override("zh-hans"):
        said = {rule.code: condition_words.rule_words(rule) for rule in TierRule.objects.all()}
    assert said["A1"] == "手术级别不低于三级"
    assert said["A2"] == "重症监护已勾选；或病危通知已勾选"
    assert said["A8"] == "出院时年龄不低于80岁"
    assert said["A9"] == "出院时年龄不低于65岁，且独居已勾选，且慢病种数不低于2"
    assert said["C1"] == "住院晚数不超过3，且转归为（或已勾选）治愈"
    assert said["A3"] == "恶性肿瘤治疗中已勾选；或诊断编码开头为C、Z51.0、Z51.1"


@pytest.mark.parametrize(
    ("value", "field", "words"),
    [
        ("3", "encounter.surgery_level", "三级"),
        ("2", "encounter.surgery_level, procedure", "二级"),
        ("82", "patient.birth_date", "82岁"),
        ("drain", "fact.drain, fact.stoma, medication, diagnosis_code", "带引流管"),
        ("procedure", "encounter.surgery_level, procedure", "未分级的手术操作"),
        ("C50.9", "encounter.diagnosis_code, fact.malignancy_treatment", "C50.9"),
    ],
)
def test_what_made_a_rule_fire_in_words(value: str, field: str, words: str) -> None:
    with override("zh-hans"):
        assert condition_words.value_words(value, field) == words


def test_staff_page_shows_no_field_names(client_as: Callable[[str], MountedClient]) -> None:
    html = client_as("centre_manager").get("followups/protocol/").content.decode()
    assert "手术级别不低于三级" in html
    assert [raw for raw in ("encounter.", "fact.", "birth_date", "surgery_level", "is_abnormal") if raw in html] == []


# --- read -------------------------------------------------------------------------------------------------------


def test_administrator_reads_versions_in_chinese(admin: MountedClient, in_north: Hospital) -> None:
    listed = admin.get(BASE).content.decode()
    assert "出院随访标准方案" in listed
    protocol = Protocol.objects.get()
    html = admin.get(f"{BASE}{protocol.pk}/change/").content.decode()
    for words in ("三级、四级手术", "手术级别不低于三级", "T+2", "护士长", "主管医师 → 责任护士", "复制为草稿"):
        assert words in html, words
    assert [raw for raw in ("encounter.", "surgery_level", "zh-hant") if raw in html] == []


def test_published_version_is_not_edited(admin: MountedClient, in_north: Hospital) -> None:
    protocol = Protocol.objects.get()
    assert admin.post(f"{BASE}{protocol.pk}/change/", {"words_en": "x"}).status_code == 403
    assert admin.get(f"{BASE}{protocol.pk}/delete/").status_code == 403
    assert admin.get(f"{BASE}add/").status_code == 403


@pytest.mark.tenancy
def test_protocols_of_another_hospital_do_not_exist(admin: MountedClient, south: Hospital) -> None:
    with hospital_scope(south):
        foreign = Protocol.objects.get()
    for page in ("copy", "publish"):
        assert admin.get(f"{BASE}{foreign.pk}/{page}/").status_code == 404
        assert admin.post(f"{BASE}{foreign.pk}/{page}/").status_code == 404
    assert admin.get(f"{BASE}{foreign.pk}/change/")["Location"] == "/north/admin/"
    with hospital_scope(south):
        assert Protocol.objects.count() == 1


@pytest.mark.parametrize("role", ["security_officer", "physician", "centre_manager", "auditor"])
def test_who_does_not_administer_is_refused(
    client_as: Callable[[str], MountedClient], role: str, in_north: Hospital
) -> None:
    protocol, client = Protocol.objects.get(), client_as(role)
    for page in ("", f"{protocol.pk}/change/", f"{protocol.pk}/copy/", f"{protocol.pk}/publish/"):
        assert client.get(BASE + page).status_code == 403, page
        assert client.post(BASE + page).status_code == 403, page
    assert Protocol.objects.count() == 1


# --- draft ------------------------------------------------------------------------------------------------------


def test_copy_as_draft_asks_first_and_opens_the_draft(admin: MountedClient, in_north: Hospital) -> None:
    first = Protocol.objects.get()
    assert admin.get(f"{BASE}{first.pk}/copy/").status_code == 200
    assert Protocol.objects.count() == 1
    answer = admin.post(f"{BASE}{first.pk}/copy/")
    draft = Protocol.objects.get(state="draft")
    assert answer["Location"] == f"/north/{BASE}{draft.pk}/change/"
    assert (draft.version, draft.code, draft.name) == (2, first.code, first.name)
    assert [getattr(draft, rows).count() for rows in ("rules", "steps", "escalations", "targets")] == [21, 14, 6, 3]
    assert AuditEvent.objects.get(verb="followups.protocol.draft").after == {"code": "discharge", "version": 2}
    again = admin.post(f"{BASE}{first.pk}/copy/", follow=True).content.decode()
    assert "本方案已有草稿：第2版" in again
    assert Protocol.objects.count() == 2


def test_rows_of_a_draft_are_edited(admin: MountedClient, in_north: Hospital, actor: Any) -> None:
    draft = draft_of(in_north, actor("hospital_admin"))
    data = posted(admin.get(f"{BASE}{draft.pk}/change/"))
    rules = list(draft.rules.order_by("tier", "rank").values_list("code", flat=True))
    old, ward = rules.index("A8"), rules.index("A4")
    data |= {
        f"rules-{old}-years": "75",
        f"rules-{old}-words_hans": "年龄≥75",
        f"rules-{ward}-medicines": "华法林, 新药",
        "steps-1-latest_days": "12",
        "steps-1-who_1": "nurse",
        "steps-1-who_2": "attending",
        "steps-0-least_attempts": "3",
        "escalations-0-after_hours": "12",
        "targets-1-effective_percent": "90",
    }
    answer = admin.post(f"{BASE}{draft.pk}/change/", data)
    assert answer.status_code == 302, [form.errors for form in answer.context["inline_admin_formsets"]]
    rule = draft.rules.get(code="A8")
    assert (rule.params, rule.title["zh-hans"], rule.title["en"]) == ({"years": 75}, "年龄≥75", "age 80 or above")
    assert draft.rules.get(code="A4").params["medicines"] == ["华法林", "新药"]
    step = draft.steps.get(tier="A", number=2)
    assert (step.latest_days, step.ladder) == (12, ["nurse", "attending", "department_head", "centre"])
    assert draft.steps.get(tier="A", number=1).least_attempts == 3
    assert draft.escalations.get(tier="A", level=1).after_hours == 12
    assert draft.targets.get(tier="B").effective_percent == 90
    assert AuditEvent.objects.filter(verb="admin.protocol.change").count() == 1


NONSENSE = [
    ("steps-1-latest_days", "5", "最晚日期早于最早日期。"),
    ("steps-1-due_days", "30", "到期日晚于最晚日期。"),
    ("steps-1-due_days", "2", "到期日早于最早日期。"),
    ("steps-0-duty_days", "9", "应填写最早与最晚之间的一天。"),
    ("steps-4-repeats_every", "6", "下一次窗口会在本次结束之前开始。"),
    ("steps-4-repeat_until", "10", "重复的截止早于第一次。"),
    ("steps-1-least_attempts", "4", "尝试次数应为一至三次。"),
    ("steps-1-who_2", "attending", "每项只能出现一次。"),
    ("targets-0-effective_percent", "101", "有效率不能高于尝试率。"),
    ("targets-1-effective_percent", "99", "有效率不能高于尝试率。"),
]


@pytest.mark.parametrize(("field", "value", "words"), NONSENSE)
def test_nonsense_is_refused_beside_the_field(
    admin: MountedClient, in_north: Hospital, actor: Any, field: str, value: str, words: str
) -> None:
    draft = draft_of(in_north, actor("hospital_admin"))
    data = posted(admin.get(f"{BASE}{draft.pk}/change/")) | {field: value}
    answer = admin.post(f"{BASE}{draft.pk}/change/", data)
    errors = [
        str(error)
        for one in answer.context["inline_admin_formsets"]
        for form in one.formset.forms
        for name, found in form.errors.items()
        if f"{form.prefix}-{name}" == field or name == "who_1"
        for error in found
    ]
    assert errors == [words]


def test_age_beyond_any_life_is_refused(admin: MountedClient, in_north: Hospital, actor: Any) -> None:
    draft = draft_of(in_north, actor("hospital_admin"))
    index = list(draft.rules.order_by("tier", "rank").values_list("code", flat=True)).index("A8")
    data = posted(admin.get(f"{BASE}{draft.pk}/change/")) | {f"rules-{index}-years": "200"}
    assert admin.post(f"{BASE}{draft.pk}/change/", data).status_code == 200
    assert draft.rules.get(code="A8").params == {"years": 80}


def test_draft_is_discarded(admin: MountedClient, in_north: Hospital, actor: Any) -> None:
    draft = draft_of(in_north, actor("hospital_admin"))
    assert admin.post(f"{BASE}{draft.pk}/delete/", {"post": "yes"}).status_code == 302
    assert list(Protocol.objects.values_list("version", "state")) == [(1, "published")]
    assert AuditEvent.objects.filter(verb="followups.protocol.discard").count() == 1
    with pytest.raises(protocols.NotADraft):
        drafts.discard(protocol=Protocol.objects.get(), actor=actor("hospital_admin"))


# --- publish ----------------------------------------------------------------------------------------------------


def test_runs_opened_afterwards_take_the_new_version_and_open_ones_keep_theirs(
    admin: MountedClient, in_north: Hospital, actor: Any
) -> None:
    before = a_stay(surgery_level=2)
    planned(before)
    first = Protocol.objects.get()
    draft = draft_of(in_north, actor("hospital_admin"))
    draft.steps.filter(tier="B", number=1).update(latest_days=12)
    asked = admin.get(f"{BASE}{draft.pk}/publish/").content.decode()
    assert "进行中的1个计划仍按原版本执行" in asked
    assert admin.post(f"{BASE}{draft.pk}/publish/").status_code == 302
    event = AuditEvent.objects.get(verb="followups.protocol.publish", after__version=2)
    assert (event.staff_id, event.role_code) == (actor("hospital_admin").staff.pk, "hospital_admin")
    after = a_stay(surgery_level=2)
    planned(before, after)
    assert (run_of(before).protocol, run_of(after).protocol.version) == (first, 2)
    days = {
        order.run_id: (order.latest_on - order.run.anchor_on).days
        for order in FollowUpOrder.objects.filter(step__number=1).select_related("run")
    }
    assert days == {run_of(before).pk: 10, run_of(after).pk: 12}
    assert FollowUpRun.objects.filter(protocol=first).get().state == "open"


def test_unsound_draft_is_not_published(admin: MountedClient, in_north: Hospital, actor: Any) -> None:
    draft = draft_of(in_north, actor("hospital_admin"))
    draft.steps.filter(tier="B", number=2).update(due_days=14, latest_days=14)
    draft.steps.filter(tier="B", number=1).update(due_days=20, latest_days=25)
    draft.targets.filter(tier="C").delete()
    draft.escalations.filter(tier="A", level=3).update(after_hours=40)
    with override("zh-hans"):
        assert problems(draft) == [
            "B2 出院后4周的到期日不晚于上一步。",
            "C级没有目标。",
            "A +40 h不晚于上一级。",
        ]
    html = admin.post(f"{BASE}{draft.pk}/publish/", follow=True).content.decode()
    assert "本草稿不能发布" in html
    assert list(Protocol.objects.order_by("version").values_list("state", flat=True)) == ["published", "draft"]


def test_a_draft_without_steps_is_not_published(in_north: Hospital) -> None:
    with pytest.raises(protocols.NotSound):
        protocols.publish(protocol=ProtocolFactory(code="discharge", version=2), now=NOW + dt.timedelta(1))
