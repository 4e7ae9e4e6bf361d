"""One journey per role, at the desk and on the phone, in Chinese: what the role does, and what stays shut to it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import AuditEvent, Department, PlatformEvent, StaffMember, Station
from followups.models import Attempt, Dissatisfaction, FollowUpOrder, OrderTransfer, Protocol, Reminder
from groups.models import GroupCustomer
from hospital_crm.tenancy.scope import hospital_scope, no_hospital_scope
from patients.domain.masking import mask_name
from tests.accounts.factories import PASSWORD, StationFactory, UserFactory
from tests.browser.tools import assert_page_ok, look
from tests.cast import CARDIOLOGY, SURGERY, Cast, give_second_factor, hire
from tests.cast import PARTS as CAST_PARTS
from tests.followups.factories import DissatisfactionFactory
from tests.followups.scene import order_of, submitted_of
from tests.groups.factories import GroupCustomerFactory
from tests.patients.factories import StationAssignmentFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at(page: Page, path: str) -> None:
    """Opens a page of North, which has no fault."""
    page.goto(f"/north/{path}")
    assert_page_ok(page)


def answers(page: Page, *paths: str) -> dict[str, int]:
    """What the server says to this person at these addresses of North."""
    return {path: page.request.get(f"/north/{path}").status for path in paths}


def shut(*paths: str, code: int = 403) -> dict[str, int]:
    """All of them with one answer."""
    return dict.fromkeys(paths, code)


def said(page: Page, words: str) -> None:
    """The message after an act."""
    expect(page.get_by_role("status").first).to_contain_text(words)


def kept(cast: Cast, order: FollowUpOrder) -> FollowUpOrder:
    """The order as the database has it."""
    with hospital_scope(cast.hospital):
        return FollowUpOrder.objects.select_related("assignee").get(pk=order.pk)


def test_nurse_calls_what_is_due_on_the_ward(cast: Cast, screen: Page, sign_in: Callable[..., None]):
    order = order_of(cast, cast.li, days=0, tier="B")
    of_surgery = order_of(cast, cast.xu, attending=cast.xu, department=SURGERY)
    sign_in(screen, cast.li)
    at(screen, "followups/mine/")
    expect(screen.locator(".row-head").first).to_have_text(re.compile(r"^今天到期\s+1$"))
    screen.locator(".row-item a[data-open]").click()
    assert_page_ok(screen)
    screen.locator("label", has=screen.locator('input[name="outcome"][value="completed"]')).click()
    screen.locator("label", has=screen.locator('input[name="has_finding"][value="0"]')).click()
    screen.locator("#note").fill("伤口干燥，已嘱按时换药")
    screen.get_by_role("button", name="提交，下一位").click()
    said(screen, "已记录：完成")
    done = kept(cast, order)
    assert (done.state, done.note, done.attempts_count) == ("submitted", "伤口干燥，已嘱按时换药", 1)
    closed = ("followups/ward/", "followups/board/", "followups/dispatch/", "followups/review/", "reports/", "admin/")
    assert answers(screen, *closed) == shut(*closed)
    foreign = f"followups/orders/{of_surgery.public_id}/"
    assert answers(screen, foreign) == {foreign: 404}


def test_head_nurse_assigns_evens_out_and_prints(cast: Cast, screen: Page, sign_in: Callable[..., None]):
    held = [order_of(cast, cast.li, days=2) for _ in range(3)]
    with hospital_scope(cast.hospital):
        second = hire("wu.north", CAST_PARTS["li"]._replace(name="吴护士"))
    waiting = order_of(cast, days=1)
    sign_in(screen, cast.zhou)
    at(screen, "followups/ward/")
    row = screen.locator("tr[data-row]", has=screen.locator(f'input[value="{waiting.public_id}"]'))
    row.locator("input[data-pick]").check()
    screen.get_by_role("button", name="分派1步").click()
    dialog = screen.locator("dialog")
    dialog.locator("select[name=to]").select_option(str(second.public_id))
    dialog.locator("input[name=reason]").fill("当班")
    dialog.get_by_role("button", name="改派1步").click()
    said(screen, "已改派1步")
    assert kept(cast, waiting).assignee == second
    screen.get_by_role("link", name="均衡").click()
    screen.locator("dialog").get_by_role("button", name=re.compile("^调整1步$")).click()
    said(screen, "已调整1步")
    with hospital_scope(cast.hospital):
        shares = sorted(FollowUpOrder.objects.values_list("assignee__name", flat=True))
        assert OrderTransfer.objects.count() == 2
    assert shares == ["吴护士", "周护士长", "李护士", "李护士"]
    screen.goto("/north/followups/ward/print/")
    expect(screen.locator("tr", has=screen.locator("td"))).to_have_count(4)
    assert [one.patient.name in screen.content() for one in held] == [False] * 3
    closed = ("followups/board/", "followups/dispatch/", "followups/review/", "reports/", "admin/", "audit/")
    assert answers(screen, *closed) == shut(*closed)


def test_medical_affairs_reminds_of_late_a(cast: Cast, screen: Page, sign_in: Callable[..., None]):
    late = order_of(cast, cast.chen, attending=cast.chen, days=-4, tier="A")
    order_of(cast, cast.chen, attending=cast.chen, days=-4, tier="B")
    sign_in(screen, cast.ma)
    at(screen, "followups/quality/")
    expect(screen.locator("h1")).to_have_text("A级超时清单")
    expect(screen.locator("tr[data-row]")).to_have_count(1)
    screen.locator("input[data-pick]").first.check()
    screen.get_by_role("button", name="催办1步").click()
    screen.locator("dialog").get_by_role("button", name="催办1步").click()
    said(screen, "已催办1步")
    with hospital_scope(cast.hospital):
        assert list(Reminder.objects.values_list("order_id", "kind")) == [(late.pk, "person")]
    closed = ("followups/calls/", "followups/mine/", "followups/review/", "followups/dispatch/", "admin/", "audit/")
    assert answers(screen, *closed) == shut(*closed)


def test_leader_reads_aggregates_and_no_names(cast: Cast, screen: Page, sign_in: Callable[..., None]):
    orders = [submitted_of(cast, cast.chen, attending=cast.chen, days=0) for _ in range(6)]
    orders.append(submitted_of(cast, cast.xu, attending=cast.xu, department=SURGERY, days=0))
    sign_in(screen, cast.gao)
    at(screen, "reports/")
    expect(screen.locator("h1")).to_have_text("随访指标")
    expect(
        screen.get_by_text("1至4的数字、由此得出的率以及可推算出它们的数字不显示；不足5步的科室合并列出。")
    ).to_be_visible()
    text = screen.locator("main").inner_text()
    assert (CARDIOLOGY in text, SURGERY in text) == (False, False)
    with hospital_scope(cast.hospital):
        names = {order.patient.name for order in orders} | {"陈医师", "许医师"}
    assert [name for name in names if name in screen.content()] == []
    closed = ("patients/", "followups/mine/", "followups/board/", "followups/behind/", "followups/quality/", "admin/")
    assert answers(screen, *closed) == shut(*closed)
    assert answers(screen, f"followups/orders/{orders[0].public_id}/") == shut(
        f"followups/orders/{orders[0].public_id}/"
    )


def test_auditor_reads_the_trail_and_changes_nothing(cast: Cast, screen: Page, sign_in: Callable[..., None]):
    order = order_of(cast, cast.chen, attending=cast.chen)
    sign_in(screen, cast.qian)
    screen.goto(f"/north/followups/orders/{order.public_id}/")
    screen.context.clear_cookies()
    sign_in(screen, cast.shen)
    at(screen, "audit/accesses/")
    line = screen.locator("tbody tr", has_text="钱主任").first
    expect(line).to_contain_text("客户服务管理中心主任")
    assert order.patient.name not in screen.content()
    at(screen, "audit/")
    expect(screen.locator("h1")).to_have_text("审计轨迹")
    assert screen.locator("main form[method=post]:not(.menu-form)").count() == 0, "own views of the list alone are kept"
    assert screen.request.delete("/north/audit/").status in (403, 405)
    closed = ("patients/", "followups/mine/", "rights/", "reports/", "admin/", f"followups/orders/{order.public_id}/")
    assert answers(screen, *closed) == shut(*closed)


def test_security_officer_signs_somebody_out(
    cast: Cast, screen: Page, sign_in: Callable[..., None], open_browser: Callable[..., Page]
):
    other = open_browser(width=1024, height=768)
    other.goto("/north/accounts/login/?next=/north/me/")
    other.fill("input[name=login]", cast.li.user.username)
    other.fill("input[name=password]", PASSWORD)
    other.press("input[name=password]", "Enter")
    other.wait_for_url("**/north/me/**")
    sign_in(screen, cast.an)
    at(screen, "rights/")
    row = screen.locator("tbody tr", has_text="李护士")
    row.get_by_role("button", name="全部退出").click()
    assert_page_ok(screen)
    with hospital_scope(cast.hospital):
        event = AuditEvent.objects.get(verb="accounts.sessions.revoke")
    assert (event.staff_id, event.role_code) == (cast.an.pk, "security_officer")
    other.goto("/north/me/")
    assert "/accounts/login/" in other.url
    closed = ("patients/", "followups/mine/", "audit/", "reports/", "admin/followups/protocol/", "groups/")
    assert answers(screen, *closed) == shut(*closed)


def test_administrator_makes_staff_department_and_a_version_of_the_protocol(
    cast: Cast, screen: Page, sign_in: Callable[..., None]
):
    sign_in(screen, cast.deng)
    screen.goto("/north/admin/accounts/department/add/")
    screen.fill("#id_name", "康复科")
    screen.locator('input[name="_save"]').click()
    screen.goto("/north/admin/accounts/staffmember/add/")
    screen.fill("#id_username", "zheng.north")
    screen.fill("#id_name", "郑医师")
    screen.fill("#id_staff_number", "Z001")
    screen.locator('input[name="_save"]').click()
    expect(screen.locator(".password-once")).to_have_count(1)
    with hospital_scope(cast.hospital):
        assert Department.objects.filter(name="康复科").count() == 1
        assert StaffMember.objects.get(staff_number="Z001").user.username == "zheng.north"
        first = Protocol.objects.get()
    screen.goto(f"/north/admin/followups/protocol/{first.pk}/change/")
    expect(screen.locator("#content")).to_contain_text("手术级别不低于三级")
    screen.get_by_role("link", name="复制为草稿").click()
    screen.get_by_role("button", name="复制为草稿").click()
    screen.locator("#steps-group summary").first.click()
    screen.locator("#steps-1 > summary").click()
    screen.fill("#id_steps-1-latest_days", "5")
    screen.locator('input[name="_save"]').click()
    expect(screen.locator("#content")).to_contain_text("最晚日期早于最早日期。")
    screen.fill("#id_steps-1-latest_days", "10")
    screen.locator('input[name="_continue"]').click()
    screen.get_by_role("link", name="发布").click()
    screen.get_by_role("button", name="发布").click()
    with hospital_scope(cast.hospital):
        versions = list(Protocol.objects.order_by("version").values_list("version", "state"))
        second = Protocol.objects.get(version=2)
        assert second.steps.get(tier="A", number=2).latest_days == 10
        assert AuditEvent.objects.filter(verb="followups.protocol.publish", staff_id=cast.deng.pk).count() == 1
    assert versions == [(1, "retired"), (2, "published")]
    closed = ("patients/", "followups/mine/", "rights/", "audit/", "reports/", "admin/accounts/staffrole/")
    assert answers(screen, *closed) == shut(*closed)


def test_liaison_keeps_the_own_units(cast: Cast, screen: Page, sign_in: Callable[..., None]):
    with hospital_scope(cast.hospital):
        own = GroupCustomerFactory(name="城东纺织厂", owner=cast.tang)
        foreign = GroupCustomerFactory(name="城西电厂", owner=cast.qian)
    order = order_of(cast, cast.chen)
    sign_in(screen, cast.tang)
    at(screen, "groups/")
    expect(screen.locator("#units tbody tr")).to_have_count(1)
    screen.get_by_role("link", name="城东纺织厂").click()
    assert_page_ok(screen)
    expect(screen.locator("main")).to_contain_text("城东纺织厂")
    screen.goto(f"/north/groups/{own.public_id}/edit/")
    screen.fill("#id_phone", "0571-5550-1234")
    screen.locator("main form button[type=submit], main form button:not([type])").last.click()
    screen.wait_for_load_state("networkidle")
    with hospital_scope(cast.hospital):
        assert GroupCustomer.objects.get(pk=own.pk).phone == "0571-5550-1234"
    assert answers(screen, f"groups/{foreign.public_id}/") == shut(f"groups/{foreign.public_id}/", code=404)
    closed = ("followups/mine/", "followups/dispatch/", "reports/", "audit/", "admin/")
    assert answers(screen, *closed) == shut(*closed)
    assert answers(screen, f"followups/orders/{order.public_id}/") == shut(f"followups/orders/{order.public_id}/")


def test_centre_manager_dispatches_and_settles_a_dissatisfaction(
    cast: Cast, screen: Page, sign_in: Callable[..., None]
):
    waiting = order_of(cast, days=1)
    with hospital_scope(cast.hospital):
        FollowUpOrder.objects.filter(pk=waiting.pk).update(assignee_role="centre")
        heard = DissatisfactionFactory(order=waiting, patient=waiting.patient, text="候药两小时", heard_by=cast.sun)
    sign_in(screen, cast.qian)
    at(screen, "followups/dispatch/")
    screen.locator("input[data-pick]").first.check()
    screen.get_by_role("button", name="分派1步").click()
    dialog = screen.locator("dialog")
    dialog.locator("select[name=to]").select_option(str(cast.sun.public_id))
    dialog.locator("input[name=reason]").fill("今日值班")
    dialog.get_by_role("button", name="改派1步").click()
    said(screen, "已改派1步")
    assert kept(cast, waiting).assignee == cast.sun
    at(screen, "followups/dissatisfactions/")
    screen.locator("tr[data-row] a[data-open]").click()
    assert_page_ok(screen)
    screen.locator("#id_handling").fill("已致歉，增开取药窗口")
    screen.locator("#id_is_settled").check()
    screen.get_by_role("button", name="保存").click()
    said(screen, "已解决")
    assert_page_ok(screen)
    with hospital_scope(cast.hospital):
        row = Dissatisfaction.objects.get(pk=heard.pk)
    assert (row.state, row.handling) == ("settled", "已致歉，增开取药窗口")
    closed = ("admin/", "audit/", "rights/", "followups/ward/", "followups/board/")
    assert answers(screen, *closed) == shut(*closed)


def test_station_staff_visit_their_people(cast: Cast, screen: Page, sign_in: Callable[..., None]):
    visit = order_of(cast, cast.feng, tier="A", days=0, channel="visit")
    others = order_of(cast, cast.chen, attending=cast.chen, tier="A", patient__name="欧阳远")
    with hospital_scope(cast.hospital):
        station = Station.objects.get(name="城东服务站")
        StationAssignmentFactory(patient=visit.patient, station=station)
        quiet = StationAssignmentFactory(patient__name="谢安平", patient__phone="13800001234", station=station).patient
        StationAssignmentFactory(patient=others.patient, station=StationFactory(name="城西服务站"))
    sign_in(screen, cast.feng)
    at(screen, "followups/mine/")
    expect(screen.locator(".row-item")).to_have_count(1)
    expect(screen.locator(".row-item .state").first).to_have_text("登门访问")
    look(screen, "station-mine")
    screen.locator(".row-item a[data-open]").click()
    assert_page_ok(screen)
    screen.locator("label", has=screen.locator('input[name="outcome"][value="completed"]')).click()
    screen.locator("label", has=screen.locator('input[name="has_finding"][value="0"]')).click()
    screen.locator("#note").fill("已上门，造口周围皮肤正常")
    screen.get_by_role("button", name="提交，下一位").click()
    said(screen, "已记录：完成")
    with hospital_scope(cast.hospital):
        assert list(Attempt.objects.values_list("channel", "outcome")) == [("visit", "completed")]
    at(screen, "patients/")
    expect(screen.locator("body")).to_contain_text("谢*平")
    expect(screen.locator("body")).not_to_contain_text(mask_name(others.patient.name))
    look(screen, "station-people")
    at(screen, f"patients/{quiet.public_id}/")
    expect(screen.locator("body")).to_contain_text("城东服务站")
    expect(screen.locator("body")).not_to_contain_text("13800001234")
    look(screen, "station-person")
    closed = ("followups/dispatch/", "followups/review/", "followups/board/", "reports/", "admin/")
    assert answers(screen, *closed) == shut(*closed)
    foreign = f"patients/{others.patient.public_id}/"
    assert answers(screen, foreign) == {foreign: 404}


def test_operator_makes_a_hospital_and_sees_no_people(
    cast: Cast, screen: Page, sign_in: Callable[..., None], open_browser: Callable[..., Page]
):
    operator = UserFactory(username="operator", is_operator=True)
    give_second_factor(operator)
    sign_in(screen, operator)
    screen.goto("/platform/accounts/hospital/add/")
    for field, value in {
        "slug": "east",
        "name": "东方医院",
        "administrator_name": "首任管理",
        "administrator_username": "admin.east",
        "officer_name": "首任安全",
        "officer_username": "officer.east",
    }.items():
        screen.fill(f"#id_{field}", value)
    screen.locator('input[name="_save"]').click()
    passwords = screen.locator(".password-once")
    expect(passwords).to_have_count(2)
    assert_page_ok(screen)
    look(screen, f"operator-passwords-{screen.viewport_size['width']}")
    first = open_browser(width=1024, height=768)
    first.goto("/east/accounts/login/")
    first.fill("input[name=login]", "admin.east")
    first.fill("input[name=password]", passwords.first.inner_text())
    first.press("input[name=password]", "Enter")
    expect(first.get_by_role("heading", name="先设自己的密码")).to_be_visible()
    screen.goto("/platform/accounts/hospital/")
    expect(screen.locator("#result_list tbody tr")).to_have_count(2)
    closed = ("patients/", "followups/mine/", "groups/", "reports/", "audit/", "admin/")
    assert answers(screen, *closed) == shut(*closed)
    with no_hospital_scope():
        acts = list(PlatformEvent.objects.filter(operator_id=operator.pk).values_list("verb", flat=True))
    assert "platform.hospital.add" in acts
