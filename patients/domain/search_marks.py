"""What was typed into the search box, as the mark that stands for it in an address.

Nothing is kept of it: the mark holds the words, sealed. It says something only to the sign-in and in the hospital where
they were typed, so that the history of a shared browser tells nobody whom a colleague looked for.
"""

from hospital_crm.crypto import CannotDecrypt, decrypt, encrypt, exact_hash

_PLACE = 32


def mark_of(text: str, place: str) -> str:
    """The mark for a text; `place` is where alone it is understood."""
    return encrypt(exact_hash(place)[:_PLACE] + text)


def text_of(mark: str, place: str) -> str:
    """The text behind a mark of this place; empty for any other."""
    try:
        opened = decrypt(mark)
    except (CannotDecrypt, ValueError):
        return ""
    return opened[_PLACE:] if opened[:_PLACE] == exact_hash(place)[:_PLACE] else ""
