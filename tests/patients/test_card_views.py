"""Cards of a person's page: who has seen the record, and what a card fetched alone leaves on record."""

import pytest
from django.db import connection

from accounts.models import AccessLog, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import Patient
from tests.cast import Cast
from tests.patients.test_pages import PHONE, ClientAs, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(north: Hospital, cast: Cast) -> Patient:
    """Somebody Dr Chen attended today."""
    with hospital_scope(north):
        return make_person(attending=cast.chen)


def test_card_tells_who_has_seen_the_record(person: Patient, client_as: ClientAs) -> None:
    client_as("physician").get(f"patients/{person.public_id}/")
    page = client_as("agent").get(f"patients/{person.public_id}/panels/seen/").content.decode()
    assert ("陈医师" in page, "孙客服" in page, "本月2人2次" in page) == (True, True, True)


def test_cards_belong_to_the_view_of_their_page_and_alone_are_views_of_their_own(
    north: Hospital, person: Patient, client_as: ClientAs
) -> None:
    agent, base = client_as("agent"), f"patients/{person.public_id}/"
    for part in ("", "?show=", "panels/reach/", "panels/record/", "panels/seen/"):
        agent.get(base + part, headers={"HX-Request": "true"} if part else {})
    with hospital_scope(north):
        assert [(row.kind, row.page) for row in AccessLog.objects.all()] == [("view", "person")]
    with connection.cursor() as cursor:
        cursor.execute("update accounts_accesslog set at = at - interval '61 seconds'")
    agent.get(base + "panels/record/")
    agent.get(base + "panels/reach/")
    client_as("physician").get(base + "panels/reach/")
    with hospital_scope(north):
        rows = AccessLog.objects.order_by("id").values_list("role_code", "page")
        assert list(rows)[1:] == [("agent", "panel-record"), ("physician", "panel-reach")]


def test_numbers_in_a_card_fetched_alone_are_on_record_as_such(
    north: Hospital, person: Patient, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, path = client_as("agent"), f"patients/{person.public_id}/panels/reach/"
    agent.get(path)
    monkeypatch.setattr("patients.registry.unmask_reasons", [lambda actor, patient: True])
    assert PHONE in agent.get(path).content.decode()
    with hospital_scope(north):
        kinds = AccessLog.objects.filter(patient_id=person.pk).order_by("id").values_list("kind", flat=True)
        assert list(kinds) == ["view", "dial"]
