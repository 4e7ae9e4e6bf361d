"""Allergies of a message: all of them as they are now (AL1), or one by one as they change (IAM)."""

from integrations.readers import values
from integrations.readers.hl7.message import Message, Segment

_LENGTH = 60
_SUBSTANCE, _ACTION = 3, 6
# HL7 table 0206; an update names the substance as it is from now on, X says that nothing has changed
_ACTS = {"A": "add", "U": "add", "": "add", "D": "delete"}


def add_allergies(said: dict, message: Message) -> None:
    """What the message says of allergies, in the words of a person's record."""
    listed = list(message.all("AL1"))
    words = dict.fromkeys(filter(None, (_substance(segment) for segment in listed)))
    said["allergies"] = "、".join(words)
    if not words and any(segment.is_deleted(_SUBSTANCE) for segment in listed):
        said["deleted"] |= {"allergies"}
    said["allergy_changes"] = tuple(
        (act, words)
        for segment in message.all("IAM")
        if (act := _ACTS.get(segment.text(_ACTION).upper())) and (words := _substance(segment))
    )


def _substance(segment: Segment) -> str:
    """What the person is allergic to: in words, else its code."""
    text = values.words(segment.text(_SUBSTANCE, 2), _LENGTH)
    return text or values.words(segment.text(_SUBSTANCE), _LENGTH)
