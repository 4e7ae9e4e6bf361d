"""The days whose morning digest was made."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital_crm.tenancy.models import HospitalModel


class DigestDay(HospitalModel):
    """The morning digest of one day was made for everybody; its row is what keeps a second run from making it again."""

    append_only = True

    day = models.DateField(_("day"))
    made_at = models.DateTimeField(_("made at"))
    people = models.PositiveIntegerField(_("number of people"))

    class Meta:
        verbose_name = _("morning digest")
        verbose_name_plural = _("morning digests")
        constraints = [models.UniqueConstraint(fields=["hospital", "day"], name="digestday_unique")]

    def __str__(self) -> str:
        return str(self.day)
