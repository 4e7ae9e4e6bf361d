"""Units that were recorded by mistake and lie in the bin."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.binned import BinEntry
from groups.models.unit import GroupCustomer
from hospital_crm.tenancy.fields import HospitalForeignKey


class BinnedUnit(BinEntry):
    """The record of a unit in the bin. While it lies there the unit `is_binned`, and no list, search or page shows it;
    another may bear its name.
    """

    group = HospitalForeignKey(
        GroupCustomer, models.CASCADE, related_name="bin_entries", db_index=False, verbose_name=_("unit")
    )

    class Meta(BinEntry.Meta):
        verbose_name = _("unit in the bin")
        verbose_name_plural = _("units in the bin")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "group"], name="binnedunit_once"),
            *BinEntry.Meta.constraints,
        ]

    def __str__(self) -> str:
        return f"#{self.group_id}"
