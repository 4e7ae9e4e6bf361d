"""What is kept of the numbers of people whose record was erased."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital_crm.tenancy.models import HospitalModel


class ErasedNumber(HospitalModel):
    """A number, or name, birth date and telephone together, under which somebody was known whose record was erased.

    Only its keyed hash is kept, and nothing that leads to the emptied record: what lists and feeds say of that person
    later is recognised and set aside, and nobody can read from it who that was.
    """

    append_only = True

    number_hash = models.CharField(_("keyed hash"), max_length=64, db_collation="C", editable=False)
    erased_at = models.DateTimeField(_("erased at"), editable=False)

    class Meta:
        verbose_name = _("number of an erased person")
        verbose_name_plural = _("numbers of erased people")
        constraints = [models.UniqueConstraint(fields=["hospital", "number_hash"], name="erasednumber_once")]

    def __str__(self) -> str:
        return f"#{self.pk}"
