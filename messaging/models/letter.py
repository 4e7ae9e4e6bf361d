"""Letters that wait to be printed, batches that were, and what came back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from messaging.models.message import Message


class LetterQuerySet(models.QuerySet):
    """Letters and batches of them."""

    def visible_to(self, actor: object) -> "LetterQuerySet":
        """All of the hospital: who prints them is a matter of capability."""
        return self

    def waiting(self) -> "LetterQuerySet":
        """Those in no batch yet."""
        return self.filter(batch=None, taken_out_at=None)


class LetterBatch(HospitalModel):
    """Letters printed together; posted once somebody says so."""

    public_id = PublicIdField()
    made_at = models.DateTimeField(_("put together at"))
    made_by = HospitalForeignKey(
        StaffMember, models.PROTECT, related_name="+", db_index=False, verbose_name=_("put together by")
    )
    letters_count = models.PositiveIntegerField(_("letters"))
    posted_at = models.DateTimeField(_("posted at"), null=True, blank=True)
    posted_by = HospitalForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("posted by"),
    )

    objects = scoped_manager(LetterQuerySet)

    class Meta:
        verbose_name = _("batch of letters")
        verbose_name_plural = _("batches of letters")
        constraints = [
            models.CheckConstraint(
                condition=Q(posted_at=None, posted_by=None) | Q(posted_at__isnull=False, posted_by__isnull=False),
                name="letterbatch_posted_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["hospital", "-id"], name="letterbatch_idx")]

    def __str__(self) -> str:
        return str(self.public_id)


class Letter(HospitalModel):
    """One message on paper. `code` stands on it: by it an answer, or the letter that came back, is found again.
    `taken_out_at`: it is not posted, because its reader may not be written to any more, or somebody took it out.
    """

    message = HospitalForeignKey(Message, models.PROTECT, related_name="+", db_index=False, verbose_name=_("message"))
    code = models.CharField(_("answer code"), max_length=8)
    batch = HospitalForeignKey(
        LetterBatch,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
        db_index=False,
        verbose_name=_("batch of letters"),
    )
    returned_at = models.DateTimeField(_("came back at"), null=True, blank=True)
    taken_out_at = models.DateTimeField(_("taken out at"), null=True, blank=True)

    objects = scoped_manager(LetterQuerySet)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "message"], name="letter_message_once"),
            models.UniqueConstraint(fields=["hospital", "code"], name="letter_code_once"),
            models.CheckConstraint(
                condition=Q(returned_at=None) | Q(batch__isnull=False), name="letter_returned_was_posted"
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None) | Q(taken_out_at=None), name="letter_taken_out_never_returned"
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "id"], condition=Q(batch=None), name="letter_waiting_idx"),
            models.Index(fields=["hospital", "batch", "id"], name="letter_batch_idx"),
        ]

    def __str__(self) -> str:
        return self.code
