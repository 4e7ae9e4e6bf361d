"""What must not be read on a locked screen: diagnoses and departments that tell one, in a subject, a preview or a text
message (PRODUCT §4.5).

The shipped list lies beside this file; a hospital adds to it and takes off it. Words are found without regard to width
and case and, in Chinese, with blanks in between; a Latin word only as a whole word. What only looks like one of them
(`!慢性病` holds 性病, and tells no such thing) stands in the list too and is passed over.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from messaging.models import TellingWords

LIST = Path(__file__).with_name("telling_words.txt")
_SEPARATORS = r"[\s·.\-_*]*"
_PASSED_OVER = "\N{OBJECT REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class Told:
    """A telling word and where it stands (`subject`, `preview`, `text`)."""

    word: str
    place: str

    def __str__(self) -> str:
        places = {"subject": _("subject"), "preview": _("preview"), "text": _("text message")}
        return _("The %(place)s tells a diagnosis: %(word)s") % {"place": places[self.place], "word": self.word}


def told_in(places: dict[str, str]) -> list[Told]:
    """Each telling word in what is read on a locked screen: `{"subject": …, "preview": …}` of a mail, `{"text": …}` of
    a text message. Reads the hospital's list inside its scope.
    """
    words = tuple(words_here())
    found, other = _pattern(words), _pattern(tuple(one for one in harmless() if one not in words))
    return [
        Told(match[0], place)
        for place, text in places.items()
        for match in found.finditer(other.sub(_PASSED_OVER, _plain(text)))
    ]


def words_here() -> list[str]:
    """The words of the hospital in scope: the shipped ones, with those added and without those taken off."""
    own = TellingWords.objects.first()
    if own is None:
        return list(shipped())
    off = {_plain(word) for word in own.taken_off}
    return [word for word in (*shipped(), *own.added) if _plain(word) not in off]


@cache
def shipped() -> tuple[str, ...]:
    """The words of the file; lines that begin with # are headings, with ! words that only look like one."""
    return tuple(line for line in _lines() if not line.startswith("!"))


@cache
def harmless() -> tuple[str, ...]:
    """Words that hold a telling one and are none."""
    return tuple(line[1:] for line in _lines() if line.startswith("!"))


def _lines() -> list[str]:
    lines = (line.strip() for line in LIST.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


@transaction.atomic
def change(*, added: Sequence[str], taken_off: Sequence[str], actor: Actor) -> None:
    """What the hospital adds and takes off."""
    own, _is_new = TellingWords.objects.select_for_update().get_or_create()
    before = {"added": len(own.added), "taken_off": len(own.taken_off)}
    own.added, own.taken_off = _once(added), _once(taken_off)
    own.save()
    after = {"added": len(own.added), "taken_off": len(own.taken_off)}
    record("messaging.words.change", own, actor=actor, before=before, after=after)


def _once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(word.strip()[:40] for word in words if word.strip()))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for all words, the longest first."""
    parts = []
    for word in sorted({_plain(one) for one in words}, key=lambda one: (-len(one), one)):
        if word.isascii():
            parts.append(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])")
        else:
            parts.append(_SEPARATORS.join(re.escape(one) for one in word))
    return re.compile("|".join(parts) or r"(?!)")
