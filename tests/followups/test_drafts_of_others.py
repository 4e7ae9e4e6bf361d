"""A draft belongs to who wrote it: the next one reads its words by name, with nothing chosen."""

from typing import Any

import pytest
from django.utils import timezone

from followups.domain import dispatch, result_drafts
from followups.models import FollowUpOrder
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import Cast, MountedClient, actor_of, client_of
from tests.followups.scene import order_of

pytestmark = pytest.mark.django_db

WRITTEN = {"outcome": "completed", "has_finding": "0", "note": "伤口干燥"}


@pytest.fixture
def begun(cast: Cast) -> FollowUpOrder:
    """A result that nurse Li has begun; then the order was given to the head nurse."""
    order = order_of(cast, cast.li)
    keep(client_of(cast.li), order, WRITTEN)
    with hospital_scope(cast.hospital):
        zhou, now = actor_of(cast.zhou), timezone.now()
        dispatch.reassign(orders=[order], to=cast.zhou, reason="年休", actor=zhou, now=now)
    return order


def keep(client: MountedClient, order: FollowUpOrder, fields: dict[str, str]) -> None:
    assert client.post(f"followups/orders/{order.public_id}/draft/", fields).status_code == 200


def opened(client: MountedClient, order: FollowUpOrder) -> tuple[Any, list[str], str]:
    """The form as it opens, what is said before it, and what is said of the own draft."""
    context = client.get(f"followups/orders/{order.public_id}/result/").context
    said = [warning.text for warning in context["opened"].warnings if warning.word == "草稿"]
    return context["form"], said, context["opened"].draft_words


def test_the_next_one_reads_what_was_written_and_finds_nothing_chosen(begun: FollowUpOrder, cast: Cast) -> None:
    form, said, own = opened(client_of(cast.zhou), begun)
    assert [form[name].value() or "" for name in WRITTEN] == ["", "", ""]
    assert own == ""
    [words] = said
    assert words.startswith("李护士")
    assert "结果：完成" in words and "备注：伤口干燥" in words


def test_the_own_draft_comes_back_and_the_one_before_stays_to_be_read(begun: FollowUpOrder, cast: Cast) -> None:
    client = client_of(cast.zhou)
    for note in ("再问换药", "再问换药时间"):
        keep(client, begun, {"outcome": "partly", "note": note})
    form, said, own = opened(client, begun)
    assert (form["outcome"].value(), form["note"].value()) == ("partly", "再问换药时间")
    assert own.startswith("草稿")
    assert len(said) == 1 and "伤口干燥" in said[0]


def test_who_wrote_it_finds_it_as_it_was(begun: FollowUpOrder, cast: Cast) -> None:
    with hospital_scope(cast.hospital):
        FollowUpOrder.objects.filter(pk=begun.pk).update(assignee=cast.li)
    form, said, own = opened(client_of(cast.li), begun)
    assert [form[name].value() for name in WRITTEN] == list(WRITTEN.values())
    assert (said, own[:2]) == ([], "草稿")


def test_a_draft_of_nobody_knows_whom_is_chosen_for_nobody(begun: FollowUpOrder, cast: Cast) -> None:
    with hospital_scope(cast.hospital):
        FollowUpOrder.objects.filter(pk=begun.pk).update(draft=WRITTEN)
    form, said, _own = opened(client_of(cast.zhou), begun)
    assert form["outcome"].value() is None
    assert "伤口干燥" in said[0]


def test_nothing_is_left_of_a_draft_in_which_nothing_was_written(cast: Cast) -> None:
    order = order_of(cast, cast.li)
    keep(client_of(cast.li), order, {"note": ""})
    with hospital_scope(cast.hospital):
        order.refresh_from_db()
        assert result_drafts.own(order, actor_of(cast.li))["note"] == ""
        FollowUpOrder.objects.update(assignee=cast.zhou)
    assert opened(client_of(cast.zhou), order)[1] == []
