"""The audit trail as the auditor reads it; refusals on record."""

import ast
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from accounts import audit, trail_words
from accounts.domain import exports, trail
from accounts.domain.trail import Wanted
from accounts.models import (
    AuditEvent,
    BulkEdit,
    Export,
    Hospital,
    Incident,
    LoginFailure,
    StaffMember,
    StaffStation,
    Ward,
)
from accounts.verbs import AREAS, VERBS
from followups.models import Protocol
from hospital_crm.tenancy.row_audit import audited_models
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.people_list import PEOPLE
from tests.accounts.factories import StationFactory
from tests.cast import Cast, MountedClient, actor_of, client_of
from tests.patients.factories import IdentifierFactory

APPS = (
    *("accounts", "campaigns", "content", "followups", "groups"),
    *("integrations", "messaging", "patients", "reports"),
)


def recorded_verbs() -> set[str]:
    """The first argument of every `record(...)` in the apps that is written out."""
    verbs = set()
    for app in APPS:
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "record":
                    first = node.args[0] if node.args else None
                    if isinstance(first, ast.Constant) and "." in str(first.value):
                        verbs.add(first.value)
    return verbs


def test_every_recorded_verb_has_words() -> None:
    assert recorded_verbs() - VERBS.keys() == set()


def test_the_auditor_can_narrow_the_trail_to_every_kind_of_verb() -> None:
    assert {verb for verb in VERBS if not verb.startswith(tuple(AREAS))} == set()


NOT_DETAILS = {"actor", "now", "before", "after", "details"}


def recorded_keys() -> set[str]:
    """The names of the details of every `record(...)` in the apps that is written out."""
    keys = set()
    for app in APPS:
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in (
                    "record",
                    "record_each",
                ):
                    keys |= {word.arg for word in node.keywords if word.arg} - NOT_DETAILS
                    shown = [word.value for word in node.keywords if word.arg in ("before", "after")]
                    written = [key for one in shown if isinstance(one, ast.Dict) for key in one.keys]
                    keys |= {key.value for key in written if isinstance(key, ast.Constant)}
    return keys


COLUMNS_OF_THE_OBJECT = {"kind", "state"}


def test_every_recorded_detail_has_words() -> None:
    assert {key for key in recorded_keys() - COLUMNS_OF_THE_OBJECT if not trail_words.knows(key)} == set()


def test_details_are_words(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north), override("zh-hans"):
        chen = actor_of(cast.chen)
        audit.record("accounts.role.grant", cast.li, after={"role": "head_nurse"})
        days = {"from": "2026-06-01", "until": "2026-06-03"}
        audit.record("accounts.absence.enter", cast.li, after={**days, "cover": cast.chen.pk})
        audit.record("followups.order.hand_over", actor=chen, reason="休假")
        audit.record("admin.ward.change", Ward.objects.first(), actor=chen, fields=["name", "is_active"])
        audit.record("groups.member.key", patient=7, is_key_person=True)
        audit.record("followups.orders.remind", orders=list(range(9)))
        audit.log_access(chen, "unmask", [7], purpose="随访", field="phone-3")
        StaffMember.objects.filter(pk=cast.li.pk).update(title="主管护师")
        lines = trail.page("events", Wanted()).lines[5::-1]
        unmasked = trail.page("accesses", Wanted()).lines
        changed = trail.page("changes", Wanted(kind="accounts_staffmember")).lines
    assert [line.detail for line in lines] == [
        "— → 角色：护士长",
        "— → 首日：2026-06-01，代班人：陈医师，末日：2026-06-03",
        "原因：休假",
        "字段：名称、已启用",
        "客户：7，重点人员：是",
        "回访指令：共9项",
    ]
    assert [line.detail for line in unmasked] == ["电话 · 随访"]
    assert changed[0].detail == "职称"


def test_auditor_reads_newest_first_page_by_page(in_north: Hospital) -> None:
    AuditEvent.objects.bulk_create(AuditEvent(verb="groups.visit.plan", object_id=str(n)) for n in range(60))
    first = trail.page("events", Wanted(kind="groups."))
    second = trail.page("events", Wanted(kind="groups."), after=first.older)
    assert (first.count, len(first.lines), len(second.lines), second.older) == (60, 50, 10, "")
    assert [line.about for line in first.lines + second.lines] == [str(n) for n in range(59, -1, -1)]


def test_trail_is_narrowed_by_person_verb_and_day(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        audit.record("followups.plan", actor=actor_of(cast.chen))
        audit.record("patients.note.add", actor=actor_of(cast.li))

        def found(**wanted: object) -> list[str]:
            with override("en"):
                return [line.what for line in trail.page("events", Wanted(**wanted)).lines]

        assert found(staff="陈医师") == ["planned follow-up"]
        assert found(staff=cast.li.staff_number) == ["added a note"]
        assert found(kind="patients.note") == ["added a note"]
        today = timezone.now().astimezone(north.tz).date()
        assert set(found(since=today, until=today)) >= {"planned follow-up", "added a note", "made the hospital"}
        assert found(until=today - dt.timedelta(days=1)) == []


def test_who_saw_whom(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north), override("zh-hans"):
        audit.log_access(actor_of(cast.chen), "view", [7], purpose="随访")
        audit.log_access(actor_of(cast.chen), "list", [7, 8])
        alone = trail.page("accesses", Wanted(number="7")).lines
        with_lists = trail.page("accesses", Wanted(number="7", since=dt.date(2000, 1, 1))).lines
    assert [(line.who, line.about, line.detail) for line in alone] == [("陈医师", "7", "随访")]
    assert [line.about for line in with_lists] == ["2人", "7"]


def test_the_trail_of_a_person_is_found_by_the_number_on_a_card(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        meant = IdentifierFactory(value="0012345678").patient
        other = IdentifierFactory(value="0012345679").patient
        for patient in (meant, other):
            audit.log_access(actor_of(cast.chen), "view", [patient.pk])
            audit.record("patients.note.add", patient, actor=actor_of(cast.chen))
        seen = trail.page("accesses", Wanted(number="0012345678")).lines
        done = trail.page("events", Wanted(number="0012345678")).lines
        changed = trail.page("changes", Wanted(number="0012345678", kind="patients_patient")).lines
        assert trail.page("accesses", Wanted(number="0012345")).lines == []
    assert [line.about for line in seen] == [str(meant.pk)]
    assert [line.about.split()[-1] for line in done] == [str(meant.pk)]
    assert {line.about.split()[-1] for line in changed} == {str(meant.pk)}


def test_what_a_register_numbers_is_named_and_found_by_that_number(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north), override("zh-hans"):
        qian = actor_of(cast.qian)
        asked = exports.ask(
            PEOPLE, query="", columns=["name"], format="csv", reason="核对", row_limit=9, actor=qian, now=timezone.now()
        )
        audit.record("accounts.export.fetch", Export(pk=asked.pk + 1), actor=qian)
        (line,) = trail.page("events", Wanted(number=asked.number.lower())).lines
    assert (line.what, line.about) == ("申请导出", f"导出 {asked.number}")


def test_staff_are_named_and_what_nobody_did_was_done_by_the_system(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north), override("zh-hans"):
        audit.record("accounts.role.grant", cast.li, after={"role": "physician"})
        audit.record("access.refused", account=7)
        StaffMember.objects.filter(pk=cast.li.pk).update(title="主管护师")
        refused, granted = trail.page("events", Wanted()).lines[:2]
        (changed,) = trail.page("changes", Wanted(kind="accounts_staffmember")).lines[:1]
    assert (granted.who, granted.about) == ("系统", f"员工 李护士 {cast.li.pk}")
    assert granted.detail == "— → 角色：主管医师"
    assert refused.who == ""
    assert changed.about == f"员工 李护士 {cast.li.pk}"


def test_lists_columns_acts_and_incidents_are_told_in_words(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north), override("zh-hans"):
        qian = actor_of(cast.qian)
        export, edit, incident = Export(pk=1), BulkEdit(pk=1), Incident(pk=1)
        audit.record("accounts.export.ask", export, actor=qian, page="people", columns=["name", "phone"])
        audit.record("accounts.bulk_edit.start", edit, actor=qian, act="people.category", params={"value": "vip"})
        audit.record("accounts.incident.ask", incident, actor=qian, source="everybody")
        audit.record("access.refused", actor=qian, page="patients:list")
        audit.record("access.refused", actor=qian, page="admin:accounts_role_changelist")
        audit.record("admin.protocol.change", Protocol(pk=1), actor=qian, fields=["Due, days"])
        lines = trail.page("events", Wanted()).lines[5::-1]
    assert [line.detail for line in lines] == [
        "列表：患者，列：姓名、电话",
        "操作：患者类别，值：标签：特需",
        "查询对象：某段时间内的全部",
        "页面：患者",
        "页面：系统管理",
        "字段：到期（天）",
    ]


def test_every_column_of_a_watched_table_has_words() -> None:
    with override("zh-hans"):
        unnamed = [
            f"{model.__name__}.{column.name}"
            for model in audited_models()
            for column in model._meta.concrete_fields
            if not any("\u4e00" <= sign <= "\u9fff" for sign in trail_words.key_words(column.name, model))
        ]
    assert unnamed == []


def test_a_period_that_ends_before_it_begins_shows_no_line_and_says_why(
    client_as: Callable[[str], MountedClient],
) -> None:
    page = client_as("auditor").get("audit/", {"since": "2026-06-02", "until": "2026-06-01"})
    assert (page.context["found"].lines, page.context["found"].count) == ([], 0)
    assert "早于起始日" in page.content.decode()


def test_the_auditors_day_begins_at_the_trail(client_as: Callable[[str], MountedClient]) -> None:
    auditor = client_as("auditor")
    assert auditor.get("")["Location"] == auditor.url("accounts:audit")


def test_failed_sign_ins_of_own_accounts_only(cast: Cast, north: Hospital, zhao: StaffMember) -> None:
    for username in (cast.li.user.username, zhao.user.username):
        Client().post("/accounts/login/", {"login": username, "password": "Wrong-gate-2026"})
    with hospital_scope(north):
        assert [line.who for line in trail.page("failures", Wanted()).lines] == [cast.li.user.username]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("password", ["用户名或密码错误", "使用者名稱或密碼錯誤", "wrong user name or password"]),
        ("second_factor", ["双重验证码错误", "雙重驗證碼錯誤", "wrong code of the second factor"]),
    ],
)
def test_every_failed_sign_in_says_why(cast: Cast, north: Hospital, reason: str, words: list[str]) -> None:
    with hospital_scope(north):
        LoginFailure.objects.create(username=cast.li.user.username, reason=reason)
        for language, expected in zip(("zh-hans", "zh-hant", "en"), words, strict=True):
            with override(language):
                assert [line.what for line in trail.page("failures", Wanted()).lines] == [expected]


@pytest.mark.parametrize("chain", ["events", "accesses", "changes", "failures"])
def test_pages_of_the_trail_open_for_the_auditor_only(client_as: Callable[[str], MountedClient], chain: str) -> None:
    assert client_as("auditor").get(f"audit/{chain}/", {"since": "2026-01-01", "staff": "x"}).status_code == 200
    assert client_as("centre_manager").get(f"audit/{chain}/").status_code == 403
    assert client_as("auditor").post(f"audit/{chain}/").status_code == 405


def test_page_of_the_trail_costs_the_same_for_one_line_and_for_many(
    client_as: Callable[[str], MountedClient], north: Hospital, django_assert_max_num_queries
) -> None:
    client = client_as("auditor")
    client.get("audit/")
    with hospital_scope(north):
        AuditEvent.objects.bulk_create(AuditEvent(verb="followups.plan") for _ in range(30))
    with django_assert_max_num_queries(15):
        client.get("audit/")


def test_unknown_part_of_the_trail_is_not_found(client_as: Callable[[str], MountedClient]) -> None:
    assert client_as("auditor").get("audit/nothing/").status_code == 404


def test_object_that_is_not_visible_is_on_record_without_personal_data(cast: Cast, north: Hospital) -> None:
    unknown = "00000000-0000-4000-8000-000000000000"
    assert client_of(cast.chen).get(f"patients/{unknown}/").status_code == 404
    with hospital_scope(north):
        event = AuditEvent.objects.get(verb="access.not_visible")
    assert (event.staff_id, event.detail["model"], event.detail["key"]) == (cast.chen.pk, "patients.patient", unknown)


def test_what_somebody_asked_for_in_vain_is_said_in_words(cast: Cast, north: Hospital) -> None:
    unknown = "00000000-0000-4000-8000-000000000000"
    for page in (f"patients/{unknown}/", f"followups/orders/{unknown}/result/"):
        assert client_of(cast.chen).get(page).status_code == 404
    with hospital_scope(north), override("zh-hans"):
        lines = [line for line in trail.page("events", Wanted()).lines if line.what == "请求不可见的对象"]
        assert [line.detail for line in lines] == [
            f"网址编号：{unknown}，页面：随访，类型：回访指令，请求方式：打开",
            f"网址编号：{unknown}，页面：客户，类型：客户，请求方式：打开",
        ]


def test_refused_page_is_on_record(cast: Cast, north: Hospital) -> None:
    assert client_of(cast.gao).get("patients/").status_code == 403
    with hospital_scope(north):
        event = AuditEvent.objects.get(verb="access.refused")
    assert (event.staff_id, event.detail) == (cast.gao.pk, {"page": "patients:list", "method": "GET"})


def test_changes_of_rows_are_named_in_the_readers_language(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north), override("zh-hans"):
        StaffMember.objects.filter(pk=cast.li.pk).update(title="主管护师")
        assert trail.page("changes", Wanted()).lines[0].what == "修改"


def test_station_staff_read_their_station_in_their_settings(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        StaffStation.objects.create(staff=cast.li, station=StationFactory(name="柳溪社区服务站"))
    assert "<dt>社区服务站</dt><dd>柳溪社区服务站</dd>" in client_of(cast.li).get("me/").content.decode()
