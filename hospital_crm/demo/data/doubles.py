"""People of a demo hospital who are on record twice, as it happens at a counter; what some of them allow; a hold."""

import datetime as dt

from accounts.actors import Actor, actor_for
from accounts.models import Hospital, StaffMember
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.consents import record_consent
from patients.domain.duplicates import find_all
from patients.domain.holds import place_hold
from patients.domain.people import create_person
from patients.domain.uniting import unite
from patients.models import Consent, Patient

COPIES = 12
CONSENTS = 40
WORDING = "2026-01"
_PURPOSES = (Consent.Purpose.EDUCATION, Consent.Purpose.MARKETING_SMS, Consent.Purpose.COMMUNITY)


def make_doubles(hospital: Hospital, *, now: dt.datetime) -> None:
    """Some people typed in a second time with something left out or written otherwise; one of them is united."""
    with hospital_scope(hospital):
        manager = StaffMember.objects.active().holding("centre_manager").select_related("user").order_by("pk")[0]
        actor = actor_for(manager.user, hospital=hospital, role_code="centre_manager")
        assert actor is not None
        known = Patient.objects.filter(contact_state="open", birth_date__isnull=False).exclude(phone="")
        known = known.exclude(pk__in=Consent.objects.exclude(decision="granted").values("patient"))
        people = list(known.order_by("-sort_on", "-id")[5 : 5 + CONSENTS])
        copies = [_second_record(person, place, actor) for place, person in enumerate(people[:COPIES])]
        _consents(people, actor, now)
        unite(kept_id=people[0].pk, other_id=copies[0].pk, actor=actor, now=now)
        place_hold(
            people[-1], demanded_by="清屿市医疗纠纷调解委员会", reason="纠纷处理中", until=None, actor=actor, now=now
        )
        find_all(now=now)


def _second_record(person: Patient, place: int, actor: Actor) -> Patient:
    """The same person once more: in pinyin, without the birth date, or with everything."""
    values = {"name": person.name, "sex": person.sex, "birth_date": person.birth_date, "occupation": "退休"}
    values["name"] = person.py_full if place % 4 == 1 else person.name
    values["birth_date"] = None if place % 4 == 2 else person.birth_date
    return create_person(values, phone="" if place % 4 == 3 else person.phone, actor=actor)


def _consents(people: list[Patient], actor: Actor, now: dt.datetime) -> None:
    """Most allow health education, some refuse text messages."""
    for place, person in enumerate(people):
        for step, purpose in enumerate(_PURPOSES[: 1 + place % 3]):
            record_consent(
                person=person,
                purpose=purpose,
                decision="refused" if (place + step) % 5 == 4 else "granted",
                source="paper",
                wording_version=WORDING,
                guardian_name="家长" if person.birth_date and person.birth_date.year > 2011 else "",
                actor=actor,
                now=now,
                at=now - dt.timedelta(days=place % 30),
            )
