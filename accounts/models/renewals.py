"""How far rows on record have been worked out anew after a rule changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital_crm.tenancy.models import HospitalModel


class Renewal(HospitalModel):
    """What a version of a rule makes of rows on record: done up to which row, how many it changed, when it was through.
    `accounts.domain.renewals` knows the rules.
    """

    rule = models.CharField(_("rule"), max_length=20)
    version = models.PositiveSmallIntegerField(_("version"))
    after_id = models.BigIntegerField(_("done up to"), default=0)
    changed = models.PositiveIntegerField(_("rows changed"), default=0)
    finished_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("renewal of rows on record")
        verbose_name_plural = _("renewals of rows on record")
        constraints = [models.UniqueConstraint(fields=["hospital", "rule", "version"], name="renewal_once")]

    def __str__(self) -> str:
        return f"{self.rule} {self.version}"
