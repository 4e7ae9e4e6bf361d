"""A segment (客户分群): people who fulfil a rule. Its versions, who is in it, and how many were in it on which day."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, lean_hospital, scoped_manager
from patients import segment_facts
from patients.models.patient import Patient
from patients.models.querysets import OfPatientQuerySet

if TYPE_CHECKING:
    import datetime as dt

    from accounts.actors import Actor

EVERYBODY = "*"


class SegmentQuerySet(models.QuerySet):
    """Segments."""

    def visible_to(self, actor: "Actor") -> "SegmentQuerySet":
        """Own ones and those shared with the active role, as far as the role may read every fact they ask for."""
        if not actor.can("patients.segments"):
            return self.none()
        mine = Q(owner=actor.staff) | Q(shared_with__overlap=[EVERYBODY, actor.role_code])
        hidden = sorted(segment_facts.hidden_from(actor))
        rows = self if actor.can("patients.segments_manage") else self.filter(mine)
        return rows.exclude(facts__overlap=hidden) if hidden else rows

    def with_rule(self) -> "SegmentQuerySet":
        """Each with the rule of its present version as `present_rule`."""
        present = SegmentVersion.objects.filter(segment=OuterRef("pk"), number=OuterRef("version"))
        return self.annotate(present_rule=Subquery(present.values("rule")[:1]))

    def in_use(self) -> "SegmentQuerySet":
        """Those that were not retired."""
        return self.filter(retired_at__isnull=True)

    def not_of_illness(self) -> "SegmentQuerySet":
        """Those of which being a member tells of no illness: their members were worked out by the present version, and
        it asks about none.
        """
        counted = self.filter(refreshed_version=F("version"), refresh_problem="")
        return counted.exclude(facts__overlap=sorted(segment_facts.clinical()))

    def to_refresh(self, midnight: "dt.datetime") -> "SegmentQuerySet":
        """Those whose members were not worked out since this midnight, or not by the present version."""
        stale = Q(refreshed_at__isnull=True) | Q(refreshed_at__lt=midnight) | ~Q(refreshed_version=F("version"))
        return self.in_use().filter(stale)


class Segment(HospitalModel):
    """A rule with a name. What it says stands in `SegmentVersion`, of which `version` is the present one.

    `code` marks the shipped ones, which have no owner; their name and description are translated texts unless the
    hospital wrote its own. `shared_with` holds role codes, or `*` for everybody who works with segments. `facts` are
    the keys that the present version asks for. `member_count` is that of the last refresh. A retired segment keeps its
    versions and its history, and is refreshed no more.
    """

    class Problem(models.TextChoices):
        RULE = "rule", _("the rule asks for something that is not known any more")
        TIME = "time", _("working out its people takes too long")

    audit_rows = True
    audit_ignored = ("member_count", "refreshed_at", "refreshed_version", "refresh_problem")

    public_id = PublicIdField()
    code = models.CharField(_("shipped as"), max_length=20, blank=True, editable=False)
    name = models.CharField(_("name of the segment"), max_length=60, blank=True)
    description = models.CharField(_("what it is for"), max_length=300, blank=True)
    owner = HospitalForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("owner"),
    )
    shared_with = ArrayField(models.CharField(max_length=30), verbose_name=_("shared with"), default=list, blank=True)
    facts = ArrayField(models.CharField(max_length=40), default=list, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    member_count = models.PositiveIntegerField(_("people"), null=True, editable=False)
    refreshed_at = models.DateTimeField(_("refreshed at"), null=True, editable=False)
    refreshed_version = models.PositiveIntegerField(null=True, editable=False)
    refresh_problem = models.CharField(max_length=4, choices=Problem.choices, blank=True, editable=False)
    retired_at = models.DateTimeField(_("retired at"), null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now())

    objects = scoped_manager(SegmentQuerySet)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "code"], condition=~Q(code=""), name="segment_shipped_once"),
            models.CheckConstraint(condition=~Q(name="") | ~Q(code=""), name="segment_has_a_name"),
            models.CheckConstraint(condition=Q(code="") | Q(owner__isnull=True), name="segment_shipped_has_no_owner"),
        ]
        indexes = [models.Index(fields=["hospital", "-id"], name="segment_list_idx")]

    def __str__(self) -> str:
        return self.name or self.code

    @property
    def is_retired(self) -> bool:
        """Kept for its history, and used no more."""
        return self.retired_at is not None

    @property
    def is_counted(self) -> bool:
        """Its members were worked out by the present version."""
        return self.refreshed_version == self.version and not self.refresh_problem


class SegmentVersion(HospitalModel):
    """What a segment says from one change to the next. Never changed: whoever works with a version, such as an audience
    that was frozen, keeps exactly this rule.
    """

    append_only = True

    segment = HospitalForeignKey(Segment, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField(_("version"))
    rule = models.JSONField(_("rule"))
    note = models.CharField(_("why it was changed"), max_length=200, blank=True)
    made_by = HospitalForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("by whom")
    )
    made_at = models.DateTimeField(_("made at"), db_default=Now())

    class Meta:
        verbose_name = _("version of a segment")
        verbose_name_plural = _("versions of segments")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "segment", "number"], name="segment_version_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.segment_id} v{self.number}"


class SegmentMember(HospitalModel):
    """A person who was in the segment at its last refresh, and the day since when. Who is in it no more has no row;
    how many came and left stands in `SegmentCount`.
    """

    goes_with_person = True
    keys_by_statement = True

    hospital = lean_hospital()
    segment = HospitalForeignKey(Segment, models.CASCADE, related_name="members", db_index=False)
    patient = HospitalForeignKey(Patient, models.CASCADE, related_name="segment_memberships", db_index=False)
    since_on = models.DateField(_("since"))

    objects = scoped_manager(OfPatientQuerySet)

    class Meta:
        verbose_name = _("member of a segment")
        verbose_name_plural = _("members of segments")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "segment", "patient"], name="segment_member_once"),
        ]
        indexes = [models.Index(fields=["hospital", "patient", "segment"], name="segments_of_person_idx")]

    def __str__(self) -> str:
        return f"#{self.patient_id} in segment #{self.segment_id}"


class SegmentCount(HospitalModel):
    """How many people were in a segment on a day, by the last refresh of that day: how many came and left since the
    refresh before is added up over the day.
    """

    segment = HospitalForeignKey(Segment, models.CASCADE, related_name="counts", db_index=False)
    on = models.DateField(_("day"))
    version = models.PositiveIntegerField(_("version"))
    members = models.PositiveIntegerField(_("people"))
    came = models.PositiveIntegerField(_("came"), default=0)
    left = models.PositiveIntegerField(_("left"), default=0)

    class Meta:
        verbose_name = _("count of a segment")
        verbose_name_plural = _("counts of segments")
        ordering = ["-on"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "segment", "on"], name="segment_count_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"#{self.segment_id} {self.on}: {self.members}"
