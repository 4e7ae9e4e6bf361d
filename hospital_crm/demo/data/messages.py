"""Messages to people in a demo hospital: one or more in every state that lasts, each with its reason."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from accounts.actors import Actor
from accounts.calendar import today
from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain import dispatch, states, suppressions
from messaging.domain.lines import Lines
from messaging.domain.outbox import enqueue
from messaging.gateways.base import Outcome, Outgoing
from messaging.models import BlackoutDay, Message, Reason, State
from messaging.recipients import ToPerson
from patients.domain import reach
from patients.domain.consents import record_consent
from patients.models import Patient

_PURPOSE = "followups.contact"
_TEXT = "followups.unreached"
_HOUR = dt.timedelta(hours=1)
_WENT = 5
# what the mail server said to each, by the place of the recipient
_ANSWERS = {
    0: Outcome(State.FAILED, Reason.REFUSED, "550 5.1.1"),
    1: Outcome(State.UNKNOWN, Reason.NO_ANSWER, "SMTPServerDisconnected"),
    2: Outcome(State.PLANNED, Reason.POSTPONED, "451 4.7.1"),
}


class _DemoGateway:
    """Answers as told, and lets nothing leave the house."""

    name = "console"
    calls_out = True

    @contextmanager
    def session(self) -> "Iterator[_DemoGateway]":
        """Nothing to open."""
        yield self

    def deliver(self, outgoing: Outgoing) -> Outcome:
        """By the number in the address."""
        number = int("".join(char for char in outgoing.address if char.isdigit()) or 99)
        return _ANSWERS.get(number, Outcome(State.HANDED_OVER, Reason.STORED_ONLY))


def write_to_people(hospital: Hospital, *, agent: Actor, now: dt.datetime) -> None:
    """Yesterday in the morning a few people were written to, and one is to be written to tomorrow."""
    yesterday = dt.datetime.combine(today(hospital, now) - dt.timedelta(days=1), dt.time(10), hospital.tz)
    with hospital_scope(hospital):
        people = list(Patient.objects.callable().order_by("-sort_on", "pk")[:50])[-10:]
        for number, person in enumerate(people):
            reach.add_contact(person, f"p{number}@demo.invalid", system="email", actor=agent)
        _refuse(people, agent, yesterday)
        for number, person in enumerate(people):
            _queue(person, f"{number}", yesterday)
        _queue(people[9], "late", yesterday, not_before=yesterday + _HOUR, not_after=yesterday + 2 * _HOUR)
        _queue(people[8], "tomorrow", yesterday, not_before=yesterday + dt.timedelta(days=2))
        _blackout(hospital, now)
    for at in (yesterday, yesterday + 3 * _HOUR):
        dispatch.send_due(
            hospital, clock=lambda moment=at: moment, gateway_for=lambda _where, _by: _DemoGateway(), lines=Lines()
        )
    with hospital_scope(hospital):
        for message in Message.objects.filter(person__in=people, state=State.HANDED_OVER).order_by("pk")[:2]:
            states.move(message, State.DELIVERED, now=yesterday + _HOUR, reason=Reason.RECEIPT)


def _refuse(people: list[Patient], agent: Actor, at: dt.datetime) -> None:
    """One has refused follow-up, the address of another was stopped."""
    said = {"purpose": "care", "decision": "refused", "source": "phone"}
    record_consent(person=people[_WENT], **said, actor=agent, now=at)
    address = f"p{_WENT + 1}@demo.invalid"
    suppressions.suppress(
        channel="email", address=address, reason="hard_bounce", source="550 5.1.1", now=at, actor=agent
    )


def _queue(person: Patient, key: str, now: dt.datetime, **when: dt.datetime) -> None:
    enqueue(
        purpose=_PURPOSE,
        recipient=ToPerson(person),
        channel="email",
        template=_TEXT,
        key=f"demo:{key}",
        now=now,
        **when,
    )


def _blackout(hospital: Hospital, now: dt.datetime) -> None:
    """The eve and the first days of the next spring festival, as an example."""
    year = today(hospital, now).year + 1
    BlackoutDay.objects.create(
        first_on=dt.date(year, 2, 5), last_on=dt.date(year, 2, 8), name="春节", stops=BlackoutDay.Stops.ALL
    )
