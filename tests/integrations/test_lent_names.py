"""FHIR's departments and physicians sent by themselves lend their names to visits that refer to them later."""

from pathlib import Path
from typing import Any

import pytest

from accounts.models import Department, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.fhir_files import receive_files
from integrations.models import Feed, InboundRecord, LentName, NameGap, PhysicianMapping
from integrations.readers.problems import sentence
from patients.models import Encounter, Patient
from tests.accounts.factories import WardFactory
from tests.cast import Cast, client_of
from tests.integrations.factories import FeedFactory
from tests.integrations.fhir_resources import Resource, alone, bundle, encounter, patient
from tests.integrations.test_fhir import NOW, told

pytestmark = pytest.mark.django_db
DEPARTMENT = {"resourceType": "Organization", "id": "o1", "name": "心内科", "type": [{"coding": [{"code": "dept"}]}]}
HOUSE = {"resourceType": "Organization", "id": "o9", "name": "北方医院"}
DOCTOR = {"resourceType": "Practitioner", "id": "d1", "name": [{"text": "丁一"}],
          "identifier": [{"system": "urn:staff", "value": "8801"}]}  # fmt: skip
PLACE = {"resourceType": "Location", "id": "l1", "name": "心内一病区"}


@pytest.fixture
def feed(north: Hospital, cast: Cast) -> Any:
    with hospital_scope(north):
        yield FeedFactory(kind="fhir", name="fhir")


def visit(key: str = "v1", **said: Any) -> Resource:
    """A stay that names nothing itself."""
    return encounter(
        key, kind="IMP", **{
            "serviceProvider": {"reference": "Organization/o1"},
            "participant": [{"individual": {"reference": "Practitioner/d1"}}],
        } | said,
    )  # fmt: skip


def named() -> list[tuple[str, str]]:
    """Department and physician of every stay."""
    rows = Encounter.objects.order_by("id").select_related("department")
    return [(one.department.name if one.department else "", one.attending_name) for one in rows]


def findings() -> list[str]:
    """The remarks on the last message."""
    return InboundRecord.objects.order_by("id").last().findings


def test_visit_finds_what_was_sent_alone_before_it(feed: Feed) -> None:
    told(feed, *map(alone, (DEPARTMENT, DOCTOR, patient(), visit())))
    assert (named(), findings()) == ([("心内科", "丁一")], [])
    told(feed, alone(encounter("v2", serviceProvider={"reference": "https://his.example/fhir/Organization/o1"})))
    told(feed, bundle(visit("v3", location=[{"location": {"reference": "Location/l1"}}])))
    assert named()[1:] == [("心内科", ""), ("心内科", "丁一")]


def test_visit_finds_them_in_the_same_round_and_in_later_ones(feed: Feed) -> None:
    told(feed, bundle(DEPARTMENT, DOCTOR, patient(), visit()))
    told(feed, alone(visit("v2")))
    assert (named(), findings()) == ([("心内科", "丁一")] * 2, [])


def test_staff_number_goes_along(feed: Feed, cast: Cast) -> None:
    chen = cast.chen
    type(chen).objects.filter(pk=chen.pk).update(staff_number="8801", name="丁一")
    told(feed, *map(alone, (DEPARTMENT, DOCTOR, patient(), visit())))
    assert Encounter.objects.get().attending == chen


def test_staff_number_of_somebody_of_another_name_is_a_remark(feed: Feed, cast: Cast) -> None:
    type(cast.chen).objects.filter(pk=cast.chen.pk).update(staff_number="8801")
    told(feed, *map(alone, (DEPARTMENT, DOCTOR, patient(), visit())))
    assert (Encounter.objects.get().attending, findings()) == (None, ["physician_number_of_another"])
    assert PhysicianMapping.objects.get(feed=feed, name="丁一").state == "open"


def test_reference_nobody_knows_is_a_remark(feed: Feed) -> None:
    told(feed, *map(alone, (patient(), visit())))
    assert (named(), findings()) == ([("", "")], ["reference_unknown"])
    assert InboundRecord.objects.order_by("id").last().state == "applied"


def test_queue_tells_of_it_in_its_list(feed: Feed, cast: Cast) -> None:
    told(feed, *map(alone, (patient(), visit())))
    text = client_of(cast.he).get("imports/feeds/messages/?state=applied").content.decode()
    assert text.count(sentence("reference_unknown", {})) == 1


def test_words_beside_a_reference_and_a_whole_hospital_are_no_riddle(feed: Feed) -> None:
    provider = {"reference": "Organization/o9"}
    told(feed, *map(alone, (HOUSE, patient(), encounter(serviceProvider=provider))))
    assert (named(), findings()) == ([("", "")], [])
    told(feed, alone(encounter("v2", serviceProvider={"reference": "Organization/o7", "display": "骨科"})))
    assert (named()[1], findings()) == (("骨科", ""), [])


def test_reference_by_a_number_finds_them(feed: Feed) -> None:
    identifier = {"system": "urn:staff", "value": "8801"}
    said = (
        [{"individual": {"identifier": identifier}}],
        [{"individual": {"reference": "Practitioner?identifier=urn:staff|8801"}}],
    )
    told(feed, alone(DOCTOR), alone(patient()))
    told(feed, *(alone(encounter(f"v{place}", participant=one)) for place, one in enumerate(said)))
    assert named() == [("", "丁一")] * 2


def test_name_that_changes_holds_from_then_on(feed: Feed) -> None:
    told(feed, *map(alone, (DEPARTMENT, patient(), visit())))
    told(feed, alone(DEPARTMENT | {"name": "心血管内科"}), alone(visit("v2")))
    assert [name for name, _ in named()] == ["心内科", "心血管内科"]


def test_another_feed_lends_nothing(feed: Feed) -> None:
    other = FeedFactory(kind="fhir", name="fhir2")
    told(other, alone(DEPARTMENT), alone(DOCTOR))
    told(feed, *map(alone, (patient(), visit())))
    assert (named(), findings()) == ([("", "")], ["reference_unknown"])


def test_second_import_adds_nothing(feed: Feed) -> None:
    messages = list(map(alone, (DEPARTMENT, DOCTOR, PLACE, HOUSE, patient(), visit())))
    states = told(feed, *messages)
    before = list(LentName.objects.order_by("id").values_list("id", "reference", "name"))
    assert len(before) == 5
    assert (told(feed, *messages), named()) == (states, [("心内科", "丁一")])
    assert list(LentName.objects.order_by("id").values_list("id", "reference", "name")) == before


def test_bulk_files_lend_names_to_later_files(north: Hospital, cast: Cast, tmp_path: Path) -> None:
    with hospital_scope(north):
        FeedFactory(kind="fhir", name="fhir")
    first, second = tmp_path / "Organization.ndjson", tmp_path / "Encounter.ndjson"
    first.write_bytes(alone(DEPARTMENT) + b"\n" + alone(DOCTOR))
    second.write_bytes(alone(patient()) + b"\n" + alone(visit()))
    assert receive_files(north, "fhir", [first], now=NOW)["messages"] == 2
    receive_files(north, "fhir", [second], now=NOW)
    with hospital_scope(north):
        assert (named(), findings()) == ([("心内科", "丁一")], [])
    assert receive_files(north, "fhir", [first, second], now=NOW)["visits_after"] == 1


def test_what_comes_after_the_visit_fills_it(feed: Feed, cast: Cast) -> None:
    type(cast.chen).objects.filter(pk=cast.chen.pk).update(staff_number="8801", name="丁一")
    ward = WardFactory(name="心内一病区", department=Department.objects.get(name="心内科"))
    told(feed, *map(alone, (patient(), visit(location=[{"location": {"reference": "Location/l1"}}]))))
    assert (named(), NameGap.objects.count()) == ([("", "")], 3)
    told(feed, alone(DEPARTMENT))
    assert (named(), NameGap.objects.count()) == ([("心内科", "")], 2)
    told(feed, alone(DOCTOR), alone(PLACE))
    stay = Encounter.objects.get()
    assert (named(), stay.ward, stay.attending, stay.get_source_display()) == (
        [("心内科", "丁一")], ward, cast.chen, feed.title
    )  # fmt: skip
    assert (NameGap.objects.count(), Patient.objects.get().last_department) == (0, ward.department)


def test_a_ward_that_comes_after_brings_its_department_along(feed: Feed) -> None:
    ward = WardFactory(name="心内一病区")
    place = [{"location": {"reference": "Location/l1"}}]
    told(feed, *map(alone, (patient(), encounter("v1", kind="IMP", location=place))), alone(PLACE))
    stay = Encounter.objects.get()
    assert (stay.ward, stay.department) == (ward, ward.department)


def test_what_was_said_since_is_not_overwritten(feed: Feed) -> None:
    told(feed, *map(alone, (patient(), visit())))
    told(
        feed,
        alone(visit(serviceProvider={"reference": "Organization/o7", "display": "骨科"}) | {"status": "in-progress"}),
    )
    told(feed, alone(DEPARTMENT), alone(DOCTOR))
    assert named() == [("骨科", "丁一")]


def test_words_that_stood_for_want_of_the_name_give_way_to_it(feed: Feed) -> None:
    told(feed, *map(alone, (patient(), visit(serviceType={"text": "内科"}))))
    assert named() == [("内科", "")]
    told(feed, alone(DEPARTMENT))
    assert named() == [("心内科", "")]


def test_a_whole_hospital_and_another_feed_fill_nothing(feed: Feed) -> None:
    other = FeedFactory(kind="fhir", name="fhir2")
    told(feed, *map(alone, (patient(), visit(serviceProvider={"reference": "Organization/o9"}))))
    told(other, alone(DOCTOR))
    told(feed, alone(HOUSE))
    assert (named(), [gap.reference for gap in NameGap.objects.all()]) == ([("", "")], ["Practitioner/d1"])


def test_a_stay_that_was_cancelled_is_not_filled(feed: Feed) -> None:
    told(feed, *map(alone, (patient(), visit())))
    told(feed, alone(visit() | {"status": "entered-in-error"}), alone(DEPARTMENT))
    assert named() == [("", "")]
