"""Who wanted no more by a message of a campaign: counted once, by the last message that reached the person."""

from collections.abc import Callable

import pytest

from accounts.domain.public_links import ensure
from accounts.models import AccessLog, Hospital, PublicLink
from campaigns.domain import running
from campaigns.models import Campaign
from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain import refusing
from messaging.domain.withdrawals import of_sending
from messaging.models import Message, Suppression
from patients.domain import preferences
from patients.domain.consents import withdraw
from patients.models import Patient
from tests.campaigns.scene import NOW, campaign_of, reader, started
from tests.cast import Cast, client_of

pytestmark = pytest.mark.django_db


def sent(cast: Cast) -> Campaign:
    """A campaign whose mails have arrived."""
    campaign = started(campaign_of(cast), cast)
    running.feed(campaign.pk, now=NOW)
    Message.objects.filter(batch=campaign.batch).update(state="handed_over", state_at=NOW)
    return campaign


def leave(person: Patient, extra: str, purpose: str = "education", source: str = "oneclick") -> None:
    """Somebody takes a consent back behind the link of mails about `extra`."""
    ensure(preferences.KIND, [person.pk], extra=extra, now=NOW)
    link = PublicLink.objects.get(object_id=person.pk, extra=extra)
    withdraw(person=person, purpose=purpose, channel="email", source=source, link=link, now=NOW)


def test_a_no_behind_the_link_is_of_the_last_campaign_that_reached_the_person(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        one, other, third = reader(), reader(), reader()
        first = sent(cast)
        second = sent(cast)
        Message.objects.filter(batch=second.batch, person=other).update(state="failed")
        leave(one, "education")
        leave(one, "education")
        leave(other, "education", source="online")
        leave(third, "")
        found = [list(of_sending(each.batch).values_list("message__person", "way")) for each in (first, second)]
        assert found == [[(other.pk, "link")], [(one.pk, "link")]]


def test_a_no_to_something_else_is_none_to_the_campaign(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        person = reader()
        campaign = sent(cast)
        leave(person, "education", purpose="community")
        assert not of_sending(campaign.batch).exists()


def test_an_answer_that_wants_no_more_is_of_its_message(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        person = reader()
        campaign = sent(cast)
        message = Message.objects.get(person=person)
        for reason in (Suppression.Reason.COMPLAINT, Suppression.Reason.REPLY, Suppression.Reason.REPLY):
            told = {"address": f"p{person.pk}@example.org", "reason": reason, "source": "x", "message": message}
            refusing.stop(channel="email", now=NOW, **told)
        assert list(of_sending(campaign.batch).values_list("message", "way")) == [(message.pk, "reply")]


def test_page_tells_how_many_and_leads_to_exactly_these(
    north: Hospital, cast: Cast, django_assert_max_num_queries: Callable
) -> None:
    with hospital_scope(north):
        people = [reader("欧阳小芳"), *(reader() for _n in range(3))]
        campaign = sent(cast)
        for person in people[:3]:
            leave(person, "education")
    client, page = client_of(cast.sun), f"campaigns/{campaign.public_id}/"
    assert f'href="/north/{page}withdrawals/">3 人退订</a>' in client.get(page).content.decode()
    before = AccessLog._base_manager.count()
    with django_assert_max_num_queries(15):
        said = client.get(f"{page}withdrawals/").content.decode()
    assert (said.count("点击消息中的链接"), "小芳" in said) == (3, False)
    assert AccessLog._base_manager.count() == before + 1
    assert client_of(cast.li).get(f"{page}withdrawals/").status_code == 403
