"""The addresses without log-in that messages to people carry: the way out of what is commercial or goes to many, the
person's own page, the confirmation of a consent.

Made for a whole batch when it is claimed, in a few statements for each kind of way out, and kept in no context.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from accounts.domain import public_links
from messaging import purposes
from messaging.models import Channel, Message
from messaging.purposes import Basis
from patients.domain import granting, preferences
from patients.models import AwaitedConsent

if TYPE_CHECKING:
    from accounts.models import Hospital

# What texts and the header of bulk mail (RFC 8058) call the address where a person takes back what was allowed.
WAY_OUT = "unsubscribe_url"
# What texts call the address that they are about, and the texts that are about one.
OWN_LINK = "own_link"
OWN_PAGE, CONFIRMATION = "consents.own_page", "consents.confirmation"
_TO_MANY = frozenset({Basis.MARKETING, Basis.EDUCATION, Basis.COMMUNITY, Basis.POINTS, Basis.SATISFACTION})


class _Place(NamedTuple):
    """One kind of link that texts name by `name`."""

    name: str
    kind: str
    extra: str = ""
    expires_at: dt.datetime | None = None


def links_of(messages: Sequence[Message], *, hospital: "Hospital", now: dt.datetime) -> dict[int, dict[str, str]]:
    """The addresses of each message by its number, as its text names them."""
    wanted: dict[_Place, dict[int, int]] = defaultdict(dict)
    for message in messages:
        if message.person_id is not None and message.template == OWN_PAGE:
            wanted[_Place(OWN_LINK, preferences.KIND)][message.pk] = message.person_id
        if message.person_id is not None and has_way_out(message):
            extra = purposes.get(message.purpose).consent(message.channel) or ""
            wanted[_Place(WAY_OUT, preferences.KIND, str(extra))][message.pk] = message.person_id
    if asked := _asked(messages, now):
        last = max(row.expires_at for row in asked.values())
        wanted[_Place(OWN_LINK, granting.CONFIRM, "", last)] = {pk: row.pk for pk, row in asked.items()}
    return _addresses(wanted, hospital, now)


def has_way_out(message: Message) -> bool:
    """Whether a person is told at once how to get no more of it: e-mails that are commercial or go to many."""
    if not purposes.is_known(message.purpose):
        return False
    purpose = purposes.get(message.purpose)
    return message.channel == Channel.EMAIL and (purpose.commercial or purpose.basis in _TO_MANY)


def _asked(messages: Sequence[Message], now: dt.datetime) -> dict[int, AwaitedConsent]:
    """What each message that asks for a confirmation is about, as far as it still waits."""
    asking = [one for one in messages if one.template == CONFIRMATION]
    if not asking:
        return {}
    rows = AwaitedConsent.objects.filter(patient__in={one.person_id for one in asking}, ended_at__isnull=True)
    rows = rows.filter(waits_for=AwaitedConsent.WaitsFor.LINK, expires_at__gt=now)
    waiting = {(row.patient_id, row.purpose): row for row in rows.filter(channel=Channel.EMAIL)}
    found = {one.pk: waiting.get((one.person_id or 0, str(one.context.get("what")))) for one in asking}
    return {pk: row for pk, row in found.items() if row is not None}


def _addresses(
    wanted: dict[_Place, dict[int, int]], hospital: "Hospital", now: dt.datetime
) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for place, rows in wanted.items():
        ends = place.expires_at
        tokens = public_links.ensure(place.kind, rows.values(), extra=place.extra, expires_at=ends, now=now)
        for message, row in rows.items():
            found[message][place.name] = public_links.address_of(hospital, tokens[row])
    return found
