"""May we contact this person: one question for every app, asked when something is queued and again when it goes.

In this order: is the person alive and on record; has contact been stopped; is this kind of message allowed; is there
an address that is not stopped; are these the hours and the days; is there room in the budget (PRODUCT §4.1, §4.2).
Safety passes over everything but death, an erased record and an address where nobody is.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from messaging import purposes
from messaging.domain import suppressions, touches
from messaging.domain.calendar import rules_of_hospital
from messaging.domain.contact_rules import ContactRules, Kind, Touched, kind_of
from messaging.models import Reason
from messaging.purposes import Basis, Purpose
from patients.domain.consents import UNTIL_REFUSED
from patients.domain.consents_in_sql import decisions_of
from patients.domain.phones import MOBILE
from patients.domain.preferences import language_of
from patients.models import Consent, ContactPoint, Patient

_SYSTEM = {"email": "email", "sms": "phone", "phone": "phone", "wechat": "wechat"}
# A complaint, a reply and a stop by hand say nothing of what a person asks for or has booked.
_GOES_ON = (Basis.SAFETY, Basis.OWN_REQUEST, Basis.APPOINTMENT)


class Ask(NamedTuple):
    """Whether this person may be contacted by this channel for this purpose."""

    person_id: int
    channel: str
    purpose: Purpose


@dataclass(frozen=True)
class Answer:
    """Yes, or no with the reason. `not_before`: from when on it may go, as far as is known; `address`: where to."""

    allowed: bool
    reason: Reason = Reason.NONE
    detail: str = ""
    not_before: dt.datetime | None = None
    address: str = ""

    @property
    def is_for_now(self) -> bool:
        """A no that a later moment may turn into a yes by itself."""
        return self.not_before is not None


@dataclass
class Person:
    """What is known of a person when the question is put. `decisions`: by purpose and channel, what was said last."""

    contact_state: str
    in_doubt: bool = False
    tier: str = ""
    language: str = ""
    postal: str = ""
    addresses: dict[str, str] = field(default_factory=dict)
    decisions: dict[tuple[str, str], bool] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)
    touched: list[Touched] = field(default_factory=list)

    def address_for(self, channel: str) -> str:
        """Where a message over this channel goes; '': nowhere. A text message needs a mobile number."""
        if channel == "letter":
            return self.postal
        value = self.addresses.get(_SYSTEM.get(channel, ""), "")
        return "" if channel == "sms" and not MOBILE.fullmatch(value) else value

    def has_allowed(self, purpose: Consent.Purpose, channel: str) -> bool | None:
        """The last decision about this purpose on this channel or on any; None: never asked."""
        return self.decisions.get((purpose, channel))


def may_contact(person: Patient, channel: str, purpose: str | Purpose, now: dt.datetime) -> Answer:
    """The question for one person. `channel`: email, sms, wechat, letter, phone. LookupError for an unknown purpose."""
    asked = Ask(person.pk, channel, purpose if isinstance(purpose, Purpose) else purposes.get(purpose))
    return answers([asked], now=now)[0]


def answers(asked: Sequence[Ask], *, now: dt.datetime) -> list[Answer]:
    """The question for many, in as many statements as for one; in the order asked."""
    rules = rules_of_hospital()
    people = read_people(asked, now=now, rules=rules)
    return [judge(people.get(ask.person_id), ask, rules, now) for ask in asked]


def judge(person: Person | None, ask: Ask, rules: ContactRules, now: dt.datetime) -> Answer:
    """The rules over what is known of one person."""
    refused = why_never(person, ask)
    if refused is not None or person is None:
        return refused or Answer(False, Reason.ERASED)
    kind = kind_of(ask.purpose, ask.channel, tier=person.tier)
    return when(kind, person.touched, rules, now, person.address_for(ask.channel))


def when(kind: Kind, touched: Iterable[Touched], rules: ContactRules, now: dt.datetime, address: str) -> Answer:
    """Hours, days and budget: yes, or from when on."""
    known = list(touched)
    reason = rules.why_closed(now, kind) or rules.why_full(rules.day_of(now), kind, known)
    if not reason:
        return Answer(True, address=address)
    return Answer(False, Reason(reason), not_before=rules.finds(now, kind, known), address=address)


def why_never(person: Person | None, ask: Ask) -> Answer | None:
    """Why no later moment makes it allowed by itself; None: nothing of that kind."""
    if person is None:
        return Answer(False, Reason.ERASED)
    purpose = ask.purpose
    reason = _of_contact_state(person, purpose) or _of_consent(person, purpose, ask.channel)
    if reason:
        return Answer(False, reason)
    address = person.address_for(ask.channel)
    if not address:
        return Answer(False, Reason.NO_ADDRESS)
    stop = person.stopped.get(ask.channel, "")
    if stop and (stop in suppressions.UNREACHABLE or purpose.basis not in _GOES_ON):
        return Answer(False, Reason.SUPPRESSED, detail=stop, address=address)
    return None


_ENDED = {
    Patient.ContactState.DECEASED: Reason.DECEASED,
    Patient.ContactState.ERASED: Reason.ERASED,
    Patient.ContactState.BINNED: Reason.BINNED,
}


def _of_contact_state(person: Person, purpose: Purpose) -> Reason:
    """Death, an erased record and the bin end everything; a stop and a doubt of death leave safety."""
    if person.contact_state in _ENDED:
        return _ENDED[Patient.ContactState(person.contact_state)]
    if purpose.is_safety:
        return Reason.NONE
    if person.contact_state == Patient.ContactState.STOPPED:
        return Reason.STOPPED
    return Reason.DEATH_IN_DOUBT if person.in_doubt else Reason.NONE


def _of_consent(person: Person, purpose: Purpose, channel: str) -> Reason:
    """What rests on the care relation goes until it is refused, everything else only once it is allowed."""
    wanted = purpose.consent(channel)
    if wanted is None:
        return Reason.NONE
    said = person.has_allowed(wanted, channel)
    if said is None:
        return Reason.NONE if wanted in UNTIL_REFUSED else Reason.NO_CONSENT
    return Reason.NONE if said else Reason.REFUSED_KIND


def read_people(asked: Sequence[Ask], *, now: dt.datetime, rules: ContactRules) -> dict[int, Person]:
    """What the question needs of all these people: five statements."""
    ids = {ask.person_id for ask in asked}
    if not ids:
        return {}
    day = rules.day_of(now)
    people = _records(ids)
    _read_addresses(people, {_SYSTEM[ask.channel] for ask in asked if ask.channel in _SYSTEM}, day)
    wanted = {(consent, ask.channel) for ask in asked if (consent := ask.purpose.consent(ask.channel))}
    for (number, purpose, channel), granted in decisions_of(people, wanted).items():
        people[number].decisions[purpose, channel] = granted
    _read_stops(people, {ask.channel for ask in asked})
    for key, touched in touches.around(day, ids).items():
        people[int(key)].touched.extend(touched)
    return people


def _records(ids: Collection[int]) -> dict[int, Person]:
    rows = Patient.objects.filter(pk__any_of=ids).values_list(
        "pk", "contact_state", "death_in_doubt_since", "care_tier", "preferred_language", "address"
    )
    return {
        number: Person(state, doubt is not None, tier, language_of(language), postal)
        for number, state, doubt, tier, language, postal in rows
    }


def _read_addresses(people: Mapping[int, Person], systems: Collection[str], day: dt.date) -> None:
    """The first of the person's own that holds that day and is neither dead nor somebody else's."""
    if not systems:
        return
    own = ContactPoint.objects.own(on=day).usable().filter(patient__pk__any_of=people, system__in=systems)
    for number, system, value in own.order_by("rank", "id").values_list("patient_id", "system", "value"):
        people[number].addresses.setdefault(system, value)


def _read_stops(people: Mapping[int, Person], channels: Collection[str]) -> None:
    """Stops of the addresses that would be used, and of the people themselves."""
    used: dict[str, dict[str, list[int]]] = {channel: defaultdict(list) for channel in channels}
    for number, person in people.items():
        for channel in channels:
            if address := person.address_for(channel):
                used[channel][suppressions.address_key(channel, address)].append(number)
    for (channel, whom), reason in suppressions.standing_for(used, people).items():
        for number in [whom] if isinstance(whom, int) else used[channel].get(whom, []):
            person = people[number]
            if person.stopped.get(channel) not in suppressions.UNREACHABLE:
                person.stopped[channel] = reason
