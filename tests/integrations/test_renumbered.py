"""Numbers that change hands: visits renumbered, united and moved, people deleted by their source; told twice, once."""

import datetime as dt
from collections.abc import Callable

import pytest

from accounts.actors import Actor
from accounts.models import AuditEvent, Hospital
from integrations.models import Feed, InboundRecord
from patients.domain.consents import record_consent
from patients.domain.people import create_person
from patients.models import Consent, Diagnosis, Encounter, EncounterFact, Identifier, Patient, Procedure
from patients.signals import stays_withdrawn
from tests.integrations.factories import FeedFactory
from tests.integrations.hl7_messages import adt, pv1
from tests.integrations.outside import NOW, apply_all, everything, states

pytestmark = pytest.mark.django_db
OTHER = "PID|1||M2^^^H^MR||乔明||19700304|F"


@pytest.fixture
def feed(in_north: Hospital) -> Feed:
    """A feed that has told of two people, the first of them with a stay that is over."""
    feed = FeedFactory()
    stay = adt("A03", "1", pv1=pv1(ended="20260603"), more="DG1|1||I10^高血压")
    apply_all(feed, [stay, adt("A28", "2", pid=OTHER)])
    return feed


def tell(feed: Feed, message: bytes) -> tuple[str, str]:
    """What became of a message that is applied, and applied again: the second time changes nothing."""
    apply_all(feed, [message])
    once, first = everything(), states()
    InboundRecord.objects.filter(state="applied").exclude(event__in=["ADT^A03", "ADT^A28", "ADT^A01"]).update(
        state="received"
    )
    apply_all(feed, [message])
    assert (everything(), states()) == (once, first)
    return first[-1]


def standing() -> list[tuple[str, str]]:
    """The stays that count, with their person."""
    rows = Encounter.objects.filter(is_cancelled=False).order_by("source_key")
    return list(rows.values_list("source_key", "patient__name"))


@pytest.mark.parametrize("event", ["A49", "A50"])
def test_a_stay_that_is_only_renumbered_keeps_all_it_had(feed: Feed, event: str) -> None:
    before = Encounter.objects.get().pk
    merge = "MRG|M1^^^H^MR||V1" if event == "A49" else "MRG|M1^^^H^MR||||V1"
    pid = "PID|1||M1^^^H^MR||甘书远|||||||||||||V5"
    assert tell(feed, adt(event, "3", pid=pid, pv1=pv1("V5"), more=merge)) == ("applied", "")
    assert (standing(), Encounter.objects.get().pk) == ([("his|V5", "甘书远")], before)


def test_a_renumbering_onto_another_visit_is_set_aside(feed: Feed) -> None:
    apply_all(feed, [adt("A01", "9", pv1=pv1("V5", admitted="20260610090000"))])
    reason = tell(feed, adt("A50", "3", pv1=pv1("V5"), more="MRG|M1^^^H^MR||||V1"))
    assert (reason, len(standing())) == (("set_aside", "stay_number_taken"), 2)


@pytest.mark.parametrize("event", ["A35", "A41", "A42"])
def test_of_two_visits_that_are_one_the_retired_number_stops_to_count(feed: Feed, event: str) -> None:
    apply_all(feed, [adt("A01", "9", pv1=pv1("V5", admitted="20260610090000"))])
    heard: list[int] = []

    def hear(encounter_ids: list[int], **kwargs: object) -> None:
        heard.extend(encounter_ids)

    stays_withdrawn.connect(hear)
    pid = "PID|1||M1^^^H^MR||甘书远|||||||||||||V5"
    merge = "MRG|M1^^^H^MR||||V1" if event == "A42" else "MRG|M1^^^H^MR||V1"
    became = tell(feed, adt(event, "3", pid=pid, pv1=pv1("V5"), more=merge))
    stays_withdrawn.disconnect(hear)
    old = Encounter.objects.get(source_key="his|V1")
    assert (became, standing(), old.is_cancelled, heard) == (("applied", ""), [("his|V5", "甘书远")], True, [old.pk])


def test_two_visits_of_which_only_the_retired_one_ended_in_death_are_set_aside(feed: Feed) -> None:
    apply_all(feed, [adt("A01", "9", pv1=pv1("V5", admitted="20260610090000"))])
    Encounter.objects.filter(source_key="his|V1").update(disposition="died")
    reason = tell(feed, adt("A42", "3", pv1=pv1("V5"), more="MRG|M1^^^H^MR||||V1"))
    assert (reason, len(standing())) == (("set_aside", "stays_differ"), 2)


@pytest.mark.parametrize(
    ("event", "merge", "visit"),
    [
        ("A44", "MRG|M1^^^H^MR||V1", ""),
        ("A45", "MRG|M1^^^H^MR||||V1", pv1("V1")),
        ("A45", "MRG|M1^^^H^MR||||V1", pv1("V7")),
    ],
)
def test_a_visit_booked_on_the_wrong_person_goes_to_the_right_one(
    feed: Feed, event: str, merge: str, visit: str
) -> None:
    pid = OTHER + "||||||||||V1"
    assert tell(feed, adt(event, "3", pid=pid, pv1=visit, more=merge)) == ("applied", "")
    ((key, name),) = standing()
    stay = Encounter.objects.get(is_cancelled=False)
    assert (key, name, stay.discharged_on) == ("his|V7" if "V7" in visit else "his|V1", "乔明", dt.date(2026, 6, 3))
    assert list(Diagnosis.objects.filter(encounter=stay).values_list("code", flat=True)) == ["I10"]
    left = Encounter.objects.get(is_cancelled=True)
    assert (left.patient.name, Patient.objects.get(name="甘书远").last_visit_on) == ("甘书远", None)


def test_a_death_goes_with_the_visit_that_ended_in_it(feed: Feed) -> None:
    apply_all(feed, [adt("A03", "9", pv1=pv1("V1", left="20", ended="20260603"))])
    assert Patient.objects.get(name="甘书远").contact_state == "deceased"
    tell(feed, adt("A45", "3", pid=OTHER, pv1=pv1(), more="MRG|M1^^^H^MR||||V1"))
    assert dict(Patient.objects.values_list("name", "contact_state")) == {"甘书远": "open", "乔明": "deceased"}


def test_the_visit_of_somebody_who_is_not_named_does_not_move(feed: Feed) -> None:
    apply_all(feed, [adt("A28", "9", pid="PID|1||M3^^^H^MR||解小舟||19800506|M")])
    third = adt("A45", "3", pid=OTHER, pv1=pv1(), more="MRG|M3^^^H^MR||||V1")
    assert tell(feed, third) == ("set_aside", "visit_of_another")
    assert standing() == [("his|V1", "甘书远")]


def test_a_move_of_a_visit_that_is_not_known_is_decided_where_it_might_be_another(feed: Feed) -> None:
    unknown = adt("A44", "3", pid=OTHER + "||||||||||A9", more="MRG|M1^^^H^MR||A9")
    assert tell(feed, unknown) == ("set_aside", "move_of_unknown_stay")
    unknown = adt("A44", "4", pid=OTHER + "||||||||||A9", more="MRG|M8^^^H^MR||A9")
    assert tell(feed, unknown) == ("ignored", "visit_not_known")


def test_a_merge_of_people_and_their_accounts_is_both(feed: Feed) -> None:
    apply_all(feed, [adt("A01", "9", pid=OTHER, pv1=pv1("V5", admitted="20260601080000"))])
    merge = adt("A36", "3", pid=OTHER + "||||||||||V5", pv1=pv1("V5"), more="MRG|M1^^^H^MR||V1")
    assert tell(feed, merge) == ("applied", "")
    assert (Patient.objects.get().name, standing()) == ("乔明", [("his|V5", "乔明")])


@pytest.mark.parametrize("event", ["A34", "A39", "A43"])
def test_other_merges_go_through_the_same_door(feed: Feed, event: str) -> None:
    assert tell(feed, adt(event, "3", pid=OTHER, more="MRG|M1^^^H^MR")) == ("applied", "")
    assert (Patient.objects.get().name, standing()) == ("乔明", [("his|V1", "乔明")])


@pytest.mark.parametrize("event", ["A46", "A47"])
def test_a_changed_number_replaces_the_old_one_which_still_finds_the_person(feed: Feed, event: str) -> None:
    changed = adt(event, "3", number="M11", more="MRG|M1^^^H^MR")
    assert tell(feed, changed) == ("applied", "")
    rows = Identifier.objects.filter(patient__name="甘书远").values_list("value", "is_active")
    assert (dict(rows), Patient.objects.get(name="甘书远").mrn) == ({"M1": False, "M11": True}, "M11")


@pytest.mark.parametrize("event", ["A46", "A47", "A48"])
def test_a_changed_number_unites_nobody(feed: Feed, event: str) -> None:
    assert tell(feed, adt(event, "3", pid=OTHER, more="MRG|M1^^^H^MR")) == ("set_aside", "number_taken")
    assert Patient.objects.count() == 2


def test_a_merge_there_and_back_leaves_the_number_that_was_named_last(feed: Feed) -> None:
    assert tell(feed, adt("A40", "3", more="MRG|M7^^^H^MR")) == ("applied", "")
    assert tell(feed, adt("A40", "4", number="M7", more="MRG|M1^^^H^MR")) == ("applied", "")
    owner = Patient.objects.get(name="甘书远")
    assert dict(Identifier.objects.filter(patient=owner).values_list("value", "is_active")) == {"M1": False, "M7": True}
    assert owner.mrn == "M7"


def test_a_deleted_visit_stops_to_count_and_stays(feed: Feed) -> None:
    assert tell(feed, adt("A23", "3", pv1=pv1())) == ("applied", "")
    assert Encounter.objects.get().is_cancelled is True


def test_a_deleted_visit_may_be_named_by_its_account_alone(feed: Feed) -> None:
    pid = "PID|1||M1^^^H^MR||甘书远|||||||||||||{}"
    for control, line in (("3", ""), ("4", "PV1|1"), ("5", "PV1|1|I")):
        assert tell(feed, adt("A23", control, pid=pid.format("V7"), pv1=line)) == ("set_aside", "visit_not_known")
        assert Encounter.objects.get().is_cancelled is False
    assert tell(feed, adt("A23", "6", pid=pid.format("V1"), pv1="PV1|1")) == ("applied", "")
    assert Encounter.objects.get().is_cancelled is True


def test_a_deleted_person_goes_only_with_a_record_that_holds_nothing(feed: Feed) -> None:
    assert tell(feed, adt("A29", "3")) == ("set_aside", "delete_told")
    assert Patient.objects.filter(name="甘书远").exists()
    apply_all(feed, [adt("A29", "4", pid=OTHER)])
    assert (states()[-1], Patient.objects.filter(name="乔明").exists()) == (("applied", ""), False)
    assert AuditEvent.objects.filter(verb="patients.person.taken_back").count() == 1
    apply_all(feed, [adt("A29", "5", pid=OTHER)])
    assert states()[-1] == ("ignored", "person_not_here")


def test_a_deleted_person_with_whom_somebody_has_worked_stays(feed: Feed) -> None:
    other = Patient.objects.get(name="乔明")
    record_consent(person=other, purpose="education", decision="refused", source="phone", now=NOW)
    assert tell(feed, adt("A29", "4", pid=OTHER)) == ("set_aside", "delete_told")


def test_a_deleted_person_who_was_entered_by_hand_stays(feed: Feed, actor: Callable[[str], Actor]) -> None:
    """Also where the clock that dated the record runs ahead of the one that dated the act."""
    made = create_person({"name": "乔明"}, actor=actor("agent"))
    Patient.objects.filter(pk=made.pk).update(created_at=made.created_at + dt.timedelta(hours=9))
    Identifier.objects.filter(patient__name="乔明").update(patient=made)
    assert tell(feed, adt("A29", "4", pid=OTHER)) == ("set_aside", "delete_told")
    assert Patient.objects.filter(pk=made.pk).exists()


def consents() -> list[tuple[str, str, str]]:
    """What is on record, in order."""
    return list(Consent.objects.order_by("id").values_list("purpose", "decision", "source"))


def test_consents_of_a_message_are_taken_once(feed: Feed) -> None:
    said = "CON|1|education|F^V2||||||||A||20260501\rCON|2|HMARKT|||||||||R"
    message = adt("A31", "3", more=said)
    for control in ("3", "4"):
        assert tell(feed, message.replace(b"|3|P", b"|%s|P" % control.encode())) == ("applied", "")
    assert consents() == [
        *[("education", "granted", "feed")] * 4,
        *((purpose, "refused", "feed") for purpose in ("marketing_mail", "marketing_sms", "calls")),
    ]


def test_a_consent_without_its_day_never_overrules_a_refusal_here(feed: Feed) -> None:
    person = Patient.objects.get(name="甘书远")
    record_consent(person=person, purpose="education", channel="phone", decision="refused", source="phone", now=NOW)
    assert tell(feed, adt("A31", "3", more="CON|1|education|F^V2||||||||A")) == ("applied", "")
    assert InboundRecord.objects.order_by("-id")[0].findings == ["consent_stricter_stands"]
    assert tell(feed, adt("A31", "4", more="CON|1|education|||||||||X")) == ("applied", "")
    assert consents() == [("education", "refused", "phone"), ("education", "refused", "feed")]


def test_allergies_are_listed_added_and_taken_away(feed: Feed) -> None:
    def allergies() -> str:
        return Patient.objects.get(name="甘书远").allergies

    Patient.objects.filter(name="甘书远").update(allergies="海鲜，芒果")
    tell(feed, adt("A31", "3", more="AL1|1|DA|^青霉素"))
    tell(feed, adt("A60", "4", more="IAM|1|FA|^花生|||A\rIAM|2|FA|^花生|||U"))
    assert allergies() == "海鲜、芒果、青霉素、花生"
    tell(feed, adt("A60", "5", more="IAM|1|DA|^青霉素|||D"))
    tell(feed, adt("A31", "6"))
    assert allergies() == "海鲜、芒果、花生"
    tell(feed, adt("A31", "7", more='AL1|1||""'))
    assert allergies() == ""
    assert tell(feed, adt("A31", "8", processing="T", more="AL1|1|DA|^虾")) == ("ignored", "training")
    assert allergies() == ""


STRANGER = "PID|1||%s^^^H^MR||王五||19800101|M"


@pytest.mark.parametrize(
    ("event", "pid", "more"),
    [
        ("A29", STRANGER % "M2", ""),
        ("A29", OTHER.replace("19700304", "19700305"), ""),
        ("A29", OTHER[:-1] + "M", ""),
        ("A45", STRANGER % "M2", "MRG|M1^^^H^MR||||V1"),
        ("A47", STRANGER % "M2", "MRG|M9^^^H^MR"),
    ],
)
def test_one_number_and_two_people_is_set_aside_and_nothing_is_done(
    feed: Feed, event: str, pid: str, more: str
) -> None:
    before = everything()
    visit = pv1() if event == "A45" else ""
    assert tell(feed, adt(event, "3", pid=pid, pv1=visit, more=more)) == ("set_aside", "named_otherwise")
    assert everything() == before
    assert InboundRecord.objects.order_by("-id")[0].patient_id == Patient.objects.get(name="乔明").pk


def counted(feed: Feed, *stays: tuple[str, str, str]) -> None:
    """Stays whose numbers count those of their person: number of the person, of the stay, and the day it began."""
    pids = {"M1": "", "M2": OTHER}
    apply_all(
        feed,
        [
            adt("A01", f"c{place}", pid=pids[number], pv1=pv1(key, admitted=f"{day}090000"))
            for place, (number, key, day) in enumerate(stays)
        ],
    )


def test_numbers_that_count_the_stays_of_a_person_are_those_of_the_old_number(feed: Feed) -> None:
    counted(feed, ("M1", "1", "20260610"), ("M1", "2", "20260620"), ("M2", "1", "20260620"))
    merge = adt("A36", "3", pv1=pv1("2"), more="MRG|M2^^^H^MR||||1")
    assert tell(feed, merge) == ("applied", "")
    assert standing() == [("his|M1-1", "甘书远"), ("his|M1-2", "甘书远"), ("his|V1", "甘书远")]


def test_the_keys_of_stays_follow_the_number_of_their_person(feed: Feed) -> None:
    counted(feed, ("M1", "1", "20260610"))
    assert tell(feed, adt("A47", "3", number="M7", more="MRG|M1^^^H^MR")) == ("applied", "")
    assert standing() == [("his|M7-1", "甘书远"), ("his|V1", "甘书远")]
    before = standing()
    apply_all(feed, [adt("A08", "4", number=one, pv1=pv1("1", admitted="20260610090000")) for one in ("M1", "M7")])
    assert (states()[-1], standing()) == (("applied", ""), before)


@pytest.mark.parametrize("event", ["A35", "A36", "A41", "A44"])
def test_the_number_of_the_visit_is_read_before_that_of_the_account(feed: Feed, event: str) -> None:
    of_account, merge = "||||||||||A5", "MRG|M1^^^H^MR||A1||V1"
    first = OTHER if event in ("A36", "A44") else "PID|1||M1^^^H^MR||甘书远|||"
    stay = pv1("V1" if event == "A44" else "V5", admitted="20260601090000")
    if event != "A44":
        apply_all(feed, [adt("A01", "9", pid=first, pv1=stay)])
    assert tell(feed, adt(event, "3", pid=first + of_account, pv1=stay, more=merge)) == ("applied", "")
    wanted = ("his|V1", "乔明") if event == "A44" else ("his|V5", "乔明" if event == "A36" else "甘书远")
    assert standing() == [wanted]


@pytest.mark.parametrize("event", ["A35", "A41", "A42", "A45", "A50"])
def test_a_retired_number_of_a_visit_makes_and_revives_none(feed: Feed, event: str) -> None:
    pid = OTHER if event == "A45" else ""
    told = [adt("A03", "s1", pv1=pv1(ended="20260603")), adt("A28", "s2", pid=OTHER)]
    if event not in ("A45", "A50"):
        told.append(adt("A01", "s3", pid=pid, pv1=pv1("V5", admitted="20260610090000")))
    told.append(adt(event, "s4", pid=pid, pv1=pv1("V5"), more="MRG|M1^^^H^MR||||V1"))
    apply_all(feed, told)
    assert [one for one in states()[2:] if one[0] != "applied"] == []
    before, visits = standing(), Encounter.objects.count()
    apply_all(feed, [adt("A08", "late", pv1=pv1(ended="20260603"))])
    after = ("applied", "") if event == "A50" else ("set_aside", "visit_number_retired")
    assert (states()[-1], standing(), Encounter.objects.count()) == (after, before, visits)
    apply_all(feed, [one.replace(b"|s", b"|again") for one in told])
    assert (standing(), Encounter.objects.count()) == (before, visits)


@pytest.mark.parametrize("event", ["A42", "A45", "A11"])
def test_a_number_before_the_last_one_revives_no_visit_that_was_given_up(feed: Feed, event: str) -> None:
    later = "20260610090000"
    told = [
        adt("A03", "s1", pv1=pv1(ended="20260603")),
        adt("A28", "s2", pid=OTHER),
        adt("A01", "s3", pv1=pv1("V5", admitted=later)),
        adt("A50", "s4", pv1=pv1("V6"), more="MRG|M1^^^H^MR||||V5"),
        adt(
            event,
            "s5",
            pid=OTHER if event == "A45" else "",
            pv1=pv1("V1" if event == "A42" else "V6"),
            more="" if event == "A11" else "MRG|M1^^^H^MR||||V6",
        ),
    ]
    apply_all(feed, told)
    before, visits = standing(), Encounter.objects.count()
    apply_all(feed, [adt("A08", "late", pv1=pv1("V5", admitted=later))])
    assert states()[-1] == ("set_aside", "visit_number_retired")
    apply_all(feed, [one.replace(b"|s", b"|again") for one in told])
    assert (standing(), Encounter.objects.count()) == (before, visits)


def test_a_visit_that_stands_takes_what_only_the_retired_one_knows(feed: Feed) -> None:
    apply_all(feed, [adt("A01", "9", pv1=pv1("V5"))])
    old = Encounter.objects.get(source_key="his|V1")
    Encounter.objects.filter(pk=old.pk).update(disposition="home", discharge_instructions="少盐")
    Procedure.objects.create(encounter=old, code="36.06", text="支架置入术")
    EncounterFact.objects.create(encounter=old, key="pacemaker", value=True)
    assert tell(feed, adt("A42", "3", pv1=pv1("V5"), more="MRG|M1^^^H^MR||||V1")) == ("applied", "")
    kept = Encounter.objects.get(source_key="his|V5")
    assert (kept.discharged_on, kept.disposition, kept.discharge_instructions) == (
        dt.date(2026, 6, 3),
        "home",
        "少盐",
    )
    assert kept.diagnosis_code == "I10"
    lines = [model.objects.filter(encounter=kept).count() for model in (Diagnosis, Procedure, EncounterFact)]
    assert lines == [1, 1, 1]


@pytest.mark.parametrize(
    ("event", "more"),
    [("A45", "MRG|M1^^^H^MR||||V1"), ("A47", "MRG|M1^^^H^MR"), ("A40", "MRG|M1^^^H^MR~M3^^^H^MR")],
)
def test_a_message_names_everybody_whom_it_touches(feed: Feed, event: str, more: str) -> None:
    apply_all(feed, [adt("A28", "9", pid="PID|1||M3^^^H^MR||解小舟||19800506|M")])
    people = set(Patient.objects.values_list("name", "pk"))
    tell(feed, adt(event, "3", pid=OTHER, pv1=pv1() if event == "A45" else "", more=more))
    message = InboundRecord.objects.order_by("-id")[0]
    wanted = {pk for name, pk in people if event == "A40" or name != "解小舟"}
    assert (set(message.people or ()), message.patient_id in wanted) == (wanted, True)
