"""What proves a consent, and what it still waits for: wordings, signed sheets, confirmations by link."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.private_files.rows import PrivateFile
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from patients.models.consent import Consent
from patients.models.patient import Patient
from patients.models.querysets import OfPatientQuerySet


class ConsentWording(HospitalModel):
    """The text by which a hospital asks for a consent, of one version and in one language; it is never changed, a
    change is another version. Where a hospital has none of its own for a purpose, the shipped one is meant
    (`patients.shipped.wordings`).
    """

    append_only = True

    purpose = models.CharField(_("purpose"), max_length=14, choices=Consent.Purpose.choices)
    version = models.CharField(_("version of the wording"), max_length=40)
    language = models.CharField(_("language"), max_length=10)
    text = models.TextField(_("text"), max_length=1000)
    published_at = models.DateTimeField(_("published at"))
    published_by = HospitalForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("published by"),
    )

    objects = scoped_manager()

    class Meta:
        verbose_name = _("wording of a consent")
        verbose_name_plural = _("wordings of consents")
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "purpose", "version", "language"], name="consentwording_version_once"
            ),
            models.CheckConstraint(condition=~Q(text="") & ~Q(version=""), name="consentwording_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version} {self.language}"


class ConsentEvidence(PrivateFile):
    """The signed sheet, or another proof, that came with a decision: `Consent.evidence` names it by its public id.

    It stays as long as the record does; nobody removes it by hand.
    """

    folder = "consents"

    patient = HospitalForeignKey(
        Patient, models.CASCADE, related_name="consent_files", db_index=False, verbose_name=_("person")
    )

    objects = scoped_manager(OfPatientQuerySet)

    class Meta(PrivateFile.Meta):
        abstract = False
        verbose_name = _("proof of a consent")
        verbose_name_plural = _("proofs of consents")
        indexes = [models.Index(fields=["hospital", "patient", "-uploaded_at"], name="consentevidence_patient_idx")]


class AwaitedConsent(HospitalModel):
    """A yes that does not count yet. By e-mail it waits until the person confirms it by the link sent to the address
    (double opt-in); spoken over an own no it waits until a second member of staff has heard it too.

    It allows nothing. It keeps what the consent will be made of; one of a kind waits at a time. `ended_as`: confirmed
    (then an entry of the history counts), dropped because the person, or a stricter record of the same person, said
    no, or expired.
    """

    audit_rows = True
    audit_hidden = ("guardian_name", "guardian_relation", "evidence", "note")

    class WaitsFor(models.TextChoices):
        LINK = "link", _("the person's confirmation by e-mail")
        SECOND = "second", _("a second member of staff who heard it")

    class End(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        DROPPED = "dropped", _("dropped")
        EXPIRED = "expired", _("expired")

    patient = HospitalForeignKey(
        Patient, models.CASCADE, related_name="awaited_consents", db_index=False, verbose_name=_("person")
    )
    waits_for = models.CharField(_("waits for"), max_length=6, choices=WaitsFor.choices, default=WaitsFor.LINK)
    purpose = models.CharField(_("purpose"), max_length=14, choices=Consent.Purpose.choices)
    channel = models.CharField(_("channel"), max_length=8, choices=Consent.Channel.choices)
    wording_version = models.CharField(_("version of the wording"), max_length=40)
    language = models.CharField(_("language"), max_length=10)
    source = models.CharField(_("by which way"), max_length=8, choices=Consent.Source.choices)
    said_by = models.CharField(_("who decided"), max_length=8, choices=Consent.SaidBy.choices)
    guardian_name = models.CharField(_("guardian"), max_length=100, blank=True)
    guardian_relation = models.CharField(_("relation of the guardian"), max_length=20, blank=True)
    evidence = models.UUIDField(_("stored proof"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    taken_by = HospitalForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("taken by"),
    )
    asked_at = models.DateTimeField(_("said at"))
    expires_at = models.DateTimeField(_("expires at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_as = models.CharField(_("what came of it"), max_length=9, choices=End.choices, blank=True)

    objects = scoped_manager(OfPatientQuerySet)

    class Meta:
        verbose_name = _("consent to be confirmed")
        verbose_name_plural = _("consents to be confirmed")
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "patient", "purpose", "channel"],
                condition=Q(ended_at__isnull=True),
                name="awaitedconsent_one_waits",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_as="")
                | Q(ended_at__isnull=False, ended_as__in=["confirmed", "dropped", "expired"]),
                name="awaitedconsent_ends_somehow",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("asked_at")), name="awaitedconsent_waits_a_while"),
            models.CheckConstraint(
                condition=~Q(waits_for="second") | Q(taken_by__isnull=False), name="awaitedconsent_second_after_a_first"
            ),
            models.CheckConstraint(condition=~Q(wording_version=""), name="awaitedconsent_is_to_a_wording"),
        ]
        indexes = [
            models.Index(fields=["hospital", "patient", "-asked_at"], name="awaitedconsent_patient_idx"),
            models.Index(
                fields=["hospital", "expires_at"],
                condition=Q(ended_at__isnull=True),
                name="awaitedconsent_expires_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}/{self.channel} of #{self.patient_id} waits"

    @property
    def is_waiting(self) -> bool:
        """Whether it can still be confirmed or dropped."""
        return self.ended_at is None
