"""What each kind of campaign rests on: which consent it needs, and whether it is commercial (PRODUCT §4.1, §4.5)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from campaigns.models import COMMERCIAL_KINDS, Campaign
from messaging import purposes

Kind = Campaign.Kind
# Health itself rests on the consent to health education; greetings, news, services and offers on that to marketing.
_EDUCATION = frozenset({Kind.REMINDER, Kind.OWN_REMINDER, Kind.ADVANCES, Kind.KNOWLEDGE})
# A medical advert names a service of the hospital, and needs the number of its review.
ADVERTS = frozenset({Kind.SERVICES, Kind.OFFER})
EXPLAINED: dict[str, Any] = {
    Kind.NEWS: _("What is new in the hospital. Always commercial."),
    Kind.REMINDER: _("What is due for everybody of a group: vaccines, seasons, screening."),
    Kind.OWN_REMINDER: _("What is due for a chosen group, such as those who missed a check."),
    Kind.ADVANCES: _("What medicine has learnt, told without advertising."),
    Kind.KNOWLEDGE: _("How to live and care well: articles of the library."),
    Kind.SERVICES: _("Departments and new techniques. Always commercial, with the number of its review."),
    Kind.GREETING: _("Birthdays and festivals. No offer belongs into it."),
    Kind.OFFER: _("Check-up packages and offers. Always commercial, with the number of its review."),
}


def must_be_commercial(kind: str) -> bool:
    """Whether the kind is commercial whatever its author says."""
    return kind in COMMERCIAL_KINDS


def basis_of(kind: str, *, is_commercial: bool) -> str:
    """The ground on which a campaign of this kind is sent."""
    return purposes.Basis.EDUCATION if kind in _EDUCATION and not is_commercial else purposes.Basis.MARKETING


def purpose_of(campaign: Campaign) -> str:
    """The purpose under which the messages of a campaign are queued."""
    return _code(campaign.kind, campaign.is_commercial)


def register_purposes() -> None:
    """One purpose for each kind, and one more where it can be raised to commercial; called once by the wiring."""
    for kind, label in Kind.choices:
        for is_commercial in (True,) if must_be_commercial(kind) else (False, True):
            purposes.register(
                _code(kind, is_commercial),
                label,
                basis=basis_of(kind, is_commercial=is_commercial),
                commercial=is_commercial,
                approach=True,
            )


def _code(kind: str, is_commercial: bool) -> str:
    return f"campaign.{kind}{'.ad' if is_commercial else ''}"
