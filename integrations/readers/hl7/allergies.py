"""Allergies of a message: those known (AL1), and those that have changed (IAM).

What the hospital's system knows comes beside what was entered here: an allergy that AL1 does not name stays, for nobody
is safer by forgetting one. It goes where IAM deletes it, or where AL1 says `""`.
"""

from integrations.readers import values
from integrations.readers.hl7.message import Message, Segment

_LENGTH = 60
_SUBSTANCE, _ACTION = 3, 6
# HL7 table 0206; an update names the substance as it is from now on, X says that nothing has changed
_ACTS = {"A": "add", "U": "add", "": "add", "D": "delete"}


def add_allergies(said: dict, message: Message) -> None:
    """What the message says of allergies, in the words of a person's record."""
    listed = list(message.all("AL1"))
    if any(segment.is_deleted(_SUBSTANCE) for segment in listed):
        said["deleted"] |= {"allergies"}
    acts = [("add", segment) for segment in listed]
    acts += [(act, segment) for segment in message.all("IAM") if (act := _ACTS.get(segment.text(_ACTION).upper()))]
    changes = ((act, words) for act, segment in acts if (words := _substance(segment)))
    said["allergy_changes"] = tuple(dict.fromkeys(changes))


def _substance(segment: Segment) -> str:
    """What the person is allergic to: in words, else its code."""
    text = values.words(segment.text(_SUBSTANCE, 2), _LENGTH)
    return text or values.words(segment.text(_SUBSTANCE), _LENGTH)
