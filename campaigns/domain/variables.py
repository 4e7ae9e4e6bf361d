"""What a text may say of the person who reads it: `{{salutation|您}}`; behind the line stands what is said where
nothing is known. Nothing of illness and no number is among them.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from hospital_crm.pinyin import surname_length
from hospital_crm.tenancy.scope import required_hospital
from patients.models import Patient

_PLACE = re.compile(r"\{\{\s*([a-z_]{1,30})\s*(?:\|([^{}|&<>\"'()%]{0,40}))?\}\}")
NAMES: dict[str, Any] = {
    "salutation": _("salutation by surname and sex"),
    "name": _("full name"),
    "hospital": _("name of the hospital"),
    "hospital_short": _("short name of the hospital"),
}
# What stands for a variable where a text is read about.
SHORT: dict[str, Any] = {**NAMES, "salutation": _("salutation")}
# Known of every reader, so that nothing has to stand behind the line.
ALWAYS_KNOWN = frozenset({"hospital", "hospital_short"})


@dataclass(frozen=True)
class Place:
    """A variable in a text, and what stands there where nothing is known."""

    name: str
    fallback: str

    @property
    def key(self) -> str:
        """What the value is called among those of a message."""
        return f"{self.name}|{self.fallback}"


def places_in(*texts: str) -> list[Place]:
    """The variables of texts, each once."""
    found = [Place(match[1], (match[2] or "").strip()) for text in texts for match in _PLACE.finditer(text)]
    return list(dict.fromkeys(found))


def unknown_in(*texts: str) -> list[str]:
    """Names that are no variables."""
    return sorted({place.name for place in places_in(*texts)} - NAMES.keys())


def marked(text: str) -> str:
    """A text with `%(salutation|您)s` for each variable, and every other sign as it is."""
    return _PLACE.sub(lambda match: f"%({match[1]}|{(match[2] or '').strip()})s", text.replace("%", "%%"))


def in_words(text: str) -> str:
    """A text as it is read about: each variable by what it stands for, in brackets."""
    return _PLACE.sub(lambda match: f"[{SHORT.get(match[1], match[1])}]", text)


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with the values of one reader."""
    return _PLACE.sub(lambda match: values[Place(match[1], (match[2] or "").strip()).key], text)


def told_of(people: Collection[int]) -> dict[int, dict[str, str]]:
    """What texts may say of these people: salutation and name, by id. Read when messages are claimed, kept nowhere."""
    rows = Patient.objects.filter(pk__in=people).values_list("pk", "name", "sex")
    return {pk: {"name": name, "salutation": salutation(name, sex)} for pk, name, sex in rows}


def values_of(told: Mapping[str, Any], places: Collection[Place], language: str) -> dict[str, str]:
    """The values of one reader for the variables of a text: what is told, or what stands behind the line. In English
    people are called by their name.
    """
    hospital = required_hospital()
    known = {"hospital": hospital.name, "hospital_short": hospital.short_name or hospital.name, **told}
    if language == "en":
        known["salutation"] = known.get("name", "")
    return {place.key: str(known.get(place.name) or place.fallback) for place in places}


def salutation(name: str, sex: str) -> str:
    """王女士, 欧阳先生; nothing where the surname or the sex is not known."""
    surname = name[: surname_length(name)]
    title = {"M": "先生", "F": "女士"}.get(sex, "")
    return f"{surname}{title}" if surname and title else ""
