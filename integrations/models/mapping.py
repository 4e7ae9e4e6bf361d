"""What the words of the hospital's system mean here: names of staff and departments' names, remembered."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from integrations.models.feed import Feed
from patients.models import Encounter


class MappingQuerySet(models.QuerySet):
    """Mappings."""

    def visible_to(self, actor: object) -> "MappingQuerySet":
        """All of the hospital: they name staff, nobody else."""
        return self


class PhysicianMapping(HospitalModel):
    """The member of staff whom a physician's or a nurse's name means, in one department or (department empty)
    everywhere; in what one feed tells, or (feed empty) in the lists. One name in two roles may be two people.

    automatic: exactly one member of staff bears the name. open: nobody or several do, somebody has to say who is meant;
    until then the name stays text.
    """

    class State(models.TextChoices):
        OPEN = "open", _("not assigned")
        AUTOMATIC = "automatic", _("by name")
        DECIDED = "decided", _("assigned by hand")

    class Role(models.TextChoices):
        ATTENDING = "attending", _("attending physician")
        NURSE = "nurse", _("responsible nurse")

    public_id = PublicIdField()
    role = models.CharField(
        _("named as"), max_length=10, choices=Role.choices, default=Role.ATTENDING, db_default=Role.ATTENDING
    )
    feed = HospitalForeignKey(Feed, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("feed"))
    name = models.CharField(_("name in the lists"), max_length=60)
    department = HospitalForeignKey(Department, models.CASCADE, null=True, blank=True, verbose_name=_("department"))
    staff = HospitalForeignKey(StaffMember, models.SET_NULL, null=True, blank=True, verbose_name=_("member of staff"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    candidates = models.PositiveSmallIntegerField(_("staff of this name"), default=0)
    last_seen_on = models.DateField(_("last seen"), null=True)
    decided_at = models.DateTimeField(_("assigned at"), null=True)

    objects = scoped_manager(MappingQuerySet)

    class Meta:
        verbose_name = _("staff name")
        verbose_name_plural = _("staff names")
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "feed", "role", "name", "department"],
                nulls_distinct=False,
                name="physicianmapping_once_per_role",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DepartmentMapping(HospitalModel):
    """A department's name or code, in what one feed tells or (feed empty) in the lists, that means a department known
    here under another name.
    """

    feed = HospitalForeignKey(Feed, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("feed"))
    name = models.CharField(_("name in the lists"), max_length=60)
    department = HospitalForeignKey(Department, models.CASCADE, related_name="+", verbose_name=_("department"))
    decided_at = models.DateTimeField(_("decided at"))

    objects = scoped_manager(MappingQuerySet)

    class Meta:
        verbose_name = _("department's name")
        verbose_name_plural = _("departments' names")
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "feed", "name"], nulls_distinct=False, name="departmentmapping_once_per_feed"
            )
        ]

    def __str__(self) -> str:
        return self.name


class LentName(HospitalModel):
    """What a feed calls a member of staff, a department or a place to which its visits refer: the name travels in a
    message of its own, and the visit may come weeks later.

    `reference`: as the feed refers to it (`Organization/o1`, or by a number). `is_used`: visits take the name; that of
    a whole hospital says nothing of a visit in it.
    """

    feed = HospitalForeignKey(Feed, models.CASCADE, related_name="+", db_index=False, verbose_name=_("feed"))
    reference = models.CharField(_("reference"), max_length=220, db_collation="C")
    name = models.CharField(_("name"), max_length=60)
    number = models.CharField(_("staff number"), max_length=30, blank=True)
    is_used = models.BooleanField(_("visits take it"), default=True)

    objects = scoped_manager(MappingQuerySet)

    class Meta:
        verbose_name = _("name lent to visits")
        verbose_name_plural = _("names lent to visits")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "feed", "reference"], name="lentname_once_per_feed"),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.name}"


class NameGap(HospitalModel):
    """A part of a stay that a feed named by a reference alone, to something it had not told yet: when it tells what
    that is called, the part is filled. `instead`: what the message said in its place.
    """

    goes_with_person = True

    class Part(models.TextChoices):
        DEPARTMENT = "department", _("department")
        WARD = "ward", _("ward")
        ATTENDING = "attending", _("attending physician")

    feed = HospitalForeignKey(Feed, models.CASCADE, related_name="+", db_index=False, verbose_name=_("feed"))
    reference = models.CharField(_("reference"), max_length=220, db_collation="C")
    encounter = HospitalForeignKey(
        Encounter, models.CASCADE, related_name="+", db_index=False, verbose_name=_("stay or visit")
    )
    part = models.CharField(_("part of the stay"), max_length=10, choices=Part.choices)
    instead = models.CharField(_("in its place"), max_length=60, blank=True)

    objects = scoped_manager(MappingQuerySet)

    class Meta:
        verbose_name = _("name lacking in a stay")
        verbose_name_plural = _("names lacking in stays")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "encounter", "part"], name="namegap_once_per_part"),
        ]
        indexes = [models.Index(fields=["hospital", "feed", "reference"], name="namegap_reference_idx")]

    def __str__(self) -> str:
        return f"{self.reference} of #{self.encounter_id}"
