"""What was seen of a record before it was united with another one is found under the person, as long as the union
stands.
"""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection

from accounts import audit
from accounts.actors import Actor
from accounts.domain import incidents, trail
from accounts.models import Export, Hospital
from patients import subject_file
from patients.domain import watching
from patients.domain.parting import part
from patients.domain.seen import seen_by
from patients.domain.uniting import unite
from patients.models import Patient, PersonMerger, ViewingFlag, ViewingRules
from tests.cast import Cast
from tests.patients.factories import PatientFactory
from tests.patients.test_viewings import LOOKED, MORNING, seen

HOUR = dt.timedelta(hours=1)
ActorOf = Callable[[str], Actor]


@pytest.fixture
def moment(in_north: Hospital) -> dt.datetime:
    """The clock of the database, by which the trail is written."""
    with connection.cursor() as cursor:
        cursor.execute("select now()")
        return cursor.fetchone()[0]


@pytest.fixture
def pair(in_north: Hospital) -> tuple[Patient, Patient]:
    return PatientFactory(), PatientFactory()


def united(pair: tuple[Patient, Patient], actor: Actor, now: dt.datetime) -> Patient:
    kept, other = pair
    return unite(kept_id=kept.pk, other_id=other.pk, actor=actor, now=now)


def parted(actor: Actor, now: dt.datetime) -> None:
    part(merger=PersonMerger.objects.get(), reason="两人", actor=actor, now=now)


def views_in_copy(person: Patient, now: dt.datetime) -> int:
    return len(list(subject_file.parts["seen"].entries(person, now)))


def test_the_own_copy_and_the_card_name_who_saw_the_united_record(
    pair: tuple[Patient, Patient], actor: ActorOf, moment: dt.datetime
) -> None:
    manager, (kept, other) = actor("centre_manager"), pair
    audit.log_access(actor("agent"), "view", [other.pk])
    united(pair, manager, moment)
    assert (views_in_copy(kept, moment), seen_by(kept, moment.date()).views) == (1, 1)
    parted(manager, moment)
    assert (views_in_copy(kept, moment), seen_by(kept, moment.date()).views) == (0, 0)
    assert views_in_copy(other, moment) == 1


def test_the_own_copy_names_exports_of_the_united_record(
    pair: tuple[Patient, Patient], actor: ActorOf, moment: dt.datetime
) -> None:
    manager, (kept, other) = actor("centre_manager"), pair
    asked = {
        "reason": "核对",
        "asked_by": manager.staff,
        "asked_at": moment,
        "row_limit": 10,
        "state": "gone",
        "serial": 1,
    }
    Export.objects.create(page="people", people=[other.pk], **asked)
    united(pair, manager, moment)
    assert len(list(subject_file.parts["exports"].entries(kept, moment))) == 1


def test_the_trail_of_a_person_holds_the_views_of_the_united_record(
    pair: tuple[Patient, Patient], actor: ActorOf, moment: dt.datetime
) -> None:
    manager, (kept, other) = actor("centre_manager"), pair
    audit.log_access(actor("agent"), "view", [other.pk])
    audit.log_access(actor("agent"), "list", [other.pk, PatientFactory().pk])
    united(pair, manager, moment)
    rows = trail.narrowed("accesses", trail.Wanted(number=str(kept.pk)))
    since = trail.narrowed("accesses", trail.Wanted(number=str(kept.pk), since=moment.date() - dt.timedelta(days=1)))
    assert (rows.count(), since.count()) == (1, 2)


def test_an_incident_concerns_the_person_of_the_united_record_once(
    pair: tuple[Patient, Patient], actor: ActorOf, moment: dt.datetime, in_north: Hospital
) -> None:
    agent, officer, (kept, _other) = actor("agent"), actor("security_officer"), pair
    for one in pair:
        audit.log_access(agent, "view", [one.pk])
    united(pair, actor("centre_manager"), moment)
    asked = {"since": moment - HOUR, "until": moment + HOUR, "reason": "账号疑似被盗用"}
    incident = incidents.ask(source="staff", about=agent.staff.name, **asked, actor=officer, now=moment)
    incidents.find(in_north, incident.pk, now=moment)
    rows = incidents.found_people(incident).values_list("patient_id", "opened")
    assert list(rows) == [(kept.pk, 2)]


def flags() -> list[tuple[int, list[str], int]]:
    watching.look_through(now=dt.datetime(2026, 6, 1, 20, 15, tzinfo=dt.UTC))
    return [(row.patient_id, row.reasons, row.views) for row in ViewingFlag.objects.order_by("patient_id")]


def test_a_viewing_of_the_united_record_is_watched(pair: tuple[Patient, Patient], actor: ActorOf, cast: Cast) -> None:
    kept, other = pair
    ViewingRules.objects.create(looked_until=LOOKED, bulk_people=2)
    Patient.objects.filter(pk=kept.pk).update(category="vip")
    seen(cast.sun, kept)
    seen(cast.sun, other)
    united(pair, actor("centre_manager"), MORNING)
    assert flags() == [(kept.pk, ["vip"], 2)]


def test_numbers_shown_of_the_united_record_make_a_viewing_work(
    pair: tuple[Patient, Patient], actor: ActorOf, cast: Cast
) -> None:
    kept, other = pair
    ViewingRules.objects.create(looked_until=LOOKED)
    Patient.objects.filter(pk=kept.pk).update(category="vip")
    seen(cast.sun, other, kind="dial")
    united(pair, actor("centre_manager"), MORNING)
    seen(cast.sun, kept)
    assert flags() == []
