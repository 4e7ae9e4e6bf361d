"""Classification in a browser: every page holds on a desk and on a phone; somebody is called back and set by hand."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.calendar import today
from accounts.models import Department
from hospital_crm.demo.console import Bar
from hospital_crm.demo.data import labels
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import PersonLabel, WinBackContact
from tests.browser.tools import assert_page_ok, look
from tests.cast import Cast, actor_of
from tests.patients.factories import EncounterFactory, PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)

PLACES = (
    ("普外科", "K35", "柳溪区"),
    ("心内科", "I20", "清屿区"),
    ("骨科", "S82", "望川县"),
    ("内分泌科", "E11", "柳溪区"),
)
PAGES = (
    ("", "crossing"),
    ("stages/?days=90", "stages"),
    ("people/?visit_cycle=lapsed", "people"),
    ("win-back/", "win-back"),
    ("rules/", "rules"),
    ("strategies/", "strategies"),
    ("strategies/visit_cycle/lapsed/", "strategy"),
)


@pytest.fixture
def crowd(cast: Cast) -> None:
    """A hundred and twenty people of three departments with the years the demo gives them, labelled as it does."""
    with hospital_scope(cast.hospital):
        day = today()
        for n in range(120):
            name, disease, region = PLACES[n % 7 % 3]
            department = Department.objects.get_or_create(name=name)[0]
            on = day - dt.timedelta(days=(n * 37) % 399 + (1200 if n % 9 == 0 else 0))
            patient = PatientFactory(
                last_department=department, disease_group=disease, region=region, last_visit_on=on, phone="13800005678"
            )
            EncounterFactory(
                patient=patient, admitted_on=on, discharged_on=on, department=department,
                revisit_on=on + dt.timedelta(days=14),
            )  # fmt: skip
    labels.give_past(cast.hospital, today=day, seed=7, told=Bar())
    with hospital_scope(cast.hospital):
        agent = actor_of(cast.sun, "agent")
    labels.label_people(cast.hospital, agent=agent, now=timezone.now(), seed=7, bar=Bar)


@pytest.mark.timeout(600)
def test_every_page_of_classification_holds(
    cast: Cast, crowd: None, open_browser: Callable[..., Page], sign_in: Callable[..., None]
) -> None:
    for width, height in ((1920, 1080), (390, 844)):
        page = open_browser(width=width, height=height)
        sign_in(page, cast.qian)
        for path, name in PAGES:
            page.goto(f"/north/patients/classification/{path}")
            assert_page_ok(page)
            look(page, f"{name}-{width}")
        page.goto("/north/patients/classification/rules/")
        starts = page.get_by_role("button", name="修改规则")
        if starts.count():
            starts.click()
        page.goto("/north/patients/classification/rules/draft/")
        assert_page_ok(page)
        look(page, f"draft-{width}")
        page.get_by_role("link", name="查看影响").click()
        assert_page_ok(page)
        look(page, f"publish-{width}")


@pytest.mark.timeout(600)
def test_somebody_is_called_back_and_set_by_hand(
    cast: Cast, crowd: None, desktop: Page, sign_in: Callable[..., None]
) -> None:
    sign_in(desktop, cast.sun)
    desktop.goto("/north/patients/classification/win-back/")
    desktop.locator("tbody tr").nth(1).get_by_role("link", name="记录通话").click()
    dialog = desktop.locator("dialog[open]")
    dialog.locator("select").select_option("elsewhere")
    dialog.get_by_role("button", name="记录通话").click()
    expect(desktop.get_by_role("status").first).to_contain_text("通话已记录")
    desktop.locator("tbody tr [data-open]").nth(1).click()
    card = desktop.locator(".label-axis", has_text="就诊周期")
    card.locator("summary").first.click()
    expect(card).to_contain_text("很久没有来")
    closed = desktop.locator(".label-axis details:not([open]) summary")
    for _each in range(closed.count()):
        if closed.count():
            closed.first.click()
    assert_page_ok(desktop)
    look(desktop, "person-1440")
    card.get_by_role("link", name="人工设定").click()
    dialog = desktop.locator("dialog[open]")
    dialog.locator("select").select_option("latent")
    dialog.locator("textarea").fill("电话里答应下周来")
    dialog.get_by_role("button", name="人工设定").click()
    expect(desktop.get_by_role("status").first).to_contain_text("已人工设定")
    with hospital_scope(cast.hospital):
        assert WinBackContact.objects.filter(outcome="elsewhere", called_by=cast.sun).exists()
        assert (
            PersonLabel.objects.current().filter(by_hand=True, value="latent", reason="电话里答应下周来").count() == 1
        )
