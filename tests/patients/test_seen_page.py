"""Every opening of a record, page after page, for those who see care."""

import datetime as dt
from collections.abc import Callable

import pytest

from accounts.models import AccessLog, Hospital
from hospital_crm.tenancy import keyset
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import Patient
from tests.cast import Cast, MountedClient, client_of
from tests.patients.factories import PatientFactory
from tests.patients.test_pages import count_queries

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], MountedClient]
AT = dt.datetime(2026, 1, 5, 1, tzinfo=dt.UTC)


@pytest.fixture
def person(north: Hospital, cast: Cast) -> Patient:
    """Somebody whose record nurse Li has opened on fifty days, and unmasked once."""
    with hospital_scope(north):
        person = PatientFactory(name="谢小平")
        opened = {"patient_id": person.pk, "staff_id": cast.li.pk, "user_id": cast.li.user_id, "role_code": "nurse"}
        rows = [AccessLog(kind="view", at=AT + dt.timedelta(days=day), **opened) for day in range(50)]
        last = AT + dt.timedelta(days=60)
        rows += [AccessLog(kind="unmask", field="phone-1", purpose="核对", at=last, **opened)]
        rows += [AccessLog(kind="list", at=last, **opened)]
        AccessLog.objects.bulk_create(rows)
    return person


def test_every_opening_is_told_page_after_page(person: Patient, client_as: ClientAs) -> None:
    client, path = client_as("centre_manager"), f"patients/{person.public_id}/seen/"
    first = client.get(path)
    rows = first.context["rows"]
    assert (len(rows), first.context["count"]) == (keyset.PAGE_SIZE, 52)
    assert [(row["who"], str(row["what"]), row["purpose"]) for row in rows[:2]] == [
        ("钱主任", "查看", ""),
        ("李护士", "查看完整信息", "核对"),
    ]
    older = client.get(f"{path}{first.context['older']}")
    assert len(older.context["rows"]) == 52 - keyset.PAGE_SIZE
    assert "谢小平" not in first.content.decode()


@pytest.mark.parametrize(("field", "words"), [("attachment-7", "附件"), ("consent-proof-7", "同意凭证")])
def test_what_was_opened_is_told_in_words(
    north: Hospital, cast: Cast, client_as: ClientAs, field: str, words: str
) -> None:
    with hospital_scope(north):
        person = PatientFactory()
        AccessLog.objects.create(kind="view", patient_id=person.pk, staff_id=cast.li.pk, role_code="nurse", field=field)
    rows = client_as("agent").get(f"patients/{person.public_id}/seen/").context["rows"]
    assert words in [row["field"] for row in rows]


def test_the_page_is_for_those_who_see_care_at_this_hospital(
    person: Patient, south: Hospital, client_as: ClientAs
) -> None:
    path = f"patients/{person.public_id}/seen/"
    assert client_as("liaison").get(path).status_code == 403
    assert client_of(Cast(south).sun).get(path).status_code == 404
    assert client_as("agent").post(path).status_code == 405
    panel = client_as("agent").get(f"patients/{person.public_id}/panels/seen/").content.decode()
    assert f"{person.public_id}/seen/" in panel


def test_a_page_asks_as_often_for_fifty_rows_as_for_one(person: Patient, north: Hospital, client_as: ClientAs) -> None:
    client = client_as("agent")
    with hospital_scope(north):
        other = PatientFactory()
    client.get(f"patients/{other.public_id}/seen/")
    few = count_queries(client, f"patients/{other.public_id}/seen/")
    assert few == count_queries(client, f"patients/{person.public_id}/seen/")
    assert few <= 15
