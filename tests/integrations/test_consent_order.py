"""Which of several decisions told by a feed holds: the stricter one wherever their order is in doubt."""

import datetime as dt

import pytest

from accounts.models import AuditEvent, Hospital
from integrations.domain import fhir, hl7, inbox
from integrations.domain.receiving import receive
from integrations.models import Feed, InboundRecord
from patients.domain.consents import current_consent
from patients.models import Consent, Patient
from tests.integrations.factories import FeedFactory
from tests.integrations.fhir_resources import bundle, consent, patient
from tests.integrations.hl7_messages import adt

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 20, 4, tzinfo=dt.UTC)
TODAY = "2026-06-20"

# what is told, one after the other (the decision and when it was made), and what holds then
ORDERS: dict[str, tuple[list[tuple[str, str]], str]] = {
    "an undated yes, then a no of an earlier day": ([("yes", ""), ("no", "2026-05-01")], "no"),
    "an undated yes, then a no of an earlier hour": ([("yes", ""), ("no", "2026-05-01T09:00:00")], "no"),
    "an undated yes, then an undated no": ([("yes", ""), ("no", "")], "no"),
    "a no, then an undated yes": ([("no", "2026-05-01"), ("yes", "")], "no"),
    "a no overtaken by a yes, then an undated yes": (
        [("no", "2026-05-01"), ("yes", "2026-05-02"), ("yes", "")], "yes",
    ),
    "a dated yes after the no, and an undated one before": (
        [("yes", ""), ("yes", "2026-06-10"), ("no", "2026-05-01")], "yes",
    ),
    "a yes in the morning, then a no of that day": ([("yes", "2026-05-01T09:00:00"), ("no", "2026-05-01")], "no"),
    "a no of a day, then a yes in its morning": ([("no", "2026-05-01"), ("yes", "2026-05-01T09:00:00")], "no"),
    "both of one day": ([("no", "2026-05-01"), ("yes", "2026-05-01")], "no"),
    "both of one day, the no last": ([("yes", "2026-05-01"), ("no", "2026-05-01")], "no"),
    "both of one moment": ([("no", "2026-05-01T09:00:00"), ("yes", "2026-05-01T09:00:00")], "no"),
    "a yes of the next day": ([("no", "2026-05-01"), ("yes", "2026-05-02")], "yes"),
    "a yes of the next day, told first": ([("yes", "2026-05-02"), ("no", "2026-05-01")], "yes"),
    "a yes an hour later": ([("no", "2026-05-01T09:00:00"), ("yes", "2026-05-01T10:00:00")], "yes"),
    "a yes this morning, then a no of today": ([("yes", f"{TODAY}T09:00:00"), ("no", TODAY)], "no"),
    "the same no again after a later yes": (
        [("no", "2026-05-01"), ("yes", "2026-05-03"), ("no", "2026-05-01")], "yes",
    ),
}  # fmt: skip


@pytest.mark.parametrize("source", ["hl7", "fhir"])
@pytest.mark.parametrize("case", ORDERS)
def test_the_stricter_decision_holds_where_the_order_is_in_doubt(in_north: Hospital, source: str, case: str) -> None:
    told, expected = ORDERS[case]
    feed = FeedFactory(kind=source, name=source)
    for place, (decision, at) in enumerate(told, 1):
        tell(feed, source, str(place), decision, at)
    assert set(InboundRecord.objects.values_list("state", flat=True)) == {"applied"}
    holds = current_consent(Patient.objects.get(), "education", "phone")
    assert holds is not None
    assert holds.is_granted == (expected == "yes")
    assert all(row.at <= NOW for row in Consent.objects.all())


def test_a_grant_without_its_day_has_the_moment_of_its_message(in_north: Hospital) -> None:
    tell(FeedFactory(), "hl7", "1", "yes", "")
    said = {(row.at, row.is_dated) for row in Consent.objects.all()}
    assert said == {(dt.datetime(2026, 6, 1, 2, tzinfo=dt.UTC), False)}


@pytest.mark.parametrize("source", ["hl7", "fhir"])
def test_a_no_in_the_place_of_an_undated_yes_does_not_pass_its_day_off_as_known(
    in_north: Hospital, source: str
) -> None:
    feed = FeedFactory(kind=source, name=source)
    tell(feed, source, "1", "yes", "")
    tell(feed, source, "2", "no", "2026-05-01T09:00:00")
    *yes, no = Consent.objects.order_by("id")
    assert {(one.is_granted, one.at) for one in yes} == {(True, no.at)}
    assert (no.is_granted, no.is_dated) == (False, False)
    event = AuditEvent.objects.filter(verb="patients.consent.record").latest("id")
    assert event.detail["said_at"] == "2026-05-01T09:00:00+08:00"


def tell(feed: Feed, source: str, control: str, decision: str, at: str) -> None:
    """Have a feed tell a decision, and tell it again."""
    for again in ("", "b"):
        if source == "hl7":
            said = (
                f"CON|1|education|F^V2||||||||{'A' if decision == 'yes' else 'R'}||{''.join(filter(str.isdigit, at))}"
            )
            receive(
                feed, [one for one, _ in hl7.as_inbound([adt("A31", control + again, more=said)])], now=NOW, ask=False
            )
        else:
            when = {"dateTime": f"{at}+08:00" if "T" in at else at} if at else {"dateTime": None}
            kind = "permit" if decision == "yes" else "deny"
            raw = bundle(patient(), consent("education", kind=kind, **when), id=control + again)
            receive(feed, [fhir.as_inbound(raw)], now=NOW, ask=False)
        inbox.apply_chunk(list(InboundRecord.objects.due().select_related("feed")), now=NOW)
