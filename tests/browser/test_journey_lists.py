"""The list of people in a browser: a view is saved and opened again, many people are changed and changed back, and a
list leaves the house with the security officer's word.
"""

import csv
import io
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page, expect

from accounts.domain import bulk, export_files
from accounts.models import BulkEdit, Export, StaffMember
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import Patient
from tests.browser.tools import assert_page_ok, look
from tests.cast import Cast, give_second_factor
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(cast: Cast) -> None:
    """Six people, two of them in 柳溪区."""
    with hospital_scope(cast.hospital):
        for place, name in enumerate(("王甲", "李乙", "张丙", "赵丁", "孙戊", "周己")):
            PatientFactory(name=name, region="柳溪区" if place < 2 else "云泽区", phone=f"1380000567{place}")


def use_second_factor(page: Page, staff: StaffMember) -> None:
    """As after signing in with a code: this browser's session has seen the second factor."""
    give_second_factor(staff.user)
    key = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "sessionid")
    session = SessionStore(session_key=key)
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "type": "totp"}]
    session["account_authentication_methods_user"] = str(staff.user_id)
    session.save()


def test_a_view_is_saved_and_opened_again(
    desktop: Page, cast: Cast, people: None, sign_in: Callable[..., None]
) -> None:
    page = desktop
    sign_in(page, cast.qian)
    page.goto("/north/patients/")
    assert_page_ok(page)
    look(page, "people-list")
    page.get_by_text("更多筛选").click()
    look(page, "people-more-filters")
    page.goto("/north/patients/?region=柳溪区&sort=name")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator("summary", has_text="视图").click()
    look(page, "people-views")
    page.get_by_label("当前视图另存为").fill("柳溪区客户")
    page.get_by_role("button", name="保存视图").click()
    expect(page.get_by_role("status").first).to_contain_text("已保存视图“柳溪区客户”。")
    page.locator("summary", has_text="列").first.click()
    page.get_by_label("患者类别").check()
    look(page, "people-columns")
    page.get_by_role("button", name="显示所选").click()
    page.goto("/north/patients/?view=all")
    expect(page.locator("tbody tr")).to_have_count(6)
    expect(page.locator("thead")).to_contain_text("患者类别")
    page.locator("summary", has_text="视图").click()
    page.get_by_role("link", name="柳溪区客户").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    assert_page_ok(page)


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_many_are_changed_and_changed_back(
    request: pytest.FixtureRequest, cast: Cast, people: None, sign_in: Callable[..., None], screen: str
) -> None:
    page: Page = request.getfixturevalue("desktop")
    sign_in(page, cast.qian)
    page.goto("/north/patients/?region=云泽区")
    page.get_by_label("选中本页").check()
    page.locator("#bulk-act").select_option(label="患者类别")
    page.get_by_role("button", name="更改4人").click()
    if screen == "phone":
        page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_label("患者类别").select_option(label="专科门诊")
    assert_page_ok(page)
    page.get_by_role("button", name="预览").click()
    expect(page.locator("tbody tr")).to_have_count(4)
    assert_page_ok(page)
    look(page, f"bulk-{screen}-preview")
    page.get_by_role("button", name="更改4行").click()
    with hospital_scope(cast.hospital):
        edit = BulkEdit.objects.get()
    bulk.run(cast.hospital, edit.pk, now=edit.created_at)
    page.reload()
    expect(page.locator(".facts-row")).to_contain_text("已变动4")
    assert_page_ok(page)
    look(page, f"bulk-{screen}-result")
    with page.expect_download() as coming:
        page.get_by_role("link", name="结果文件").click()
    rows = list(csv.reader(io.StringIO(Path(coming.value.path()).read_text("utf-8-sig"))))
    assert [row[2:5] for row in rows[1:]] == [["已更改", "普通门诊", "专科门诊"]] * 4
    page.get_by_role("button", name="撤销").click()
    bulk.run(cast.hospital, edit.pk, now=edit.created_at)
    page.goto(f"/north/edits/{edit.public_id}/")
    expect(page.locator(".banner")).to_contain_text("已恢复4条，未恢复0条。")
    with hospital_scope(cast.hospital):
        assert set(Patient.objects.values_list("category", flat=True)) == {"general"}


def test_a_list_leaves_the_house_when_the_officer_allows_it(
    open_browser: Callable[..., Page], cast: Cast, people: None, sign_in: Callable[..., None]
) -> None:
    page, other = open_browser(width=1440, height=900), open_browser(width=1440, height=900)
    sign_in(page, cast.qian)
    use_second_factor(page, cast.qian)
    page.goto("/north/patients/?region=柳溪区")
    page.locator("summary", has_text="清单").click()
    page.locator("#main").get_by_role("link", name="导出").click()
    box = page.locator("dialog[open]")
    expect(box).to_contain_text("共2行。地区：柳溪区")
    look(page, "export-ask")
    box.get_by_label("用途").fill("柳溪区义诊通知")
    box.get_by_label("最多行数").fill("600")
    box.get_by_label("格式").select_option(label="CSV文本")
    assert_page_ok(page)
    box.get_by_role("button", name="申请导出").click()
    expect(page.locator("tbody")).to_contain_text("待审批")
    assert_page_ok(page)

    sign_in(other, cast.an)
    use_second_factor(other, cast.an)
    other.goto("/north/exports/approve/")
    expect(other.locator("main")).to_contain_text("柳溪区义诊通知")
    assert_page_ok(other)
    look(other, "export-queue")
    other.get_by_role("button", name="批准").click()
    with hospital_scope(cast.hospital):
        export = Export.objects.get()
    export_files.make(cast.hospital, export.pk, now=export.decided_at or export.asked_at)
    page.goto("/north/exports/")
    look(page, "exports")
    with page.expect_download() as coming:
        page.get_by_role("link", name="下载").click()
    rows = list(csv.reader(io.StringIO(Path(coming.value.path()).read_text("utf-8-sig"))))
    assert "用途：柳溪区义诊通知" in rows[0][0]
    assert sorted(row[0] for row in rows[2:4]) == ["李*", "王*"]
