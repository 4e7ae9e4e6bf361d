"""The links of the hash chains over what was recorded, and the proof of what was purged when its time was over.

A hospital's chains stand in tables of its own; what has no hospital (failed sign-ins, acts of platform operators) has
chains beside them.
"""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from hospital_crm.tenancy.fields import TransactionIdField
from hospital_crm.tenancy.models import HospitalModel


class _Seal(models.Model):
    """What was recorded from one transaction up to another, hashed with the link before.

    `floor_id` is the last row of the database cluster before this one: transaction numbers begin anew where a backup
    is restored.
    """

    append_only = True

    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)
    chain = models.CharField(_("table"), max_length=20)
    from_xid = TransactionIdField(_("from transaction"))
    upto_xid = TransactionIdField(_("up to transaction"))
    floor_id = models.BigIntegerField(_("after row"), default=0)
    last_id = models.BigIntegerField(_("last row"), default=0)
    rows = models.PositiveIntegerField(_("rows"))
    previous = models.CharField(_("previous hash"), max_length=64)
    digest = models.CharField(_("hash"), max_length=64)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.digest[:12]


class AuditSeal(HospitalModel, _Seal):
    """A link of one of a hospital's chains."""

    class Meta:
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "chain", "floor_id", "upto_xid"], name="auditseal_unique")
        ]


class PlatformSeal(_Seal):
    """A link of a chain over what has no hospital."""

    class Meta:
        verbose_name = _("seal outside hospitals")
        verbose_name_plural = _("seals outside hospitals")
        constraints = [
            models.UniqueConstraint(fields=["chain", "floor_id", "upto_xid"], name="platformseal_unique"),
        ]


class _Purge(models.Model):
    """A sealed batch whose time was over was deleted: which, how many rows, under which hash. Written by the database
    function that deletes, and by nothing else.
    """

    append_only = True

    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)
    seal_id = models.BigIntegerField(_("seal"))
    rows = models.PositiveIntegerField(_("rows"))
    digest = models.CharField(_("hash"), max_length=64)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.seal_id}: {self.rows}"


class AuditPurge(HospitalModel, _Purge):
    """A purged batch of a hospital's chain."""

    class Meta:
        verbose_name = _("purged batch")
        verbose_name_plural = _("purged batches")
        constraints = [models.UniqueConstraint(fields=["hospital", "seal_id"], name="auditpurge_once")]


class PlatformPurge(_Purge):
    """A purged batch of a chain over what has no hospital."""

    class Meta:
        verbose_name = _("purged batch outside hospitals")
        verbose_name_plural = _("purged batches outside hospitals")
        constraints = [models.UniqueConstraint(fields=["seal_id"], name="platformpurge_once")]
