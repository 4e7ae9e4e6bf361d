"""Journeys: a shipped one begun for a segment, all steps sent for approval and approved together."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from accounts.models import Hospital
from campaigns.domain import journeys, shipping
from campaigns.models import Campaign
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.segments import keeping
from patients.models import Segment
from tests.campaigns.scene import segment_of_old
from tests.cast import Cast, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def segment(north: Hospital, cast: Cast) -> Segment:
    """A segment that everybody who works with segments sees."""
    with hospital_scope(north):
        found = segment_of_old()
        Segment.objects.filter(pk=found.pk).update(shared_with=["*"])
        return found


def test_shipped_journeys_are_made_of_shipped_texts() -> None:
    codes = {code for one in journeys.SHIPPED for _day, code in one.steps}
    assert codes <= shipping.shipped("zh-hans").keys()
    assert all(list(one.steps) == sorted(one.steps) for one in journeys.SHIPPED)


@pytest.mark.parametrize("code", [one.code for one in journeys.SHIPPED])
def test_a_journey_is_begun_sent_for_approval_and_approved(
    code: str, north: Hospital, cast: Cast, segment: Segment
) -> None:
    sun, qian = client_of(cast.sun), client_of(cast.qian)
    sent = {"journey": code, "segment": segment.pk}
    assert sun.post("campaigns/journeys/new/", sent).status_code == 302
    assert sun.post("campaigns/journeys/new/", sent).status_code == 422
    with hospital_scope(north):
        steps = list(journeys.steps_of(segment))
        assert [(one.occasion_number, one.state) for one in steps] == [
            (day, "draft") for day, _text in journeys.BY_CODE[code].steps
        ]
        first = steps[0].public_id
    assert "全部送审" in sun.get("campaigns/journeys/").content.decode()
    assert sun.post(f"campaigns/{first}/journey/submit/").status_code == 302
    assert "全部批准" not in sun.get("campaigns/journeys/").content.decode()
    assert sun.post(f"campaigns/{first}/journey/approve/").status_code == 403
    assert "全部批准" in qian.get("campaigns/journeys/").content.decode()
    (link,) = re.findall(r'href="/north/([^"]*approve/\?seen=[^"]+)"', qian.get("campaigns/journeys/").content.decode())
    again = f"campaigns/{steps[-1].public_id}/"
    sun.post(f"{again}take-back/")
    sun.post(f"{again}submit/")
    qian.post(link)
    with hospital_scope(north):
        assert {one.state for one in journeys.steps_of(segment)} == {"in_approval"}
    (link,) = re.findall(r'href="/north/([^"]*approve/\?seen=[^"]+)"', qian.get("campaigns/journeys/").content.decode())
    assert qian.post(link).status_code == 302
    with hospital_scope(north):
        assert {one.state for one in journeys.steps_of(segment)} == {"scheduled"}


def test_where_one_step_is_stopped_none_is_sent(north: Hospital, cast: Cast, segment: Segment) -> None:
    sun = client_of(cast.sun)
    sun.post("campaigns/journeys/new/", {"journey": "older", "segment": segment.pk})
    with hospital_scope(north):
        steps = list(journeys.steps_of(segment))
        steps[2].texts.update(subject="")
    page = sun.post(f"campaigns/{steps[0].public_id}/journey/submit/", follow=True).content.decode()
    assert f"{steps[2].name}: " in page
    with hospital_scope(north):
        assert set(Campaign.objects.values_list("state", flat=True)) == {"draft"}


def test_a_journey_goes_to_the_segment_it_was_made_for(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        keeping.install_shipped()
    for journey in journeys.SHIPPED:
        assert client_of(cast.sun).post("campaigns/journeys/new/", {"journey": journey.code}).status_code == 302
        with hospital_scope(north):
            assert Campaign.objects.latest("pk").segment == Segment.objects.get(code=journey.segment)


def test_who_approves_all_steps_reads_of_each_what_a_single_one_tells(
    north: Hospital, cast: Cast, segment: Segment
) -> None:
    sun, qian = client_of(cast.sun), client_of(cast.qian)
    sun.post("campaigns/journeys/new/", {"journey": "older", "segment": segment.pk})
    with hospital_scope(north):
        steps = list(journeys.steps_of(segment))
    sun.post(f"campaigns/{steps[0].public_id}/journey/submit/")
    with hospital_scope(north):
        Campaign.objects.filter(pk=steps[1].pk).update(channel="sms", per_hour=70)
    with CaptureQueriesContext(connection) as captured:
        page = qian.get(f"campaigns/{steps[0].public_id}/journey/approve/")
    told = dict(page.context["facts_each"])
    alone = {one.name: qian.get(f"campaigns/{one.public_id}/approve/").context["facts"] for one in steps}
    assert told == alone
    text = page.content.decode()
    assert all(f"<dd>{escape(value)}</dd>" in text for facts in alone.values() for _label, value in facts)
    assert {"渠道", "分群", "实际发送", "时机", "开始"} <= {str(label) for label, _value in told[steps[1].name]}
    assert ("渠道", "短信") in told[steps[1].name] and "70" in dict(told[steps[1].name]).values()
    assert sum("campaigns_" in one["sql"] for one in captured.captured_queries) <= 6
