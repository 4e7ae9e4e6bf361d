"""A death on one side of a contradiction: nobody calls the other side before somebody has decided who died."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Hospital
from followups.domain import closing, refusals
from followups.domain.planning import plan, plan_hospital
from followups.models import FollowUpOrder, FollowUpRun
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.at_once import bring_in_file
from integrations.domain.deciding import decide, open_questions
from integrations.models import MatchConflict
from patients.domain.life import report_death, resume_contact, stop_contact, withdraw_death
from patients.models import Encounter, Patient
from tests.cast import Cast, actor_of
from tests.integrations.lists import csv_bytes, row

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2025, 3, 7, 2, tzinfo=dt.UTC)
DAY = dt.date(2025, 3, 7)


@pytest.fixture
def bring(north: Hospital, tmp_path: Path) -> Any:
    """Import a row into North and plan what is in."""

    def import_row(**said: str) -> None:
        path = tmp_path / "list.csv"
        path.write_bytes(csv_bytes([row(**said)]))
        bring_in_file(north, path, now=NOW)
        plan_hospital(north, now=NOW, on=DAY, workers=1)

    return import_row


OTHER = {"住院号": "ZY0002", "姓名": "汤若水"}


def _states() -> set[tuple[str, str]]:
    return set(FollowUpOrder.objects.values_list("patient__name", "state"))


def test_the_known_person_is_held_until_it_is_decided_that_another_died(
    bring: Any, north: Hospital, cast: Cast
) -> None:
    bring()
    bring(**OTHER, 离院方式="死亡")
    with hospital_scope(north):
        assert _states() == {("甘书远", "suspended")}
        person = Patient.objects.get(name="甘书远")
        assert (person.contact_state, person.death_in_doubt_since is None) == ("open", False)
        run = FollowUpRun.objects.get(patient=person)
        with pytest.raises(refusals.DeathInDoubt):
            closing.resume_run(run=run, reason="在家", actor=actor_of(cast.qian), now=NOW)
        plan(encounter_ids=Encounter.objects.values_list("pk", flat=True), now=NOW, on=DAY)
        assert _states() == {("甘书远", "suspended")}
        decide(MatchConflict.objects.get(), same=False, actor=actor_of(cast.he), now=NOW)
        assert _states() == {("甘书远", "planned")}
        assert Patient.objects.get(name="甘书远").death_in_doubt_since is None
        assert FollowUpRun.objects.get(patient=person).state == "open"


def test_one_person_is_dead_for_good(bring: Any, north: Hospital, cast: Cast) -> None:
    bring()
    bring(**OTHER, 离院方式="死亡")
    with hospital_scope(north):
        decide(MatchConflict.objects.get(), same=True, actor=actor_of(cast.he), now=NOW)
        assert _states() == {("甘书远", "died")}
        assert (Patient.objects.get().contact_state, Patient.objects.get().death_in_doubt_since) == ("deceased", None)


def test_the_record_made_beside_somebody_dead_is_planned_on_hold(bring: Any, north: Hospital, cast: Cast) -> None:
    bring(离院方式="死亡")
    bring(**OTHER)
    with hospital_scope(north):
        assert _states() == {("汤若水", "suspended")}
        decide(MatchConflict.objects.get(), same=False, actor=actor_of(cast.he), now=NOW)
        assert _states() == {("汤若水", "planned")}


def test_a_death_heard_of_later_holds_and_its_withdrawal_gives_back(bring: Any, north: Hospital, cast: Cast) -> None:
    bring()
    bring(**OTHER)
    with hospital_scope(north):
        assert _states() == {("甘书远", "planned"), ("汤若水", "planned")}
        dead = Patient.objects.get(name="汤若水")
        report_death(dead, source="family", deceased_on=DAY, actor=actor_of(cast.chen), now=NOW)
        assert _states() == {("甘书远", "suspended"), ("汤若水", "died")}
        withdraw_death(dead, reason="同名", actor=actor_of(cast.qian), now=NOW)
        assert _states() == {("甘书远", "planned"), ("汤若水", "planned")}


def test_a_stop_outlasts_the_doubt(bring: Any, north: Hospital, cast: Cast) -> None:
    bring()
    bring(**OTHER, 离院方式="死亡")
    with hospital_scope(north):
        person = Patient.objects.get(name="甘书远")
        stop_contact(person, words="不要再打了", actor=None, now=NOW)
        assert _states() == {("甘书远", "refused")}
        resume_contact(person, reason="又同意了", actor=actor_of(cast.qian), now=NOW)
        assert not FollowUpOrder.objects.working().exists()
        stop_contact(person, words="不要再打了", actor=None, now=NOW)
        decide(MatchConflict.objects.get(), same=False, actor=actor_of(cast.he), now=NOW)
        assert not FollowUpOrder.objects.open().exists()


def test_the_queue_begins_with_deaths(bring: Any, north: Hospital, cast: Cast) -> None:
    bring()
    bring(**OTHER)
    bring(**{**OTHER, "住院号": "ZY0003", "姓名": "申亦安"}, 离院方式="死亡")
    with hospital_scope(north):
        questions = open_questions(actor_of(cast.he))
        assert [question.has_death for question in questions] == [True, False]


def test_a_second_contradiction_of_the_same_two_is_settled_with_the_first(
    bring: Any, north: Hospital, cast: Cast
) -> None:
    bring()
    bring(**OTHER)
    with hospital_scope(north):
        first = MatchConflict.objects.get()
        again = {"code": "record_conflict", "fingerprint": "f" * 64, "noticed_at": NOW, "left_id": first.right_id}
        MatchConflict.objects.create(**again, right_id=first.left_id)
        decide(first, same=True, actor=actor_of(cast.he), now=NOW)
        kept = Patient.objects.get().pk
        decided = MatchConflict.objects.order_by("pk").values_list("state", "left_id", "decided_by", "decided_at")
        assert list(decided) == [("same", kept, cast.he.pk, NOW)] * 2
        assert open_questions(actor_of(cast.he)) == []
