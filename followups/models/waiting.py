"""Which stays planning has to look at once more."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, lean_hospital, scoped_manager


class ChangedStay(HospitalModel):
    """A stay that was corrected, or whose person was, since it was planned last.

    Written in the transaction of the change and taken away by that of the planning, so that no lost message leaves
    somebody with the old steps. A stay changed twice has two rows: one that comes while it is planned is left for the
    next time.
    """

    goes_with_person = True

    hospital = lean_hospital()
    encounter = HospitalForeignKey("patients.Encounter", models.CASCADE, related_name="+", db_index=False)

    objects = scoped_manager(models.QuerySet)

    class Meta:
        verbose_name = _("changed stay")
        verbose_name_plural = _("changed stays")
        indexes = [models.Index(fields=["hospital", "encounter"], name="changed_stay_idx")]

    def __str__(self) -> str:
        return f"#{self.encounter_id}"
