"""Addresses and people that are written to no more: stopped by what came back, by a complaint, a reply or by hand.

Every app asks by `messaging.domain.permission`; nobody else stops or lifts.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from hospital_crm.crypto import exact_hash
from messaging.domain.sending_rules import rules_here
from messaging.models import Channel, Message, SoftBounce, Suppression
from patients.domain import masking
from patients.domain.reach import contact_value
from patients.domain.staging import fetched
from patients.erasure_rules import NAME
from patients.models import Patient

_SYSTEMS = {"email": "email", "sms": "phone", "phone": "phone", "wechat": "wechat"}
_ERASED = "erased:"
# Nobody is there: no ground for a message makes it arrive.
UNREACHABLE = (Suppression.Reason.HARD_BOUNCE, Suppression.Reason.SOFT_BOUNCES)

# The person wants no more: only the person takes it back.
ASKED_FOR = (Suppression.Reason.COMPLAINT, Suppression.Reason.REPLY)


class SuppressionError(Exception):
    """Refused, with a sentence for the person who asked."""


@lru_cache(maxsize=4096)
def address_key(channel: str, address: str) -> str:
    """An address as it is compared: as records keep it, else as it was written, without blanks around it."""
    system = _SYSTEMS.get(channel)
    return (contact_value(system, address) if system else "") or address.strip()[:254]


@lru_cache(maxsize=4096)
def erased_key(channel: str, address: str) -> str:
    """What stands for an address in the stops of somebody who was erased: a keyed hash, by which it stays stopped."""
    return _ERASED + exact_hash(f"stop|{channel}|{address_key(channel, address)}")


def keys_of(channel: str, addresses: Iterable[str]) -> dict[str, str]:
    """The keys under which stops of these addresses may stand, each with the address as it is compared."""
    plain = {address_key(channel, one): one for one in addresses if one and one.strip()}
    return {key: key for key in plain} | {erased_key(channel, one): key for key, one in plain.items()}


@transaction.atomic
def suppress(
    *,
    channel: str,
    address: str = "",
    person: Patient | None = None,
    reason: str,
    source: str,
    now: dt.datetime,
    message: Message | None = None,
    actor: Actor | None = None,
) -> Suppression:
    """Stops an address, or a person on one channel; stopped already for the same or a harder reason: nothing changes.

    A softer stop that stands gives way: it is lifted for the harder one. Refused without an address and a person, or
    with both (SuppressionError).
    """
    address = address_key(channel, address) if address.strip() else ""
    if bool(address) == (person is not None):
        raise SuppressionError(_("Either an address or a person is stopped."))
    keys = keys_of(channel, [address]) if address else [""]
    rows = Suppression.objects.standing().filter(channel=channel, address__in=keys, patient=person)
    standing = rows.select_for_update().first()
    if standing is not None:
        if standing.reason == reason or standing.reason in UNREACHABLE or reason not in UNREACHABLE:
            return standing
        _lift(standing, "→ " + str(Suppression.Reason(reason).label), None, now)
    row = Suppression(
        channel=channel,
        address=address,
        patient=person,
        reason=reason,
        source=source[:60],
        message=message,
        at=now,
        by=actor.staff if actor else None,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # somebody else has stopped it at this moment
        return rows.get()
    record("messaging.suppression.add", row, actor=actor, after={"channel": channel, "reason": reason})
    return row


@transaction.atomic
def soft_bounce(
    *, channel: str, address: str, source: str, now: dt.datetime, message: Message | None = None
) -> Suppression | None:
    """A message came back for a time. On as many different days within as many as the hospital says (three within
    thirty, as shipped): the address is stopped.
    """
    rules = rules_here()
    key = address_key(channel, address)
    SoftBounce.objects.bulk_create(
        [SoftBounce(channel=channel, address=key, day=today(now=now), at=now)], ignore_conflicts=True
    )
    within = dt.timedelta(days=rules.soft_bounce_within)
    days = SoftBounce.objects.filter(channel=channel, address=key, day__gt=today(now=now) - within)
    lifted = Suppression.objects.filter(channel=channel, address__in=keys_of(channel, [key]), lifted_at__isnull=False)
    since = lifted.order_by("-lifted_at").values_list("lifted_at", flat=True).first()
    if since is not None:
        days = days.filter(at__gt=since)
    if days.count() < rules.soft_bounce_days:
        return None
    reason = Suppression.Reason.SOFT_BOUNCES
    return suppress(channel=channel, address=address, reason=reason, source=source, now=now, message=message)


@transaction.atomic
def lift(suppression: Suppression, *, reason: str, actor: Actor, now: dt.datetime) -> Suppression:
    """Somebody made sure that the address may be written to again. Refused without a reason, for what was lifted
    already, and for what the person asked for: that only the person takes back, by allowing it.
    """
    row = Suppression.objects.select_for_update().get(pk=suppression.pk)
    if row.lifted_at is not None:
        raise SuppressionError(_("This stop has been lifted already."))
    if not reason.strip():
        raise SuppressionError(_("A reason is needed."))
    if row.reason in ASKED_FOR:
        raise SuppressionError(_("The person asked for this stop: only a consent given anew ends it."))
    _lift(row, reason.strip(), actor, now)
    return row


@transaction.atomic
def lift_by_consent(
    *,
    channel: str,
    addresses: Iterable[str],
    shared: Iterable[str] = (),
    person: Patient,
    until: dt.datetime,
    now: dt.datetime,
) -> int:
    """The person has allowed this channel anew at the moment `until`: stops that the person had asked for by then end;
    those of addresses that are `shared` with others only where it was this person's message that brought them.
    Answers how many.
    """
    stops = Suppression.objects.standing().filter(channel=channel, at__lte=until, reason__in=ASKED_FOR)
    alone = Q(patient=person) | Q(address__in=keys_of(channel, addresses))
    own = stops.filter(alone | Q(address__in=keys_of(channel, shared), message__person=person))
    rows = list(own.select_for_update(of=("self",)))
    for row in rows:
        _lift(row, _("allowed anew by the person"), None, now)
    return len(rows)


def standing_for(
    addresses: Mapping[str, Iterable[str]], people: Iterable[int] = ()
) -> dict[tuple[str, str | int], str]:
    """The stops that stand, by channel and address or number of the person: in one statement for however many."""
    wanted = Q(patient__pk__any_of=people) if people else Q(pk__in=[])
    keys = {channel: keys_of(channel, some) for channel, some in addresses.items()}
    for channel, known in keys.items():
        wanted |= Q(channel=channel, address__in=known)
    rows = Suppression.objects.standing().filter(wanted).values_list("channel", "address", "patient_id", "reason")
    return {
        (channel, keys[channel][address] if address else person): reason for channel, address, person, reason in rows
    }


def forget_addresses(addresses: Iterable[str], *, person: Patient, kept: Collection[str]) -> None:
    """The record of a person is erased: stops of these addresses, and of those that the person was written to, hold on
    under a keyed hash; what came back for a time goes. `kept`: addresses that are on record of somebody else too.
    """
    values = [one for one in addresses if one.strip() and one not in kept]
    wanted = Q(message__person=person) & ~Q(address="")
    for channel in Channel.values:
        wanted |= Q(channel=channel, address__in=[address_key(channel, one) for one in values])
    rows = Suppression.objects.filter(wanted).exclude(address__startswith=_ERASED).exclude(address__in=kept)
    for row in rows.select_for_update(of=("self",)):
        row.address = erased_key(row.channel, row.address)
        row.save(update_fields=["address"])
    gone = [*values, *(address_key(channel, one) for channel in _SYSTEMS for one in values)]
    fetched("select messaging_forget_bounces(%s)", [gone])


def stops_of(person: Patient, addresses: Iterable[str]) -> QuerySet[Suppression]:
    """The stops of a person, and of these addresses on whichever channel."""
    wanted, values = Q(patient=person), list(addresses)
    for channel in Channel.values:
        wanted |= Q(channel=channel, address__in=keys_of(channel, values))
    return Suppression.objects.filter(wanted)


def page_of_stops(*, before: int | None, size: int) -> tuple[list[Suppression], int | None]:
    """Stops, standing and lifted, the newest first, and where the next page begins (None: there is none)."""
    rows = Suppression.objects.select_related("patient", "by", "lifted_by").order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else None


def is_erased(row: Suppression) -> bool:
    """Whether the record of whoever had this address was erased, so that nobody can read it."""
    return row.address.startswith(_ERASED)


def shown(row: Suppression) -> str:
    """What is stopped, masked: an address, or a person's name."""
    if row.patient is not None:
        return masking.mask_name(row.patient.name)
    if is_erased(row):
        return str(NAME)
    return masking.mask_contact(_SYSTEMS.get(row.channel, ""), row.address)


def _lift(row: Suppression, reason: str, actor: Actor | None, now: dt.datetime) -> None:
    row.lifted_at, row.lift_reason = now, reason[:200]
    row.lifted_by = actor.staff if actor else None
    row.save(update_fields=["lifted_at", "lift_reason", "lifted_by"])
    record("messaging.suppression.lift", row, actor=actor, reason=reason)
