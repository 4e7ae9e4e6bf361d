"""The words by which a hospital asks for a consent: the hospital's own of the newest version, else the shipped ones.

A consent names the version it was given to, so a text is never changed: publishing makes another version.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from patients.models import Consent, ConsentWording
from patients.shipped import wordings as shipped


class WordingError(Exception):
    """Refused, with the reason."""


@dataclass(frozen=True)
class Wording:
    """A text by which is asked for a consent."""

    purpose: str
    version: str
    language: str
    text: str
    is_own: bool = False


def present_wordings(language: str) -> dict[str, Wording]:
    """By purpose the text that is asked with at present, in this language; an own version that lacks it is told in the
    first language of the hospitals.
    """
    rows = ConsentWording.objects.filter(language__in=[language, settings.LANGUAGE_CODE])
    found = {
        one: Wording(one, shipped.VERSION, language, texts.get(language, texts[settings.LANGUAGE_CODE]))
        for one, texts in shipped.TEXTS.items()
    }
    newest: dict[str, tuple[dt.datetime, bool]] = {}
    for row in rows.order_by("published_at", "id"):
        rank = (row.published_at, row.language == language)
        if row.purpose not in newest or rank >= newest[row.purpose]:
            newest[row.purpose] = rank
            found[row.purpose] = Wording(row.purpose, row.version, row.language, row.text, is_own=True)
    return found


def wording_of(purpose: str, version: str, language: str) -> str:
    """The text of a version in a language, as it was; '' where it is a sheet's own."""
    own = ConsentWording.objects.filter(purpose=purpose, version=version, language=language).first()
    if own is not None:
        return own.text
    return shipped.TEXTS.get(purpose, {}).get(language, "") if version == shipped.VERSION else ""


def published_wordings() -> list[ConsentWording]:
    """The hospital's own versions, the newest first."""
    rows = ConsentWording.objects.select_related("published_by")
    return list(rows.order_by("-published_at", "purpose", "-id")[:200])


@transaction.atomic
def publish(*, purpose: str, version: str, texts: Mapping[str, str], actor: Actor, now: dt.datetime) -> None:
    """From now on this purpose is asked for with these texts. Refused without the text of the first language, for a
    version that exists, and for a purpose nobody asks for.
    """
    said = {language: text.strip() for language, text in texts.items() if text.strip()}
    if purpose not in Consent.Purpose.values or not version.strip() or settings.LANGUAGE_CODE not in said:
        raise WordingError(_("Give the version and at least the text in Simplified Chinese."))
    if version.strip() == shipped.VERSION:
        raise WordingError(_("This version exists already."))
    rows = [
        ConsentWording(
            purpose=purpose,
            version=version.strip(),
            language=language,
            text=text,
            published_at=now,
            published_by=actor.staff,
        )
        for language, text in said.items()
    ]
    try:
        with transaction.atomic():
            if ConsentWording.objects.filter(purpose=purpose, version=version.strip()).exists():
                raise IntegrityError
            ConsentWording.objects.bulk_create(rows)
    except IntegrityError as twice:
        raise WordingError(_("This version exists already.")) from twice
    record("patients.wording.publish", rows[0], actor=actor, after={"purpose": purpose, "version": version.strip()})
