"""Tags: made, put on, taken off, closed; on the person's page and as a filter of the list."""

import datetime as dt
from collections.abc import Callable

import pytest

from accounts.actors import Actor
from accounts.models import AuditEvent, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.tags import TagError, close_tag, make_tag, tag_people, untag_people
from patients.models import PatientTag, Tag
from tests.cast import MountedClient
from tests.patients.factories import PatientFactory

NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]


@pytest.fixture
def tag(in_north: Hospital, actor: ActorOf) -> Tag:
    return make_tag(" 糖尿病  俱乐部 ", actor=actor("centre_manager"))


def test_a_tag_is_put_on_once_and_taken_off_with_one_event_each(tag: Tag, actor: ActorOf) -> None:
    person, other, agent = PatientFactory(), PatientFactory(), actor("agent")
    assert tag_people([person], tag, actor=agent, now=NOW) == [person.pk]
    assert tag_people([person, other], tag, actor=agent, now=NOW) == [other.pk]
    assert untag_people([person], tag, actor=agent) == [person.pk]
    assert untag_people([person], tag, actor=agent) == []
    assert list(PatientTag.objects.values_list("patient_id", "tag_id")) == [(other.pk, tag.pk)]
    told = AuditEvent.objects.filter(verb__startswith="patients.person.").order_by("id")
    assert list(told.values_list("verb", "object_id")) == [
        ("patients.person.tag", str(person.pk)),
        ("patients.person.tag", str(other.pk)),
        ("patients.person.untag", str(person.pk)),
    ]


def test_making_is_for_who_may_and_the_same_word_is_one_tag(tag: Tag, actor: ActorOf) -> None:
    assert (tag.name, make_tag("糖尿病 俱乐部", actor=actor("centre_manager")).pk) == ("糖尿病 俱乐部", tag.pk)
    for name, role in (("x", "agent"), ("", "centre_manager"), ("长" * 21, "centre_manager")):
        with pytest.raises(TagError):
            make_tag(name, actor=actor(role))


def test_a_closed_tag_stays_but_is_put_on_nobody(tag: Tag, actor: ActorOf) -> None:
    person = PatientFactory()
    tag_people([person], tag, actor=actor("agent"), now=NOW)
    close_tag(tag, actor=actor("centre_manager"))
    tag.refresh_from_db()
    with pytest.raises(TagError):
        tag_people([PatientFactory()], tag, actor=actor("agent"), now=NOW)
    assert PatientTag.objects.count() == 1
    assert make_tag(tag.name, actor=actor("centre_manager")).is_active


def test_pages_of_tags(north: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(north):
        person = PatientFactory(name="王甲")
        PatientFactory(name="李乙")
    manager, agent = client_as("centre_manager"), client_as("agent")
    manager.post("patients/tags/", {"name": "高血压"})
    with hospital_scope(north):
        tag = Tag.objects.get()
    agent.post(f"patients/{person.public_id}/tags/", {"tag": tag.pk})
    panel = agent.get(f"patients/{person.public_id}/panels/tags/")
    assert [link.tag.name for link in panel.context["links"]] == ["高血压"]
    page = agent.get(f"patients/?tag={tag.pk}")
    assert [row.name for row in page.context["rows"]] == ["王*"]
    agent.post(f"patients/{person.public_id}/tags/{tag.public_id}/off/")
    assert agent.get(f"patients/?tag={tag.pk}").context["rows"] == []
    manager.post(f"patients/tags/{tag.public_id}/close/")
    with hospital_scope(north):
        tag.refresh_from_db()
    assert not tag.is_active


def test_tags_of_others_and_without_rights(north: Hospital, south: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(south):
        foreign, stranger = Tag.objects.create(name="南"), PatientFactory()
    with hospital_scope(north):
        person = PatientFactory()
    agent = client_as("agent")
    assert agent.post(f"patients/{stranger.public_id}/tags/", {"tag": foreign.pk}).status_code == 404
    assert agent.post(f"patients/{person.public_id}/tags/{foreign.public_id}/off/").status_code == 404
    agent.post(f"patients/{person.public_id}/tags/", {"tag": foreign.pk})
    with hospital_scope(north):
        assert PatientTag.objects.count() == 0
    assert agent.get("patients/tags/").status_code == 403
    assert client_as("liaison").get(f"patients/{person.public_id}/panels/tags/").status_code == 403
    assert agent.get(f"patients/{person.public_id}/tags/").status_code == 405
