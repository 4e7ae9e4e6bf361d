"""Requests of guardians: the register names who asked and as what; a copy goes out while the guardian stands."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import requests
from patients.domain.requests import RequestError
from patients.models import Patient, PrivacyRequest
from tests.cast import Cast, MountedClient, Part, actor_of, client_of, hire
from tests.patients.care_factories import PrivacyRequestFactory
from tests.patients.factories import PatientFactory, RelationFactory
from tests.patients.test_requests import NOW, TODAY, prepared, refusal, registered

ActorOf = Callable[[str], Actor]
MOTHER = {"asked_by": "guardian", "asker_name": "谢小婷", "proof": "户口本"}
NOBODY = (
    "Who asked is no registered guardian at present. "
    "The proof alone counts only for a child under 14 without any registered guardian: nothing goes out."
)
YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), NOW + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_FILES_DIR = tmp_path


def let_out(person: Patient, actor: ActorOf, **given: Any) -> PrivacyRequest:
    request = prepared(person, actor("centre_manager"), **{**MOTHER, **given})
    return requests.let_out(request, actor=actor("security_officer"), now=NOW).request


def test_a_registered_guardian_is_named_with_the_relation_and_handed_the_copy(
    in_north: Hospital, actor: ActorOf
) -> None:
    person = PatientFactory()
    RelationFactory(patient=person, name="谢小婷", kind="女儿", is_guardian=True)
    request = let_out(person, actor)
    assert (request.asker_name, request.asker_relation, request.state) == ("谢小婷", "女儿", "answered")
    assert requests.fetch(request, actor=actor("centre_manager"), now=NOW).fetched_at == NOW


@pytest.mark.parametrize("ended", [{"valid_until": YESTERDAY}, {"is_guardian": False}, {"name": "谢大平"}])
def test_who_is_no_guardian_at_present_gets_nothing(in_north: Hospital, actor: ActorOf, ended: dict) -> None:
    person = PatientFactory()
    RelationFactory(patient=person, **{"name": "谢小婷", "is_guardian": True, **ended})
    assert refusal(lambda: let_out(person, actor, asker_relation="女儿")) == _(NOBODY)
    assert PrivacyRequest.objects.get().state == "waiting"


@pytest.mark.parametrize(
    ("born", "goes_out"), [(dt.date(2012, 3, 5), True), (dt.date(2012, 3, 4), False), (None, False)]
)
def test_for_a_child_under_14_the_proof_is_enough(
    in_north: Hospital, actor: ActorOf, born: dt.date | None, goes_out: bool
) -> None:
    person = PatientFactory(birth_date=born)
    if goes_out:
        assert let_out(person, actor, asker_relation="母亲").state == "answered"
    else:
        assert refusal(lambda: let_out(person, actor, asker_relation="母亲")) == _(NOBODY)


def test_a_former_guardian_of_a_child_gets_nothing(in_north: Hospital, actor: ActorOf) -> None:
    person = PatientFactory(birth_date=dt.date(2020, 1, 1))
    RelationFactory(patient=person, name="谢小婷", is_guardian=True, valid_until=YESTERDAY)
    assert refusal(lambda: let_out(person, actor)) == _(NOBODY)


SPELLINGS = ["谢 小婷", "谢　小婷", "谢·小婷", "谢小婷（母亲）", "谢小婷(母亲", "【母亲】谢小婷", "谢小婷 [户主]"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_guardian_is_known_however_the_name_is_written(in_north: Hospital, actor: ActorOf, spelling: str) -> None:
    former, present = (PatientFactory(birth_date=dt.date(2020, 1, 1)) for _one in range(2))
    RelationFactory(patient=former, name="谢小婷", kind="母亲", is_guardian=True, valid_until=YESTERDAY)
    RelationFactory(patient=present, name="谢小婷", kind="母亲", is_guardian=True)
    assert refusal(lambda: let_out(former, actor, asker_name=spelling)) == _(NOBODY)
    assert let_out(present, actor, asker_name=spelling).asker_relation == "母亲"


@pytest.mark.parametrize("until", [None, YESTERDAY])
def test_where_a_guardian_was_registered_no_other_is_believed_on_paper(
    in_north: Hospital, actor: ActorOf, until: dt.date | None
) -> None:
    person = PatientFactory(birth_date=dt.date(2020, 1, 1))
    RelationFactory(patient=person, name="谢大平", kind="父亲", is_guardian=True, valid_until=until)
    assert refusal(lambda: let_out(person, actor, asker_relation="母亲")) == _(NOBODY)


def test_a_guardianship_that_ends_before_the_file_is_handed_over_stops_it(in_north: Hospital, actor: ActorOf) -> None:
    person = PatientFactory()
    RelationFactory(patient=person, name="谢小婷", is_guardian=True, valid_until=TODAY)
    request, manager = let_out(person, actor), actor("centre_manager")
    requests.fetch(request, actor=manager, now=NOW)
    colleague = actor_of(hire("second.north", Part("何主任", ("security_officer",))))
    for act in (
        lambda: requests.fetch(request, actor=manager, now=TOMORROW),
        lambda: requests.reseal(request, actor=colleague, now=TOMORROW),
    ):
        assert refusal(act) == _(NOBODY)


def test_nobody_erases_on_the_word_of_a_former_guardian(in_north: Hospital, actor: ActorOf) -> None:
    person = PatientFactory()
    with pytest.raises(RequestError):
        let_out(person, actor, kind="delete", asker_relation="女儿")
    person.refresh_from_db()
    assert person.contact_state == "open"


def test_the_person_speaks_without_a_relation(in_north: Hospital, actor: ActorOf) -> None:
    request = registered(PatientFactory(), actor("centre_manager"), asker_relation="女儿")
    assert (request.asker_name, request.asker_relation) == ("", "")


def test_register_and_page_name_who_asked(
    north: Hospital, cast: Cast, client_as: Callable[[str], MountedClient]
) -> None:
    with hospital_scope(north):
        one = PrivacyRequestFactory(**MOTHER, asker_relation="女儿")
    client = client_as("centre_manager")
    pages = {
        path: client.get(f"patients/{path}").content.decode()
        for path in ("requests/", "requests/print/", f"requests/{one.public_id}/")
    }
    assert ["监护人 · 谢*婷 · 女儿" in page for page in pages.values()] == [True] * 3
    assert "不予提供" in pages[f"requests/{one.public_id}/"]


def test_what_a_guardian_must_give_is_marked_and_asked_for_beside_the_fields(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        person = PatientFactory()
    client, path = client_of(cast.qian), f"patients/{person.public_id}/requests/new/"
    page = client.get(path).content.decode()
    assert page.count("他人代为提出时必填") == 2
    assert page.count("未登记的监护人必填") == 1
    given = {"kind": "copy", "words": "全部资料", "received_on": str(timezone.localdate()), "identity_check": "papers"}
    given |= {"asked_by": "guardian"}
    form = client.post(path, given).context["form"]
    assert (sorted(form.errors), list(form.non_field_errors())) == (["asker_name", "proof"], [])
    form = client.post(path, {**given, "asker_name": "谢大平", "proof": "户口本"}).context["form"]
    assert (sorted(form.errors), list(form.non_field_errors())) == (["asker_relation"], [])
