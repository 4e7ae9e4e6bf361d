"""What a message takes away with `""` is empty afterwards, or a remark says that it was not taken away."""

import datetime as dt

import pytest

from accounts.models import Hospital
from integrations.models import Feed, InboundRecord
from patients.models import ContactPoint, Encounter
from patients.signals import stays_withdrawn
from tests.integrations.factories import FeedFactory
from tests.integrations.hl7_messages import adt, pv1
from tests.integrations.outside import apply_all

pytestmark = pytest.mark.django_db
PHONES = "PID|1||M1^^^H^MR||甘书远||19600102|M|||||{home}|{work}"


@pytest.fixture
def feed(in_north: Hospital) -> Feed:
    return FeedFactory()


def changed(number: int, said: str, *, visit: str = "") -> str:
    """A visit with another field."""
    fields = (visit or pv1(ended="20260603100000", left="1")).split("|")
    fields[number] = said
    return "|".join(fields)


@pytest.mark.parametrize("event", ["A08", "A02", "A01"])
def test_a_discharge_that_is_taken_away_is_withdrawn(feed: Feed, event: str) -> None:
    heard: list[list[int]] = []

    def hear(encounter_ids: list[int], **said: object) -> None:
        heard.append(encounter_ids)

    stays_withdrawn.connect(hear)
    apply_all(feed, [adt("A03", "1", pv1=pv1(ended="20260603100000", left="1"))])
    apply_all(feed, [adt(event, "2", pv1=changed(45, '""'))])
    stays_withdrawn.disconnect(hear)
    stay = Encounter.objects.get()
    assert (stay.discharged_on, stay.discharged_at, stay.disposition) == (None, None, "unknown")
    assert heard == [[stay.pk]]


def test_a_discharge_without_its_time_stays_one(feed: Feed) -> None:
    apply_all(feed, [adt("A03", "1", at="20260604100000", pv1=changed(45, '""'))])
    assert Encounter.objects.get().discharged_on == dt.date(2026, 6, 4)


def test_a_place_that_is_taken_away_is_empty(feed: Feed) -> None:
    apply_all(feed, [adt("A03", "1", pv1=pv1()), adt("A08", "2", pv1=changed(3, '""'))])
    stay = Encounter.objects.get()
    assert (stay.department, stay.ward, stay.bed, stay.attending_name) == (None, None, "", "陈明")


def test_where_the_service_names_the_department_it_stays_without_a_place(feed: Feed) -> None:
    Feed.objects.update(settings={"department_from": "service"})
    feed.refresh_from_db()
    visit = changed(10, "骨科", visit=pv1())
    apply_all(feed, [adt("A01", "1", pv1=visit), adt("A08", "2", pv1=changed(3, '""', visit=visit))])
    assert str(Encounter.objects.get().department) == "骨科"
    apply_all(feed, [adt("A08", "3", pv1=changed(10, '""', visit=visit))])
    assert Encounter.objects.get().department is None


@pytest.mark.parametrize(
    ("home", "work", "left", "findings"),
    [
        ("13800000001", '""', ["13800000001"], []),
        ('""', "02558880001", ["02558880001"], []),
        ('""', '""', [], []),
        ('""', "", [], []),
        ("", '""', ["13800000001", "02558880001"], ["delete_not_taken"]),
    ],
)
def test_telephones_that_are_taken_away_go(
    feed: Feed, home: str, work: str, left: list[str], findings: list[str]
) -> None:
    apply_all(feed, [adt("A28", "1", pid=PHONES.format(home="13800000001", work="02558880001"))])
    apply_all(feed, [adt("A08", "2", pid=PHONES.format(home=home, work=work))])
    assert list(ContactPoint.objects.order_by("rank").values_list("value", flat=True)) == left
    assert InboundRecord.objects.order_by("id").last().findings == findings  # type: ignore[union-attr]


def test_a_telephone_told_after_it_was_taken_away_stays(feed: Feed) -> None:
    """Also where both messages are applied together."""
    pids = [PHONES.format(home=home, work="") for home in ("13800000001", '""', "13800000001")]
    apply_all(feed, [adt("A08", str(number), pid=pid) for number, pid in enumerate(pids)])
    assert list(ContactPoint.objects.values_list("value", flat=True)) == ["13800000001"]
