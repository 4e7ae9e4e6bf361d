"""The person's own page on a phone and on a wide screen: readable, large enough to touch, one button a change."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.domain.public_links import ensure
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.granting import CONFIRM
from patients.domain.preferences import KIND
from patients.models import Consent, Patient
from tests.browser.tools import assert_page_ok, look, small_targets
from tests.cast import Cast
from tests.patients.consent_factories import AwaitedConsentFactory
from tests.patients.factories import ConsentFactory, PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person(north: Hospital) -> Patient:
    with hospital_scope(north):
        patient = PatientFactory(name="谢小窗", birth_date=timezone.now().date().replace(year=1948, day=1))
        ConsentFactory(patient=patient)
        return patient


def link(person: Patient, kind: str, number: int, extra: str = "") -> str:
    with hospital_scope(person.hospital):
        return f"/l/{ensure(kind, [number], extra=extra, now=timezone.now())[number]}/"


@pytest.mark.parametrize("width", [390, 1920])
def test_own_page_is_readable_and_changes_by_one_button(
    open_browser: Callable[..., Page], person: Patient, width: int
) -> None:
    page = open_browser(width=width, height=844)
    page.goto(link(person, KIND, person.pk, "education"))
    assert_page_ok(page)
    assert small_targets(page) == []
    look(page, f"preferences-{width}")
    page.locator("#education summary").click()
    assert small_targets(page) == []
    look(page, f"preferences-open-{width}")
    page.locator("#education .public-way button").nth(1).click()
    expect(page.get_by_role("status").first).to_be_visible()
    assert_page_ok(page)
    with hospital_scope(person.hospital):
        row = Consent.objects.filter(patient=person).order_by("-id").first()
        assert row is not None
        assert (row.purpose, row.channel, row.decision, row.source) == ("education", "sms", "withdrawn", "online")


def test_confirmation_and_the_calm_page_on_the_phone(phone: Page, person: Patient) -> None:
    with hospital_scope(person.hospital):
        waits = AwaitedConsentFactory(patient=person)
    phone.goto(link(person, CONFIRM, waits.pk))
    assert_page_ok(phone)
    assert small_targets(phone) == []
    look(phone, "consent-confirm-390")
    phone.locator("main form button").click()
    assert_page_ok(phone)
    look(phone, "consent-confirmed-390")
    phone.goto("/l/" + "A" * 22 + "/")
    assert_page_ok(phone)
    look(phone, "link-gone-390")


@pytest.mark.parametrize("width", [390, 1920])
def test_desk_page_and_the_dialog_of_a_no(
    open_browser: Callable[..., Page], sign_in: Callable[..., None], cast: Cast, person: Patient, width: int
) -> None:
    page = open_browser(width=width, height=900)
    sign_in(page, cast.sun)
    with hospital_scope(person.hospital):
        AwaitedConsentFactory(patient=person, taken_by=cast.sun)
    page.goto(f"/north/patients/{person.public_id}/consents/")
    assert_page_ok(page)
    look(page, f"consents-{width}")
    page.locator(".page-head a[data-dialog]").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    look(page, f"consent-stop-{width}")
    dialog.locator('input[value="calls"]').check()
    dialog.locator('select[name="source"]').select_option("phone")
    dialog.locator('select[name="said_by"]').select_option("self")
    dialog.locator("button.btn-primary").click()
    page.wait_for_url("**/consents/")
    with hospital_scope(person.hospital):
        assert Consent.objects.filter(patient=person, purpose="calls", decision="refused").count() == 1


def test_wordings_page(open_browser: Callable[..., Page], sign_in: Callable[..., None], cast: Cast) -> None:
    page = open_browser(width=1920, height=900)
    sign_in(page, cast.qian)
    page.goto("/north/patients/consent-wordings/")
    assert_page_ok(page)
    look(page, "wordings-1920")
