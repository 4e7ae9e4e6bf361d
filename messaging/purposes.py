"""What messages are for, and on what ground they are sent. Each app registers its purposes in its wiring.

To staff: one morning digest per person holds everything that can wait. Only a purpose registered with `at_once=True`
(a late A order, a red flag) may also send an e-mail of its own; every purpose may ring the bell.

To people (PRODUCT §4.1, §4.2, §4.5): the basis says which consent is asked for, in which hours it goes, and whether it
counts as an approach.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from patients.models import Consent

DIGEST = "digest"


class Basis(StrEnum):
    """On what ground somebody is written to."""

    STAFF = "staff"
    CARE = "care"
    APPOINTMENT = "appointment"
    SAFETY = "safety"
    SATISFACTION = "satisfaction"
    EDUCATION = "education"
    MARKETING = "marketing"
    COMMUNITY = "community"
    POINTS = "points"
    OWN_REQUEST = "own_request"


# Touches nobody asked for; all others are answers, reminders of own bookings, or safety.
_APPROACHES = frozenset(
    {Basis.CARE, Basis.SATISFACTION, Basis.EDUCATION, Basis.MARKETING, Basis.COMMUNITY, Basis.POINTS}
)
_CONSENT = {
    Basis.CARE: Consent.Purpose.CARE,
    Basis.APPOINTMENT: Consent.Purpose.CARE,
    Basis.SATISFACTION: Consent.Purpose.SATISFACTION,
    Basis.EDUCATION: Consent.Purpose.EDUCATION,
    Basis.COMMUNITY: Consent.Purpose.COMMUNITY,
    Basis.POINTS: Consent.Purpose.POINTS,
}
_MARKETING = {
    "email": Consent.Purpose.MARKETING_MAIL,
    "letter": Consent.Purpose.MARKETING_MAIL,
    "phone": Consent.Purpose.CALLS,
}


@dataclass(frozen=True)
class Purpose:
    """A kind of message, as people name it.

    at_once: its e-mails to staff go out at once. alarm: it stands out among other notices, by word and mark.
    commercial: it carries 广告 and who sent it. approach: a touch that the person did not ask for, counted by the
    contact budget.
    """

    code: str
    label: Any
    at_once: bool = False
    basis: Basis = Basis.STAFF
    commercial: bool = False
    approach: bool = False
    alarm: bool = False

    @property
    def is_safety(self) -> bool:
        """Recall, critical finding, red-flag call-back: cannot be refused, knows no hours and no budget."""
        return self.basis == Basis.SAFETY

    @property
    def is_asked_for(self) -> bool:
        """The person asked for it a moment ago: a code, a confirmation, an answer."""
        return self.basis == Basis.OWN_REQUEST

    @property
    def keeps_care_hours(self) -> bool:
        """Whether it goes in the hours of care; what rests on consent alone goes in the shorter hours of marketing."""
        return self.basis in (Basis.CARE, Basis.APPOINTMENT, Basis.SATISFACTION, Basis.OWN_REQUEST)

    def consent(self, channel: str) -> Consent.Purpose | None:
        """What the person has to allow for this on that channel; None where nothing is asked for."""
        if self.basis == Basis.MARKETING:
            return _MARKETING.get(channel, Consent.Purpose.MARKETING_SMS)
        return _CONSENT.get(self.basis)


_purposes: dict[str, Purpose] = {}


def register(
    code: str,
    label: Any,
    *,
    at_once: bool = False,
    basis: str = Basis.STAFF,
    commercial: bool = False,
    approach: bool | None = None,
    alarm: bool = False,
) -> None:
    """Adds a purpose; a second registration of the same code takes its place.

    `approach`: whether it counts as a touch nobody asked for; where it is not said, by its basis. ValueError for a
    basis that does not exist.
    """
    ground = Basis(basis)
    counted = ground in _APPROACHES if approach is None else approach
    _purposes[code] = Purpose(code, label, at_once, ground, commercial, counted, alarm)


def get(code: str) -> Purpose:
    """The purpose `code`. LookupError where nobody registered it."""
    if code not in _purposes:
        raise LookupError(f"no purpose is called {code}: register it in the app's apps.py")
    return _purposes[code]


def label_of(code: str) -> str:
    """The purpose in the reader's language; its code where the app that knew it is gone."""
    return str(_purposes[code].label) if code in _purposes else code


def alarms() -> dict[str, Any]:
    """What stands out among other notices: code and word."""
    return {one.code: one.label for one in _purposes.values() if one.alarm}


def is_known(code: str) -> bool:
    """Whether an app registers this purpose; rows may name one that an upgrade has dropped."""
    return code in _purposes


def codes() -> list[str]:
    """All registered purposes, for the filters of the outbox."""
    return sorted(_purposes)


register(DIGEST, _("morning digest"), at_once=True)
