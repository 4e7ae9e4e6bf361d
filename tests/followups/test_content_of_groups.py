"""How content the people of each group and stage are, on the page of the stages."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import Hospital
from followups.domain.content_of_groups import content
from patients.label_measures import Part
from patients.models import Patient
from tests.cast import Cast, MountedClient
from tests.followups.factories import FollowUpOrderFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = dt.timedelta(days=1)


def answered(satisfaction: int | None, *, labels: dict[str, str], at: dt.datetime = NOW, state: str = "filed") -> None:
    """A completed step of somebody with these labels, and what was answered."""
    done = FollowUpOrderFactory(
        state=state, attempts_count=1, reached_at=at, completed_at=at, submitted_at=at, satisfaction=satisfaction
    )
    Patient.objects.filter(pk=done.patient_id).update(**labels)


def test_answers_count_by_the_labels_of_the_person(in_north: Hospital) -> None:
    loyal, value = {"life_cycle": "loyal"}, {"life_cycle": "loyal", "orientation": "value"}
    for satisfaction in (5, 4, 3, 1, 0, None):
        answered(satisfaction, labels=loyal)
    answered(5, labels=value)
    answered(5, labels=loyal, at=NOW - 40 * DAY)
    answered(5, labels=loyal, state="returned")
    answered(2, labels={**loyal, "contact_state": "erased"})
    found = content(NOW - 30 * DAY)
    assert found["life_cycle"] == {"loyal": Part(3, 5)}
    assert found["orientation"] == {"": Part(2, 4), "value": Part(1, 1)}
    assert content(NOW - 50 * DAY)["life_cycle"] == {"loyal": Part(4, 6)}


def test_the_share_stands_beside_the_stage_from_thirty_answers_on(
    in_north: Hospital, cast: Cast, client_as: Callable[[str], MountedClient]
) -> None:
    for number in range(30):
        answered(5 if number < 27 else 2, labels={"life_cycle": "loyal"})
    answered(5, labels={"life_cycle": "customer"})
    answered(5, labels={"life_cycle": "lifelong"}, at=NOW - 40 * DAY)
    for role in ("centre_manager", "hospital_leader"):
        client = client_as(role)
        page = client.get("patients/classification/stages/")
        funnel = next(one for one in page.context["funnels"] if one["axis"] == "life_cycle")
        assert [stage["measured"] for stage in funnel["stages"]] == [
            [{"share": None, "of": 0, "is_few": False}],
            [{"share": None, "of": 1, "is_few": True}],
            [{"share": 90.0, "of": 30, "is_few": False}],
            [{"share": None, "of": 0, "is_few": False}],
        ]
        text = page.content.decode()
        assert ("90.0%" in text, "共30份" in text, "不足30" in text) == (True, True, True)
