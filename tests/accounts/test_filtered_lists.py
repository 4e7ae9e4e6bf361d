"""Saved views of every list that has filters: kept, opened first by a role, on the page of the list itself."""

from collections.abc import Callable

import pytest

from accounts.domain.saved_views import state_of
from accounts.lists import FilteredList, RegisteredList, filtered
from accounts.models import Hospital, Role, SavedView
from accounts.roles import SHIPPED_ROLES
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import Cast, MountedClient
from tests.groups.factories import GroupCustomerFactory
from tests.patients.test_pages import count_queries

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], MountedClient]
TRAIL = ("trail-accesses", "trail-changes", "trail-events", "trail-failures")
OF_ALL = [key for key, one in filtered.items() if not isinstance(one, RegisteredList) and not one.of_one]
PAGES = [*sorted(OF_ALL), *TRAIL]
ANOTHER = {"board": "period=year", "classification": "rows=region", "duplicates": "show=sure", "members": "own=1"}
ANOTHER |= {"centre": "period=week", "figures": "period=last", "imports": "list=done"}
KEPT = {"outbox": "state=sent", "viewings": "state=answered", "win-back": "department=1"}
QUERIES = {**ANOTHER, **KEPT, **dict.fromkeys(TRAIL, "staff=sun")}


def query_of(key: str) -> str:
    """A filter of the list."""
    return QUERIES.get(key, "list=late")


def role_for(entry: FilteredList) -> str:
    """A role that opens the list."""
    wanted = {entry.capability, *entry.also}
    return next(code for code, said in SHIPPED_ROLES.items() if wanted & set(said.capabilities))


def test_which_lists_have_views() -> None:
    assert [
        *("articles", "board", "calls", "campaigns", "centre", "classification", "dispatch", "dissatisfactions"),
        *("duplicates", "figures"),
        *(
            "imports",
            "members",
            "outbox",
            "quality",
            "requests",
            "review",
            "segments",
            "tasks",
            "viewings",
            "ward",
            "win-back",
        ),
        *TRAIL,
    ] == PAGES


@pytest.mark.parametrize("key", PAGES)
def test_a_view_is_kept_and_opened(client_as: ClientAs, key: str) -> None:
    entry = filtered[key]
    client = client_as(role_for(entry))
    path, query = client.url(entry.url_name), query_of(key)
    page = client.get(f"{path}?{query}&after=x")
    assert (page.status_code, f'action="/north/lists/{key}/views/"' in page.content.decode()) == (200, True)
    saved = client.post(f"lists/{key}/views/", {"name": "我的视图", "query": f"{query}&after=x", "shared": "nobody"})
    with hospital_scope(client.hospital):
        view = SavedView.objects.get()
    assert (saved["Location"], view.page, view.query) == (f"{path}?{query}&view={view.public_id}", key, query)
    opened = client.get(saved["Location"])
    state = opened.wsgi_request.list_state
    assert (opened.status_code, state.kept.views, state.view, state.state) == (200, [view], view, query)


@pytest.mark.parametrize("key", PAGES)
def test_a_role_opens_its_view_first(north: Hospital, cast: Cast, client_as: ClientAs, key: str) -> None:
    entry = filtered[key]
    code = role_for(entry)
    client = client_as(code)
    path, query = client.url(entry.url_name), query_of(key)
    assert client.get(path).status_code == 200
    with hospital_scope(north):
        shared = {"shared": "role", "role": Role.objects.get(code=code), "is_default": True}
        view = SavedView.objects.create(page=key, name="先看", query=query, owner=cast.qian, **shared)
    bare = client.get(path)
    assert (bare.status_code, bare["Location"]) == (302, f"{path}?{query}&view={view.public_id}")
    assert client.get(f"{path}?view=all").status_code == 200
    assert client.get(path, headers={"HX-Request": "true"}).status_code == 200


def test_views_of_the_members_of_one_unit_hold_for_every_unit(north: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(north):
        one, other = GroupCustomerFactory(), GroupCustomerFactory()
    client = client_as("centre_manager")
    here, there = (client.url("groups:members", unit.public_id) for unit in (one, other))
    said = {"name": "联系人", "query": "list=key", "shared": "nobody"}
    for back in ("", "/north/groups/", f"https://elsewhere.example{here}x/", "/north/nothing/"):
        assert client.post("lists/unit-members/views/", said | {"back": back}).status_code == 404
    saved = client.post("lists/unit-members/views/", said | {"back": f"{here}?list=key&after=9"})
    with hospital_scope(north):
        view = SavedView.objects.get()
    assert (saved["Location"], view.query) == (f"{here}?list=key&view={view.public_id}", "list=key")
    opened = client.get(f"{there}?list=key&view={view.public_id}")
    assert (opened.context["chip"], opened.wsgi_request.list_state.view) == ("key", view)
    gone = client.post(f"views/{view.public_id}/delete/", {"back": there})
    assert gone["Location"] == f"{there}?view=all"
    assert client.get(gone["Location"]).status_code == 200


def test_views_are_a_link_away_while_one_row_is_open(client_as: ClientAs) -> None:
    agent = client_as("agent")
    path = agent.url("followups:workbench")
    for query, kept in (("list=late&order=x", "?list=late"), ("order=x", "?view=all")):
        opened = agent.get(f"{path}?{query}")
        assert (opened.status_code, f'<a class="btn" href="{kept}">' in opened.content.decode()) == (200, True)
        assert opened.wsgi_request.list_url == kept


def test_views_are_of_one_list_and_one_reader(client_as: ClientAs) -> None:
    agent, manager = client_as("agent"), client_as("centre_manager")
    agent.post("lists/dissatisfactions/views/", {"name": "甲", "query": "list=own", "shared": "nobody"})
    for client, name, expected in (
        (agent, "followups:dissatisfactions", ["甲"]),
        (agent, "followups:workbench", []),
        (manager, "followups:dissatisfactions", []),
    ):
        found = client.get(f"{client.url(name)}?list=own")
        assert [view.name for view in found.wsgi_request.list_state.kept.views] == expected


def test_views_of_a_list_are_for_who_opens_it(north: Hospital, client_as: ClientAs) -> None:
    agent, said = client_as("agent"), {"name": "甲", "query": "staff=sun", "shared": "nobody"}
    assert agent.post("lists/trail-events/views/", said).status_code == 404
    assert agent.post("lists/nothing/views/", said).status_code == 404
    assert agent.get("lists/calls/views/").status_code == 405
    with hospital_scope(north):
        assert not SavedView.objects.exists()


def test_a_view_keeps_what_the_list_declares_alone() -> None:
    assert state_of("list=late&order=x&after=2&state=", ("list", "state")) == "list=late"
    assert state_of("list=late&order=x&after=2&state=") == "list=late&order=x"


def test_a_page_asks_as_often_for_three_views_as_for_one(client_as: ClientAs) -> None:
    agent = client_as("agent")
    path = agent.url("followups:workbench")
    asked = []
    for name in "甲乙丙":
        agent.post("lists/calls/views/", {"name": name, "query": "list=late", "shared": "nobody"})
        agent.get(f"{path}?list=late")
        asked.append(count_queries(agent, f"{path}?list=late"))
    assert asked[0] == asked[2]
