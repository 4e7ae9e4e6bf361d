"""The words of a batch: each text is made once for a language and filled for every recipient.

What a text may say of a person beside its context (`%(name)s`) is read for the whole batch when it is claimed and kept
in no context: apps register who reads it.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings

from accounts.models import HospitalSettings
from hospital_crm.tenancy.scope import required_hospital
from hospital_crm.tenancy.urls import hospital_url
from messaging import purposes, templates
from messaging.domain import reading_links
from messaging.domain.dressing import Dressing
from messaging.domain.links import Page, page_of
from messaging.domain.own_links import WAY_OUT, has_way_out, links_of
from messaging.domain.sending_rules import rules_here
from messaging.domain.states import Move, move_all
from messaging.gateways.base import Outgoing
from messaging.models import Channel, Message, Reason, State
from messaging.templates import Filled, Said
from patients.domain import profiling
from patients.models import Patient

if TYPE_CHECKING:
    from accounts.models import Hospital

ValuesOf = Callable[[Collection[int]], Mapping[int, Mapping[str, Any]]]
_readers: list[ValuesOf] = []


def register_values(reader: ValuesOf) -> None:
    """Adds what texts to people may say of them: inside the scope, for many people at once, by name of the value."""
    if reader not in _readers:
        _readers.append(reader)


def names_of_people(people: Collection[int]) -> dict[int, dict[str, Any]]:
    """`%(name)s`: how the person is called."""
    return {pk: {"name": name} for pk, name in Patient.objects.filter(pk__any_of=people).values_list("pk", "name")}


class Composer:
    """Fills the texts of one batch. Made inside the hospital's scope."""

    def __init__(self, messages: Sequence[Message], *, now: dt.datetime) -> None:
        self.hospital = required_hospital()
        own = HospitalSettings.objects.values_list("sender_address", flat=True).first()
        self.sender = own or settings.DEFAULT_FROM_EMAIL
        self._said: dict[tuple[str, str], Said] = {}
        self._dressing = Dressing(self.hospital, now=now)
        people = {one.person_id for one in messages if one.person_id is not None}
        read = [reader(people) for reader in _readers] if people else []
        self._also = _said_too(messages, now) if people else {}
        every = [*messages, *(one for some in self._also.values() for one in some)]
        self._links = links_of(every, hospital=self.hospital, now=now) if people else {}
        self._read_by = self._noted(messages) if rules_here().records_reading else frozenset()
        self._pages: dict[tuple[str, str], dict[str, str]] = {}
        self._values = {pk: {k: v for found in read for k, v in found.get(pk, {}).items()} for pk in people}

    def _noted(self, messages: Sequence[Message]) -> frozenset[int]:
        """The people of whom it is written down what they open: of mails to many, unless they refuse profiling."""
        people = {int(one.person_id or 0) for one in messages if has_way_out(one) and one.person_id is not None}
        return frozenset(people.difference(profiling.refusing(people)))

    def said(self, template: str, language: str) -> Said:
        """A text in a language, made at the first recipient. LookupError where nobody knows the text."""
        key = (template, language)
        if key not in self._said:
            self._said[key] = templates.get(template).said(language)
        return self._said[key]

    def filled(self, message: Message, language: str) -> Filled:
        """What this recipient reads; several as one in plain text, since two drawn mails are not one. KeyError,
        TypeError or ValueError where it cannot be made.
        """
        filled = self._one(message, language)
        others = [self._one(other, language) for other in self._also.get(message.pk, ())]
        if not others:
            return filled
        body = "\n\n".join([filled.body, *(f"{one.subject}\n\n{one.body}" for one in others)])
        return filled._replace(body=body, html="")

    def _one(self, message: Message, language: str) -> Filled:
        known: dict[str, Any] = {"hospital": self.hospital.name}
        if message.person_id is not None:
            known |= self._values[message.person_id] | self._links.get(message.pk, {})
        return self.said(message.template, language).fill({**known, **message.context})

    def outgoing(self, message: Message, filled: Filled, *, address: str, language: str) -> Outgoing:
        """The message as the gateway takes it."""
        said = self.said(message.template, language)
        link = address_of_page(self.hospital, message.link) if message.staff_id is not None else ""
        body = filled.body
        if message.staff_id is not None and message.channel == Channel.EMAIL:
            body = self._with_pages(message, body, link)
        outgoing = Outgoing(
            reference=str(message.public_id),
            address=address,
            subject=filled.subject,
            body=body,
            sender_name=self.hospital.name,
            sender_address=self.sender,
            html=self._by_way_of_us(message, filled.html, language),
            headers=said.headers,
            inline=said.inline if filled.html else (),
            language=language,
            provider_template=said.provider_template,
            provider_values=filled.provider_values,
            unsubscribe_url=self._way_out(message),
            link=link,
        )
        if message.staff_id is not None:
            return outgoing
        is_commercial = any(purposes.get(one.purpose).commercial for one in self._of(message))
        return self._dressing.put_on(outgoing, channel=message.channel, is_commercial=is_commercial, advert=said.advert)

    def _by_way_of_us(self, message: Message, html: str, language: str) -> str:
        """The html with its links led by us, where it is written down what this person reads."""
        if not html or message.person_id not in self._read_by or not has_way_out(message):
            return html
        key = (message.template, language)
        if key not in self._pages:
            self._pages[key] = {
                url: reading_links.digest_of(url) for url in reading_links.pages_in(self.said(*key).html)
            }
            reading_links.keep(self._pages[key])
        return reading_links.marked(html, self._pages[key], hospital=self.hospital, message=message.public_id)

    def _of(self, message: Message) -> list[Message]:
        """The message, and those that it says too."""
        return [message, *self._also.get(message.pk, ())]

    def _way_out(self, message: Message) -> str:
        """That of the message, else of the first that it says too."""
        found = (self._links.get(one.pk, {}).get(WAY_OUT, "") for one in self._of(message))
        return next(filter(None, found), "")

    def _with_pages(self, message: Message, body: str, link: str) -> str:
        """An e-mail to staff leads to its page, or to that of each of its lines."""
        lines = [f"{text} {count}\n{address_of_page(self.hospital, page)}" for text, count, page in message.lines]
        return "\n\n".join([body, *(lines or [link])]) + "\n"


def _said_too(messages: Sequence[Message], now: dt.datetime) -> dict[int, list[Message]]:
    """The messages that the planner merged into these, by the number of the one that says them. What has become too
    late meanwhile is not said.
    """
    found: dict[int, list[Message]] = {}
    late: list[Move] = []
    rows = Message.objects.filter(said_with__pk__any_of=[one.pk for one in messages], state=State.HELD)
    for row in rows.order_by("pk"):
        if row.not_after is not None and row.not_after < now:
            late.append(Move(row.pk, State.EXPIRED, Reason.TOO_LATE))
        else:
            found.setdefault(int(row.said_with_id or 0), []).append(row)
    move_all(late, before=[State.HELD], now=now)
    return found


def address_of_page(hospital: "Hospital", link: Sequence[str]) -> str:
    """Where a page is found from outside; the first page where there is no link."""
    page = page_of(link) or Page("home", (), "")
    return f"{hospital_url(hospital, page.name, *page.arguments)}{page.query}"
