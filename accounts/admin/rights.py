"""What the security officer keeps: roles as bundles of capabilities, and who holds them."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.domain import rights
from accounts.forms import GrantForm, RoleForm
from accounts.models import Role, StaffRole
from accounts.sites import HospitalModelAdmin, hospital_admin


@admin.register(Role, site=hospital_admin)
class RoleAdmin(HospitalModelAdmin):
    """Roles: the bundle may be adjusted, the code says which pages and which view of people go with it."""

    capability = "admin.roles"
    may_add = False
    list_display = ("title", "code", "number")
    form = RoleForm
    fields = ("name", "capabilities")

    @admin.display(description=_("name"), ordering="name")
    def title(self, role: Role) -> str:
        """The hospital's own name, or the shipped one in the reader's language."""
        return role.display_name

    @admin.display(description=_("capabilities"))
    def number(self, role: Role) -> int:
        """How many capabilities."""
        return len(role.capabilities)

    def save_model(self, request: HttpRequest, obj: Role, form: Any, change: bool) -> None:
        """Saves, with what was before and after on record."""
        rights.adjust_role(obj, before=form.initial["capabilities"], actor=request.actor)  # type: ignore[attr-defined]


class NamedAutocomplete(AutocompleteSelect):
    """A box that finds while somebody types and says, while it is empty, what is chosen in it: its label is not joined
    to what is drawn in its place.
    """

    def build_attrs(self, base_attrs: dict, extra_attrs: dict | None = None) -> dict:
        """With the name of the field."""
        return super().build_attrs(base_attrs, extra_attrs) | {"data-placeholder": str(self.field.verbose_name)}


@admin.register(StaffRole, site=hospital_admin)
class StaffRoleAdmin(HospitalModelAdmin):
    """Who holds which role."""

    capability = "admin.roles"
    may_change = False
    may_delete = True
    list_display = ("staff", "role", "granted_at", "granted_by")
    list_filter = ("role",)
    list_select_related = ("staff", "role", "granted_by")
    search_fields = ("staff__name", "staff__staff_number")
    autocomplete_fields = ("staff",)
    form = GrantForm
    fields = ("staff", "role")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form knows who grants, to refuse granting to oneself."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"actor": request.actor})  # type: ignore[attr-defined]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The box of the member of staff has a name."""
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = NamedAutocomplete(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody takes his own role away by himself: the last security officer would be gone."""
        own = obj is not None and request.actor and obj.staff_id == request.actor.staff.pk  # type: ignore[attr-defined]
        return not own and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: StaffRole, form: Any, change: bool) -> None:
        """Grants."""
        rights.grant(obj, actor=request.actor)  # type: ignore[attr-defined]

    def delete_model(self, request: HttpRequest, obj: StaffRole) -> None:
        """Withdraws."""
        rights.withdraw(obj, actor=request.actor)  # type: ignore[attr-defined]

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The domain verb is on record already."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """The domain verb is on record already."""
