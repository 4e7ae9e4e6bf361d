"""What every kind of record in the bin says of itself."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.staff import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel


class BinEntry(HospitalModel):
    """A record made by hand by mistake: why it was put in the bin, by whom, until when it can be put back. Each kind of
    record adds the key to it, which `accounts.domain.bins.Bin` names.
    """

    KEPT = dt.timedelta(days=30)

    goes_to_bin = True

    reason = models.CharField(_("reason"), max_length=200)
    binned_by = HospitalForeignKey(
        StaffMember, models.PROTECT, related_name="+", db_index=False, verbose_name=_("put there by")
    )
    binned_at = models.DateTimeField(_("put there at"))
    purge_at = models.DateTimeField(_("gone for good from"))

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="%(class)s_for_a_reason"),
            models.CheckConstraint(condition=Q(purge_at__gt=F("binned_at")), name="%(class)s_kept_a_while"),
        ]
        indexes = [models.Index(fields=["hospital", "purge_at"], name="%(class)s_purge_idx")]
