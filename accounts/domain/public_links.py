"""Links without log-in: made for many rows at once, written again into every mail, closed, found, opened.

The token is 22 characters (128 bits) derived with a key outside the database; the database keeps a keyed hash of it,
so neither a backup nor a reader of the tables can open a link.
"""

import datetime as dt
import re
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest

from accounts import public_links
from accounts.actors import Actor
from accounts.audit import record
from accounts.models import Hospital, PublicLink, PublicLinkOpening
from hospital_crm.crypto import exact_hash, link_token
from hospital_crm.tenancy.scope import required_hospital

_ADDRESS = re.compile(r"/l/[A-Za-z0-9_-]{22}/")
# Words by which programs that open links for people name themselves: scanners of mail, previews, crawlers.
_PROGRAMS = (
    *("bot", "crawl", "spider", "scan", "preview", "proxy", "curl", "wget", "python", "java/", "go-http", "okhttp"),
    *("headless", "safelinks", "proofpoint", "barracuda", "mimecast", "fortinet", "facebookexternalhit"),
)


@transaction.atomic
def ensure(
    kind: str,
    object_ids: Iterable[int],
    *,
    extra: str = "",
    expires_at: dt.datetime | None = None,
    now: dt.datetime,
) -> dict[int, str]:
    """The token of an open link for each row, by its id; made where there is none. A link lives at least as long as
    asked for now, None for ever.

    Ten thousand take a few statements. Refuses (LookupError) a kind that nobody registered.
    """
    public_links.get(kind)
    ids = sorted(set(object_ids))
    rows = PublicLink.objects.filter(kind=kind, extra=extra, object_id__in=ids)
    is_open = dict(open_links(rows, now).values_list("object_id", "generation"))
    if is_open:
        _prolong(open_links(rows, now), expires_at)
    missing = [one for one in ids if one not in is_open]
    if missing:
        is_open |= _make(kind, missing, extra, expires_at, now)
    return {one: _token(kind, one, extra, is_open[one]) for one in ids}


def open_links(rows: QuerySet[PublicLink], now: dt.datetime) -> QuerySet[PublicLink]:
    """Those that open something at that moment."""
    return rows.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), closed_at__isnull=True)


def address_of(hospital: Hospital, token: str) -> str:
    """The absolute address of a link, for mails and sheets. A hospital with a host name of its own is reached there."""
    scheme, _mark, host = settings.PUBLIC_BASE_URL.partition("://")
    return f"{scheme}://{hospital.host_name or host.rstrip('/')}/l/{token}/"


def hidden(text: str) -> str:
    """A text with its links without log-in made unusable, for what is kept of a message."""
    return _ADDRESS.sub("/l/…/", text)


@transaction.atomic
def close(
    kind: str,
    object_ids: Iterable[int],
    *,
    extra: str | None = None,
    actor: Actor | None = None,
    now: dt.datetime,
) -> int:
    """The links of these rows open nothing from now on, for good; answers how many. None for `extra`: whatever they
    ask about.
    """
    rows = PublicLink.objects.filter(kind=kind, object_id__in=list(object_ids), closed_at__isnull=True)
    rows = rows if extra is None else rows.filter(extra=extra)
    closed = rows.update(closed_at=now)
    if closed:
        record("accounts.link.close", actor=actor, kind=kind, links=closed)
    return closed


def found(token: str, *, now: dt.datetime) -> PublicLink | None:
    """The open link of the hospital in scope that this token stands for."""
    return open_links(PublicLink.objects.filter(token_hash=exact_hash(token)), now).first()


def note_opening(link: PublicLink, request: HttpRequest, *, now: dt.datetime) -> None:
    """One row: the link was opened, perhaps by a program."""
    by_program = is_program(request.headers.get("User-Agent", ""))
    PublicLinkOpening.objects.create(link=link, at=now, by_program=by_program)


def is_program(agent: str) -> bool:
    """Whether what opens a link names itself as a program, or not at all."""
    return not agent or any(word in agent.lower() for word in _PROGRAMS)


def _make(kind: str, ids: list[int], extra: str, expires_at: dt.datetime | None, now: dt.datetime) -> dict[int, int]:
    """A further generation for each of these rows; one made by somebody else at the same moment is the same."""
    former = PublicLink.objects.filter(kind=kind, extra=extra, object_id__in=ids).values("object_id")
    latest = dict(former.annotate(latest=Max("generation")).values_list("object_id", "latest"))
    made = {one: latest.get(one, 0) + 1 for one in ids}
    said = {"kind": kind, "extra": extra, "made_at": now, "expires_at": expires_at}
    PublicLink.objects.bulk_create(
        (
            PublicLink(
                object_id=one, generation=number, token_hash=exact_hash(_token(kind, one, extra, number)), **said
            )
            for one, number in made.items()
        ),
        ignore_conflicts=True,
    )
    record("accounts.link.make", kind=kind, links=len(made))
    return made


def _prolong(rows: QuerySet[PublicLink], expires_at: dt.datetime | None) -> None:
    shorter = rows.filter(expires_at__isnull=False)
    shorter = shorter if expires_at is None else shorter.filter(expires_at__lt=expires_at)
    shorter.update(expires_at=expires_at)


def _token(kind: str, object_id: int, extra: str, generation: int) -> str:
    return link_token(f"{required_hospital().pk}:{kind}:{object_id}:{extra}:{generation}")
