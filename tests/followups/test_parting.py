"""A union of two records is taken apart: both stand as before, what was done since stays where it belongs."""

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import AuditEvent, Hospital
from followups.models import Attempt, FollowUpOrder
from integrations.domain import doubts
from patients.domain.consents import current_consent, record_consent
from patients.domain.life import (
    confirm_death,
    doubt_death,
    report_death,
    settle_doubt,
    stop_contact,
    withdraw_death,
)
from patients.domain.parting import CannotPart, made_since, part
from patients.domain.people import create_person, editable_fields
from patients.domain.person_rows import show_newest_stay
from patients.domain.staging import fetched
from patients.domain.uniting import CannotUnite, fingerprint, unite
from patients.models import ContactPoint, ContactStop, DuplicateCandidate, Encounter, Identifier, Patient, PersonMerger
from tests.followups.factories import AttemptFactory
from tests.followups.test_planning import NOW, planned, run_of
from tests.followups.test_uniting import LATER, _states, _two_stays
from tests.patients.factories import (
    ContactPointFactory,
    ContactStopFactory,
    EncounterFactory,
    IdentifierFactory,
    PatientFactory,
    PatientNoteFactory,
)

LATE = NOW + dt.timedelta(hours=6)
SINCE = NOW + dt.timedelta(days=1)


def _row(person_id: int) -> dict:
    rows = fetched("select to_jsonb(p)::text from patients_patient p where id = %s", [person_id])
    return json.loads(rows[0][0])


def _parted(**given: object) -> Patient:
    return part(merger=PersonMerger.objects.latest("pk"), reason="是两个人", actor=None, now=SINCE, **given)  # type: ignore[arg-type]


def test_both_records_stand_as_before_with_their_own_follow_up(in_north: Hospital) -> None:
    first, second = _two_stays()
    show_newest_stay([first.patient_id, second.patient_id])
    before = {pk: _row(pk) for pk in (first.patient_id, second.patient_id)}
    states = [_states(stay.patient) for stay in (first, second)]
    kept = unite(kept_id=first.patient_id, other_id=second.patient_id, actor=None, now=NOW, chosen=["name", "address"])
    assert _states(kept) == {"readmitted": 4, "planned": 4}
    other = _parted()
    assert other.pk == second.patient_id
    assert {pk: _row(pk) for pk in before} == before
    assert [_states(person) for person in (kept, other)] == states == [{"planned": 4}, {"planned": 4}]
    assert (run_of(first).state, run_of(second).state, run_of(second).patient) == ("open", "open", other)
    event = AuditEvent.objects.get(verb="patients.person.part")
    assert (event.detail["parted"], event.detail["reason"]) == (other.pk, "是两个人")


def test_a_record_made_by_hand_is_the_hands_again(in_north: Hospital, actor: Callable[[str], Actor]) -> None:
    theirs = _two_stays()[0].patient
    show_newest_stay([theirs.pk])
    Patient.objects.filter(pk=theirs.pk).update(his_seen_at=NOW - dt.timedelta(days=9))
    ours = create_person({"name": "谢小平", "sex": "F"}, actor=actor("centre_manager"))
    before = {pk: _row(pk) for pk in (ours.pk, theirs.pk)}
    kept = unite(kept_id=ours.pk, other_id=theirs.pk, actor=None, now=NOW)
    kept.refresh_from_db()
    assert (kept.his_seen_at, "name" in editable_fields(kept, clinical=False)) == (NOW - dt.timedelta(days=9), False)
    _parted()
    assert {pk: _row(pk) for pk in before} == before
    ours.refresh_from_db()
    assert "name" in editable_fields(ours, clinical=False)


def test_what_the_his_told_of_the_united_record_marks_no_record_made_by_hand(
    in_north: Hospital, actor: Callable[[str], Actor]
) -> None:
    theirs = _two_stays()[0].patient
    Patient.objects.filter(pk=theirs.pk).update(his_seen_at=NOW - dt.timedelta(days=9))
    ours = create_person({"name": "谢小平", "sex": "F"}, actor=actor("centre_manager"))
    unite(kept_id=ours.pk, other_id=theirs.pk, actor=None, now=NOW)
    Patient.objects.filter(pk=ours.pk).update(his_seen_at=LATE)
    _parted()
    seen = dict(Patient.objects.values_list("pk", "his_seen_at"))
    assert (seen[ours.pk], seen[theirs.pk]) == (None, LATE)


def test_a_call_made_since_goes_with_its_order(in_north: Hospital) -> None:
    first, second = _two_stays()
    ContactPointFactory(patient=first.patient, value="13800005678")
    theirs = ContactPointFactory(patient=second.patient, value="13800005678")
    earlier = AttemptFactory(
        order=FollowUpOrder.objects.filter(run__encounter=second).earliest("pk"),
        patient=second.patient,
        contact_point=theirs,
    )
    kept = unite(kept_id=first.patient_id, other_id=second.patient_id, actor=None, now=NOW)
    order = FollowUpOrder.objects.filter(run__encounter=second).latest("pk")
    call = AttemptFactory(order=order, patient=kept, contact_point=ContactPoint.objects.get(patient=kept))
    FollowUpOrder.objects.filter(pk=order.pk).update(state="submitted", attempts_count=1)
    other = _parted()
    assert ContactPoint.objects.get(patient=other).pk == theirs.pk
    assert list(Attempt.objects.order_by("pk").values_list("pk", "patient_id", "contact_point_id")) == [
        (earlier.pk, other.pk, theirs.pk),
        (call.pk, other.pk, theirs.pk),
    ]
    assert (_states(other), _states(kept)) == ({"planned": 3, "submitted": 1}, {"planned": 4})


@pytest.mark.parametrize("dead_is_kept", [True, False])
def test_a_death_goes_back_to_its_record_and_the_living_is_followed_again(
    in_north: Hospital, dead_is_kept: bool, actor: Callable[[str], Actor]
) -> None:
    first, second = _two_stays()
    dead, living = (first, second) if dead_is_kept else (second, first)
    report_death(dead.patient, source="his", deceased_on=LATER, actor=None, now=NOW)
    kept = unite(kept_id=first.patient_id, other_id=second.patient_id, actor=None, now=NOW)
    confirm_death(kept, actor=actor("centre_manager"), now=NOW)
    _parted()
    gone, alive = Patient.objects.get(pk=dead.patient_id), Patient.objects.get(pk=living.patient_id)
    assert (gone.contact_state, gone.deceased_on, gone.death_confirmed_at) == ("deceased", LATER, NOW)
    assert (alive.contact_state, alive.deceased_on, alive.death_confirmed_at) == ("open", None, None)
    assert (_states(gone), _states(alive)) == ({"died": 4}, {"planned": 4})
    assert run_of(living).state == "open"


def test_a_refusal_goes_back_to_its_record_and_one_said_since_stays(in_north: Hospital) -> None:
    first, second = _two_stays()
    stop_contact(second.patient, words="不要再打了", actor=None, now=NOW)
    kept = unite(kept_id=first.patient_id, other_id=second.patient_id, actor=None, now=NOW)
    assert kept.contact_state == "stopped"
    other = _parted()
    kept.refresh_from_db()
    assert (kept.contact_state, other.contact_state) == ("open", "stopped")
    assert ContactStop.objects.get().patient == other
    assert (_states(kept), _states(other)) == ({"planned": 4}, {"refused": 4})
    kept = unite(kept_id=kept.pk, other_id=PatientFactory().pk, actor=None, now=SINCE)
    stop_contact(kept, words="也不要打", actor=None, now=SINCE)
    other = _parted()
    kept.refresh_from_db()
    assert (kept.contact_state, other.contact_state) == ("stopped", "stopped")
    assert sorted(ContactStop.objects.filter(words="也不要打").values_list("patient_id", flat=True)) == [
        kept.pk,
        other.pk,
    ]


def test_a_refusal_said_since_ends_the_follow_up_of_both(in_north: Hospital) -> None:
    first, second = _two_stays()
    kept = unite(kept_id=first.patient_id, other_id=second.patient_id, actor=None, now=NOW)
    stop_contact(kept, words="不要再打了", actor=None, now=LATE)
    other = _parted()
    kept.refresh_from_db()
    assert [(person.contact_state, "planned" in _states(person)) for person in (kept, other)] == [
        ("stopped", False)
    ] * 2


@pytest.mark.parametrize("earlier_is_kept", [True, False])
def test_a_death_reported_since_may_be_of_either_and_nobody_calls_the_other(
    in_north: Hospital, actor: Callable[[str], Actor], earlier_is_kept: bool
) -> None:
    first, second = _two_stays() if earlier_is_kept else reversed(_two_stays())
    kept = unite(kept_id=first.patient_id, other_id=second.patient_id, actor=None, now=NOW)
    report_death(kept, source="family", deceased_on=None, actor=None, now=LATE)
    other = _parted()
    kept.refresh_from_db()
    assert (kept.contact_state, other.contact_state, other.death_in_doubt_since) == ("deceased", "open", SINCE)
    assert _states(other) == {"suspended": 4}
    assert run_of(second).state == "suspended"
    doubts.review([other.pk], now=SINCE)  # nobody has decided
    other.refresh_from_db()
    assert other.death_in_doubt_since == SINCE
    withdraw_death(kept, reason="是别人", actor=actor("centre_manager"), now=SINCE)
    other.refresh_from_db()
    assert (other.death_in_doubt_since, _states(other)) == (None, {"planned": 4})


def test_a_doubt_gives_nothing_back_that_was_refused(in_north: Hospital) -> None:
    first = _two_stays()[0]
    refused = FollowUpOrder.objects.filter(run__encounter=first).earliest("pk")
    FollowUpOrder.objects.filter(pk=refused.pk).update(state="refused", closed_at=NOW)
    assert (doubt_death(first.patient, now=NOW), _states(first.patient)) == (True, {"refused": 1, "suspended": 3})
    assert (settle_doubt(first.patient, now=NOW), _states(first.patient)) == (True, {"refused": 1, "planned": 3})


def test_a_death_reported_since_is_not_lost_with_a_refusal_that_came_along(in_north: Hospital) -> None:
    first, second = _two_stays()
    stop_contact(second.patient, words="不要再打了", actor=None, now=NOW)
    kept = unite(kept_id=first.patient_id, other_id=second.patient_id, actor=None, now=NOW)
    report_death(kept, source="family", deceased_on=None, actor=None, now=LATE)
    other = _parted()
    kept.refresh_from_db()
    assert (kept.contact_state, other.contact_state, other.death_in_doubt_since) == ("deceased", "stopped", SINCE)
    assert (_states(kept), _states(other)) == ({"refused": 4}, {"refused": 4})


def test_two_stops_of_contact_are_two_again(in_north: Hospital) -> None:
    people = [ContactStopFactory().patient for _ in range(2)]
    kept = unite(kept_id=people[0].pk, other_id=people[1].pk, actor=None, now=NOW)
    assert ContactStop.objects.count() == 1
    other = _parted()
    assert [stop.patient_id for stop in ContactStop.objects.order_by("patient_id")] == [kept.pk, other.pk]
    kept.refresh_from_db()
    assert (kept.contact_state, other.contact_state) == ("stopped", "stopped")


def test_numbers_go_back_and_what_was_made_since_stays_or_goes_as_said(in_north: Hospital) -> None:
    kept, other = PatientFactory(), PatientFactory()
    number = IdentifierFactory(patient=other)
    kept = unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW)
    assert Identifier.objects.get(pk=number.pk).patient == kept
    note, phone = PatientNoteFactory(patient=kept), ContactPointFactory(patient=kept, value="13900001111")
    stay = EncounterFactory(patient=kept, surgery_level=3, admitted_on=LATER, discharged_on=LATER)
    planned(stay, on=dt.date(2026, 3, 4))
    since = made_since(PersonMerger.objects.get())
    assert since == {"patients.contactpoint": [phone], "patients.encounter": [stay], "patients.patientnote": [note]}
    back = _parted(moving={"patients.encounter": [stay.pk]})
    assert Identifier.objects.get(pk=number.pk).patient == back
    assert (note.__class__.objects.get().patient, ContactPoint.objects.get().patient) == (kept, kept)
    assert (Encounter.objects.get(pk=stay.pk).patient, run_of(stay).patient) == (back, back)
    assert (_states(kept), _states(back)) == ({}, {"planned": 4})
    kept.refresh_from_db()
    back.refresh_from_db()
    assert (back.last_visit_on, kept.phone, back.phone) == (LATER, "13900001111", "")


def test_fields_edited_since_keep_the_edit(in_north: Hospital) -> None:
    kept, other = PatientFactory(address="", occupation=""), PatientFactory(address="清江县一号", occupation="教师")
    kept = unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW)
    assert (kept.address, kept.occupation) == ("清江县一号", "教师")
    Patient.objects.filter(pk=kept.pk).update(occupation="医师")
    _parted()
    kept.refresh_from_db()
    assert (kept.address, kept.occupation) == ("", "医师")


def test_consents_are_restored(in_north: Hospital) -> None:
    kept, other = PatientFactory(), PatientFactory()

    def decide(person: Patient, decision: str, purpose: str, hours: int) -> None:
        record_consent(
            person=person, purpose=purpose, decision=decision, source="counter", wording_version="1",
            now=NOW + dt.timedelta(hours=hours),
        )  # fmt: skip

    for purpose in ("education", "points"):
        decide(kept, "granted", purpose, 0)
        decide(other, "refused", purpose, 1)
    kept = unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW + dt.timedelta(hours=2))
    decide(kept, "refused", "points", 3)
    back = _parted()
    holding = [
        found.decision if (found := current_consent(person, purpose, "sms")) else ""
        for person in (kept, back)
        for purpose in ("education", "points")
    ]
    assert holding == ["granted", "refused", "refused", "refused"]


def test_later_unions_go_first_and_the_pair_does_not_wait_again(in_north: Hospital) -> None:
    people = [PatientFactory(name="谢小平") for _ in range(3)]
    unite(kept_id=people[0].pk, other_id=people[1].pk, actor=None, now=NOW)
    kept = unite(kept_id=people[2].pk, other_id=people[0].pk, actor=None, now=NOW)
    first, second = PersonMerger.objects.order_by("pk")
    assert (first.kept, second.kept) == (kept, kept)
    with pytest.raises(CannotPart) as refusal:
        part(merger=first, reason="是两个人", actor=None, now=SINCE)
    assert str(refusal.value) == _("A later union rests on this one: take that one apart first.")
    for merger in (second, first):
        part(merger=merger, reason="是两个人", actor=None, now=SINCE)
    assert sorted(Patient.objects.values_list("pk", flat=True)) == [person.pk for person in people]
    with pytest.raises(CannotPart, match=_("This union has already been taken apart.")):
        part(merger=first, reason="是两个人", actor=None, now=SINCE)
    with pytest.raises(CannotPart, match=_("A reason is needed.")):
        part(merger=first, reason=" ", actor=None, now=SINCE)
    pairs = DuplicateCandidate.objects.order_by("left_id", "right_id").values_list("left_id", "right_id", "state")
    assert list(pairs) == [
        (people[0].pk, people[1].pk, "dismissed"),
        (people[0].pk, people[2].pk, "dismissed"),
        (people[1].pk, people[2].pk, "open"),
    ]


def test_uniting_what_has_changed_since_it_was_shown_is_refused(in_north: Hospital) -> None:
    kept, other = PatientFactory(), PatientFactory()
    seen = fingerprint(kept, other)
    Patient.objects.filter(pk=other.pk).update(occupation="教师")
    with pytest.raises(
        CannotUnite, match=_("One of the two records has changed since you looked at them. Look again.")
    ):
        unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW, seen=seen)
    with pytest.raises(CannotUnite, match="contact_state"):
        unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW, chosen=["contact_state"])
    assert unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW, seen=fingerprint(kept, other)) == kept
