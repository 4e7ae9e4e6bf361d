"""Records of people that were made by mistake and lie in the bin."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.binned import BinEntry
from hospital_crm.tenancy.fields import HospitalForeignKey
from patients.models.patient import Patient


class BinnedPerson(BinEntry):
    """The record of a person in the bin, and what it was before.

    While it lies there the person's contact state is `binned`, and no list, search or page shows the person.
    """

    audit_rows = True
    audit_hidden = ("reason",)

    patient = HospitalForeignKey(
        Patient, models.CASCADE, related_name="bin_entries", db_index=False, verbose_name=_("person")
    )
    former_state = models.CharField(_("contact state before"), max_length=10)

    class Meta(BinEntry.Meta):
        verbose_name = _("record in the bin")
        verbose_name_plural = _("records in the bin")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "patient"], name="binnedperson_once"),
            *BinEntry.Meta.constraints,
        ]

    def __str__(self) -> str:
        return f"#{self.patient_id}"
