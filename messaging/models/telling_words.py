"""The words that a hospital does not want to be read on a locked screen."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital_crm.tenancy.models import HospitalModel


class TellingWords(HospitalModel):
    """What a hospital adds to the shipped list of telling words, and what it takes off; one row per hospital."""

    audit_rows = True

    added = ArrayField(models.CharField(max_length=40), verbose_name=_("also telling"), default=list, blank=True)
    taken_off = ArrayField(
        models.CharField(max_length=40), verbose_name=_("not telling here"), default=list, blank=True
    )

    class Meta:
        verbose_name = _("telling words")
        verbose_name_plural = _("telling words")
        constraints = [models.UniqueConstraint(fields=["hospital"], name="telling_words_one_row")]

    def __str__(self) -> str:
        return str(self.hospital)
