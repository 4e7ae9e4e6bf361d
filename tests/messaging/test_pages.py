"""The bell, somebody's own notices, and the administrator's outbox."""

import pytest

from hospital_crm.tenancy.scope import hospital_scope
from messaging.models import Message, State
from tests.cast import client_of
from tests.messaging.factories import NOW, MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(north, cast):
    """A notice on nurse Li's bell that leads to the list of notices."""
    with hospital_scope(north):
        return MessageFactory(
            staff=cast.li, state=State.DELIVERED, subject="一步超时", body="一步超时", link=["messaging:notices"]
        )


@pytest.fixture
def li(cast):
    return client_of(cast.li)


def again(notice):
    with hospital_scope(notice.hospital):
        return Message.objects.get(pk=notice.pk)


def test_notices_are_listed(li, notice):
    page = li.get("messages/")
    assert (page.status_code, [n.pk for n in page.context["notices"]]) == (200, [notice.pk])
    assert "一步超时" in page.content.decode()


def test_bell_tells_how_many_are_unread(li, notice):
    assert li.get("messages/bell/").context["shell"].bell["count"] == "1"
    li.post(li.url("messaging:read_all"))
    assert li.get("messages/bell/").context["shell"].bell["count"] == ""
    assert li.get("messages/?unread=1").context["notices"] == []


def test_bell_asks_by_itself_without_keeping_anybody_signed_in(li, notice):
    text = li.get("messages/bell/").content.decode()
    assert 'hx-get="/north/messages/bell/"' in text
    assert """hx-headers='{"X-Poll": "1"}'""" in text
    session = li.session
    session["seen"] = seen = session["seen"] - 600
    session.save()
    li.get("messages/bell/", headers={"x-poll": "1"})
    assert li.session["seen"] == seen
    li.get("messages/")
    assert li.session["seen"] > seen


def test_opening_marks_read_and_leads_on(li, notice):
    answer = li.post(li.url("messaging:open", notice.public_id))
    assert (answer.status_code, answer.url) == (302, "/north/messages/")
    first = again(notice).read_at
    li.post(li.url("messaging:open", notice.public_id))
    assert first is not None
    assert again(notice).read_at == first


def test_link_opens_the_page_with_its_filters(li, notice, north):
    with hospital_scope(north):
        Message.objects.update(link=["messaging:notices", "?unread=1"])
    assert li.post(li.url("messaging:open", notice.public_id)).url == "/north/messages/?unread=1"


def test_link_that_no_longer_exists_leads_to_the_list(li, notice, north):
    with hospital_scope(north):
        Message.objects.update(link=["gone:page", "7"])
    assert li.post(li.url("messaging:open", notice.public_id)).url == "/north/messages/"


@pytest.mark.parametrize("name", ["messaging:open", "messaging:read_all", "messaging:settle"])
def test_nothing_changes_on_get(li, cast, notice, name):
    client = client_of(cast.deng) if name == "messaging:settle" else li
    arguments = [] if name == "messaging:read_all" else [notice.public_id]
    assert client.get(client.url(name, *arguments)).status_code == 405
    assert again(notice).read_at is None


def test_notices_of_others_do_not_exist(notice, cast, zhao):
    chen = client_of(cast.chen)
    assert chen.get("messages/").context["notices"] == []
    assert chen.post(chen.url("messaging:open", notice.public_id)).status_code == 404
    outsider = client_of(zhao)
    assert outsider.get("messages/").context["notices"] == []
    assert outsider.post(outsider.url("messaging:open", notice.public_id)).status_code == 404
    assert again(notice).read_at is None


def test_pages_of_notices(li, cast, north):
    with hospital_scope(north):
        made = MessageFactory.create_batch(60, staff=cast.li, state=State.DELIVERED, subject="n")
    page = li.get("messages/")
    assert [n.pk for n in page.context["notices"]] == [m.pk for m in reversed(made[10:])]
    older = li.get(f"messages/?before={page.context['older']}")
    assert ([n.pk for n in older.context["notices"]], older.context["older"]) == (
        [m.pk for m in reversed(made[:10])],
        None,
    )


@pytest.mark.parametrize("before", ["x", "-1", "99999999999999999999", "١٢"])
def test_strange_page_marks_are_ignored(li, notice, before):
    assert li.get(f"messages/?before={before}").status_code == 200


def test_as_many_queries_for_one_notice_as_for_three(li, cast, north, notice, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    li.get("messages/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        li.get("messages/")
    with hospital_scope(north):
        MessageFactory.create_batch(2, staff=cast.li, state=State.DELIVERED, subject="n")
    with django_assert_num_queries(len(one)):
        li.get("messages/")


@pytest.fixture
def deng(cast):
    """The hospital's administrator."""
    return client_of(cast.deng)


@pytest.fixture
def unsettled(north, cast):
    """An e-mail to Li that nobody knows the outcome of."""
    with hospital_scope(north):
        return MessageFactory(
            staff=cast.li, channel="email", state=State.UNKNOWN, reason="no_answer", subject="提要", body="正文"
        )


def test_outbox_shows_state_and_reason(deng, unsettled):
    page = deng.get("messages/outbox/")
    text = page.content.decode()
    assert page.status_code == 200
    assert [words in text for words in ("结果不明", "正文已发出，未得回应", "晨间汇总")] == [True] * 3
    assert deng.get("messages/outbox/?state=planned").context["messages_out"] == []
    assert deng.get("messages/outbox/?state=nonsense&channel=x").status_code == 200


def test_unknown_outcome_is_settled_by_a_person(deng, unsettled):
    page = deng.get(deng.url("messaging:message", unsettled.public_id))
    assert "实际结果" in page.content.decode()
    answer = deng.post(
        deng.url("messaging:settle", unsettled.public_id), {"outcome": "delivered", "reason": "电话确认"}
    )
    assert (answer.status_code, again(unsettled).state, again(unsettled).reason) == (302, "delivered", "settled")


def test_settling_needs_an_answer(deng, unsettled):
    answer = deng.post(deng.url("messaging:settle", unsettled.public_id), {"outcome": "planned", "reason": "x"})
    assert (answer.status_code, again(unsettled).state) == (422, "unknown")


def test_what_is_known_is_not_settled_again(deng, notice):
    deng.post(deng.url("messaging:settle", notice.public_id), {"outcome": "failed", "reason": "x"})
    assert again(notice).state == State.DELIVERED


@pytest.mark.parametrize(
    ("path", "elsewhere"), [("messages/outbox/", 200), ("messages/outbox/{}/", 404), ("messages/outbox/stops/", 200)]
)
def test_outbox_is_for_who_administers_or_works_with_people(li, cast, unsettled, path, elsewhere, zhao):
    assert li.get(path.format(unsettled.public_id)).status_code == 403
    found = client_of(zhao).get(path.format(unsettled.public_id))
    assert (found.status_code, "晨间汇总</a>" in found.content.decode()) == (elsewhere, False)
    assert unsettled.created_at == NOW
