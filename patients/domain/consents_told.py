"""What other systems tell that people have decided, for any channel.

No system confirms for a person that an address is the person's (double opt-in): a yes to what needs a consent counts
for the channels that a yes of any channel speaks for (`granting.spoken_for`), and for e-mail only where the person has
confirmed that here before.

Where the order of a yes and a no is in doubt, the no holds. So a no of a day counts to the end of that day, a grant
from its beginning. A grant of no known day counts from when it was written, gives way to every no, and any no told
later takes its place, of whatever day. A grant overtakes a no only where its day or its hour is later.
"""

import datetime as dt
import zoneinfo
from typing import Any

from django.db import transaction

from patients.domain.consents import ConsentError, OwnNoStands, current_consents, is_granted, record_consent
from patients.domain.granting import needs_confirmation, spoken_for
from patients.domain.records import Moment
from patients.models import Consent, Patient

# a refusal told again as taken back says nothing new, and the other way round
_NO: set[str] = {Consent.Decision.WITHDRAWN, Consent.Decision.REFUSED}


def take_told(
    person_id: int,
    *,
    purpose: str,
    decision: str,
    wording: str,
    at: Moment | None,
    told: Moment | None,
    now: dt.datetime,
    zone: zoneinfo.ZoneInfo,
) -> str:
    """Another system tells a decision; answers '', or why it was not taken.

    The same told again changes nothing. What is taken back without ever having been granted here is a refusal.
    """
    person = Patient.objects.select_for_update().get(pk=person_id)
    moment = _moment(at, decision, now, zone)
    check = _why_no_yes if decision == Consent.Decision.GRANTED else _why_no_no
    reason = check(person, purpose, moment, _moment(at, Consent.Decision.GRANTED, now, zone))
    if reason is not None:
        return reason
    if decision == Consent.Decision.WITHDRAWN and not is_granted(person, purpose, Consent.Channel.ANY):
        decision = Consent.Decision.REFUSED
    elif decision == Consent.Decision.GRANTED and moment is None:
        moment = min(_moment(told, decision, now, zone) or now, now)
    said: dict[str, Any] = {"purpose": purpose, "decision": decision, "wording_version": wording}
    said |= {"at": moment, "is_dated": at is not None, "source": Consent.Source.FEED, "now": now}
    channels = _channels(person, purpose) if decision == Consent.Decision.GRANTED else (Consent.Channel.ANY,)
    try:
        with transaction.atomic():
            for channel in channels:
                record_consent(person=person, channel=channel, **said)
    except OwnNoStands:
        return "consent_stricter_stands"
    except ConsentError:
        return "consent_refused"
    return "" if channels else "consent_not_confirmed"


def _channels(person: Patient, purpose: str) -> tuple[str, ...]:
    """The channels for which a yes that another system tells counts."""
    spoken = spoken_for(purpose, Consent.Channel.ANY, with_mail=is_granted(person, purpose, Consent.Channel.EMAIL))
    is_confirmed = not needs_confirmation(purpose, spoken[0]) or is_granted(person, purpose, Consent.Channel.EMAIL)
    return spoken if is_confirmed else ()


def _moment(at: Moment | None, decision: str, now: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime | None:
    """The moment that counts; of a day its beginning for a yes, its end for a no, as far as the day has gone."""
    if at is None or isinstance(at, dt.datetime):
        return at
    begins = dt.datetime.combine(at, dt.time(), zone)
    if decision == Consent.Decision.GRANTED:
        return begins
    ends = dt.datetime.combine(at, dt.time.max, zone)
    return max(begins, min(ends, now))


def _why_no_yes(person: Patient, purpose: str, moment: dt.datetime | None, _since: dt.datetime | None) -> str | None:
    """Why a grant is not taken, '' where it says nothing new; None where it is."""
    if moment is None:
        decisions, _is_general = _standing(person, purpose)
        if decisions & _NO:
            return "consent_stricter_stands"
        channels = _channels(person, purpose)
        return "" if channels and all(is_granted(person, purpose, one) for one in channels) else None
    rows = Consent.objects.filter(patient=person, purpose=purpose, at=moment)
    if rows.filter(source=Consent.Source.FEED, decision=Consent.Decision.GRANTED, is_dated=True).exists():
        return ""
    return "consent_stricter_stands" if rows.filter(decision__in=_NO).exists() else None


def _why_no_no(person: Patient, purpose: str, moment: dt.datetime | None, since: dt.datetime | None) -> str | None:
    """'' where a refusal says nothing new: it was told, or one told for that day or later stands; None where it does.

    since: when the day began of which it was told.
    """
    decisions, is_general = _standing(person, purpose)
    stands = is_general and decisions <= _NO
    if moment is None:
        return "" if stands else None
    told = Consent.objects.filter(patient=person, purpose=purpose, source=Consent.Source.FEED, decision__in=_NO)
    known = told.filter(at__gte=since) if stands else told.filter(at=moment)
    return "" if known.exists() else None


def _standing(person: Patient, purpose: str) -> tuple[set[str], bool]:
    """What holds of a purpose, and whether something was decided for any channel."""
    rows = [row for row in current_consents(person) if row.purpose == purpose]
    return {row.decision for row in rows}, any(row.channel == Consent.Channel.ANY for row in rows)
