"""Groups and stages of people: which line decides, on which facts; twice, by night, by events, by hand."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from accounts.actors import Actor
from accounts.models import AuditEvent, Department, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import classification, label_overrides, label_rules, uniting
from patients.models import ClassificationRun, LabelRule, LabelRuleSet, Patient, PersonLabel
from patients.signals import encounters_changed
from tests.patients.factories import EncounterFactory, PatientFactory

NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 6, 1)


def visit(patient: Patient, ago: int, **values: object) -> None:
    """A visit so many days before the day of the tests."""
    on = DAY - dt.timedelta(days=ago)
    EncounterFactory(patient=patient, **{"kind": "outpatient", "admitted_on": on, "discharged_on": on, **values})


def labelled(patient: Patient) -> dict[str, str]:
    classification.classify(patient_ids=[patient.pk], now=NOW)
    return {label.axis: label.value for label in PersonLabel.objects.current().filter(patient=patient)}


def shown(patient: Patient) -> tuple[str, str, str]:
    row = Patient.objects.get(pk=patient.pk)
    return row.orientation, row.life_cycle, row.visit_cycle


def label_of(patient: Patient, axis: str) -> PersonLabel:
    return PersonLabel.objects.current().get(patient=patient, axis=axis)


@pytest.mark.parametrize(
    ("visits", "life_cycle", "visit_cycle"),
    [
        ([], "potential", "latent"),
        ([30], "customer", "first"),
        ([30, 90], "customer", "latent"),
        ([30, 90, 700], "customer", "long_term"),
        ([30, 90, 731], "customer", "latent"),
        ([30, 60, 90, 120], "loyal", "long_term"),
        ([30, 60, 90, 1825], "lifelong", "long_term"),
        ([30, 60, 90, 1824], "customer", "long_term"),
        ([1094], "customer", "first"),
        ([1095], "customer", "lapsed"),
    ],
)
def test_stage_follows_the_visits(in_north: Hospital, visits: list[int], life_cycle: str, visit_cycle: str) -> None:
    patient = PatientFactory()
    for ago in visits:
        visit(patient, ago)
    assert labelled(patient) == {"life_cycle": life_cycle, "visit_cycle": visit_cycle}
    assert shown(patient) == ("", life_cycle, visit_cycle)


def test_two_visits_of_one_day_are_one_and_cancelled_ones_none(in_north: Hospital) -> None:
    patient = PatientFactory()
    visit(patient, 30)
    visit(patient, 30)
    visit(patient, 60, is_cancelled=True)
    visit(patient, -3)
    assert labelled(patient)["visit_cycle"] == "first"
    assert label_of(patient, "visit_cycle").inputs == {"visits_total": 1}


@pytest.mark.parametrize(
    ("ago", "kept_after", "stage"), [(364, None, "first"), (365, None, "lapsed"), (365, 20, "latent")]
)
def test_lapsed_is_a_year_without_a_visit_and_a_missed_revisit(
    in_north: Hospital, ago: int, kept_after: int | None, stage: str
) -> None:
    patient = PatientFactory()
    visit(patient, ago, revisit_on=DAY - dt.timedelta(days=ago - 14))
    if kept_after is not None:
        visit(patient, ago - kept_after)
    assert labelled(patient)["visit_cycle"] == stage


def test_a_year_without_a_visit_where_no_revisit_was_planned_is_not_lapsed_and_says_why(in_north: Hospital) -> None:
    patient = PatientFactory()
    visit(patient, 400)
    labelled(patient)
    label = label_of(patient, "visit_cycle")
    assert (label.value, label.lines, label.unknown) == ("first", ["C4"], ["last_revisit_missed"])


def test_orientation_needs_points_and_a_lead(in_north: Hospital) -> None:
    regular = PatientFactory(category="vip")
    visit(regular, 30)
    assert labelled(regular)["orientation"] == "value"
    assert (label_of(regular, "orientation").lines, label_of(regular, "orientation").inputs) == (["V1"], {"is_vip": 1})
    torn = PatientFactory(category="vip")
    visit(torn, 30, kind="checkup")
    assert "orientation" not in labelled(torn)


def test_scattered_visits_are_unsteady_and_constant_ones_are_not(in_north: Hospital) -> None:
    departments = [Department.objects.create(name=f"科{n}") for n in range(3)]
    scattered, constant = PatientFactory(), PatientFactory()
    for n, department in enumerate(departments):
        visit(scattered, 10 + n, department=department)
        visit(constant, 10 + n, department=departments[0], fees=9000)
    assert labelled(scattered)["orientation"] == "volatile"
    assert label_of(scattered, "orientation").inputs == {"departments_24m": 3, "visits_per_department_24m": 1.0}
    assert labelled(constant)["orientation"] == "value"
    assert label_of(constant, "orientation").lines == ["V4", "V5"]


def test_recommending_others_is_value(in_north: Hospital) -> None:
    patient = PatientFactory()
    PatientFactory(referrer=patient)
    assert labelled(patient)["orientation"] == "value"


def test_a_second_time_changes_nothing_and_a_move_keeps_what_was(in_north: Hospital) -> None:
    patient = PatientFactory()
    visit(patient, 30)
    labelled(patient)
    before = list(PersonLabel.objects.order_by("pk").values())
    assert classification.classify(patient_ids=[patient.pk], now=NOW + dt.timedelta(hours=1)) == 0
    assert list(PersonLabel.objects.order_by("pk").values()) == before
    visit(patient, 10)
    later = NOW + dt.timedelta(days=1)
    assert classification.classify(patient_ids=[patient.pk], now=later) == 1
    rows = PersonLabel.objects.filter(patient=patient, axis="visit_cycle").order_by("since_at")
    assert [(row.value, row.previous, row.until_at) for row in rows] == [
        ("first", "", later),
        ("latent", "first", None),
    ]


def test_other_reasons_for_the_same_stage_are_no_history(in_north: Hospital) -> None:
    patient = PatientFactory()
    visit(patient, 30)
    labelled(patient)
    kept = label_of(patient, "life_cycle").pk
    PersonLabel.objects.filter(pk=kept).update(lines=["L9"])
    labelled(patient)
    assert (label_of(patient, "life_cycle").pk, label_of(patient, "life_cycle").lines) == (kept, ["L6"])


def test_the_dead_keep_their_last_labels(in_north: Hospital) -> None:
    patient = PatientFactory()
    visit(patient, 30)
    labelled(patient)
    Patient.objects.filter(pk=patient.pk).update(contact_state="deceased", deceased_source="his")
    visit(patient, 10)
    assert labelled(patient) == {"life_cycle": "customer", "visit_cycle": "first"}


def test_the_nightly_run_goes_on_where_it_stopped_and_is_done_once(
    north: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classification, "AT_ONCE", 2)
    with hospital_scope(north):
        people = [PatientFactory() for _ in range(5)]
        rules = LabelRuleSet.objects.published().get()
        ClassificationRun.objects.create(
            rule_set=rules, day=DAY, after_id=people[1].pk, seen=2, started_at=NOW - dt.timedelta(minutes=5)
        )
    run = classification.classify_hospital(north, now=NOW)
    assert (run.seen, run.changed, run.finished_at) == (5, 6, NOW)
    with hospital_scope(north):
        assert not PersonLabel.objects.filter(patient__in=people[:2]).exists()
        assert PersonLabel.objects.filter(patient__in=people[2:]).count() == 6
    assert classification.classify_hospital(north, now=NOW + dt.timedelta(hours=1)).finished_at == NOW


def test_a_change_of_stays_labels_the_person(in_north: Hospital, django_capture_on_commit_callbacks: Callable) -> None:
    stay = EncounterFactory()
    with django_capture_on_commit_callbacks(execute=True):
        encounters_changed.send(sender=None, encounter_ids=[stay.pk])
    assert shown(stay.patient)[1:] == ("customer", "first")


def test_united_records_are_labelled_together_and_a_hand_counts(
    in_north: Hospital, actor: Callable[[str], Actor], django_capture_on_commit_callbacks: Callable
) -> None:
    kept, other = PatientFactory(), PatientFactory()
    visit(kept, 30)
    visit(other, 60)
    for patient in (kept, other):
        labelled(patient)
    label_overrides.set_by_hand(
        patient=other, axis="life_cycle", value="loyal", reason="每月陪家人来", until=DAY, actor=actor("agent"), now=NOW
    )
    with django_capture_on_commit_callbacks(execute=True):
        uniting.unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW)
    assert label_of(kept, "visit_cycle").value == "latent"
    assert {row.patient_id for row in PersonLabel.objects.all()} == {kept.pk}
    assert PersonLabel.objects.filter(axis="life_cycle", by_hand=True).count() == 1


def test_by_hand_holds_to_its_last_day(in_north: Hospital, actor: Callable[[str], Actor]) -> None:
    patient = PatientFactory()
    visit(patient, 30)
    labelled(patient)
    label_overrides.set_by_hand(
        patient=patient, axis="life_cycle", value="loyal", reason="推荐多人", until=DAY, actor=actor("agent"), now=NOW
    )
    assert shown(patient)[1] == "loyal"
    assert labelled(patient)["life_cycle"] == "loyal"
    classification.classify(patient_ids=[patient.pk], now=NOW + dt.timedelta(days=1))
    assert shown(patient)[1] == "customer"
    assert label_of(patient, "life_cycle").previous == "loyal"


def test_a_hand_can_say_none_and_be_given_back(in_north: Hospital, actor: Callable[[str], Actor]) -> None:
    patient, agent = PatientFactory(), actor("agent")
    visit(patient, 30)
    labelled(patient)
    made = label_overrides.set_by_hand(
        patient=patient, axis="visit_cycle", value="", reason="只来取报告", until=DAY, actor=agent, now=NOW
    )
    assert shown(patient)[2] == ""
    label_overrides.give_back_to_rules(label=made, actor=agent, now=NOW)
    assert shown(patient)[2] == "first"
    assert AuditEvent.objects.filter(verb__startswith="patients.label.").count() == 2


@pytest.mark.parametrize(
    "values",
    [
        {"reason": " "},
        {"until": DAY - dt.timedelta(days=1)},
        {"until": DAY + dt.timedelta(days=800)},
        {"value": "lapsed"},
        {"axis": "tier"},
    ],
)
def test_a_hand_is_refused(in_north: Hospital, actor: Callable[[str], Actor], values: dict) -> None:
    asked = {"axis": "life_cycle", "value": "loyal", "reason": "x", "until": DAY, **values}
    with pytest.raises(label_overrides.LabelOverrideError):
        label_overrides.set_by_hand(patient=PatientFactory(), actor=actor("agent"), now=NOW, **asked)


def test_only_who_changes_records_sets_labels_and_never_of_the_dead(
    in_north: Hospital, actor: Callable[[str], Actor]
) -> None:
    asked = {"axis": "life_cycle", "value": "loyal", "reason": "x", "until": DAY, "now": NOW}
    with pytest.raises(label_overrides.LabelOverrideError):
        label_overrides.set_by_hand(patient=PatientFactory(), actor=actor("nurse"), **asked)
    dead = PatientFactory(contact_state="deceased", deceased_source="his")
    with pytest.raises(label_overrides.LabelOverrideError):
        label_overrides.set_by_hand(patient=dead, actor=actor("agent"), **asked)


def test_the_database_refuses_a_stage_of_another_axis_and_a_hand_without_reason(in_north: Hospital) -> None:
    patient, rules = PatientFactory(), LabelRuleSet.objects.published().get()
    common = {"patient": patient, "axis": "life_cycle", "since_at": NOW, "decided_at": NOW}
    for wrong in ({"value": "lapsed", "rule_set": rules}, {"value": "loyal", "by_hand": True, "hand_until": DAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PersonLabel.objects.create(**common, **wrong)


def test_other_thresholds_are_drafted_published_and_label_anew(
    in_north: Hospital, actor: Callable[[str], Actor], django_capture_on_commit_callbacks: Callable
) -> None:
    patient, manager = PatientFactory(), actor("centre_manager")
    for ago in (30, 90):
        visit(patient, ago)
    labelled(patient)
    draft = label_rules.start_draft(actor=manager)
    line = draft.rules.get(code="C3")
    label_rules.change_line(line=line, numbers=[2], points=1, is_active=True, actor=manager)
    label_rules.add_line(
        draft=draft, axis="life_cycle", value="loyal", title="来过两次", points=1,
        conditions=[{"fact": "visits_total", "op": ">=", "value": 2}], actor=manager,
    )  # fmt: skip
    assert labelled(patient)["visit_cycle"] == "latent"
    label_rules.publish(draft=draft, actor=manager, now=NOW)
    assert labelled(patient) == {"life_cycle": "loyal", "visit_cycle": "long_term"}
    assert label_of(patient, "life_cycle").lines == ["X1"]
    assert [(row.version, row.state) for row in LabelRuleSet.objects.order_by("version")] == [
        (1, "retired"),
        (2, "published"),
    ]


def test_rules_are_changed_in_drafts_only_and_by_the_manager(in_north: Hospital, actor: Callable[[str], Actor]) -> None:
    line = LabelRule.objects.get(code="C3")
    with pytest.raises(label_rules.LabelRuleError):
        label_rules.change_line(line=line, numbers=[2], points=1, is_active=True, actor=actor("centre_manager"))
    with pytest.raises(label_rules.LabelRuleError):
        label_rules.start_draft(actor=actor("agent"))
    draft = label_rules.start_draft(actor=actor("centre_manager"))
    assert label_rules.start_draft(actor=actor("centre_manager")) == draft
    with pytest.raises(label_rules.LabelRuleError):
        label_rules.change_line(
            line=draft.rules.get(code="C3"), numbers=[-1], points=1, is_active=True, actor=actor("centre_manager")
        )
    draft.rules.filter(axis="orientation").update(is_active=False)
    with pytest.raises(label_rules.LabelRuleError):
        label_rules.publish(draft=draft, actor=actor("centre_manager"), now=NOW)
