"""Two records of one person in a browser: the officer compares them, unites them field by field, finds that they are
two people after all, and takes the union apart.
"""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.duplicates import find_all
from patients.models import DuplicateCandidate, Patient
from tests.browser.tools import assert_page_ok, look
from tests.cast import Cast
from tests.patients.factories import ContactPointFactory, EncounterFactory, PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def doubles(cast: Cast) -> tuple[Patient, Patient]:
    """The same name, birth date and telephone, another occupation and other allergies."""
    with hospital_scope(cast.hospital):
        told = (("教师", "海鲜"), ("医师", "青霉素"))
        people = [PatientFactory(name="谢小平", occupation=w, allergies=a, phone="13800005678") for w, a in told]
        for person in people:
            ContactPointFactory(patient=person, value="13800005678")
            EncounterFactory(patient=person)
        find_all(now=timezone.now())
    return people[0], people[1]


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_officer_unites_two_records_and_takes_them_apart_again(
    request: pytest.FixtureRequest,
    cast: Cast,
    doubles: tuple[Patient, Patient],
    sign_in: Callable[..., None],
    screen: str,
) -> None:
    page: Page = request.getfixturevalue(screen)
    sign_in(page, cast.he)
    page.goto("/north/patients/duplicates/")
    expect(page.locator("#pairs")).to_contain_text("姓名相同")
    assert_page_ok(page)
    look(page, f"duplicates-{screen}-1-list")
    page.locator("a[data-open]").click()
    expect(page.locator("#compare")).to_contain_text("教师")
    expect(page.locator("#compare")).not_to_contain_text("谢小平")
    assert_page_ok(page)
    look(page, f"duplicates-{screen}-2-compare")
    page.get_by_label("保留较新的档案").check()
    expect(page.get_by_label("医师")).to_be_checked()
    expect(page.get_by_label("两者都保留")).to_be_checked()
    page.get_by_label("保留较早的档案").check()
    expect(page.get_by_label("教师")).to_be_checked()
    page.get_by_label("医师").check()
    page.get_by_label("保留较新的档案").check()
    page.get_by_label("保留较早的档案").check()
    expect(page.get_by_label("医师")).to_be_checked()
    page.get_by_role("button", name="同一人，合并").click()
    expect(page.get_by_text("两份档案已合并").first).to_be_visible()
    with hospital_scope(cast.hospital):
        kept = Patient.objects.get()
        assert (kept.pk, kept.occupation, kept.encounters.count()) == (doubles[0].pk, "医师", 2)
        assert kept.allergies == "海鲜、青霉素"
    page.goto(f"/north/patients/{doubles[1].public_id}/")
    assert page.url.endswith(f"/north/patients/{doubles[0].public_id}/")
    page.goto(f"/north/patients/{doubles[0].public_id}/?show=unions")
    page.get_by_role("link", name="与另一份档案合并").click()
    expect(page.get_by_role("heading", name="拆分", exact=True)).to_be_visible()
    assert_page_ok(page)
    look(page, f"duplicates-{screen}-3-union")
    page.get_by_label("原因").fill("是两个人")
    page.get_by_role("button", name="拆分为两人").click()
    expect(page.get_by_text("两份档案均已恢复").first).to_be_visible()
    with hospital_scope(cast.hospital):
        found = {person.pk: (person.occupation, person.encounters.count()) for person in Patient.objects.all()}
        assert found == {doubles[0].pk: ("教师", 1), doubles[1].pk: ("医师", 1)}
        assert DuplicateCandidate.objects.get().state == "dismissed"
