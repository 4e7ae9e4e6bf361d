"""Lists and sheets on the phone: a name stays on its line, paper fits the width."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hospital_crm.tenancy.scope import hospital_scope
from tests.browser.tools import assert_page_ok, look
from tests.cast import Cast
from tests.followups.scene import last_days, order_of
from tests.groups.factories import GroupCustomerFactory
from tests.integrations.test_code_tables import taken_in
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_name_stays_on_one_line_where_there_is_nothing_to_tick(cast: Cast, phone: Page, sign_in: Callable[..., None]):
    order_of(cast, cast.chen, attending=cast.chen, days=-2, tier="A")
    sign_in(phone, cast.holding("department_head"))
    phone.goto(f"/north/followups/behind/{last_days()}&measure=due")
    assert_page_ok(phone)
    assert phone.locator(".k-who").first.bounding_box()["height"] < 32


def test_ward_list_on_paper_fits_the_phone(cast: Cast, phone: Page, sign_in: Callable[..., None]):
    order_of(cast, cast.li)
    sign_in(phone, cast.holding("head_nurse"))
    phone.goto("/north/followups/ward/print/")
    assert_page_ok(phone)


def test_purpose_of_a_full_name_is_asked_in_plain_size(cast: Cast, phone: Page, sign_in: Callable[..., None]):
    order = order_of(cast, cast.chen, attending=cast.chen)
    sign_in(phone, cast.holding("agent"))
    phone.goto(f"/north/patients/{order.patient.public_id}/")
    phone.locator("details.reveal summary").first.click()
    box = phone.locator(".reveal-box").first
    assert box.evaluate("(e) => [getComputedStyle(e).fontSize, getComputedStyle(e).fontWeight]") == ["14px", "400"]


def test_single_people_are_marked(cast: Cast, phone: Page, sign_in: Callable[..., None]):
    with hospital_scope(cast.hospital):
        for name in ("王甲", "李乙", "张丙"):
            PatientFactory(name=name)
    sign_in(phone, cast.qian)
    phone.goto("/north/patients/")
    for place in (0, 2):
        phone.locator("#people .pick").nth(place).tap()
    expect(phone.get_by_role("button", name="更改2人")).to_be_enabled()
    assert_page_ok(phone)
    phone.locator("#bulk-act").select_option(label="患者类别")
    phone.get_by_role("button", name="更改2人").tap()
    phone.get_by_label("患者类别").select_option(label="专科门诊")
    phone.get_by_role("button", name="预览").tap()
    expect(phone.locator("tbody tr")).to_have_count(2)


def test_single_units_are_marked(cast: Cast, phone: Page, sign_in: Callable[..., None]):
    liaison = cast.holding("liaison")
    with hospital_scope(cast.hospital):
        for name in ("云泽机械", "柳溪中学"):
            GroupCustomerFactory(name=name, owner=liaison)
    sign_in(phone, liaison)
    phone.goto("/north/groups/")
    box = phone.locator("#units .pick").first.bounding_box()
    assert min(box["width"], box["height"]) >= 44
    phone.locator("#units .pick").first.tap()
    expect(phone.get_by_role("button", name="更改1家单位")).to_be_enabled()
    assert_page_ok(phone)


def test_long_name_of_a_file_is_read_whole(cast: Cast, phone: Page, sign_in: Callable[..., None]) -> None:
    name = f"2026年11月出院患者名单_清屿市第一人民医院{'_心内科普外科骨科' * 6}_final_v2_final.csv"
    batch = taken_in(cast.hospital, "编码,名称\nI10,高血压\n", "diagnoses", name=name)
    sign_in(phone, cast.he)
    for page in ("imports/", f"imports/{batch.public_id}/columns/"):
        phone.goto(f"/north/{page}")
        assert_page_ok(phone)
        shown = phone.get_by_text(name).first
        expect(shown).to_be_visible()
        assert shown.evaluate("e => e.scrollWidth <= Math.ceil(e.getBoundingClientRect().width) + 1"), page
        look(phone, f"long-name-{'list' if page == 'imports/' else 'columns'}-390")
