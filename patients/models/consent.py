"""What a person allowed, refused or took back, with the proof of it."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import PublicLink, StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from patients.models.patient import Patient
from patients.models.querysets import OfPatientQuerySet


class Consent(HospitalModel):
    """One decision of a person about one purpose and one channel; the last one holds.

    A history: nobody changes or deletes an entry, the serving role cannot. A decision for any channel speaks for each
    of them until a later one says otherwise. The proof: which wording in which language, when, who took it, by which
    way, the stored file of a signed sheet (`evidence`), the guardian who decided for somebody under age, and what was
    noted beside it; who said it (`said_by`), a second member of staff who heard it (`witness`), and the link without
    log-in by which it came. A no of the person's own (`is_own_no`) gives way only to an act of the person: the database
    asks for it too (docs/decisions/0023-consents-with-proof.md). Where the day of the decision is not known
    (`is_dated`), `at` is from when it counts: since it was told, since the union of two records, or, for a no, since
    the grant of no known day whose place it took.
    """

    append_only = True
    audit_rows = True
    audit_hidden = ("guardian_name", "guardian_relation", "evidence", "note")

    class Purpose(models.TextChoices):
        CARE = "care", _("care follow-up")
        SATISFACTION = "satisfaction", _("satisfaction surveys")
        EDUCATION = "education", _("health education")
        MARKETING_MAIL = "marketing_mail", _("marketing e-mail")
        MARKETING_SMS = "marketing_sms", _("marketing text messages")
        CALLS = "calls", _("marketing calls")
        RECORDING = "recording", _("recording of calls")
        COMMUNITY = "community", _("community activities")
        POINTS = "points", _("points programme")
        PROFILING = "profiling", _("being sorted into groups for marketing")

    class Channel(models.TextChoices):
        ANY = "any", _("any channel")
        PHONE = "phone", _("telephone")
        SMS = "sms", _("text message")
        WECHAT = "wechat", _("WeChat")
        EMAIL = "email", _("e-mail")
        LETTER = "letter", _("letter")

    class Decision(models.TextChoices):
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Source(models.TextChoices):
        PAPER = "paper", _("signed sheet")
        COUNTER = "counter", _("in person")
        PHONE = "phone", _("by telephone")
        ONLINE = "online", _("online")
        REPLY = "reply", _("reply to a message")
        FEED = "feed", _("other system")
        MERGE = "merge", _("union of two records")
        UNMERGE = "unmerge", _("union taken apart")
        ONE_CLICK = "oneclick", _("button of a mail program")
        LIST = "list", _("list brought in")

    class SaidBy(models.TextChoices):
        SELF = "self", _("the person")
        GUARDIAN = "guardian", _("guardian")
        FAMILY = "family", _("entrusted family")
        STAFF = "staff", _("our staff")

    patient = HospitalForeignKey(
        Patient, models.PROTECT, related_name="consents", db_index=False, verbose_name=_("person")
    )
    purpose = models.CharField(_("purpose"), max_length=14, choices=Purpose.choices)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices, default=Channel.ANY)
    decision = models.CharField(_("decision"), max_length=9, choices=Decision.choices)
    wording_version = models.CharField(_("version of the wording"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    at = models.DateTimeField(_("decided at"), default=timezone.now)
    is_dated = models.BooleanField(_("its day is known"), default=True, db_default=True)
    taken_by = HospitalForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("taken by"),
    )
    source = models.CharField(_("by which way"), max_length=8, choices=Source.choices)
    said_by = models.CharField(
        _("who decided"), max_length=8, choices=SaidBy.choices, blank=True, default="", db_default=""
    )
    witness = HospitalForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("also heard by"),
    )
    link = HospitalForeignKey(
        PublicLink,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("by the link"),
    )
    evidence = models.UUIDField(_("stored proof"), null=True, blank=True)
    guardian_name = models.CharField(_("guardian"), max_length=100, blank=True)
    guardian_relation = models.CharField(_("relation of the guardian"), max_length=20, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True, default="", db_default="")

    objects = scoped_manager(OfPatientQuerySet)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__in=["granted", "refused", "withdrawn"]), name="consent_decision_is_known"
            ),
            models.CheckConstraint(
                condition=Q(guardian_relation="") | ~Q(guardian_name=""), name="consent_guardian_has_a_name"
            ),
            models.CheckConstraint(
                condition=~Q(decision="granted") | ~Q(wording_version="") | Q(source__in=["merge", "unmerge"]),
                name="consent_is_granted_to_a_wording",
            ),
            models.CheckConstraint(
                condition=~Q(decision="granted") | ~Q(said_by="staff"), name="consent_is_not_granted_by_staff"
            ),
            models.CheckConstraint(
                condition=Q(witness__isnull=True) | (Q(taken_by__isnull=False) & ~Q(witness=F("taken_by"))),
                name="consent_witness_is_another",
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "patient", "purpose", "channel", "-at", "-id"], name="consent_latest_idx"),
            # what holds of one purpose for everybody, for segments
            models.Index(
                fields=["hospital", "purpose", "patient", "at", "id"],
                include=["channel", "decision"],
                name="consent_answers_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}/{self.channel} of #{self.patient_id}: {self.decision}"

    @property
    def is_granted(self) -> bool:
        """Whether this decision allows."""
        return self.decision == self.Decision.GRANTED

    @property
    def is_own_no(self) -> bool:
        """Whether it is a no that only the person lifts: every one that our staff did not say by themselves."""
        return not self.is_granted and self.said_by != self.SaidBy.STAFF
