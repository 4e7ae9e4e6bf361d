"""VIP members in a browser: granted on the person's page, a visit day ticked on the phone; a viewing is answered."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.calendar import today
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import member_services, memberships, visit_sheets
from patients.models import Membership, MembershipLevel, ViewingFlag, VisitSheet
from tests.browser.tools import assert_page_ok, look
from tests.cast import Cast, actor_of
from tests.patients.care_factories import ViewingFlagFactory
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def member(cast: Cast) -> Membership:
    """王建国, a member of the highest level with a sheet of today; two more members."""
    with hospital_scope(cast.hospital):
        manager, levels, day = actor_of(cast.qian), list(MembershipLevel.objects.all()), today()
        for name, level, days in (("王建国", 0, 300), ("李淑芬", 1, 30), ("张小明", 2, 200)):
            row = memberships.grant(
                PatientFactory(name=name, category="specialty"),
                level=levels[level],
                starts_on=day - dt.timedelta(days=364 - days),
                ends_on=day + dt.timedelta(days=days),
                contact=cast.sun,
                deputy=cast.li,
                actor=manager,
                now=timezone.now(),
            )
        first = Membership.objects.get(level=levels[0])
        for one in member_services.services_of(first, on=day)[:3]:
            member_services.count_service(first, one.service, on=day, note="已陪同", actor=manager, now=timezone.now())
        visit_sheets.make_sheet(first, day=day, note="季度复查", actor=manager, now=timezone.now())
        ViewingFlagFactory(staff=cast.li, role_code="nurse", patient=first.patient, reasons=["department", "night"])
        ViewingFlagFactory(staff=cast.sun, patient=row.patient, reasons=["vip"])
        ViewingFlagFactory(staff=cast.sun, patient=None, reasons=["bulk"], people=85, views=85)
    return first


def test_membership_is_granted_on_the_page_of_the_person(
    cast: Cast, member: Membership, desktop: Page, sign_in: Callable[..., None]
) -> None:
    with hospital_scope(cast.hospital):
        person, contact = PatientFactory(name="赵文静"), cast.sun
    sign_in(desktop, cast.qian)
    desktop.goto(f"/north/patients/{person.public_id}/")
    desktop.get_by_role("link", name="开通特需会员").click()
    desktop.get_by_label("会员等级").select_option(label="金卡特需")
    desktop.get_by_label("固定联系人").select_option(label=contact.name)
    look(desktop, "grant-1440")
    desktop.get_by_role("button", name="开通", exact=True).click()
    expect(desktop.get_by_text("已开通会员。")).to_be_visible()
    with hospital_scope(cast.hospital):
        person.refresh_from_db()
        assert person.category == "vip"
    desktop.goto(f"/north/patients/{member.patient.public_id}/")
    expect(desktop.get_by_text("专人陪诊").first).to_be_visible()
    assert_page_ok(desktop)
    desktop.get_by_role("heading", name="特需与服务标准").scroll_into_view_if_needed()
    look(desktop, "person-1440")


def test_a_visit_day_is_ticked_on_the_phone(
    cast: Cast, member: Membership, phone: Page, sign_in: Callable[..., None]
) -> None:
    with hospital_scope(cast.hospital):
        sheet = VisitSheet.objects.get()
    sign_in(phone, cast.sun)
    phone.goto(f"/north/patients/sheets/{sheet.public_id}/")
    phone.get_by_role("button", name="完成 挂号").click()
    expect(phone.get_by_text("已完成1/4步")).to_be_visible()
    assert_page_ok(phone)
    look(phone, "sheet-390")
    phone.goto(f"/north/patients/sheets/{sheet.public_id}/print/")
    look(phone, "sheet-print")
    phone.goto(f"/north/patients/members/{member.public_id}/thread/")
    phone.get_by_label("会员留言").fill("下午两点到院，请准备轮椅。")
    phone.get_by_role("button", name="发送").click()
    expect(phone.get_by_text("请准备轮椅")).to_be_visible()
    assert_page_ok(phone)
    look(phone, "thread-390")


def test_pages_of_members_hold_on_desk_and_phone(
    cast: Cast, member: Membership, open_browser: Callable[..., Page], sign_in: Callable[..., None]
) -> None:
    pages = (("members/", "members"), ("members/levels/", "levels"), (f"{member.patient.public_id}/", "person"))
    for width, height in ((1440, 900), (390, 844)):
        page = open_browser(width=width, height=height)
        sign_in(page, cast.qian)
        for path, name in pages:
            page.goto(f"/north/patients/{path}")
            assert_page_ok(page)
            look(page, f"{name}-{width}")


def test_levels_on_the_phone_are_changed_by_a_thumb_and_belong_to_the_members(
    cast: Cast, member: Membership, phone: Page, desktop: Page, sign_in: Callable[..., None]
) -> None:
    sign_in(phone, cast.qian)
    phone.goto("/north/patients/members/levels/")
    links = phone.locator("main a", has_text="更改").all()
    assert len(links) > 6
    assert min(link.bounding_box()["height"] for link in links) >= 44
    assert_page_ok(phone)
    look(phone, "levels-thumb")
    sign_in(desktop, cast.qian)
    desktop.goto("/north/patients/members/levels/")
    assert desktop.locator(".sidenav [aria-current=page]").inner_text().strip().startswith("特需会员")


def test_a_flagged_viewing_is_answered(
    cast: Cast, member: Membership, open_browser: Callable[..., Page], sign_in: Callable[..., None]
) -> None:
    for width, height in ((390, 844), (1440, 900)):
        page = open_browser(width=width, height=height)
        sign_in(page, cast.an)
        page.goto("/north/patients/viewings/")
        assert_page_ok(page)
        look(page, f"viewings-{width}")
    page.goto("/north/patients/viewings/rules/")
    look(page, "viewing-rules-1440")
    page.goto("/north/patients/viewings/?reason=night")
    page.get_by_role("link", name="核查").last.click()
    page.get_by_label("异常，已说明").check()
    page.get_by_label("核查情况").fill("当晚急诊会诊，已核实。")
    look(page, "viewing-answer-1440")
    page.get_by_role("button", name="核查", exact=True).click()
    expect(page.get_by_text("已核查。")).to_be_visible()
    with hospital_scope(cast.hospital):
        assert ViewingFlag.objects.get(state="answered").finding == "explained"
