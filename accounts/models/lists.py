"""What readers keep of long lists: saved views, and the columns each of them wants to see."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.staff import Role, StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager


def columns_field() -> ArrayField:
    """Keys of columns in the order of the list; empty means the usual ones."""
    return ArrayField(models.CharField(max_length=30), verbose_name=_("columns"), default=list, blank=True)


class SavedViewQuerySet(models.QuerySet):
    """Saved views."""

    def visible_to(self, actor: object) -> "SavedViewQuerySet":
        """One's own, those shared with the active role, those shared with the hospital."""
        return self.visible_in(staff_id=actor.staff.pk, role_id=actor.role.pk)  # type: ignore[attr-defined]

    def visible_in(self, *, staff_id: int, role_id: int) -> "SavedViewQuerySet":
        """As `visible_to`, of this member of staff in this role."""
        shared = Q(shared="hospital") | Q(shared="role", role_id=role_id)
        return self.filter(shared | Q(owner_id=staff_id))


class SavedView(HospitalModel):
    """A list as somebody set it up: filters and order as its address says them, and the columns.

    Own, shared with a role or with the hospital; one view of each list may be what a role opens first. A view grants
    nothing: whoever opens it sees what the own role may see.
    """

    class Shared(models.TextChoices):
        NOBODY = "nobody", _("only me")
        ROLE = "role", _("a role")
        HOSPITAL = "hospital", _("the whole hospital")

    public_id = PublicIdField()
    page = models.CharField(_("list"), max_length=40)
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(_("filters and order"), max_length=8000, blank=True)
    columns = columns_field()
    owner = HospitalForeignKey(StaffMember, models.CASCADE, related_name="+", db_index=False, verbose_name=_("owner"))
    shared = models.CharField(_("shared with"), max_length=8, choices=Shared.choices, default=Shared.NOBODY)
    role = HospitalForeignKey(
        Role, models.CASCADE, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("role")
    )
    is_default = models.BooleanField(_("what the role opens first"), default=False)

    objects = scoped_manager(SavedViewQuerySet)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "page", "owner", "name"], name="savedview_name_of_owner"),
            models.UniqueConstraint(
                fields=["hospital", "page", "role"], condition=Q(is_default=True), name="savedview_one_default"
            ),
            models.CheckConstraint(
                condition=Q(shared="role", role__isnull=False) | (~Q(shared="role") & Q(role__isnull=True)),
                name="savedview_role_where_shared_with_one",
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(shared="role"), name="savedview_default_of_a_role"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ColumnChoice(HospitalModel):
    """The columns of a list that one reader wants to see."""

    staff = HospitalForeignKey(StaffMember, models.CASCADE, related_name="+", db_index=False)
    page = models.CharField(_("list"), max_length=40)
    columns = columns_field()

    class Meta:
        verbose_name = _("chosen columns")
        verbose_name_plural = _("chosen columns")
        constraints = [models.UniqueConstraint(fields=["hospital", "staff", "page"], name="columnchoice_once")]

    def __str__(self) -> str:
        return f"{self.page} of #{self.staff_id}"


class BulkEditQuerySet(models.QuerySet):
    """Bulk edits."""

    def visible_to(self, actor: object) -> "BulkEditQuerySet":
        """One's own."""
        return self.filter(made_by_id=actor.staff.pk)  # type: ignore[attr-defined]

    def unfinished(self) -> "BulkEditQuerySet":
        """Those a worker has or should have."""
        return self.filter(state__in=BulkEdit.WORKED_ON)


class BulkEdit(HospitalModel):
    """One act on many rows of a list: what was chosen, how far it is, what came of it.

    The rows are fixed when it is asked for; each is worked off once, in parts, so that work broken off goes on and
    nothing is done twice. For a day it can be undone.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("being prepared")
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("being changed")
        DONE = "done", _("changed")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    WORKED_ON = ("queued", "running", "undoing")

    public_id = PublicIdField()
    page = models.CharField(_("list"), max_length=40)
    query = models.CharField(_("filters and order"), max_length=8000, blank=True)
    act = models.CharField(_("act"), max_length=40)
    params = models.JSONField(_("values"), default=dict)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT)
    made_by = HospitalForeignKey(StaffMember, models.PROTECT, related_name="+", db_index=False, verbose_name=_("by"))
    role_code = models.CharField(_("role"), max_length=40)
    created_at = models.DateTimeField(_("created at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    undone_at = models.DateTimeField(_("undone at"), null=True)

    objects = scoped_manager(BulkEditQuerySet)

    class Meta:
        verbose_name = _("bulk edit")
        verbose_name_plural = _("bulk edits")
        indexes = [
            models.Index(fields=["hospital", "made_by", "-created_at"], name="bulkedit_own_idx"),
            models.Index(
                fields=["hospital", "id"],
                condition=Q(state__in=["queued", "running", "undoing"]),
                name="bulkedit_unfinished_idx",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["done", "undoing", "undone"]) | Q(finished_at__isnull=False),
                name="bulkedit_done_at_some_time",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_worked_on(self) -> bool:
        """Whether a worker has it or should have it."""
        return self.state in self.WORKED_ON


class BulkEditRow(HospitalModel):
    """One row of a bulk edit: what it was before and after, or why it was left."""

    keys_by_statement = True

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CHANGED = "changed", _("changed")
        SKIPPED = "skipped", _("left as it was")
        RESTORED = "restored", _("put back")
        KEPT = "kept", _("not put back")

    edit = HospitalForeignKey(BulkEdit, models.CASCADE, related_name="lines", db_index=False)
    number = models.PositiveIntegerField(_("place in the list"))
    row_id = models.BigIntegerField(_("row"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.CharField(_("reason"), max_length=20, blank=True)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)

    class Meta:
        verbose_name = _("row of a bulk edit")
        verbose_name_plural = _("rows of bulk edits")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "edit", "row_id"], name="bulkeditrow_once"),
            models.CheckConstraint(condition=~Q(state="skipped") | ~Q(reason=""), name="bulkeditrow_skipped_for_cause"),
            models.CheckConstraint(condition=Q(number__gte=1), name="bulkeditrow_numbered"),
        ]
        indexes = [models.Index(fields=["hospital", "edit", "state", "number"], name="bulkeditrow_state_idx")]

    def __str__(self) -> str:
        return f"{self.row_id} in #{self.edit_id}"
