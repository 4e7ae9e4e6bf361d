"""A feed's own words: written down by the information officer, read from then on, forgotten again."""

import datetime as dt
from typing import Any

import pytest

from accounts.actors import Actor
from accounts.models import AuditEvent, Department, Hospital
from integrations.domain import feed_words
from integrations.domain.errors import ImportRefused
from integrations.domain.feed_words import mean_word, words_of
from integrations.domain.feeds import mean_department
from integrations.domain.fhir import as_inbound
from integrations.domain.receiving import receive
from integrations.models import DepartmentMapping, Feed, InboundRecord
from patients.models import Consent, Encounter, Identifier, Patient
from tests.cast import Cast, client_of
from tests.integrations.factories import FeedFactory
from tests.integrations.fhir_resources import alone, patient
from tests.integrations.hl7_messages import adt, pv1
from tests.integrations.outside import apply_all

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 2, 2, tzinfo=dt.UTC)


@pytest.fixture
def officer(cast: Cast) -> Any:
    """A browser of North's information officer."""
    return client_of(cast.he)


def test_words_are_written_down_read_and_forgotten(officer: Any, in_north: Hospital) -> None:
    feed = FeedFactory()
    page = f"imports/feeds/{feed.public_id}/"

    def number_of(one: str) -> str:
        apply_all(Feed.objects.get(), [adt("A28", one, pid=f"PID|1||{one}^^^H^zyh2||甘书远||19600102|M")])
        return Identifier.objects.get(value__endswith=one).system

    for word, means in (("zyh2", "number_kinds inpatient"), ("Z31", "events A31"), ("99", "dispositions died")):
        officer.post(f"{page}words/", {"word": word, "means": means})
    officer.post(f"{page}words/", {"word": "宣教", "means": "consent_kinds education"})
    assert [(one.word, str(one.meaning)) for one in officer.get(page).context["words"]] == [
        ("ZYH2", "住院号"), ("Z31", "A31 登记或更正人员信息"), ("99", "死亡"), ("宣教", "健康宣教"),
    ]  # fmt: skip
    assert number_of("7001") == "inpatient"
    consent = "CON|1|宣教|F^V3||||||||R"
    apply_all(Feed.objects.get(), [adt("Z31", "2", name="乔明", more=consent)])
    assert Consent.objects.get().purpose == "education"
    apply_all(Feed.objects.get(), [adt("A03", "3", pv1=pv1(left="99", ended="20260603"), number="M3", name="谢平")])
    assert (Encounter.objects.get().disposition, Patient.objects.get(name="谢平").contact_state) == ("died", "deceased")
    officer.post(f"{page}words/", {"forget": "ZYH2", "kind": "number_kinds"})
    assert number_of("7002") == "other"
    assert AuditEvent.objects.filter(verb="integrations.feed.word").count() == 5
    officer.post(page, {"title": "新名", "number_domain": "his", "is_active": "on"})
    assert len(words_of(Feed.objects.get())) == 3


def test_a_system_of_identifiers_is_a_word_of_fhir(in_north: Hospital, actor: Any) -> None:
    feed = FeedFactory(kind="fhir", name="fhir")
    mean_word(feed, kind="number_kinds", word="urn:hospital:card", meaning="card", actor=actor("information_officer"))
    said = patient(identifier=[{"system": "urn:hospital:card", "value": "C900"}])
    receive(Feed.objects.get(), [as_inbound(alone(said))], now=NOW, ask=False)
    apply_all(Feed.objects.get(), [])
    assert Identifier.objects.filter(system="card").values_list("value", flat=True).get() == "C900"
    assert set(feed_words.kinds_of(feed)) == {"number_kinds", "dispositions"}


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "events", "word": "X", "meaning": "A01"},
        {"kind": "number_kinds", "word": "X", "meaning": "A01"},
        {"kind": "number_kinds", "word": "  ", "meaning": "card"},
        {"kind": "zone", "word": "x", "meaning": "y"},
    ],
)
def test_what_says_nothing_is_refused(in_north: Hospital, actor: Any, said: dict[str, str]) -> None:
    officer: Actor = actor("information_officer")
    feed = FeedFactory(kind="fhir", name="fhir")
    with pytest.raises(ImportRefused):
        mean_word(feed, **said, actor=officer)
    with pytest.raises(ImportRefused):
        feed_words.forget_word(feed, kind="number_kinds", word="X", actor=officer)
    assert Feed.objects.get().settings == {}


def test_a_department_of_the_feed_is_forgotten(officer: Any, in_north: Hospital, actor: Any, client_as: Any) -> None:
    feed = FeedFactory()
    known = Department.objects.create(name="心血管内科", is_confirmed=True)
    mean_department(feed, "0304", known, actor=actor("information_officer"), now=NOW)
    path = f"imports/feeds/{feed.public_id}/"
    assert client_as("centre_manager").post(f"{path}departments/", {"forget": "0304"}).status_code == 403
    assert client_as("centre_manager").post(f"{path}words/", {"forget": "0304"}).status_code == 403
    officer.post(f"{path}departments/", {"forget": "0304"})
    assert not DepartmentMapping.objects.exists()
    assert InboundRecord.objects.count() == 0
