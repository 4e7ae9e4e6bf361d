"""A unit, the people there we speak to, and what became of its relationship with the hospital."""

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models import Value as Constant
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from groups.models.querysets import ContactQuerySet, GroupQuerySet, OfGroupQuerySet
from hospital_crm.pinyin import ORDER_LENGTH
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager

_VALUE_RANKS = (("low", 1), ("middle", 2), ("high", 3))
_STATUS_RANKS = (("nearby", 1), ("negotiating", 2), ("signed", 3), ("ended", 4))
_RELATION_RANKS = (
    *(("checkup", 1), ("designated", 2), ("management", 3), ("referral", 4), ("neighbour", 5), ("other", 6)),
)


def _ranked(field: str, ranks: tuple[tuple[str, int], ...]) -> models.GeneratedField:
    """The place of a choice in its order, kept by the database; what is not known comes first."""
    whens = (When(**{field: code}, then=Constant(rank)) for code, rank in ranks)
    return models.GeneratedField(
        expression=Case(*whens, default=Constant(0)), output_field=models.SmallIntegerField(), db_persist=True
    )


class GroupCustomer(HospitalModel):
    """A company or institution whose staff the hospital cares for. `owner` is the liaison in charge; without one
    the centre looks after it.

    `name_key` is the name without legal forms and blanks, by which double records are found; `region` the county or
    district of the address, `division_code` its code by the hospital's table of divisions. The columns that end in
    `_order` are what lists are ordered by: what is not known comes below everything that is. `member_count`, how many
    belong to the unit at present, and `owner_order`, the reading of the liaison's name, are written by triggers alone:
    whatever a row brings in them is worked out anew.
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

    class Relation(models.TextChoices):
        CHECKUP = "checkup", _("health checks")
        DESIGNATED = "designated", _("designated hospital")
        MANAGEMENT = "management", _("health management")
        REFERRAL = "referral", _("refers patients")
        NEIGHBOUR = "neighbour", _("neighbour")
        OTHER = "other", _("other relationship")

    public_id = PublicIdField()
    name = models.CharField(_("name of the unit"), max_length=120, db_collation="C")
    py_full = models.CharField(_("pinyin"), max_length=200, blank=True, db_collation="C", editable=False)
    py_initials = models.CharField(_("initials"), max_length=60, blank=True, db_collation="C", editable=False)
    name_key = models.CharField(max_length=120, blank=True, db_collation="C", editable=False, default="")
    status = models.CharField(_("state of cooperation"), max_length=12, choices=Status.choices, default=Status.NEARBY)
    relation = models.CharField(_("relationship to the hospital"), max_length=12, choices=Relation.choices, blank=True)
    business = models.CharField(_("line of business"), max_length=60, blank=True)
    staff_count = models.PositiveIntegerField(_("number of staff"), null=True, blank=True)
    head_name = models.CharField(_("head of the unit"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    region = models.CharField(_("region"), max_length=40, blank=True, db_collation="C")
    division_code = models.CharField(
        _("administrative division"),
        max_length=12,
        blank=True,
        db_collation="C",
        editable=False,
        default="",
        db_default="",
    )
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
    is_binned = models.BooleanField(_("in the bin"), default=False, db_default=False, editable=False)
    staff_order = models.GeneratedField(
        expression=Coalesce(F("staff_count"), Constant(-1)), output_field=models.IntegerField(), db_persist=True
    )
    value_order = _ranked("value", _VALUE_RANKS)
    status_order = _ranked("status", _STATUS_RANKS)
    relation_order = _ranked("relation", _RELATION_RANKS)
    owner_order = models.CharField(
        max_length=ORDER_LENGTH, blank=True, db_collation="C", editable=False, default="", db_default=""
    )
    member_count = models.PositiveIntegerField(_("members"), editable=False, default=0, db_default=0)

    objects = scoped_manager(GroupQuerySet)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "name"], condition=Q(is_binned=False), name="group_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="group_has_a_name"),
        ]
        indexes = [
            models.Index(fields=["hospital", "-id"], name="group_list_idx"),
            models.Index(fields=["hospital", "owner", "-id"], name="group_owner_idx"),
            models.Index(fields=["hospital", "py_initials"], name="group_py_initials_idx"),
            models.Index(fields=["hospital", "region", "-id"], name="group_region_idx"),
            models.Index(fields=["hospital", "name_key"], name="group_name_key_idx"),
            models.Index(fields=["hospital", "py_full", "id"], name="group_by_name_idx"),
            models.Index(fields=["hospital", "division_code", "region", "id"], name="group_by_region_idx"),
            models.Index(fields=["hospital", "business", "id"], name="group_by_business_idx"),
            models.Index(fields=["hospital", "staff_order", "id"], name="group_by_staff_idx"),
            models.Index(fields=["hospital", "value_order", "id"], name="group_by_value_idx"),
            models.Index(fields=["hospital", "status_order", "id"], name="group_by_status_idx"),
            models.Index(fields=["hospital", "relation_order", "id"], name="group_by_relation_idx"),
            models.Index(fields=["hospital", "owner_order", "id"], name="group_by_owner_name_idx"),
            models.Index(fields=["hospital", "member_count", "id"], name="group_by_members_idx"),
        ]

    def __str__(self) -> str:
        return self.name


class GroupContact(HospitalModel):
    """Somebody at the unit we speak to, such as the health contact person (保健联系人), from and until a day."""

    class Role(models.TextChoices):
        HEALTH = "health", _("health contact person")
        HEAD = "head", _("head of the unit")
        FINANCE = "finance", _("finance")
        OTHER = "other", _("other contact")

    goes_to_bin = True

    group = HospitalForeignKey(
        GroupCustomer, models.CASCADE, related_name="contacts", db_index=False, verbose_name=_("unit")
    )
    name = models.CharField(_("Name"), max_length=60)
    role = models.CharField(_("role at the unit"), max_length=10, choices=Role.choices, default=Role.HEALTH)
    title = models.CharField(_("job title"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)
    valid_from = models.DateField(_("contact since"), null=True, blank=True)
    valid_until = models.DateField(_("contact until"), null=True, blank=True)

    objects = scoped_manager(ContactQuerySet)

    class Meta:
        verbose_name = _("contact of a unit")
        verbose_name_plural = _("contacts of units")
        ordering = ["role", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="groupcontact_ends_after_start",
            )
        ]
        indexes = [models.Index(fields=["hospital", "group"], name="groupcontact_group_idx")]

    def __str__(self) -> str:
        return self.name


class StatusChange(HospitalModel):
    """A unit came to another state of cooperation: when, by whom, and why."""

    goes_to_bin = True

    group = HospitalForeignKey(GroupCustomer, models.CASCADE, related_name="status_changes", db_index=False)
    before = models.CharField(_("before"), max_length=12, choices=GroupCustomer.Status.choices)
    after = models.CharField(_("after"), max_length=12, choices=GroupCustomer.Status.choices)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = HospitalForeignKey(StaffMember, models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("change of state of a unit")
        verbose_name_plural = _("changes of state of units")
        ordering = ["-at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(before=F("after")), name="statuschange_changes")]
        indexes = [models.Index(fields=["hospital", "group", "-at", "-id"], name="statuschange_group_idx")]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class OwnerChange(HospitalModel):
    """A unit was handed from one liaison to another; empty: the centre."""

    goes_to_bin = True

    group = HospitalForeignKey(GroupCustomer, models.CASCADE, related_name="owner_changes", db_index=False)
    before = HospitalForeignKey(StaffMember, models.SET_NULL, null=True, related_name="+", db_index=False)
    after = HospitalForeignKey(StaffMember, models.SET_NULL, null=True, related_name="+", db_index=False)
    reason = models.CharField(_("reason"), max_length=200)
    by = HospitalForeignKey(StaffMember, models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("hand-over of a unit")
        verbose_name_plural = _("hand-overs of units")
        ordering = ["-at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="ownerchange_has_a_reason")]
        indexes = [models.Index(fields=["hospital", "group", "-at", "-id"], name="ownerchange_group_idx")]

    def __str__(self) -> str:
        return f"#{self.group_id}: #{self.before_id} → #{self.after_id}"


class GroupValue(HospitalModel):
    """What a unit brought the hospital in a year, in yuan, and where the figure comes from; one row per source."""

    class Source(models.TextChoices):
        CONTRACT = "contract", _("contract sum")
        CHECKUP = "checkup", _("health checks billed")
        CARE = "care", _("care of members billed")
        ESTIMATE = "estimate", _("estimate")

    group = HospitalForeignKey(GroupCustomer, models.CASCADE, related_name="values", db_index=False)
    year = models.PositiveSmallIntegerField(_("year"))
    amount = models.DecimalField(_("amount in yuan"), max_digits=12, decimal_places=2)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = scoped_manager(OfGroupQuerySet)

    class Meta:
        verbose_name = _("value of a unit in a year")
        verbose_name_plural = _("values of units in years")
        ordering = ["-year", "source"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "group", "year", "source"], name="groupvalue_once"),
            models.CheckConstraint(condition=Q(year__range=(1990, 2100)), name="groupvalue_year"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="groupvalue_not_negative"),
        ]
        indexes = [models.Index(fields=["hospital", "year", "group"], name="groupvalue_year_idx")]

    def __str__(self) -> str:
        return f"{self.year} {self.amount}"
