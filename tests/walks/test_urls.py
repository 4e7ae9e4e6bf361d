"""Every URL: guarded; closed to the signed out and to outsiders; opening it changes nothing and never fails."""

from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from accounts.access import public
from accounts.models import Hospital, StaffMember
from accounts.roles import SHIPPED_ROLES
from tests.cast import Cast, MountedClient, client_of
from tests.walks.addresses import GUARDED_ELSEWHERE, WORDS, Address, Tried, addresses, asked_of, filled, may_open
from tests.walks.rows import fill, fingerprint, keep_numbers_apart

pytestmark = [pytest.mark.tenancy, pytest.mark.timeout(600)]

URLCONFS = (settings.HOSPITAL_URLCONF, settings.ROOT_URLCONF)
ADMIN_PAGES = [one for one in addresses(settings.HOSPITAL_URLCONF) if one.is_admin]
ADMINISTRATORS = ("hospital_admin", "security_officer")
HOSPITAL_PAGES = [one for one in addresses(settings.HOSPITAL_URLCONF) if not one.is_admin]


def is_guarded(address: Address) -> bool:
    """A view says who may open it, or it belongs to a package that does so itself."""
    view = address.view
    if address.is_admin or view.__module__.startswith(GUARDED_ELSEWHERE):
        return True
    return bool(getattr(view, "guard", ()) or getattr(getattr(view, "cls", None), "requires", ()))


def is_public(address: Address) -> bool:
    """Open to everybody by its own word, or a page of signing in."""
    return getattr(address.view, "guard", ()) == ("public",) or address.view.__module__.startswith("allauth.")


@pytest.mark.parametrize("urlconf", URLCONFS)
def test_every_url_says_who_may_open_it(urlconf: str) -> None:
    assert [str(address) for address in addresses(urlconf) if not is_guarded(address)] == []


def test_walk_sees_a_view_without_a_guard() -> None:
    def open_to_all(request: object) -> HttpResponse:
        return HttpResponse()

    class Planted:
        urlpatterns = [path("hole/", open_to_all, name="hole")]

    assert [is_guarded(one) for one in addresses(Planted)] == [False]  # type: ignore[arg-type]
    assert is_guarded(Address("", "", public(open_to_all), ()))


# About a row of the reader's own, or in a state that a bare row is not in: the tests of these pages ask for theirs.
NEED_MORE = {
    "accounts:affected",
    "accounts:bulk-edit",
    "accounts:bulk-progress",
    "accounts:bulk-result",
    "accounts:export-file",
    "api:nowhere",
    "articles:picture",
    "campaigns:journey-approve",
    "campaigns:journey-submit",
    "campaigns:picture",
    "campaigns:preview",
    "campaigns:sheet",
    "content:picture",
    "fhir:nowhere",
    "followups:end",
    "followups:resume",
    "followups:score",
    "followups:take-back",
    "followups:tier",
    "followups:told",
    "followups:undo-review",
    "groups:file",
    "messaging:go",
    "patients:consent-evidence",
    "patients:facts",
    "patients:file",
    "patients:label-publish",
    "patients:member-thread",
    "patients:union",
}


def is_open_page(address: Address) -> bool:
    """Open to everybody and ours: signing in has tests of its own."""
    return is_public(address) and not address.view.__module__.startswith("allauth.")


def names_a_row(address: Address) -> bool:
    """Something in the address belongs to a hospital; a word like a stage of the life cycle is the same everywhere."""
    return any(name not in WORDS for name, _converter in address.converters)


@pytest.fixture
def both(north: Hospital, south: Hospital) -> tuple[Hospital, Hospital]:
    """Both hospitals with rows in every table."""
    fill(north)
    keep_numbers_apart()
    fill(south)
    return north, south


def paths(
    hospital: Hospital, rows_of: Hospital, pages: list[Address] = HOSPITAL_PAGES, *, at_most: int | None = None
) -> Iterator[tuple[Address, str]]:
    """Every page of a hospital, with identifiers of rows of another or of itself."""
    for address in pages:
        for route in filled(address, rows_of, at_most=at_most):
            yield address, f"/{hospital.slug}/{route}"


def test_who_is_signed_out_gets_nothing(both: tuple[Hospital, Hospital]) -> None:
    north, _south = both
    opened = {}
    for address, url in paths(north, north, at_most=2):
        answer = Client().get(url)
        if not is_public(address) and not (answer.status_code == 302 and "/accounts/login/" in answer["Location"]):
            opened[url] = answer.status_code
    assert set(opened.values()) <= {401, 403, 405}, opened


def test_outsider_gets_nothing_of_north(both: tuple[Hospital, Hospital], zhao: StaffMember) -> None:
    """Zhao of South, at North's addresses: refused everywhere but on the pages of signing in."""
    north, _south = both
    client = client_of(zhao)
    opened = {
        url: client.get(url).status_code for address, url in paths(north, north, at_most=2) if not is_public(address)
    }
    assert {url: code for url, code in opened.items() if code not in (401, 403, 405)} == {}


def test_outsider_finds_no_row_of_north_at_south(both: tuple[Hospital, Hospital]) -> None:
    """Who may open a page at South, with North's identifiers in its address: not found."""
    north, south = both
    clients = {role: client_of(Cast(south).holding(role)) for role in SHIPPED_ROLES}
    opened, tried = {}, Tried(north)
    for page, url in paths(south, north):
        if not names_a_row(page) or is_public(page):
            continue
        role = role_for(page)
        for method in ("get", "post"):
            if tried.is_known(role, page, url, method):
                continue
            answer = getattr(clients[role], method)(url)
            tried.learn(role, page, answer)
            if answer.status_code not in (401, 403, 404, 405):
                opened[f"{method} {url}"] = answer.status_code
    assert opened == {}


def test_administrators_find_no_row_of_north_in_the_admin_of_south(both: tuple[Hospital, Hospital]) -> None:
    """Refused, not found, or sent back to the front page, as the admin answers for a row that is not there."""
    north, south = both
    tried, opened = 0, {}
    for role in ADMINISTRATORS:
        client = client_of(Cast(south).holding(role))
        for address, url in paths(south, north, ADMIN_PAGES):
            if not address.converters:
                continue
            for method in (client.get, client.post):
                tried += 1
                answer = method(url)
                gone = answer.status_code == 302 and answer["Location"] == "/south/admin/"
                if not gone and answer.status_code not in (403, 404, 405):
                    opened[f"{role} {method.__name__} {url}"] = answer.status_code
    assert opened == {}
    assert tried > 100


def test_opening_a_page_of_the_admin_changes_nothing_and_never_fails(both: tuple[Hospital, Hospital]) -> None:
    north, _south = both
    failed, changed, opened = [], [], 0
    for role in ADMINISTRATORS:
        client = client_of(Cast(north).holding(role))
        client.get("me/")
        before = fingerprint()
        for _address, url in paths(north, north, ADMIN_PAGES):
            code = client.get(url).status_code
            opened += code == 200
            if code >= 500:
                failed.append(f"{role} {url}")
        after = fingerprint()
        changed += [f"{role}: {table}" for table in after if after[table] != before[table]]
    assert (failed, changed) == ([], [])
    assert opened > 20


def role_for(address: Address) -> str:
    """A role that may open the page; an agent where every member of staff may."""
    asked = asked_of(address)
    return next((code for code, role in SHIPPED_ROLES.items() if asked & set(role.capabilities)), "agent")


def test_opening_a_page_changes_nothing_and_never_fails(
    both: tuple[Hospital, Hospital], client_as: Callable[[str], MountedClient]
) -> None:
    """Every role opens every page it may with every kind of row: answered below 500, and no row is other than
    before.
    """
    north, _south = both
    clients = {role: client_as(role) for role in SHIPPED_ROLES}
    for client in clients.values():
        client.get("me/")
    failed, changed, opened, tried = [], [], 0, Tried(north)
    reached: dict[str, set[int]] = defaultdict(set)
    before = fingerprint()
    for role, client in clients.items():
        pages = [one for one in HOSPITAL_PAGES if may_open(role, one) or is_open_page(one)]
        for page, url in paths(north, north, pages):
            if tried.is_known(role, page, url):
                continue
            answer = client.get(url)
            tried.learn(role, page, answer)
            opened += answer.status_code == 200
            reached[page.name].add(answer.status_code)
            if answer.status_code >= 500:
                failed.append(f"{role} {url}")
        after = fingerprint()
        changed += [f"{role}: {table}" for table in after if after[table] != before[table]]
        before = after
    assert (failed, changed) == ([], [])
    assert {name for name, codes in reached.items() if codes == {404}} == NEED_MORE
    assert opened > 350


def test_who_lacks_the_right_is_refused(
    both: tuple[Hospital, Hospital], client_as: Callable[[str], MountedClient]
) -> None:
    """Every page is closed to a role that may not open it; which one takes turns."""
    north, _south = both
    opened, turn = {}, 0
    for address in HOSPITAL_PAGES:
        strangers = [role for role in SHIPPED_ROLES if not may_open(role, address)]
        if is_public(address) or not strangers:
            continue
        turn += 1
        role, route = strangers[turn % len(strangers)], filled(address, north)[0]
        code = client_as(role).get(f"/{north.slug}/{route}").status_code
        if code not in (401, 403, 405):
            opened[f"{role} {route}"] = code
    assert opened == {}
    assert turn > 200


def test_every_page_of_a_hospital_refuses_what_it_does_not_take(
    both: tuple[Hospital, Hospital], client_as: Callable[[str], MountedClient]
) -> None:
    """DELETE, PUT and PATCH are taken by none, whoever may open the page: 405, where a program signs in 401."""
    north, _south = both
    clients = {role: client_as(role) for role in SHIPPED_ROLES}
    taken = {}
    for address in HOSPITAL_PAGES:
        if is_public(address):
            continue
        url, client = f"/{north.slug}/{filled(address, north)[0]}", clients[role_for(address)]
        for method in (client.delete, client.put, client.patch):
            code = method(url).status_code
            if code not in (401, 405):
                taken[f"{method.__name__} {url}"] = code
    assert taken == {}
