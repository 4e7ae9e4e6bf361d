"""The navigation of a role, the bell, the address of what may not be there."""

import json
import time
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.utils import translation

from accounts import navigation
from accounts.navigation import NavItem
from hospital_crm.shell import bell
from hospital_crm.shell.frame import SCRIPT_WORDS, Frame, address
from hospital_crm.shell.waiting import Memory, WaitingMiddleware, only_asks
from tests.shell.kit import a_request

pytestmark = pytest.mark.unit


class Nurse:
    """An actor who may do what its set says."""

    role_code = "nurse"
    staff = SimpleNamespace(pk=7, hospital_id=1)
    role = SimpleNamespace(pk=3)

    def can(self, capability: str) -> bool:
        return capability in {"patients.list", "followups.work"}


@pytest.fixture
def items(monkeypatch):
    """A navigation of its own, and no bell."""
    monkeypatch.setattr(navigation, "_items", [])
    monkeypatch.setattr(bell, "_bells", [])

    def add(*added):
        for item in added:
            navigation.register(item)

    return add


def frame(path="/kit/"):
    request = a_request(path)
    request.actor = Nurse()
    return Frame(request)


def item(name, order, capability="patients.list", **more):
    return NavItem(label=name, icon="x", url_name=name, capability=capability, order=order, **more)


def test_entries_come_in_order_with_counts_and_keys(items):
    items(
        item("account_login", 2, key="p"),
        item("entrance", 1, count=lambda actor: 1001),
        item("home", 3, "reports.hospital"),
        item("usersessions_list", 1, group=2, count=lambda actor: 0),
        item("nowhere", 9),
    )
    drawn = [[(e.label, e.count, e.key) for e in group.entries] for group in frame().nav_groups]
    assert drawn == [[("entrance", "1000+", ""), ("account_login", "", "KeyP")], [("usersessions_list", "", "")]]


def test_groups_of_a_long_navigation_can_be_closed_but_not_around_the_page_itself(items):
    def groups(path, closed):
        request = a_request(path, nav_closed=closed)
        request.actor = Nurse()
        return [(group.number, group.can_close, group.is_open) for group in Frame(request).nav_groups]

    items(*(item("entrance", order) for order in range(11)), item("account_login", 1, group=2))
    assert groups("/kit/", "2") == [(1, False, True), (2, False, True)]
    items(item("usersessions_list", 2, group=2))
    assert groups("/kit/", "2") == [(1, True, True), (2, True, False)]
    assert groups("/kit/", "1.2.x") == [(1, True, True), (2, True, False)]
    assert groups("/accounts/login/", "1.2.x") == [(1, True, False), (2, True, True)]


def test_the_entry_with_the_longest_fitting_address_is_current(items):
    items(item("entrance", 1), item("account_login", 2))
    assert [e.is_current for e in frame("/accounts/login/").nav] == [False, True]


def test_five_entries_leave_one_behind_more(items):
    items(*(item("entrance", order) for order in range(5)))
    assert (len(frame().tabs), len(frame().more)) == (4, 1)


@pytest.fixture
def waiting(items):
    """What waits at the entrance, as `waiting.append(1)` makes it more."""
    found: list[int] = []
    items(item("entrance", 1, count=lambda actor: len(found)))
    return found


def counts(request=None):
    shown = request and Frame(request) or frame()
    return [entry.count for entry in shown.nav]


def test_what_waits_is_counted_twice_a_minute_for_each_member_and_role(waiting):
    waiting.append(1)
    assert counts() == ["1"]
    waiting.append(1)
    assert counts() == ["1"]
    other = a_request("/kit/")
    other.actor = Nurse()
    other.actor.role = SimpleNamespace(pk=4)
    assert counts(other) == ["2"]
    cache.clear()
    assert counts() == ["2"]


def test_what_the_page_counted_itself_is_newer_and_is_kept(waiting):
    assert counts() == [""]
    request = a_request("/kit/")
    request.actor, request.counted = Nurse(), {"entrance": 5}
    assert counts(request) == ["5"]
    assert counts() == ["5"]


def test_numbers_are_counted_anew_after_half_a_minute_however_often_a_page_is_opened(waiting, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    assert counts() == [""]
    waiting.append(1)
    for at, shown in ((1020.0, [""]), (1029.0, [""]), (1031.0, ["1"])):
        now[0] = at
        request = a_request("/kit/")
        request.actor, request.counted = Nurse(), {"elsewhere": at}
        assert counts(request) == shown, at


def act(monkeypatch, done=lambda: None, role=3, view=None):
    """An act of the nurse: what comes after its commit is handed back."""
    later = []
    monkeypatch.setattr(transaction, "on_commit", later.append)
    request = a_request("/kit/")
    request.actor, request.method, request.resolver_match = Nurse(), "POST", view and SimpleNamespace(func=view)
    request.actor.role = SimpleNamespace(pk=role)
    WaitingMiddleware(lambda request: done() or HttpResponse())(request)
    return lambda: [call() for call in later]


@pytest.mark.parametrize("role", [3, 4])
def test_an_act_of_the_member_counts_anew_at_once_and_after_it_is_done(waiting, monkeypatch, role):
    assert counts() == [""]
    committed = act(monkeypatch, lambda: waiting.append(1), role)
    assert counts() == ["1"]
    waiting.append(1)
    assert counts() == ["1"]
    committed()
    assert counts() == ["2"]


def test_words_to_look_for_are_no_act_though_they_are_posted(waiting, monkeypatch):
    assert counts() == [""]
    act(monkeypatch, lambda: waiting.append(1), view=only_asks(lambda request: None))()
    assert counts() == [""]
    act(monkeypatch, view=lambda request: None)()
    assert counts() == ["1"]


def test_a_page_that_counted_before_the_act_was_done_keeps_nothing_for_those_after_it(waiting, monkeypatch):
    slow = a_request("/kit/")
    slow.actor = Nurse()
    memory = Memory.of(slow)
    act(monkeypatch, lambda: waiting.append(1))()
    memory.keep({"entrance": 0})
    assert counts() == ["1"]


def test_nobody_has_no_navigation_and_no_bell(items):
    items(item("entrance", 1))
    bell.register("entrance", lambda actor: 3)
    nobody = Frame(a_request())
    assert (nobody.nav, nobody.bell, nobody.can_search) == ([], None, False)


def test_the_bell_shows_how_many_are_unread(items):
    bell.register("entrance", lambda actor: 100)
    assert frame().bell == {"url": "/", "count": "99+", "poll": ""}


def test_a_page_that_does_not_exist_has_no_address():
    assert address("nowhere") == ""
    assert address("nowhere", "entrance") == "/"


def test_what_scripts_say_is_translated():
    with translation.override("zh-hans"):
        words = json.loads(frame().words.partition(">")[2].partition("<")[0])
    assert words.keys() == SCRIPT_WORDS.keys()
    assert words["undo"] == "撤销"
    assert words["draft_saved"] == "草稿{at}已存"
