"""What people were not content with (不满及处理情况), and every step of its handling."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from followups.models.orders import FollowUpOrder
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager

if TYPE_CHECKING:
    from accounts.actors import Actor


class DissatisfactionQuerySet(models.QuerySet):
    """Dissatisfactions."""

    def unsettled(self) -> "DissatisfactionQuerySet":
        """Those the next caller must ask about."""
        return self.exclude(state=Dissatisfaction.State.SETTLED)

    def visible_to(self, actor: "Actor") -> "DissatisfactionQuerySet":
        """The centre and medical affairs: all. A head: of the own departments. Everybody: those owned."""
        own = Q(owner=actor.staff)
        if actor.can("followups.review") or actor.can("followups.quality"):
            return self.all()
        if actor.can("followups.supervise"):
            return self.filter(own | Q(department_id__in=actor.supervised_department_ids))
        return self.filter(own)


class Dissatisfaction(HospitalModel):
    """What a person was not content with (回访是否有不满及处理情况): cause, handling, owner, state."""

    class Cause(models.TextChoices):
        WAITING = "waiting", _("waiting time")
        ATTITUDE = "attitude", _("manner of staff")
        TREATMENT = "treatment", _("treatment and result")
        NURSING = "nursing", _("nursing")
        COST = "cost", _("cost")
        EXPLANATION = "explanation", _("explanation and information")
        SURROUNDINGS = "surroundings", _("surroundings and meals")
        PROCESS = "process", _("process")
        OTHER = "other", _("other")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        HANDLING = "handling", _("in handling")
        SETTLED = "settled", _("settled")

    public_id = PublicIdField()
    order = HospitalForeignKey(FollowUpOrder, models.CASCADE, related_name="dissatisfactions", db_index=False)
    patient = HospitalForeignKey("patients.Patient", models.CASCADE, related_name="dissatisfactions", db_index=False)
    department = HospitalForeignKey(
        "accounts.Department", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    cause = models.CharField(_("cause"), max_length=12, choices=Cause.choices)
    text = models.TextField(_("what was said"), blank=True)
    handling = models.TextField(_("handling"), blank=True)
    owner = HospitalForeignKey(
        "accounts.StaffMember",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("owner"),
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    heard_by = HospitalForeignKey(
        "accounts.StaffMember", models.PROTECT, related_name="+", db_index=False, verbose_name=_("heard by")
    )
    heard_at = models.DateTimeField(_("heard at"))
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    objects = scoped_manager(DissatisfactionQuerySet)

    class Meta:
        verbose_name = _("dissatisfaction")
        verbose_name_plural = _("dissatisfactions")
        ordering = ["-heard_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="settled") | ~Q(handling=""), name="dissatisfaction_settled_has_handling"
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "patient", "heard_at"], name="dissatisfaction_patient_idx"),
            models.Index(fields=["hospital", "state", "heard_at"], name="dissatisfaction_state_idx"),
            models.Index(fields=["hospital", "order"], name="dissatisfaction_order_idx"),
            # the few that are not settled: what a head or owner still has to see to
            models.Index(
                fields=["hospital", "department", "owner", "id"],
                condition=~models.Q(state="settled"),
                name="dissatisfaction_unsettled_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.state}"


class DissatisfactionEntry(HospitalModel):
    """One step of the handling, written once: heard, worked on, asked again, settled."""

    append_only = True

    class Kind(models.TextChoices):
        HEARD = "heard", _("heard")
        HANDLED = "handled", _("worked on")
        SETTLED = "settled", _("settled")
        STANDS = "stands", _("asked: still stands")
        CONTENT = "content", _("asked: content now")

    dissatisfaction = HospitalForeignKey(
        Dissatisfaction, models.CASCADE, related_name="entries", db_index=False, verbose_name=_("dissatisfaction")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    at = models.DateTimeField(_("at"))
    by = HospitalForeignKey(
        "accounts.StaffMember", models.PROTECT, related_name="+", db_index=False, verbose_name=_("by whom")
    )
    owner = HospitalForeignKey(
        "accounts.StaffMember",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("owner"),
    )
    text = models.TextField(_("handling"), blank=True)

    class Meta:
        verbose_name = _("step of a dissatisfaction")
        verbose_name_plural = _("steps of dissatisfactions")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["hospital", "dissatisfaction", "at"], name="dissatisfaction_entry_idx")]

    def __str__(self) -> str:
        return f"{self.dissatisfaction_id} {self.kind}"
