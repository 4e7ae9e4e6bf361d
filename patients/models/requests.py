"""What people ask about their own data, and the files that were made to answer them."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from accounts.models.hospital import LANGUAGE_CHOICES
from hospital_crm.private_files.rows import PrivateFile
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from patients.models.patient import Patient
from patients.models.querysets import OfPatientQuerySet

if TYPE_CHECKING:
    from accounts.actors import Actor

_OPEN = ["received", "in_work", "waiting"]
_ENDED = ["answered", "refused", "withdrawn"]


class PrivacyRequestQuerySet(OfPatientQuerySet):
    """Requests."""

    def open(self) -> "PrivacyRequestQuerySet":
        """Those that are not answered, refused or withdrawn."""
        return self.filter(state__in=_OPEN)

    def ended(self) -> "PrivacyRequestQuerySet":
        """Those that are."""
        return self.filter(state__in=_ENDED)

    def waiting_for(self, actor: "Actor") -> "PrivacyRequestQuerySet":
        """Prepared by somebody else and waiting for a second person."""
        return self.filter(state=PrivacyRequest.State.WAITING).exclude(prepared_by_id=actor.staff.pk)

    def sealed_for(self, actor: "Actor", *, since: dt.datetime) -> "PrivacyRequestQuerySet":
        """Answered since then with a file that somebody else has prepared, newest first."""
        made = self.filter(state=PrivacyRequest.State.ANSWERED, kind__in=["copy", "explain"], ended_at__gte=since)
        return made.exclude(prepared_by_id=actor.staff.pk).order_by("-received_on", "-id")


class PrivacyRequest(HospitalModel):
    """A person, or who speaks for the person, asks for a copy, a correction, the deletion or an explanation (PIPL
    articles 44 to 50).

    `asker_name` and `asker_relation`: who speaks for the person, and as what.

    It is answered by `due_on`, so many working days after it came in; extended once, for a reason. Whoever prepares the
    answer never is the one who lets it go out. `changes`: the fields of a correction with their values.
    """

    audit_rows = True
    audit_hidden = (
        *("asker_name", "asker_relation", "proof", "words", "answer", "changes", "return_note"),
        "extension_reason",
    )

    class Kind(models.TextChoices):
        COPY = "copy", _("copy")
        CORRECT = "correct", _("correction")
        DELETE = "delete", _("deletion")
        EXPLAIN = "explain", _("explanation")

    class AskedBy(models.TextChoices):
        SELF = "self", _("the person")
        GUARDIAN = "guardian", _("guardian")
        ENTRUSTED = "entrusted", _("entrusted person")

    class IdentityCheck(models.TextChoices):
        PAPERS = "papers", _("identity papers seen")
        CALLBACK = "callback", _("called back on a known number")
        SIGNED = "signed", _("signed paper with a copy of the papers")
        ONLINE = "online", _("signed in with a verified number")

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        IN_WORK = "in_work", _("in work")
        WAITING = "waiting", _("waits for a second person")
        ANSWERED = "answered", _("answered")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Refusal(models.TextChoices):
        RETENTION = "retention", _("the law demands that the record is kept")
        HOLD = "hold", _("legal hold or an open dispute")
        IDENTITY = "identity", _("who asks could not be established")
        NO_RIGHT = "no_right", _("no right to speak for the person")
        OTHERS = "others", _("it would disclose others")
        SECRECY = "secrecy", _("the law demands secrecy")
        SOURCE = "source", _("another system of the hospital keeps it; passed on there")
        REPEATED = "repeated", _("answered a short while ago")

    public_id = PublicIdField()
    patient = HospitalForeignKey(
        Patient, models.PROTECT, related_name="privacy_requests", db_index=False, verbose_name=_("person")
    )
    serial = models.PositiveIntegerField(_("number"), editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    words = models.CharField(_("what is asked for"), max_length=500)
    asked_by = models.CharField(_("who asks"), max_length=10, choices=AskedBy.choices, default=AskedBy.SELF)
    asker_name = models.CharField(_("name of who asks"), max_length=100, blank=True)
    asker_relation = models.CharField(_("how related to the person"), max_length=20, blank=True)
    proof = models.CharField(_("proof of guardianship or mandate"), max_length=200, blank=True)
    identity_check = models.CharField(_("identity checked by"), max_length=8, choices=IdentityCheck.choices)
    received_on = models.DateField(_("received on"))
    due_on = models.DateField(_("answer due"))
    extended_at = models.DateTimeField(_("extended at"), null=True, blank=True)
    extension_reason = models.CharField(_("reason for the extension"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.RECEIVED)
    registered_by = HospitalForeignKey(StaffMember, models.PROTECT, related_name="+", db_index=False)
    registered_at = models.DateTimeField(_("registered at"))
    assignee = HospitalForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("who works on it"),
    )
    answer = models.CharField(_("what the person is told"), max_length=1000, blank=True)
    changes = models.JSONField(_("fields to correct"), default=dict, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGE_CHOICES, blank=True)
    prepared_by = HospitalForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("prepared by"),
    )
    prepared_at = models.DateTimeField(_("prepared at"), null=True, blank=True)
    return_note = models.CharField(_("why it came back"), max_length=200, blank=True)
    approved_by = HospitalForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("second person"),
    )
    refusal = models.CharField(_("reason for refusing"), max_length=9, choices=Refusal.choices, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = scoped_manager(PrivacyRequestQuerySet)

    class Meta:
        verbose_name = _("privacy request")
        verbose_name_plural = _("privacy requests")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "serial"], name="privacyrequest_number_once"),
            models.CheckConstraint(condition=Q(due_on__gte=F("received_on")), name="privacyrequest_due_after_receipt"),
            models.CheckConstraint(
                condition=Q(asked_by="self") | (~Q(asker_name="") & ~Q(proof="")),
                name="privacyrequest_mandate_is_proven",
            ),
            models.CheckConstraint(
                condition=Q(extended_at__isnull=True, extension_reason="")
                | (Q(extended_at__isnull=False) & ~Q(extension_reason="")),
                name="privacyrequest_extended_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_OPEN, ended_at__isnull=True) | Q(state__in=_ENDED, ended_at__isnull=False),
                name="privacyrequest_ended_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(state="received") | Q(state="withdrawn") | Q(assignee__isnull=False),
                name="privacyrequest_somebody_works_on_it",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["waiting", "answered"]) | Q(prepared_by__isnull=False),
                name="privacyrequest_prepared_by_somebody",
            ),
            models.CheckConstraint(
                condition=(Q(state="answered") & Q(approved_by__isnull=False) & ~Q(approved_by=F("prepared_by")))
                | (~Q(state="answered") & Q(approved_by__isnull=True)),
                name="privacyrequest_answered_by_two",
            ),
            models.CheckConstraint(
                condition=(Q(state="refused") & ~Q(refusal="") & ~Q(answer="")) | (~Q(state="refused") & Q(refusal="")),
                name="privacyrequest_refused_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "patient", "-id"], name="privacyrequest_patient_idx"),
            models.Index(
                fields=["hospital", "due_on", "id"], condition=Q(state__in=_OPEN), name="privacyrequest_open_idx"
            ),
            models.Index(
                fields=["hospital", "-received_on", "-id"],
                condition=Q(state__in=_ENDED),
                name="privacyrequest_ended_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number that stands on papers and pages."""
        return f"R{self.serial:06d}"

    @property
    def is_open(self) -> bool:
        """Neither answered, nor refused, nor withdrawn."""
        return self.state in _OPEN

    @property
    def makes_file(self) -> bool:
        """Whether the answer is a file for the person."""
        return self.kind in (self.Kind.COPY, self.Kind.EXPLAIN)

    def is_late_on(self, day: dt.date) -> bool:
        """Open, and the due day is over."""
        return self.is_open and self.due_on < day


class PrivacyCopy(PrivateFile):
    """The sealed file that answers a request. It opens only with a passphrase that the hospital does not keep and that
    `sealed_by` was told, who never fetches it; it goes with the day it expires.
    """

    folder = "requests"

    request = HospitalForeignKey(
        PrivacyRequest, models.CASCADE, related_name="copies", db_index=False, verbose_name=_("privacy request")
    )
    sealed_by = HospitalForeignKey(
        StaffMember, models.PROTECT, related_name="+", db_index=False, verbose_name=_("second person")
    )
    expires_at = models.DateTimeField(_("expires at"))
    fetched_at = models.DateTimeField(_("fetched last"), null=True, blank=True)

    class Meta(PrivateFile.Meta):
        abstract = False
        verbose_name = _("file for the person")
        verbose_name_plural = _("files for people")
        indexes = [
            models.Index(fields=["hospital", "request"], name="privacycopy_request_idx"),
            models.Index(fields=["hospital", "expires_at"], name="privacycopy_expires_idx"),
        ]
