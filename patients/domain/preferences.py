"""What a person sees and changes behind the own link: every kind of contact in plain words, language and way.

The link goes with a record into a union, so that links in mails of long ago still lead to the person.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from accounts.models import PublicLink
from patients.domain.consents import UNTIL_REFUSED, ConsentError, Key, latest_of, order_of, withdraw
from patients.domain.granting import channels_of, mail_address, waiting_of
from patients.domain.wordings import Wording, present_wordings
from patients.models import AwaitedConsent, Consent, Patient, PersonMerger
from patients.signals import own_page_wanted

KIND = "preferences"
Purpose, Channel = Consent.Purpose, Consent.Channel
# A record may come out of the bin again; what the person said meanwhile holds.
_REACHABLE = (Patient.ContactState.OPEN, Patient.ContactState.STOPPED, Patient.ContactState.BINNED)
# What stands in `Patient.preferred_language`, which also takes dialects, and the language of the pages that it means.
LANGUAGES = {"zh-hans": "简体中文", "zh-hant": "繁體中文", "en": "English"}
_SAID_AS = {
    **{code: code for code in LANGUAGES},
    **{name.casefold(): code for code, name in LANGUAGES.items()},
    **dict.fromkeys(("繁体中文", "繁体", "繁體", "正體中文"), "zh-hant"),
    **dict.fromkeys(("英语", "英文", "英語"), "en"),
}

WORDS: dict[str, tuple[Any, Any]] = {
    Purpose.CARE: (_("Follow-up after visits and stays"), _("How you are, revisits, medicines")),
    Purpose.SATISFACTION: (_("Questions on how content you were"), _("At most once for each stay or visit")),
    Purpose.EDUCATION: (_("Health knowledge and reminders"), _("Articles, and reminders of check-ups")),
    Purpose.MARKETING_MAIL: (_("News and offers by e-mail or letter"), _("Departments, techniques, check-up packages")),
    Purpose.MARKETING_SMS: (
        _("News and offers by text message or WeChat"),
        _("Departments, techniques, check-up packages"),
    ),
    Purpose.CALLS: (_("Calls about services and offers"), _("Not the calls about your care")),
    Purpose.RECORDING: (_("Recording of calls"), _("To check how well we serve")),
    Purpose.COMMUNITY: (_("Lectures, free clinics, get-togethers"), _("Invitations")),
    Purpose.POINTS: (_("Points programme"), _("Changes of your points, rewards")),
    Purpose.PROFILING: (_("Suggestions that fit me"), _("For this we sort people into groups by their visits")),
}


@dataclass(frozen=True)
class Way:
    """One channel of a purpose: whether it is allowed, or waits for the person's confirmation by mail."""

    channel: str
    label: Any
    is_allowed: bool
    is_waiting: bool = False


@dataclass
class Subject:
    """One purpose in people's words, with the text that a yes is given to."""

    purpose: str
    title: Any
    hint: Any
    wording: Wording
    needs_consent: bool
    ways: list[Way] = field(default_factory=list)

    @property
    def allowed(self) -> list[Way]:
        """The ways that are allowed at present."""
        return [way for way in self.ways if way.is_allowed]

    @property
    def waits(self) -> bool:
        """Whether one of them waits to be confirmed."""
        return any(way.is_waiting for way in self.ways)


def person_of(link: PublicLink) -> Patient | None:
    """Whose preferences they are: of a record that was united with another, the kept one's. None for the dead and for
    erased records.
    """
    number: int | None = link.object_id
    while number is not None:
        person = Patient.objects.filter(pk=number).first()
        if person is not None:
            return person if is_reachable(person) else None
        unions = PersonMerger.objects.filter(merged_id=number, undone_at__isnull=True)
        number = unions.order_by("-pk").values_list("kept_id", flat=True).first()
    return None


def is_reachable(person: Patient) -> bool:
    """Whether somebody can decide: the dead and erased records cannot."""
    return person.contact_state in _REACHABLE


def subjects_of(person: Patient, *, language: str, now: dt.datetime) -> list[Subject]:
    """Every purpose with its ways, in the order of the purposes."""
    latest, texts = latest_of(person.pk), present_wordings(language)
    by_mail = [row for row in waiting_of(person, now) if row.waits_for == AwaitedConsent.WaitsFor.LINK]
    waiting = {(row.purpose, row.channel) for row in by_mail}
    found = []
    for purpose in Purpose.values:
        title, hint = WORDS[purpose]
        subject = Subject(purpose, title, hint, texts[purpose], purpose not in UNTIL_REFUSED)
        subject.ways = [
            Way(channel, Channel(channel).label, _allowed(latest, purpose, channel), (purpose, channel) in waiting)
            for channel in channels_of(purpose)
        ]
        found.append(subject)
    return found


def _allowed(latest: Mapping[Key, Consent], purpose: str, channel: str) -> bool:
    """As `is_allowed`, of entries that were read together."""
    held = [row for key in {(purpose, channel), (purpose, Channel.ANY.value)} if (row := latest.get(key))]
    return max(held, key=order_of).is_granted if held else purpose in UNTIL_REFUSED


@transaction.atomic
def stop_marketing(*, person: Patient, channel: str, **said: Any) -> list[Consent]:
    """By this way nothing comes any more that needs a consent. Care and its questions go on."""
    purposes = [one for one in Purpose.values if one not in UNTIL_REFUSED and channel in channels_of(one)]
    return [withdraw(person=person, purpose=one, channel=channel, **said) for one in purposes]


@transaction.atomic
def stop_all_but_care(*, person: Patient, **said: Any) -> list[Consent]:
    """Nothing comes any more by any way but care itself: no question about satisfaction either, and no sorting by what
    might suit.
    """
    purposes = [one for one in Purpose.values if one != Purpose.CARE]
    return [withdraw(person=person, purpose=one, channel=Channel.ANY, **said) for one in purposes]


def written_language(person: Patient) -> str:
    """The language of pages and messages for the person; '' where none was chosen."""
    return language_of(person.preferred_language)


def language_of(said: str) -> str:
    """The language of pages and messages that `Patient.preferred_language` means; '' for none of ours."""
    return _SAID_AS.get(said.strip().casefold(), "")


@transaction.atomic
def send_link(person: Patient, *, actor: Actor, now: dt.datetime) -> None:
    """The link to the own page goes to the person's own address; whoever has it sent does not see it.

    Refused for the dead and for erased records, and where no address is on record.
    """
    if not is_reachable(person):
        raise ConsentError(gettext("Nobody decides for the dead or for an erased record."))
    if not mail_address(person, on=today(now=now)):
        raise ConsentError(gettext("There is no e-mail address on record."))
    record("patients.person.send_link", person, actor=actor)
    own_page_wanted.send(sender=Patient, patient=person, now=now)


@transaction.atomic
def choose(*, person: Patient, language: str, channel: str, now: dt.datetime) -> Patient:
    """The person chose the language of what we write, and the way to be reached best. '' leaves it as it is."""
    person = Patient.objects.select_for_update().get(pk=person.pk)
    before = {"preferred_language": person.preferred_language, "preferred_channel": person.preferred_channel}
    if language in LANGUAGES:
        person.preferred_language = LANGUAGES[language]
    if channel in Patient.Channel.values:
        person.preferred_channel = channel
    after = {name: getattr(person, name) for name in before}
    if after != before:
        person.save(update_fields=list(after))
        record("patients.person.prefer", person, before=before, after=after)
    return person
