"""Feeds: entered and changed by the information officer, watched by everybody who looks after them."""

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Min, OuterRef, Subquery
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.models import Department, StaffMember
from hospital_crm.crypto import whole_hash
from integrations.domain.errors import ImportRefused
from integrations.models import DepartmentMapping, Feed, InboundRecord
from messaging.domain.outbox import Notice, enqueue_all
from messaging.recipients import ToStaff

FIELDS = ("title", "is_active", "number_domain", "silence_minutes")
SETTINGS = ("zone", "charset", "department_from")
_SEEN = ("received", "set_aside", "waiting")
_ROLE = "information_officer"


@dataclass(frozen=True, slots=True)
class Health:
    """How a feed is: messages that wait to be applied, for a decision, for somebody; how long the oldest has waited
    and the last one took; whether it has been silent for too long.
    """

    feed: Feed
    received: int
    waiting: int
    set_aside: int
    oldest_at: dt.datetime | None
    last_lag: dt.timedelta | None
    is_silent: bool

    @property
    def last_seconds(self) -> int | None:
        """How many seconds the last message took from being received to being applied."""
        return round(self.last_lag.total_seconds()) if self.last_lag is not None else None


def health_of_feeds(now: dt.datetime) -> list[Health]:
    """Every feed, those in use first."""
    latest = InboundRecord.objects.filter(feed=OuterRef("pk"), state="applied").order_by("-id")
    lag = latest.values(took=F("applied_at") - F("received_at"))[:1]
    feeds = Feed.objects.annotate(last_lag=Subquery(lag)).order_by("-is_active", "name")
    counts: dict[int, dict[str, tuple[int, dt.datetime]]] = {}
    rows = InboundRecord.objects.filter(state__in=_SEEN).values_list("feed_id", "state")
    for feed_id, state, count, oldest in rows.annotate(Count("id"), Min("received_at")).order_by():
        counts.setdefault(feed_id, {})[state] = (count, oldest)
    return [_health(feed, counts.get(feed.pk, {}), now) for feed in feeds]


def _health(feed: Feed, counts: Mapping[str, tuple[int, dt.datetime]], now: dt.datetime) -> Health:
    received, oldest = counts.get("received", (0, None))
    waiting, set_aside = (counts.get(state, (0, None))[0] for state in ("waiting", "set_aside"))
    lag = feed.last_lag  # type: ignore[attr-defined]
    return Health(feed, received, waiting, set_aside, oldest, lag, is_silent(feed, now))


def is_silent(feed: Feed, now: dt.datetime) -> bool:
    """Whether a feed in use has sent nothing for longer than it may."""
    if not (feed.is_active and feed.silence_minutes):
        return False
    return (feed.last_received_at or feed.created_at) < now - dt.timedelta(minutes=feed.silence_minutes)


@transaction.atomic
def enter_feed(*, kind: str, name: str, values: Mapping[str, Any], actor: Actor | None) -> Feed:
    """A system that will send. Refused for a short name that another feed has."""
    feed = Feed(kind=kind, name=name, **{key: values[key] for key in FIELDS})
    feed.settings = {key: values[key] for key in SETTINGS if values.get(key)}
    try:
        with transaction.atomic():
            feed.save()
    except IntegrityError as error:
        raise ImportRefused(_("Another feed is called %(name)s.") % {"name": name}) from error
    record("integrations.feed.enter", feed, actor=actor, after=_as_dict(feed))
    return feed


@transaction.atomic
def change_feed(feed: Feed, values: Mapping[str, Any], *, actor: Actor) -> Feed:
    """How a feed is read and watched, and whether it may send."""
    feed = Feed.objects.select_for_update().get(pk=feed.pk)
    before = _as_dict(feed)
    for key in FIELDS:
        setattr(feed, key, values[key])
    feed.settings = {**feed.settings, **{key: values.get(key) or "" for key in SETTINGS}}
    feed.silence_told_at = None
    feed.save()
    record("integrations.feed.change", feed, actor=actor, before=before, after=_as_dict(feed))
    return feed


@transaction.atomic
def issue_token(feed: Feed, *, actor: Actor) -> str:
    """A new credential with which the feed signs in over the web; the one before is worth nothing from now on.

    Only its keyed hash is kept, so that it is seen this once. Refused for a feed that does not send over the web.
    """
    if feed.kind != Feed.Kind.FHIR:
        raise ImportRefused(_("Only feeds in FHIR sign in over the web."))
    token = secrets.token_urlsafe(32)
    Feed.objects.filter(pk=feed.pk).update(token_hash=whole_hash(token))
    record("integrations.feed.token", feed, actor=actor)
    return token


def feed_of_token(token: str) -> Feed | None:
    """The feed in use that signs in with this credential."""
    return Feed.objects.in_use().filter(kind=Feed.Kind.FHIR, token_hash=whole_hash(token)).first() if token else None


@transaction.atomic
def mean_department(feed: Feed, name: str, department: Department, *, actor: Actor, now: dt.datetime) -> None:
    """A department's name or code in what this feed tells means a department known here; remembered for this feed.

    Refused for an unconfirmed or closed department.
    """
    if not (department.is_confirmed and department.is_active):
        raise ImportRefused(_("Join it to a confirmed department that is in use."))
    defaults = {"department": department, "decided_at": now}
    mapping, _made = DepartmentMapping.objects.update_or_create(feed=feed, name=name.strip()[:60], defaults=defaults)
    record("integrations.feed.department", mapping, actor=actor, name=f"{mapping.name} → {department.name}")


@transaction.atomic
def forget_department(feed: Feed, name: str, *, actor: Actor) -> None:
    """A department's name in this feed is found by itself again. Visits told already stay as they are."""
    for mapping in DepartmentMapping.objects.filter(feed=feed, name=name).select_for_update():
        record("integrations.feed.department", mapping, actor=actor, name=f"{mapping.name} → –")
        mapping.delete()


def tell_silence(now: dt.datetime) -> int:
    """The information officers hear once of every feed that has been silent for too long; answers how many feeds."""
    silent = [feed for feed in Feed.objects.in_use().filter(silence_told_at=None) if is_silent(feed, now)]
    officers = list(StaffMember.objects.active().holding(_ROLE).values_list("pk", flat=True))
    for feed in silent:
        since = feed.last_received_at or feed.created_at
        enqueue_all(
            [
                Notice(
                    purpose="integrations.silence",
                    recipient=ToStaff(staff_id),
                    channel="bell",
                    template="integrations.silence",
                    key=f"feed-silence:{feed.pk}:{since.timestamp():.0f}:{staff_id}",
                    context={"feed": feed.title, "minutes": feed.silence_minutes},
                    link=("integrations:feeds",),
                )
                for staff_id in officers
            ],
            now=now,
        )
    Feed.objects.filter(pk__in=[feed.pk for feed in silent]).update(silence_told_at=now)
    return len(silent)


def _as_dict(feed: Feed) -> dict[str, Any]:
    return {key: getattr(feed, key) for key in (*FIELDS, "settings")}
