"""Sending FHIR over the web: the credential, what is answered, what is kept, and who may issue a credential."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEvent, Hospital
from hospital_crm.crypto import whole_hash
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import fhir_sending
from integrations.models import Feed, InboundRecord
from patients.models import Encounter, Patient
from tests.cast import Cast, client_of
from tests.integrations.factories import FeedFactory
from tests.integrations.fhir_resources import alone, bundle, encounter, patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed(north: Hospital) -> Feed:
    with hospital_scope(north):
        return FeedFactory(kind="fhir", name="fhir", token_hash=whole_hash("secret"))


def sent(raw: bytes, *, token: str = "secret", hospital: str = "north", **headers: str) -> Any:
    """The answer to a message of another system, with CSRF checked as outside of tests."""
    client = Client(enforce_csrf_checks=True)
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token}"} | headers
    return client.post(f"/{hospital}/fhir/", raw, content_type="application/fhir+json", **headers)


def kept(north: Hospital) -> int:
    with hospital_scope(north):
        return InboundRecord.objects.count()


def test_a_message_is_kept_once_and_applied(
    north: Hospital, feed: Feed, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = sent(bundle(patient(), encounter()))
    assert (answer.status_code, answer["Content-Type"]) == (201, "application/fhir+json")
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert sent(bundle(patient(), encounter())).status_code == 200
    assert kept(north) == 1


@pytest.mark.parametrize("token", ["", "wrong", "sécret", "secret2"])
def test_without_the_credential_nothing_is_kept(north: Hospital, feed: Feed, token: str) -> None:
    answer = sent(alone(patient()), token=token.encode().decode("latin-1"))
    assert (answer.status_code, answer["WWW-Authenticate"], kept(north)) == (401, "Bearer", 0)
    assert answer.json()["issue"][0]["severity"] == "error"


def test_a_credential_is_worth_nothing_elsewhere_or_for_a_feed_out_of_use(
    north: Hospital, south: Hospital, feed: Feed
) -> None:
    assert sent(alone(patient()), hospital="south").status_code == 401
    with hospital_scope(north):
        Feed.objects.update(is_active=False)
    assert sent(alone(patient())).status_code == 401
    assert Client().post("/north/fhir/", b"{}", content_type="text/plain").status_code == 401


@pytest.mark.parametrize("raw", [b"", b"{", b"[1]", b'{"id": "x"}'])
def test_what_is_no_resource_is_refused_in_words(north: Hospital, feed: Feed, raw: bytes) -> None:
    answer = sent(raw)
    assert (answer.status_code, kept(north)) == (422, 0)
    assert answer.json()["issue"][0]["diagnostics"]


def test_too_much_at_once_or_in_a_minute_is_refused(
    north: Hospital, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fhir_sending, "MAX_BYTES", 1000)
    assert sent(b" " * 1001).status_code == 413
    monkeypatch.setattr(fhir_sending, "this_minute", lambda key, now: fhir_sending.PER_MINUTE + 1)
    answer = sent(alone(patient()))
    assert (answer.status_code, answer["Retry-After"], kept(north)) == (429, "60", 0)


def test_only_post_is_answered(feed: Feed) -> None:
    assert Client().get("/north/fhir/", headers={"Authorization": "Bearer secret"}).status_code == 405


def test_a_credential_is_shown_once_and_ends_the_one_before(north: Hospital, cast: Cast, feed: Feed) -> None:
    officer = client_of(cast.he)
    answer = officer.post(f"imports/feeds/{feed.public_id}/token/")
    token = answer.context["token"]
    assert (answer.status_code, token in answer.content.decode(), answer["Cache-Control"]) == (200, True, "no-store")
    assert token not in officer.get(f"imports/feeds/{feed.public_id}/").content.decode()
    assert (sent(alone(patient())).status_code, sent(alone(patient()), token=token).status_code) == (401, 201)
    with hospital_scope(north):
        event = AuditEvent.objects.get(verb="integrations.feed.token")
    assert token not in json.dumps([event.before, event.after, event.detail], default=str)


def test_who_may_not_issue_a_credential(
    client_as: Any, cast: Cast, north: Hospital, south: Hospital, feed: Feed
) -> None:
    officer = client_of(cast.he)
    path = f"imports/feeds/{feed.public_id}/token/"
    assert (client_as("physician").post(path).status_code, officer.get(path).status_code) == (403, 405)
    with hospital_scope(south):
        other = FeedFactory(kind="fhir", name="fhir")
    assert officer.post(f"imports/feeds/{other.public_id}/token/").status_code == 404
    with hospital_scope(north):
        listener = FeedFactory()
    assert officer.post(f"imports/feeds/{listener.public_id}/token/").status_code == 302
    with hospital_scope(north):
        assert Feed.objects.get(pk=listener.pk).token_hash == ""


def test_nothing_is_applied_by_the_request_itself(north: Hospital, feed: Feed) -> None:
    assert sent(alone(patient())).status_code == 201
    with hospital_scope(north):
        assert (Patient.objects.count(), Encounter.objects.count()) == (0, 0)
