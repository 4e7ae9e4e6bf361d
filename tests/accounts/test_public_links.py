"""Links without log-in: derived, found in their own hospital alone, calm when they open nothing, never written down."""

import datetime as dt
import logging
import re
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import public_links
from accounts.domain import public_links as links
from accounts.domain import sessions
from accounts.models import AuditEvent, Hospital, PublicLink, PublicLinkOpening, User
from accounts.public_links import LinkKind
from accounts.views.public_links import UNKNOWN_PER_MINUTE
from hospital_crm.crypto import exact_hash, link_token
from hospital_crm.ops.privacy import redact
from hospital_crm.tenancy.middleware import RESERVED_SEGMENTS
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import Cast, client_of

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = dt.timedelta(days=1)


def answer(request: HttpRequest, link: PublicLink) -> HttpResponse:
    """The page of the kind that the tests register: whose it is, and what was sent."""
    if request.POST.get("break"):
        raise RuntimeError("the page broke")
    return HttpResponse(f"{request.hospital.slug} {link.object_id} {request.method}")  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> None:
    one = LinkKind("probe", "probe", answer, one_click=lambda request, link: HttpResponse("clicked"))
    monkeypatch.setitem(public_links._kinds, "probe", one)
    only = LinkKind("read", "read", answer, answers=("GET",))
    monkeypatch.setitem(public_links._kinds, "read", only)


def token(hospital: Hospital, number: int = 7, kind: str = "probe", **more: Any) -> str:
    with hospital_scope(hospital):
        return links.ensure(kind, [number], now=NOW, **more)[number]


def opened(one: str, client: Client | None = None, **more: Any) -> Any:
    return (client or Client()).get(f"/l/{one}/", **more)


def test_token_is_derived_and_only_its_hash_is_kept(in_north: Hospital) -> None:
    first, again = (links.ensure("probe", [7], now=NOW)[7] for _n in range(2))
    row = PublicLink.objects.get()
    assert (first == again, len(first), row.token_hash) == (True, 22, exact_hash(first))
    assert first == link_token(f"{in_north.pk}:probe:7::1")
    assert first not in str(PublicLink.objects.values().get())


def test_ten_thousand_links_take_a_few_statements(in_north: Hospital) -> None:
    with CaptureQueriesContext(connection) as queries:
        made = links.ensure("probe", range(10_000), now=NOW)
    assert (len(set(made.values())), len(queries) <= 8, PublicLink.objects.count()) == (10_000, True, 10_000)
    with CaptureQueriesContext(connection) as queries:
        assert links.ensure("probe", range(10_000), now=NOW) == made
    assert len(queries) <= 5
    assert AuditEvent.objects.get(verb="accounts.link.make").detail == {"kind": "probe", "links": 10_000}


def test_link_opens_in_its_own_hospital(north: Hospital, south: Hospital) -> None:
    mine, theirs = token(north), token(south)
    assert [opened(one).content.decode() for one in (mine, theirs)] == ["north 7 GET", "south 7 GET"]
    Hospital.objects.filter(pk=north.pk).update(host_name="north.example")
    assert opened(mine, headers={"host": "north.example"}).content.decode() == "north 7 GET"
    assert opened(theirs, headers={"host": "north.example"}).status_code == 404


def test_unknown_expired_and_closed_are_one_calm_page(north: Hospital, south: Hospital) -> None:
    expired, closed = token(north, 1, expires_at=NOW + DAY), token(north, 2)
    with hospital_scope(north):
        PublicLink.objects.filter(object_id=1).update(made_at=NOW - 2 * DAY, expires_at=NOW - DAY)
        assert links.close("probe", [2], now=NOW) == 1
    pages = [opened(one) for one in ("A" * 22, expired, closed, "short", "x" * 400)]
    assert {page.status_code for page in pages} == {404}
    texts = {re.sub(r"[A-Za-z0-9]{64}", "", p.content.decode().replace(p.wsgi_request.path, "")) for p in pages}
    assert len({re.sub(r'id="request-id">[^<]*', "", text) for text in texts}) == 1
    assert _("This link opens nothing any more") in pages[0].content.decode()
    assert north.name not in pages[1].content.decode()
    with hospital_scope(north):
        assert PublicLinkOpening.objects.count() == 0


def test_another_generation_follows_a_closed_link(in_north: Hospital) -> None:
    first = links.ensure("probe", [7], now=NOW)[7]
    links.close("probe", [7], now=NOW)
    second = links.ensure("probe", [7], now=NOW)[7]
    assert first != second
    assert list(PublicLink.objects.order_by("generation").values_list("generation", flat=True)) == [1, 2]


def test_link_lives_as_long_as_was_asked_last(in_north: Hospital) -> None:
    links.ensure("probe", [7], expires_at=NOW + DAY, now=NOW)
    links.ensure("probe", [7], expires_at=NOW + 3 * DAY, now=NOW)
    links.ensure("probe", [7], expires_at=NOW + 2 * DAY, now=NOW)
    assert PublicLink.objects.get().expires_at == NOW + 3 * DAY
    links.ensure("probe", [7], now=NOW)
    assert PublicLink.objects.get().expires_at is None


def test_unregistered_kind_is_refused(in_north: Hospital) -> None:
    with pytest.raises(LookupError):
        links.ensure("nobody's", [7], now=NOW)


def test_opening_leaves_a_row_and_nothing_else(north: Hospital) -> None:
    one = token(north)
    opened(one, headers={"user-agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0"})
    opened(one, headers={"user-agent": "Barracuda Sentinel scanner"})
    assert Client().head(f"/l/{one}/").status_code == 200
    with hospital_scope(north):
        assert list(PublicLinkOpening.objects.order_by("id").values_list("by_program", flat=True)) == [False, True]
    with hospital_scope(north), pytest.raises(Exception, match="permission denied"), transaction.atomic():
        PublicLinkOpening.objects.all().update(by_program=False)


def test_methods_are_those_of_the_kind(north: Hospital) -> None:
    one, only = token(north), token(north, kind="read")
    client = Client()
    assert (client.post(f"/l/{one}/").status_code, client.put(f"/l/{one}/").status_code) == (200, 405)
    assert client.post(f"/l/{only}/").status_code == 405


def test_post_needs_the_token_of_the_form_but_for_one_click(north: Hospital) -> None:
    one, only = token(north), token(north, kind="read")
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/l/{one}/", {"act": "stop"}).status_code == 403
    assert strict.post(f"/l/{one}/", {"List-Unsubscribe": "One-Click"}).content == b"clicked"
    assert strict.post(f"/l/{only}/", {"List-Unsubscribe": "One-Click"}).status_code == 403


def test_who_guesses_is_asked_to_wait(north: Hospital) -> None:
    client = Client()
    codes = [client.get(f"/l/{n:022d}/").status_code for n in range(UNKNOWN_PER_MINUTE + 2)]
    assert codes == [404] * UNKNOWN_PER_MINUTE + [429] * 2
    assert opened(token(north), client).status_code == 200


def test_nobody_acts_behind_a_link(north: Hospital, cast: Cast) -> None:
    sun = client_of(cast.sun)
    answer = sun.get(f"/l/{token(north)}/")
    assert (answer.status_code, answer.wsgi_request.actor) == (200, None)


@pytest.mark.parametrize("waits", ["idle", "first password"])
def test_what_waits_for_a_signed_in_browser_does_not_stand_before_a_link(
    north: Hospital, cast: Cast, waits: str
) -> None:
    sun, one = client_of(cast.sun), token(north)
    assert sun.get("me/").status_code == 200
    if waits == "idle":
        session = sun.session
        session[sessions.SEEN_KEY] -= 86_400
        session.save()
    else:
        User.objects.filter(pk=cast.sun.user_id).update(must_change_password=True)
    assert opened(one, sun).content == Client().get(f"/l/{one}/").content
    assert sun.get("me/").status_code == 302


def test_token_is_in_no_log(north: Hospital, caplog: pytest.LogCaptureFixture) -> None:
    one = token(north)
    caplog.set_level(logging.DEBUG)
    client = Client(raise_request_exception=False)
    client.get(f"/l/{one}/")
    client.get("/l/" + "B" * 22 + "/")
    client.post(f"/l/{one}/", {"break": "1"})
    told = " ".join(redact(record.getMessage()) for record in caplog.records)
    assert "RuntimeError" in caplog.text
    assert (one in told, "B" * 22 in told, redact(f"Internal Server Error: /l/{one}/")) == (
        False,
        False,
        "Internal Server Error: /l/…/",
    )
    with hospital_scope(north):
        assert one not in str(list(AuditEvent.objects.values()))


def test_database_keeps_tokens_and_generations_apart(in_north: Hospital) -> None:
    links.ensure("probe", [7], now=NOW)
    row = PublicLink.objects.get()
    for same in ({"token_hash": row.token_hash, "object_id": 8}, {"token_hash": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PublicLink.objects.create(**{"kind": "probe", "object_id": 7, "made_at": NOW, **same})


def test_address_names_the_host_of_the_hospital(in_north: Hospital, settings: Any) -> None:
    settings.PUBLIC_BASE_URL = "https://crm.example/"
    assert links.address_of(in_north, "T") == "https://crm.example/l/T/"
    in_north.host_name = "north.example"
    assert links.address_of(in_north, "T") == "https://north.example/l/T/"
    assert "l" in RESERVED_SEGMENTS


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_calm_page_speaks_the_language_of_the_browser(db: None, language: str) -> None:
    client = Client(headers={"accept-language": {"zh-hans": "zh-CN", "zh-hant": "zh-TW", "en": "en"}[language]})
    page = client.get("/l/" + "C" * 22 + "/").content.decode()
    with override(language):
        assert _("This link opens nothing any more") in page
    assert f'<html lang="{language}"' in page
