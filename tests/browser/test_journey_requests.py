"""Requests about one's own data, tables of codes and incidents in a browser: each page is whole, and pictures of it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts import audit
from accounts.domain import incidents
from accounts.models import Incident
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import requests, subject_copy
from patients.models import Patient, PrivacyRequest
from tests.browser.test_journey_lists import use_second_factor
from tests.browser.tools import assert_page_ok, look
from tests.cast import Cast, actor_of
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_FILES_DIR = tmp_path


@pytest.fixture
def person(cast: Cast) -> Patient:
    """Somebody with an old request that is late."""
    manager = actor_of(cast.qian)
    with hospital_scope(cast.hospital):
        person, now = PatientFactory(name="谢小平", phone="13800005678"), timezone.now()
        given = {"asked_by": "self", "identity_check": "papers", "words": "请删除营销资料", "kind": "delete"}
        long_ago = now.date() - dt.timedelta(days=60)
        requests.register(person, **given, received_on=long_ago, actor=manager, now=now)
        return person


def test_a_copy_is_asked_for_prepared_let_out_and_fetched(
    desktop: Page, phone: Page, cast: Cast, person: Patient, sign_in: Callable[..., None]
) -> None:
    page = desktop
    sign_in(page, cast.qian)
    page.goto(f"/north/patients/{person.public_id}/requests/new/")
    look(page, "request-new")
    page.get_by_label("请求内容").fill("查阅复制本人在医院的全部个人信息")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("status").first).to_contain_text("已登记请求")
    assert_page_ok(page)
    look(page, "request-received")
    address = page.url
    page.goto(f"{address}assign/")
    page.get_by_role("button", name="分派").click()
    page.goto(f"{address}prepare/")
    look(page, "request-prepare")
    page.get_by_label("告知本人的内容").fill("附件为您的个人信息，口令另行告知。")
    page.get_by_role("button", name="交复核人").click()
    assert_page_ok(page)
    look(page, "request-waiting")
    sign_in(phone, cast.an)
    use_second_factor(phone, cast.an)
    phone.goto("/north/patients/requests/waiting/")
    assert_page_ok(phone)
    look(phone, "requests-waiting-phone")
    phone.get_by_role("button", name="复核放行").click()
    expect(phone.locator("code")).to_have_count(1)
    assert_page_ok(phone)
    look(phone, "request-key-phone")
    with hospital_scope(cast.hospital):
        assert PrivacyRequest.objects.get(kind="copy").state == "answered"
    use_second_factor(page, cast.qian)
    page.goto(address)
    look(page, "request-answered")
    with hospital_scope(cast.hospital):
        request, now = PrivacyRequest.objects.get(kind="copy"), timezone.now()
        text = subject_copy.page(request, subject_copy.told(request, now), now)
    phone.goto("about:blank")  # away from here no policy of ours holds
    phone.set_content(text)
    look(phone, "subject-copy-phone")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="取加密文件").click()
    assert fetched.value.suggested_filename.endswith(".zip")


def test_the_register_is_read_at_the_desk_and_on_the_phone(
    desktop: Page, phone: Page, cast: Cast, person: Patient, sign_in: Callable[..., None]
) -> None:
    for page, name in ((desktop, "requests"), (phone, "requests-phone")):
        sign_in(page, cast.qian)
        page.goto("/north/patients/requests/")
        expect(page.locator("tbody tr")).to_have_count(1)
        assert_page_ok(page)
        look(page, name)
    desktop.goto("/north/patients/requests/print/")
    look(desktop, "requests-print")
    desktop.goto(f"/north/patients/{person.public_id}/")
    expect(desktop.get_by_text("登记请求")).to_be_visible()
    look(desktop, "person-with-request")


def test_an_incident_and_a_table_of_codes(
    desktop: Page, phone: Page, cast: Cast, person: Patient, sign_in: Callable[..., None]
) -> None:
    with hospital_scope(cast.hospital):
        audit.log_access(actor_of(cast.sun), "view", [person.pk])
        now, hour = timezone.now(), dt.timedelta(hours=1)
        asked = {"source": "staff", "about": cast.sun.name, "reason": "账号疑似被盗用"}
        made = incidents.ask(**asked, since=now - hour, until=now + hour, actor=actor_of(cast.an), now=now)
    incidents.find(cast.hospital, made.pk, now=timezone.now())
    with hospital_scope(cast.hospital):
        assert Incident.objects.get().people == 1
    for page, end in ((desktop, ""), (phone, "-phone")):
        sign_in(page, cast.shen)
        for address, name in (
            ("incidents/", "incidents"),
            (f"incidents/people/?incident={made.public_id}", "affected"),
            ("audit/", "trail"),
        ):
            page.goto(f"/north/{address}")
            assert_page_ok(page)
            look(page, f"{name}{end}")
    sign_in(desktop, cast.he)
    desktop.goto("/north/imports/")
    desktop.locator("summary", has_text="编码表").click()
    look(desktop, "tables-menu")
    desktop.get_by_role("link", name="导入诊断编码表").click()
    assert_page_ok(desktop)
    look(desktop, "tables-upload")
