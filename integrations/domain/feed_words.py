"""A feed's own words beside those that every reader knows: its kinds of numbers, its events, its ways of leaving and
its consents. The information officer says once what a word means; it holds for what is read from then on, and messages
that were set aside because of it are applied again from the queue.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.audit import record
from integrations.domain.errors import ImportRefused
from integrations.models import Feed
from patients.models import Consent, Encounter, Identifier

MOST_WORDS = 200
WORD_LENGTH = 100
NUMBERS, EVENTS, LEAVING, CONSENTS = "number_kinds", "events", "dispositions", "consent_kinds"
_System = Identifier.System

KINDS: Mapping[str, Any] = {
    NUMBERS: gettext_lazy("Kinds of numbers"),
    EVENTS: gettext_lazy("Events"),
    LEAVING: gettext_lazy("Ways of leaving"),
    CONSENTS: gettext_lazy("Consents"),
}
_OF_PROTOCOL = {Feed.Kind.HL7: tuple(KINDS), Feed.Kind.FHIR: (NUMBERS, LEAVING)}
MEANINGS: Mapping[str, Mapping[str, Any]] = {
    NUMBERS: {
        **{system.value: system.label for system in (_System.MRN, _System.INPATIENT, _System.OUTPATIENT, _System.CARD)},
        "identity": _System.NATIONAL_ID.label,
        "passport": _System.PASSPORT.label,
        "none": gettext_lazy("a number that is not kept"),
    },
    EVENTS: {
        "A01": gettext_lazy("A01 admitted"),
        "A02": gettext_lazy("A02 moved within the house"),
        "A03": gettext_lazy("A03 discharged"),
        "A04": gettext_lazy("A04 outpatient registered"),
        "A08": gettext_lazy("A08 visit or person corrected"),
        "A11": gettext_lazy("A11 admission taken back"),
        "A13": gettext_lazy("A13 discharge taken back"),
        "A31": gettext_lazy("A31 person told or corrected"),
        "A40": gettext_lazy("A40 two people are one"),
    },
    LEAVING: {one.value: one.label for one in Encounter.Disposition if one != Encounter.Disposition.UNKNOWN},
    CONSENTS: dict(Consent.Purpose.choices),
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a feed and what it means, as people read it."""

    kind: str
    kind_label: Any
    word: str
    meaning: Any


def kinds_of(feed: Feed) -> tuple[str, ...]:
    """The kinds of words that the language of a feed has; none of a feed of lists."""
    return _OF_PROTOCOL.get(Feed.Kind(feed.kind), ())


def words_of(feed: Feed) -> list[Word]:
    """The feed's own words, by kind and word."""
    return [
        Word(kind, KINDS[kind], word, MEANINGS[kind].get(meaning, meaning))
        for kind in kinds_of(feed)
        for word, meaning in sorted(feed.settings.get(kind, {}).items())
    ]


@transaction.atomic
def mean_word(feed: Feed, *, kind: str, word: str, meaning: str, actor: Actor) -> None:
    """A word of this kind means this, in what the feed tells from now on.

    Refused for a kind its language does not have, a meaning that is none, a blank word, and more than 200 of a kind.
    """
    feed = Feed.objects.select_for_update().get(pk=feed.pk)
    if kind not in kinds_of(feed) or meaning not in MEANINGS[kind]:
        raise ImportRefused(_("Choose what the word means."))
    written = _as_read(kind, word)
    known = dict(feed.settings.get(kind, {}))
    if not written or len(written) > WORD_LENGTH:
        raise ImportRefused(_("Write down the word as the feed sends it."))
    if written not in known and len(known) >= MOST_WORDS:
        raise ImportRefused(_("A feed has at most %(most)s words of a kind.") % {"most": MOST_WORDS})
    _keep(feed, kind, {**known, written: meaning}, f"{written} → {MEANINGS[kind][meaning]}", actor)


@transaction.atomic
def forget_word(feed: Feed, *, kind: str, word: str, actor: Actor) -> None:
    """A word means again what it means everywhere. Refused for a word that is not there."""
    feed = Feed.objects.select_for_update().get(pk=feed.pk)
    known = dict(feed.settings.get(kind, {})) if kind in KINDS else {}
    if word not in known:
        raise ImportRefused(_("This is no word of the feed."))
    del known[word]
    _keep(feed, kind, known, f"{word} → –", actor)


def _keep(feed: Feed, kind: str, words: dict[str, str], name: str, actor: Actor) -> None:
    feed.settings = {**feed.settings, kind: words}
    feed.save(update_fields=["settings"])
    record("integrations.feed.word", feed, actor=actor, name=name)


def _as_read(kind: str, word: str) -> str:
    """As the readers look it up: kinds of numbers and events in capitals, the address of a system as it is."""
    word = word.strip()
    return word.upper() if kind == EVENTS or (kind == NUMBERS and ":" not in word) else word
