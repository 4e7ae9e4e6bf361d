"""What was done and what was seen.

The serving role may insert and read, nothing else; batches are sealed in a hash chain.
"""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_crm.tenancy.fields import CurrentTransaction, TransactionIdField
from hospital_crm.tenancy.models import HospitalModel


class _Recorded(HospitalModel):
    """A row that is written once: by whom, in which request, in which transaction.

    The transaction's number lets batches be sealed without a gap, whatever commits late. Columns that are added later
    must be NULL for the rows that are already sealed.
    """

    append_only = True

    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)
    user_id = models.BigIntegerField(_("account"), null=True, editable=False)
    staff_id = models.BigIntegerField(_("member of staff"), null=True, editable=False)
    request_id = models.CharField(_("request"), max_length=36, blank=True, editable=False)
    xid = TransactionIdField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        abstract = True


class AuditEvent(_Recorded):
    """One domain verb: who did what to which object, with what changed. Personal values are named, not copied."""

    actor_name = models.CharField(_("who"), max_length=80, blank=True)
    role_code = models.CharField(_("role"), max_length=40, blank=True)
    verb = models.CharField(_("what"), max_length=80)
    object_type = models.CharField(_("kind of object"), max_length=60, blank=True)
    object_id = models.CharField(_("object"), max_length=40, blank=True)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    detail = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [
            models.Index(fields=["hospital", "-at", "-id"], name="auditevent_at_idx"),
            models.Index(fields=["hospital", "object_type", "object_id"], name="auditevent_object_idx"),
            models.Index(fields=["hospital", "xid", "id"], name="auditevent_xid_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"


class AccessLog(_Recorded):
    """One view of a person's record; lists, searches and exports are one row with all ids. `token_id`: the token of the
    API by which a system looked in the name of that member of staff.
    """

    class Kind(models.TextChoices):
        VIEW = "view", _("viewed")
        LIST = "list", _("listed")
        SEARCH = "search", _("searched")
        EXPORT = "export", _("exported")
        PRINT = "print", _("printed")
        UNMASK = "unmask", _("unmasked")
        DIAL = "dial", _("numbers shown")

    role_code = models.CharField(_("role"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    patient_id = models.BigIntegerField(_("person"), null=True)
    patient_ids = models.JSONField(_("people"), null=True)
    field = models.CharField(_("field"), max_length=40, blank=True)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    page = models.CharField(_("page"), max_length=80, blank=True)
    token_id = models.BigIntegerField(_("token of the API"), null=True, editable=False)

    class Meta:
        verbose_name = _("access log entry")
        verbose_name_plural = _("access log")
        indexes = [
            models.Index(fields=["hospital", "patient_id", "-at"], name="accesslog_patient_idx"),
            models.Index(fields=["hospital", "-at", "-id"], name="accesslog_at_idx"),
            models.Index(fields=["hospital", "xid", "id"], name="accesslog_xid_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.patient_id or ''}"


class RowChange(_Recorded):
    """A row difference written by trigger on people, contact points, orders and rights; joined to its event by request.

    Rows inserted by one statement are one line each while they are few; many are one line together: the first in
    `row_id`, their count and the last in `changes`.
    """

    table_name = models.CharField(_("table"), max_length=60)
    row_id = models.BigIntegerField(_("row"))
    operation = models.CharField(_("operation"), max_length=6)
    changes = models.JSONField(_("changes"))

    class Meta:
        verbose_name = _("row change")
        verbose_name_plural = _("row changes")
        indexes = [
            models.Index(fields=["hospital", "table_name", "row_id"], name="rowchange_row_idx"),
            models.Index(fields=["hospital", "xid", "id"], name="rowchange_xid_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.table_name} {self.row_id}"


class PlatformEvent(models.Model):
    """What a platform operator did outside every hospital: to which hospital or account. Written once."""

    append_only = True

    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)
    operator_id = models.BigIntegerField(_("platform operator"), null=True)
    request_id = models.CharField(_("request"), max_length=36, blank=True)
    verb = models.CharField(_("what"), max_length=80)
    object_type = models.CharField(_("kind of object"), max_length=60)
    object_id = models.CharField(_("object"), max_length=40)
    detail = models.JSONField(_("details"), default=dict)
    xid = TransactionIdField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        verbose_name = _("platform event")
        verbose_name_plural = _("platform events")
        indexes = [
            models.Index(fields=["-at"], name="platformevent_at_idx"),
            models.Index(fields=["xid", "id"], name="platformevent_xid_idx"),
            models.Index(fields=["object_type", "object_id"], name="platformevent_object_idx"),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%F %T}"


class LoginFailure(models.Model):
    """A failed sign-in. It has no hospital, because nobody is known yet."""

    append_only = True

    at = models.DateTimeField(_("at"), auto_now_add=True)
    username = models.CharField(_("user name"), max_length=60)
    ip_address = models.GenericIPAddressField(_("address"), null=True)
    reason = models.CharField(_("reason"), max_length=20)
    xid = TransactionIdField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        verbose_name = _("failed sign-in")
        verbose_name_plural = _("failed sign-ins")
        indexes = [
            models.Index(fields=["-at"], name="loginfailure_at_idx"),
            models.Index(fields=["xid", "id"], name="loginfailure_xid_idx"),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%F %T}"
