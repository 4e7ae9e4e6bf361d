"""How to reach a person, who stands beside them, and who must not be reached any more."""

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.calendar import today
from accounts.models import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, lean_hospital, scoped_manager
from patients.models.patient import Patient
from patients.models.querysets import ContactPointQuerySet, OfPatientQuerySet


def ends_after_start(name: str) -> models.CheckConstraint:
    """What holds from a day to a day does not end before it begins."""
    return models.CheckConstraint(
        condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
        name=name,
    )


def holds_on(row: Any, day: dt.date) -> bool:
    """Whether a row with `valid_from` and `valid_until`, both included, holds on that day; open ends hold."""
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_until is None or row.valid_until >= day)


class ContactPoint(HospitalModel):
    """A telephone number, mail address or WeChat id. `rank` 1 is tried first. A dead number is flagged everywhere
    and never dialled.

    `value_reversed` holds the digits from the end, so that the tail of a number is found by prefix; '' for what is
    no telephone.
    `owner_relation` says whose number it is when it is not the person's own (女儿); `owner` is that person's record
    where there is one. A number holds from `valid_from` to `valid_until`, both included; outside of that nobody
    dials it.
    """

    goes_to_bin = True

    goes_with_person = True
    made_by_hand = ~Q(source="his")

    audit_rows = True
    audit_ignored = ("value_reversed",)
    audit_hidden = ("value", "owner_relation")

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

    class Purpose(models.TextChoices):
        HOME = "home", _("home")
        WORK = "work", _("work")
        EMERGENCY = "emergency", _("emergency")

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
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices, blank=True)
    owner_relation = models.CharField(_("whose"), max_length=20, blank=True)
    owner = HospitalForeignKey(
        Patient,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="numbers_lent",
        db_index=False,
        verbose_name=_("record of the owner"),
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    number_state = models.CharField(
        _("state"), max_length=10, choices=NumberState.choices, default=NumberState.UNCHECKED
    )
    source = models.CharField(_("source"), max_length=20, blank=True)

    objects = scoped_manager(ContactPointQuerySet)

    class Meta:
        verbose_name = _("contact point")
        verbose_name_plural = _("contact points")
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "patient", "system", "value"], name="contactpoint_value_unique"
            ),
            models.CheckConstraint(condition=~Q(value=""), name="contactpoint_has_a_value"),
            ends_after_start("contactpoint_ends_after_start"),
        ]
        indexes = [
            models.Index(fields=["hospital", "value"], name="contactpoint_value_idx"),
            models.Index(
                fields=["hospital", "value_reversed"], condition=~Q(value_reversed=""), name="contactpoint_reversed_idx"
            ),
            models.Index(fields=["hospital", "owner"], condition=Q(owner__isnull=False), name="contactpoint_owner_idx"),
            models.Index(
                fields=["hospital", "valid_until"],
                condition=Q(valid_until__isnull=False),
                name="contactpoint_until_idx",
            ),
            models.Index(
                fields=["hospital", "valid_from"],
                condition=Q(valid_from__isnull=False),
                name="contactpoint_from_idx",
            ),
            # the few that are no telephone
            models.Index(
                fields=["hospital", "system", "patient"],
                include=["number_state", "owner_relation", "owner", "valid_from", "valid_until"],
                condition=~Q(system="phone"),
                name="contactpoint_addresses_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} of #{self.patient_id}"

    @property
    def is_lent(self) -> bool:
        """Whether it is said to be somebody else's than the person's, by word or by record."""
        return bool(self.owner_relation) or self.owner_id not in (None, self.patient_id)

    @property
    def whose(self) -> str:
        """Whose it is when it is not the person's own; '' where it is."""
        return self.owner_relation or (gettext("somebody else") if self.is_lent else "")

    @property
    def may_be_dialled(self) -> bool:
        """A telephone number that is neither dead nor somebody else's, on a day on which it holds."""
        return self.system == self.System.PHONE and self.number_state not in self.UNUSABLE and self.holds_on(today())

    def holds_on(self, day: dt.date) -> bool:
        """Whether the number is the person's on that day."""
        return holds_on(self, day)


class Relation(HospitalModel):
    """Somebody beside the person: "daughter of", what she may be told, whether she is the guardian. `related` links
    her own record.

    What she may be told, and that she is the guardian, holds from `valid_from` to `valid_until`, both included; after
    that she is told nothing.
    """

    goes_to_bin = True

    goes_with_person = True

    audit_rows = True
    audit_hidden = ("name", "kind", "phone")

    class MayBeTold(models.TextChoices):
        NOTHING = "nothing", _("may be told nothing")
        APPOINTMENTS = "appointments", _("may be told appointments")
        CONDITION = "condition", _("may be told condition and appointments")
        EVERYTHING = "everything", _("may be told everything medical")

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
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    objects = scoped_manager(OfPatientQuerySet)

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        ordering = ["-is_guardian", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(related__isnull=True) | ~Q(related=models.F("patient")), name="relation_is_to_another"
            ),
            ends_after_start("relation_ends_after_start"),
        ]
        indexes = [
            models.Index(fields=["hospital", "patient"], name="relation_patient_idx"),
            models.Index(
                fields=["hospital", "related"], condition=Q(related__isnull=False), name="relation_related_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of #{self.patient_id}"

    def holds_on(self, day: dt.date) -> bool:
        """Whether the person still stands beside the other on that day."""
        return holds_on(self, day)

    def told_on(self, day: dt.date) -> str:
        """What may be told on that day: nothing once the relation has ended."""
        return self.may_be_told if self.holds_on(day) else self.MayBeTold.NOTHING


class ContactStop(HospitalModel):
    """The person, or who speaks for the person, refused all contact for good. Only safety contact remains. One open
    stop per person.
    """

    goes_to_bin = True

    # The words of a call after which nothing was written down. The rest were kept in the language of who called.
    REFUSED_FOR_GOOD = "refused_for_good"
    UNSAID = (REFUSED_FOR_GOOD, "refused for good", "永久拒绝", "永久拒絕")

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

    def get_words_display(self) -> str:
        """What was said; where nobody wrote it down, the result of the call in the reader's language."""
        return str(_("refused for good")) if self.words in self.UNSAID else self.words
