"""Numbers and moments that somebody typed or that an address carries."""

import datetime as dt

from django.utils.dateparse import parse_datetime

_LONGEST = 18  # digits that every column of whole numbers of eight bytes can hold


def whole_number(text: object) -> int | None:
    """The whole number that is written; None where it is none, or longer than any number that is kept here."""
    said = str(text)
    return int(said) if said.isascii() and said.isdigit() and len(said) <= _LONGEST else None


def whole_numbers(texts: "list[str] | tuple[str, ...]") -> list[int]:
    """Those of several that are whole numbers."""
    return [number for text in texts if (number := whole_number(text)) is not None]


def moment(text: str) -> dt.datetime | None:
    """The moment that is written, with its zone; None where it is none."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
