"""Saved views and columns of lists: own, shared, what a role opens first; nothing is granted by them."""

from collections.abc import Callable

import pytest

from accounts.actors import Actor
from accounts.domain.saved_views import ViewError, choose_columns, delete_view, kept_of, save_view, state_of
from accounts.models import ColumnChoice, Hospital, Role, SavedView
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.people_list import PEOPLE
from tests.cast import MountedClient
from tests.patients.factories import PatientFactory

ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]


def save(actor: Actor, name: str = "本月", **given: object) -> SavedView:
    values = {"query": "tier=A&after=2026-01-01~5", "columns": ["name", "visit"], **given}
    return save_view(PEOPLE, name=name, actor=actor, **values)  # type: ignore[arg-type]


def test_a_view_keeps_filters_and_columns_without_the_place(in_north: Hospital, actor: ActorOf) -> None:
    view = save(actor("agent"))
    assert (view.query, view.columns, view.shared, view.role) == ("tier=A", ["name", "visit"], "nobody", None)


def test_saving_under_the_same_name_replaces_it(in_north: Hospital, actor: ActorOf) -> None:
    save(actor("agent"))
    save(actor("agent"), query="tier=B")
    assert list(SavedView.objects.values_list("query", flat=True)) == ["tier=B"]


def test_own_views_are_seen_by_nobody_else(in_north: Hospital, actor: ActorOf) -> None:
    save(actor("agent"))
    assert [view.name for view in kept_of(actor("agent"), "people").views] == ["本月"]
    assert kept_of(actor("centre_manager"), "people").views == []


def test_sharing_is_refused_to_who_may_not(in_north: Hospital, actor: ActorOf) -> None:
    with pytest.raises(ViewError):
        save(actor("agent"), shared="hospital")
    assert SavedView.objects.count() == 0


def test_a_role_opens_one_view_first_and_the_last_choice_holds(in_north: Hospital, actor: ActorOf) -> None:
    manager, agents = actor("centre_manager"), Role.objects.get(code="agent")
    first = save(manager, "一", shared="role", role=agents, is_default=True)
    second = save(manager, "二", shared="role", role=agents, is_default=True)
    first.refresh_from_db()
    assert (first.is_default, second.is_default) == (False, True)
    opened = kept_of(actor("agent"), "people").opened_first(actor("agent"))
    assert opened is not None and opened.name == "二"


def test_a_shared_view_is_taken_away_by_who_may_share(in_north: Hospital, actor: ActorOf) -> None:
    view = save(actor("centre_manager"), shared="hospital")
    with pytest.raises(ViewError):
        delete_view(view, actor=actor("agent"))
    delete_view(view, actor=actor("centre_manager"))
    assert SavedView.objects.count() == 0


def test_columns_are_kept_for_each_reader_in_the_order_of_the_list(in_north: Hospital, actor: ActorOf) -> None:
    choose_columns(PEOPLE, ["visit", "name", "nonsense"], actor=actor("agent"))
    assert kept_of(actor("agent"), "people").columns == ["name", "visit"]
    choose_columns(PEOPLE, [], actor=actor("agent"))
    assert list(ColumnChoice.objects.values_list("columns", flat=True)) == [[]]


def test_columns_a_role_may_not_see_are_not_chosen(in_north: Hospital, actor: ActorOf) -> None:
    chosen = PEOPLE.chosen(actor("liaison"), ["name", "tier", "diagnosis", "visit", "tags"])
    assert [column.key for column in chosen] == ["name"]


def test_state_leaves_out_places_and_empty_filters() -> None:
    assert state_of("tier=A&region=&after=x&view=1&tag=1&tag=2") == "tier=A&tag=1&tag=2"


def test_page_saves_opens_and_deletes_a_view(north: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(north):
        PatientFactory(name="王甲", category="vip")
        PatientFactory(name="李乙")
    client = client_as("agent")
    saved = client.post(
        "lists/people/views/", {"name": "特需", "query": "category=vip", "column": ["name", "category"]}
    )
    page = client.get(saved["Location"])
    assert [row.name for row in page.context["rows"]] == ["王*"]
    assert page.context["state"].shown == {"name", "category"}
    with hospital_scope(north):
        view = SavedView.objects.get()
    client.post(f"views/{view.public_id}/delete/")
    with hospital_scope(north):
        assert SavedView.objects.count() == 0


def test_bare_address_leads_to_what_the_role_opens_first(north: Hospital, client_as: ClientAs, actor: ActorOf) -> None:
    with hospital_scope(north):
        save(actor("centre_manager"), shared="role", role=Role.objects.get(code="agent"), is_default=True)
    client = client_as("agent")
    assert client.get("patients/")["Location"].startswith("/north/patients/?tier=A&view=")
    assert client.get("patients/?view=all").status_code == 200
    assert client_as("centre_manager").get("patients/").status_code == 200


def test_views_of_another_hospital_and_wrong_methods(
    north: Hospital, south: Hospital, client_as: ClientAs, zhao: object
) -> None:
    from tests.cast import actor_of

    with hospital_scope(south):
        view = save(actor_of(zhao))  # type: ignore[arg-type]
    client = client_as("agent")
    assert client.post(f"views/{view.public_id}/delete/").status_code == 404
    assert client.get("lists/people/views/").status_code == 405
    assert client.post("lists/nothing/views/", {"name": "x"}).status_code == 404
    assert client_as("hospital_leader").post("lists/people/views/", {"name": "x"}).status_code == 404
