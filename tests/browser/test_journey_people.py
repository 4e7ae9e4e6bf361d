"""People in a browser: found by the search of every page, one number shown for a purpose, put together to a segment by
where they live.
"""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import AccessLog
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import facets
from patients.domain.people import create_person
from patients.domain.segments import refreshing
from patients.models import Division, Patient, Segment, SegmentVersion
from tests.browser.tools import assert_page_ok, look
from tests.cast import Cast, actor_of

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "13800005678"
DIVISIONS = (
    *(("320000", "江苏省", 1), ("320500", "苏州市", 2), ("320506", "吴中区", 3), ("320508", "姑苏区", 3)),
    *(("320100", "南京市", 2), ("320106", "鼓楼区", 3), ("320300", "徐州市", 2), ("320302", "鼓楼区", 3)),
)
PEOPLE = (
    ("谢小平", "江苏省苏州市吴中区青竹里8号", PHONE),
    ("谢远山", "江苏苏州姑苏区", ""),
    ("甘书远", "江苏南京鼓楼区", ""),
    ("Trần Đức", "江苏徐州鼓楼区", ""),
)


@pytest.fixture
def people(cast: Cast) -> dict[str, Patient]:
    """Four people of four counties, two of which bear one name."""
    with hospital_scope(cast.hospital):
        Division.objects.bulk_create(Division(code=code, name=name, level=level) for code, name, level in DIVISIONS)
        facets.forget()
        agent = actor_of(cast.sun, "agent")
        return {
            name: create_person({"name": name, "address": address}, phone=phone, actor=agent)
            for name, address, phone in PEOPLE
        }


def test_somebody_is_found_from_any_page(
    screen: Page, cast: Cast, people: dict[str, Patient], sign_in: Callable[..., None]
) -> None:
    page = screen
    sign_in(page, cast.sun)
    for typed, name, shown in (
        ("xxp", "谢小平", "谢*平"),
        ("5678", "谢小平", "谢*平"),
        ("tran duc", "Trần Đức", "T*** Đ***"),
    ):
        page.goto("/north/patients/search/" if page.viewport_size["width"] < 500 else "/north/followups/")
        box = page.get_by_role("searchbox").first
        box.fill(typed)
        box.press("Enter")
        found = page.get_by_role("link", name=shown)
        expect(found.first).to_be_visible()
        assert_page_ok(page)
        assert typed not in page.url
        found.first.click()
        expect(page).to_have_url(re.compile(f"/north/patients/{people[name].public_id}/"))
    look(page, "search-journey")


def test_one_number_is_shown_for_a_purpose_and_hides_again(
    screen: Page, cast: Cast, people: dict[str, Patient], sign_in: Callable[..., None]
) -> None:
    page, person = screen, people["谢小平"]
    sign_in(page, cast.sun)
    page.goto(f"/north/patients/{person.public_id}/")
    assert PHONE not in page.content()
    page.get_by_label("显示完整电话").first.click()
    assert_page_ok(page)
    look(page, "unmask-asked")
    purposes = page.locator("details.reveal[open]").get_by_role("radio")
    assert [one.is_checked() for one in purposes.all()] == [False] * 4
    purposes.first.check()
    page.get_by_role("button", name="显示60秒").first.click()
    expect(page.get_by_text(PHONE, exact=True).first).to_be_visible()
    assert_page_ok(page)
    look(page, "unmask-shown")
    assert "谢小平" not in page.content()
    with hospital_scope(cast.hospital):
        seen = AccessLog.objects.get(kind="unmask")
        assert (seen.patient_id, seen.staff_id, bool(seen.purpose)) == (person.pk, cast.sun.pk, True)
    page.reload()
    expect(page.get_by_text("138****5678").first).to_be_visible()
    assert PHONE not in page.content()


def test_a_segment_is_built_by_where_people_live(
    screen: Page, cast: Cast, people: dict[str, Patient], sign_in: Callable[..., None]
) -> None:
    page = screen
    sign_in(page, cast.qian)
    page.goto("/north/segments/new/")
    page.locator("#r-0-fact").select_option("region")
    page.locator("#r-0-v").fill("鼓楼区")
    page.keyboard.press("Tab")
    expect(page.locator("#counted")).to_contain_text("江苏省南京市鼓楼区、江苏省徐州市鼓楼区")
    look(page, "segment-several")
    page.locator("#r-0-v").fill("江苏省苏州市")
    page.keyboard.press("Tab")
    expect(page.locator("#counted b")).to_have_text("2")
    page.get_by_label("分群名称").fill("苏州客户")
    assert_page_ok(page)
    look(page, "segment-built")
    page.get_by_role("button", name="保存分群").click()
    expect(page.get_by_role("heading", name="苏州客户")).to_be_visible()
    with hospital_scope(cast.hospital):
        segment = Segment.objects.get(name="苏州客户")
        assert SegmentVersion.objects.get(segment=segment).rule["parts"] == [
            {"fact": "region", "op": "in", "values": ["3205"]}
        ]
        refreshing.refresh(segment.pk, now=timezone.now())
    page.goto(f"/north/segments/{segment.public_id}/members/")
    expect(page.locator("#members tbody tr")).to_have_count(2)
    assert_page_ok(page)
    look(page, "segment-members")
    page.get_by_role("link", name="原因").first.click()
    expect(page.get_by_role("main")).to_contain_text("江苏省苏州市")
    assert_page_ok(page)
    look(page, "segment-why")
