"""The liaison of a unit sees who its members are, and nothing of their care."""

from collections.abc import Callable

import pytest

from accounts.calendar import today
from accounts.models import Department, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import Patient
from tests.cast import CARDIOLOGY, Cast, MountedClient
from tests.followups.factories import AttemptFactory, FollowUpOrderFactory, FollowUpRunFactory
from tests.groups.factories import GroupCustomerFactory, GroupMemberFactory
from tests.patients.factories import ContactStopFactory, EncounterFactory, PatientFactory

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], MountedClient]
WORDS = "当面说不要再打"


@pytest.fixture
def member(north: Hospital, cast: Cast) -> Patient:
    """A member of Tang's unit, in tier A, discharged today from cardiology, called once, who then refused contact."""
    with hospital_scope(north):
        assert cast.chen.name == "陈医师"
        department = Department.objects.get(name=CARDIOLOGY)
        person = PatientFactory(name="谢建平", care_tier="A", last_department=department, last_visit_on=today())
        stay = EncounterFactory(
            patient=person, department=department, attending=cast.chen, admitted_on=today(), discharged_on=today()
        )
        order = FollowUpOrderFactory(run=FollowUpRunFactory(encounter=stay, patient=person, tier="A"), state="filed")
        AttemptFactory(order=order, patient=person, staff=cast.chen)
        Patient.objects.filter(pk=person.pk).update(contact_state="stopped")
        ContactStopFactory(patient=person, words=WORDS, recorded_by=cast.chen)
        GroupMemberFactory(group=GroupCustomerFactory(owner=cast.tang), patient=person)
        return person


CARE = (CARDIOLOGY, "陈医师", "出院", WORDS, "tier-A")


def told(text: str) -> set[str]:
    """The words of care in the body of a page."""
    body = text.split("<main", 1)[-1]
    return {word for word in CARE if word in body}


@pytest.mark.parametrize("page", ["patients/", "patients/{id}/?show=", "patients/{id}/print/", "patients/{id}/"])
def test_liaison_reads_who_it_is_and_nothing_of_the_care(member: Patient, client_as: ClientAs, page: str) -> None:
    path = page.format(id=member.public_id)
    mine = client_as("liaison").get(path)
    assert (mine.status_code, "谢*平" in mine.content.decode(), told(mine.content.decode())) == (200, True, set())
    assert told(client_as("physician").get(path).content.decode()) != set()


def test_liaison_finds_a_member_without_care(member: Patient, client_as: ClientAs) -> None:
    liaison = client_as("liaison")
    pages = [
        liaison.post("patients/search/", {"q": "谢建平"}, follow=True),
        liaison.post("patients/suggest/", {"q": "谢建平"}),
    ]
    assert [("谢*平" in page.content.decode(), told(page.content.decode())) for page in pages] == [(True, set())] * 2


def test_list_of_a_liaison_has_no_filter_and_no_order_by_care(
    member: Patient, client_as: ClientAs, north: Hospital
) -> None:
    liaison = client_as("liaison")
    asked = liaison.get("patients/?tier=A&department=999")
    assert (asked.context["rows"], [words.split("：")[0] for words, _url in asked.context["closed"]]) == (
        [],
        ["分级", "科室"],
    )
    page = liaison.get("patients/")
    assert [chip["label"] for chip in page.context["chips"]] == ["全部", "停止联系", "已故"]
    assert set(page.context["form"].fields) == {"region", "category", "kind", "source", "sex", "age_from", "age_to"}
    assert len(page.context["rows"]) == 1
    chips = client_as("agent").get("patients/").context["chips"]
    assert len(chips) == 6


def test_who_has_seen_a_record_tells_who_treats(member: Patient, client_as: ClientAs) -> None:
    assert client_as("liaison").get(f"patients/{member.public_id}/panels/seen/").status_code == 403
    assert client_as("agent").get(f"patients/{member.public_id}/panels/seen/").status_code == 200
