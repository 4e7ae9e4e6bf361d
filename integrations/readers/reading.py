"""What a reader makes of one message or resource, whatever its language."""

import dataclasses
from dataclasses import dataclass, field

from patients.domain.records import Told, VisitRecord

RECEIVED, IGNORED, SET_ASIDE, KEPT = "received", "ignored", "set_aside", "kept"


@dataclass(frozen=True, slots=True)
class NameTold:
    """What a source calls a member of staff, a department or a place, and how it refers to it. `is_used`: visits take
    the name; that of a whole hospital says nothing of a visit in it.
    """

    reference: str
    name: str
    number: str = ""
    is_used: bool = True


@dataclass(frozen=True, slots=True)
class Lacking:
    """A part of a visit (department, ward, attending) that a message names by a reference to another one alone."""

    visit: VisitRecord
    part: str
    reference: str


@dataclass(slots=True)
class Reading:
    """Things told, in order, or why there is nothing to apply.

    state: received where there is something to tell; else ignored, set_aside or kept, with the code of the reason.
    findings: codes of remarks that go with it. kinds: where a message holds several things, what stands behind each
    thing told, by its name in the source. names: what the message calls staff, departments and places, for the messages
    after it; lacking: what it does not name itself.
    """

    told: list[Told] = field(default_factory=list)
    state: str = RECEIVED
    reason: str = ""
    detail: dict = dataclasses.field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    kinds: list[dict[str, int]] = field(default_factory=list)
    names: list[NameTold] = field(default_factory=list)
    lacking: list[Lacking] = field(default_factory=list)
