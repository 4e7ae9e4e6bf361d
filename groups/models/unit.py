"""A unit, the people there we speak to, and our contacts with it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from groups.models.querysets import GroupQuerySet, OfGroupQuerySet
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager


class GroupCustomer(HospitalModel):
    """A company or institution whose staff the hospital cares for. `owner` is the liaison in charge; without one
    the centre looks after it.
    """

    class Status(models.TextChoices):
        NEARBY = "nearby", _("nearby")
        NEGOTIATING = "negotiating", _("negotiating")
        SIGNED = "signed", _("signed")
        ENDED = "ended", _("ended")

    class Value(models.TextChoices):
        HIGH = "high", _("high value")
        MIDDLE = "middle", _("middle value")
        LOW = "low", _("low value")

    public_id = PublicIdField()
    name = models.CharField(_("name of the unit"), max_length=120, db_collation="C")
    py_full = models.CharField(_("pinyin"), max_length=200, blank=True, db_collation="C", editable=False)
    py_initials = models.CharField(_("initials"), max_length=60, blank=True, db_collation="C", editable=False)
    status = models.CharField(_("relationship"), max_length=12, choices=Status.choices, default=Status.NEARBY)
    business = models.CharField(_("line of business"), max_length=60, blank=True)
    staff_count = models.PositiveIntegerField(_("number of staff"), null=True, blank=True)
    head_name = models.CharField(_("head of the unit"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    fax = models.CharField(_("fax"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    value = models.CharField(_("worth"), max_length=8, choices=Value.choices, blank=True)
    owner = HospitalForeignKey(
        StaffMember,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("liaison in charge"),
    )
    remarks = models.TextField(_("remarks"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = scoped_manager(GroupQuerySet)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "name"], name="group_name_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="group_has_a_name"),
        ]
        indexes = [
            models.Index(fields=["hospital", "-id"], name="group_list_idx"),
            models.Index(fields=["hospital", "owner", "-id"], name="group_owner_idx"),
            models.Index(fields=["hospital", "py_full"], name="group_py_full_idx"),
            models.Index(fields=["hospital", "py_initials"], name="group_py_initials_idx"),
        ]

    def __str__(self) -> str:
        return self.name


class GroupContact(HospitalModel):
    """Somebody at the unit we speak to, such as the health contact person (保健联系人)."""

    class Role(models.TextChoices):
        HEALTH = "health", _("health contact person")
        HEAD = "head", _("head of the unit")
        FINANCE = "finance", _("finance")
        OTHER = "other", _("other contact")

    group = HospitalForeignKey(
        GroupCustomer, models.CASCADE, related_name="contacts", db_index=False, verbose_name=_("unit")
    )
    name = models.CharField(_("Name"), max_length=60)
    role = models.CharField(_("role at the unit"), max_length=10, choices=Role.choices, default=Role.HEALTH)
    title = models.CharField(_("job title"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    objects = scoped_manager(OfGroupQuerySet)

    class Meta:
        verbose_name = _("contact of a unit")
        verbose_name_plural = _("contacts of units")
        ordering = ["role", "id"]
        indexes = [models.Index(fields=["hospital", "group"], name="groupcontact_group_idx")]

    def __str__(self) -> str:
        return self.name


class GroupVisit(HospitalModel):
    """A contact with the unit, planned or done: visit, call, letter, meeting. Done once `done_on` and a result are
    written.
    """

    class Kind(models.TextChoices):
        VISIT = "visit", _("visit to the unit")
        CALL = "call", _("call to the unit")
        LETTER = "letter", _("letter to the unit")
        MEETING = "meeting", _("meeting at the hospital")

    group = HospitalForeignKey(
        GroupCustomer, models.CASCADE, related_name="visits", db_index=False, verbose_name=_("unit")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.VISIT)
    planned_on = models.DateField(_("planned on"))
    purpose = models.CharField(_("what for"), max_length=200)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    result = models.TextField(_("result"), max_length=1000, blank=True)
    staff = HospitalForeignKey(StaffMember, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)

    objects = scoped_manager(OfGroupQuerySet)

    class Meta:
        verbose_name = _("contact with a unit")
        verbose_name_plural = _("contacts with units")
        ordering = ["-planned_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | ~Q(result=""), name="groupvisit_done_has_a_result"
            )
        ]
        indexes = [models.Index(fields=["hospital", "group", "-planned_on", "-id"], name="groupvisit_group_idx")]

    def __str__(self) -> str:
        return f"{self.kind} {self.planned_on}"
