"""Fields of a message that somebody may correct by hand: what is shown of each, and what refuses a value."""

from dataclasses import dataclass


class CannotCorrect(ValueError):
    """The value would break the message."""


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field of a message. `name`: where it stands (PID-5, Patient[0].birthDate). `holds`: name, number, birth_date,
    reference or '', by which it is masked.
    """

    name: str
    label: object
    value: str
    holds: str
