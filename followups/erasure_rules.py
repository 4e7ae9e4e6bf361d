"""What of a person's follow-up goes, and what stays for the figures, when the record is erased."""

from django.utils.translation import gettext_lazy as _

from patients.domain.staging import fetched
from patients.erasure import Erasure, register, register_written_once
from patients.models import Patient

_FIGURES = _("kept for the figures: days, departments, codes")


def connect() -> None:
    """Called once by the app's `wiring`."""
    register(
        Erasure("followups.FollowUpRun", "patient", why=_FIGURES),
        Erasure(
            "followups.FollowUpOrder",
            "patient",
            clears={"note": "", "late_reason": "", "draft": None, "draft_at": None},
            why=_FIGURES,
        ),
        Erasure("followups.Dissatisfaction", "patient", clears={"text": "—", "handling": "—"}, why=_FIGURES),
        Erasure("followups.Attempt", "patient", why=_FIGURES),
        Erasure("followups.Review", "order__patient", clears={"reason": "—"}, why=_FIGURES),
        Erasure("followups.TierAssignment", "encounter__patient", why=_FIGURES),
    )
    register_written_once(clear_calls)


def clear_calls(patient: Patient) -> None:
    """Calls and what was done about a dissatisfaction are written once; the database takes the texts out."""
    fetched("select followups_erase_calls(%s)", [patient.pk])
