"""How to reach a person, who stands beside them, who must not be reached any more, and what staff noted."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, lean_hospital, scoped_manager
from patients.models.patient import Patient
from patients.models.querysets import OfPatientQuerySet


class ContactPoint(HospitalModel):
    """A telephone number, mail address or WeChat id. `rank` 1 is tried first. A dead number is flagged everywhere
    and never dialled.

    `value_reversed` holds the digits from the end, so that the tail of a number is found by prefix; '' for what is
    no telephone.
    `owner_relation` says whose number it is when it is not the person's own (女儿).
    """

    goes_with_person = True
    made_by_hand = ~Q(source="his")

    audit_rows = True
    audit_ignored = ("value_reversed",)

    class System(models.TextChoices):
        PHONE = "phone", _("phone")
        EMAIL = "email", _("e-mail")
        WECHAT = "wechat", _("WeChat")

    class NumberState(models.TextChoices):
        UNCHECKED = "unchecked", _("not checked")
        OK = "ok", _("reached")
        SUSPENDED = "suspended", _("suspended")
        DEAD = "dead", _("does not exist")
        WRONG = "wrong", _("wrong person")

    UNUSABLE = ("dead", "wrong")

    hospital = lean_hospital()
    patient = HospitalForeignKey(
        Patient, models.CASCADE, related_name="contact_points", db_index=False, verbose_name=_("person")
    )
    system = models.CharField(_("kind"), max_length=8, choices=System.choices, default=System.PHONE)
    value = models.CharField(_("number or address"), max_length=120, db_collation="C")
    value_reversed = models.CharField(
        _("digits from the end"), max_length=40, blank=True, db_collation="C", editable=False
    )
    rank = models.PositiveSmallIntegerField(_("rank"), default=1)
    owner_relation = models.CharField(_("whose"), max_length=20, blank=True)
    number_state = models.CharField(
        _("state"), max_length=10, choices=NumberState.choices, default=NumberState.UNCHECKED
    )
    source = models.CharField(_("source"), max_length=20, blank=True)

    objects = scoped_manager(OfPatientQuerySet)

    class Meta:
        verbose_name = _("contact point")
        verbose_name_plural = _("contact points")
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "patient", "system", "value"], name="contactpoint_value_unique"
            ),
            models.CheckConstraint(condition=~Q(value=""), name="contactpoint_has_a_value"),
        ]
        indexes = [
            models.Index(fields=["hospital", "value"], name="contactpoint_value_idx"),
            models.Index(
                fields=["hospital", "value_reversed"], condition=~Q(value_reversed=""), name="contactpoint_reversed_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} of #{self.patient_id}"

    @property
    def may_be_dialled(self) -> bool:
        """A telephone number that is neither dead nor somebody else's."""
        return self.system == self.System.PHONE and self.number_state not in self.UNUSABLE


class Relation(HospitalModel):
    """Somebody beside the person: "daughter of", what she may be told, whether she is the guardian. `related` links
    her own record.
    """

    goes_with_person = True

    audit_rows = True

    class MayBeTold(models.TextChoices):
        NOTHING = "nothing", _("may be told nothing")
        APPOINTMENTS = "appointments", _("may be told appointments")
        CONDITION = "condition", _("may be told condition and appointments")

    patient = HospitalForeignKey(
        Patient, models.CASCADE, related_name="relations", db_index=False, verbose_name=_("person")
    )
    related = HospitalForeignKey(
        Patient,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="related_to",
        db_index=False,
        verbose_name=_("own record"),
    )
    name = models.CharField(_("Name"), max_length=100)
    kind = models.CharField(_("relation"), max_length=20)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    may_be_told = models.CharField(
        _("may be told"), max_length=14, choices=MayBeTold.choices, default=MayBeTold.NOTHING
    )
    is_guardian = models.BooleanField(_("guardian"), default=False)

    objects = scoped_manager(OfPatientQuerySet)

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        ordering = ["-is_guardian", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(related__isnull=True) | ~Q(related=models.F("patient")), name="relation_is_to_another"
            )
        ]
        indexes = [
            models.Index(fields=["hospital", "patient"], name="relation_patient_idx"),
            models.Index(
                fields=["hospital", "related"], condition=Q(related__isnull=False), name="relation_related_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of #{self.patient_id}"


class ContactStop(HospitalModel):
    """The person, or who speaks for the person, refused all contact for good. Only safety contact remains. One open
    stop per person.
    """

    class AskedBy(models.TextChoices):
        SELF = "self", _("the person")
        FAMILY = "family", _("family")
        GUARDIAN = "guardian", _("guardian")
        STAFF = "staff", _("our staff")

    patient = HospitalForeignKey(
        Patient, models.CASCADE, related_name="contact_stops", db_index=False, verbose_name=_("person")
    )
    asked_by = models.CharField(_("asked by"), max_length=10, choices=AskedBy.choices, default=AskedBy.SELF)
    words = models.CharField(_("in these words"), max_length=200)
    proof = models.CharField(_("proof"), max_length=100, blank=True)
    recorded_by = HospitalForeignKey(StaffMember, models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    lifted_by = HospitalForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lift_reason = models.CharField(_("reason for lifting"), max_length=200, blank=True)

    objects = scoped_manager(OfPatientQuerySet)

    class Meta:
        verbose_name = _("stop of contact")
        verbose_name_plural = _("stops of contact")
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "patient"], condition=Q(lifted_at__isnull=True), name="contactstop_one_open"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | ~Q(lift_reason=""), name="contactstop_lifted_for_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["hospital", "patient"], name="contactstop_patient_idx")]

    def __str__(self) -> str:
        return f"stop of #{self.patient_id}"


class PatientNote(HospitalModel):
    """A free note by a member of staff about a person."""

    patient = HospitalForeignKey(
        Patient, models.CASCADE, related_name="notes", db_index=False, verbose_name=_("person")
    )
    text = models.TextField(_("note"), max_length=1000)
    author = HospitalForeignKey(StaffMember, models.PROTECT, null=True, related_name="+", db_index=False)
    noted_at = models.DateTimeField(_("noted at"), default=timezone.now)

    objects = scoped_manager(OfPatientQuerySet)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        indexes = [models.Index(fields=["hospital", "patient", "-noted_at"], name="patientnote_patient_idx")]

    def __str__(self) -> str:
        return f"note on #{self.patient_id}"
