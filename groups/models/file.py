"""Files of a unit: offers, signed contracts, minutes, rosters on paper."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from groups.models.querysets import OfGroupQuerySet
from groups.models.unit import GroupCustomer
from hospital_crm.private_files.rows import PrivateFile
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import scoped_manager


class GroupFile(PrivateFile):
    """A file kept with a unit, for those who see the unit."""

    folder = "units"

    group = HospitalForeignKey(
        GroupCustomer, models.CASCADE, related_name="files", db_index=False, verbose_name=_("unit")
    )
    note = models.CharField(_("what it is"), max_length=200, blank=True)

    objects = scoped_manager(OfGroupQuerySet)

    class Meta(PrivateFile.Meta):
        verbose_name = _("file of a unit")
        verbose_name_plural = _("files of units")
        ordering = ["-uploaded_at", "-id"]
        indexes = [models.Index(fields=["hospital", "group", "-uploaded_at"], name="groupfile_group_idx")]
