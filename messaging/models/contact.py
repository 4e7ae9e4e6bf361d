"""What bounds contact: how often and when somebody was touched, days without contact, addresses that are stopped."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from messaging.models.message import Channel, Message
from patients.models import Patient


class BlackoutDay(HospitalModel):
    """Days on which the hospital contacts nobody, both ends included; safety, care of tier A and what a person asked
    for go on.
    """

    audit_rows = True

    class Stops(models.TextChoices):
        MARKETING = "marketing", _("only what rests on consent")
        ALL = "all", _("follow-up and satisfaction too")

    first_on = models.DateField(_("from day"))
    last_on = models.DateField(_("to day"))
    name = models.CharField(_("name"), max_length=60)
    stops = models.CharField(_("what waits"), max_length=9, choices=Stops.choices, default=Stops.MARKETING)

    class Meta:
        verbose_name = _("days without contact")
        verbose_name_plural = _("days without contact")
        ordering = ["-first_on"]
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="blackout_ends_after_start"),
            models.CheckConstraint(condition=Q(stops__in=["marketing", "all"]), name="blackout_stops_known"),
        ]
        indexes = [models.Index(fields=["hospital", "last_on"], name="blackout_last_idx")]

    def __str__(self) -> str:
        return f"{self.name} {self.first_on}"


class Touch(HospitalModel):
    """Somebody was contacted, or a message to somebody is on its way: the ledger behind the contact budget.

    Of one person, or of one address that is no person's. `is_approach`: the person had not asked for it, and it
    counts; `is_call`: somebody rang. `source` and `source_id` name the row it tells of, once.
    """

    keys_by_statement = True

    class By(models.TextChoices):
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("text message")
        WECHAT = "wechat", _("WeChat")
        LETTER = "letter", _("letter")
        PHONE = "phone", _("telephone")
        VISIT = "visit", _("home visit")

    person = HospitalForeignKey(
        Patient, models.CASCADE, null=True, blank=True, related_name="touches", db_index=False, verbose_name=_("person")
    )
    address = models.CharField(_("address"), max_length=254, blank=True, db_collation="C")
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("at"))
    channel = models.CharField(_("channel"), max_length=8, choices=By.choices)
    purpose = models.CharField(_("purpose"), max_length=60)
    is_approach = models.BooleanField(_("counts as an approach"))
    is_call = models.BooleanField(_("was a call"))
    source = models.CharField(_("told by"), max_length=40)
    source_id = models.BigIntegerField(_("row it tells of"))

    class Meta:
        verbose_name = _("contact with a person")
        verbose_name_plural = _("contacts with people")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "source", "source_id"], name="touch_once"),
            models.CheckConstraint(
                condition=Q(person__isnull=True, address__gt="") | Q(person__isnull=False, address=""),
                name="touch_of_one",
            ),
        ]
        indexes = [
            models.Index(
                fields=["hospital", "person", "day"],
                include=["is_approach", "is_call"],
                condition=Q(person__isnull=False),
                name="touch_person_idx",
            ),
            models.Index(
                fields=["hospital", "address", "day"], condition=Q(person__isnull=True), name="touch_address_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.day}"


class SuppressionQuerySet(models.QuerySet):
    """Stops of addresses."""

    def standing(self) -> "SuppressionQuerySet":
        """Those that nobody has lifted."""
        return self.filter(lifted_at=None)


class Suppression(HospitalModel):
    """An address, or a person on one channel, is written to no more, by whichever app; until somebody lifts it.

    Whatever came back hard stops everything, for there is nobody at that address. A complaint, a reply and a stop by
    hand stop what the person did not ask for; safety goes on.
    """

    audit_rows = True
    audit_hidden = ("address", "lift_reason")

    class Reason(models.TextChoices):
        HARD_BOUNCE = "hard_bounce", _("the address does not exist")
        SOFT_BOUNCES = "soft_bounces", _("came back too often")
        COMPLAINT = "complaint", _("complaint about unwanted mail")
        REPLY = "reply", _("reply that wants no more")
        BY_HAND = "by_hand", _("stopped by staff")

    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    address = models.CharField(_("address"), max_length=254, blank=True, db_collation="C")
    patient = HospitalForeignKey(
        Patient,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="suppressions",
        db_index=False,
        verbose_name=_("person"),
    )
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    source = models.CharField(_("known from"), max_length=60)
    message = HospitalForeignKey(
        Message, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("message")
    )
    at = models.DateTimeField(_("at"))
    by = HospitalForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("by whom")
    )
    lifted_at = models.DateTimeField(_("stop lifted at"), null=True, blank=True)
    lifted_by = HospitalForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("stop lifted by"),
    )
    lift_reason = models.CharField(_("why the stop was lifted"), max_length=200, blank=True)

    objects = scoped_manager(SuppressionQuerySet)

    class Meta:
        verbose_name = _("stopped address")
        verbose_name_plural = _("stopped addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "channel", "address"],
                condition=Q(lifted_at=None) & ~Q(address=""),
                name="suppression_one_standing",
            ),
            models.CheckConstraint(
                condition=Q(patient__isnull=True, address__gt="") | Q(patient__isnull=False, address=""),
                name="suppression_of_one",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | ~Q(lift_reason=""), name="suppression_lifted_for_a_reason"
            ),
        ]
        indexes = [
            models.Index(
                fields=["hospital", "patient", "channel"],
                condition=Q(patient__isnull=False, lifted_at=None),
                name="suppression_patient_idx",
            ),
            models.Index(fields=["hospital", "-at", "-id"], name="suppression_newest_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.reason}"


class SoftBounce(HospitalModel):
    """A message came back for a time from an address; several days of it stop the address."""

    append_only = True

    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    address = models.CharField(_("address"), max_length=254, db_collation="C")
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("message that came back for a time")
        verbose_name_plural = _("messages that came back for a time")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "channel", "address", "day"], name="softbounce_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.day}"
