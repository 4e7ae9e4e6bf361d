"""What people allow, as facts: of each purpose, what holds at present for one channel. A decision for any channel
speaks for each of them until a later one says otherwise; who never decided has answered nothing.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital_crm.tenancy.scope import required_hospital
from patients.domain.consents import current_consent
from patients.models import Consent, Patient
from patients.segment_facts import Asked, Kind, SegmentFact, Ways, register

NEVER = "never"
_NEVER_ASKED = _("never asked")
_CHANNELS = [one for one in Consent.Channel.choices if one[0] != Consent.Channel.ANY]


def register_all() -> None:
    """Called once by the app's wiring. Who refuses to be sorted is in no segment, so nobody is asked about that."""
    register(*(_consent(purpose) for purpose in Consent.Purpose if purpose != Consent.Purpose.PROFILING))


def _consent(purpose: Consent.Purpose) -> SegmentFact:
    return SegmentFact(
        f"consent_{purpose}",
        lazy(lambda: gettext("Consent to %(purpose)s") % {"purpose": purpose.label}, str)(),
        Kind.CHOICE,
        "consent",
        lambda asked: _condition(purpose, asked),
        lambda person, asked: _told(person, purpose, asked),
        choices=lambda: [*Consent.Decision.choices, (NEVER, _NEVER_ASKED)],
        capabilities=("patients.view",),
        ways=Ways(_("channel"), lambda: _CHANNELS),
    )


def _condition(purpose: str, asked: Asked) -> Q:
    """Everybody has one answer; who never decided has no entry to be found by, but none of the other answers either."""
    if NEVER not in asked.values:
        return asked.people_of(_holding(purpose, asked.way, asked.values))
    others = [value for value in Consent.Decision.values if value not in asked.values]
    return ~asked.people_of(_holding(purpose, asked.way, others)) if others else Q(pk__isnull=False)


def _holding(purpose: str, channel: str, decisions: Any) -> QuerySet[Consent]:
    """Entries with these decisions that no later entry has overtaken."""
    entries = Consent.objects.filter(purpose=purpose, channel__in=[channel, Consent.Channel.ANY])
    is_later = Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
    later = entries.filter(is_later, patient_id=OuterRef("patient_id"))
    return entries.filter(~Exists(later), decision__in=decisions)


def _told(person: Patient, purpose: str, asked: Asked) -> Any:
    row = current_consent(person, purpose, asked.way)
    if row is None:
        return _NEVER_ASKED
    day = timezone.localtime(row.at, required_hospital().tz)
    return f"{row.get_decision_display()} {day:%Y-%m-%d}"
