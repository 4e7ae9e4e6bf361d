"""The two Django admins: one inside each hospital for its administrators, one outside for platform operators.

Both are named `admin`, so that `{% url 'admin:…' %}` works in either. Rights come from the active role, not from
Django's permissions, and what is done is an audit event, never a row of django_admin_log, which has no hospital and
copies names.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import BaseInlineFormSet
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.domain.second_factor import has_second_factor


class _Site(admin.AdminSite):
    """Sign-in, sign-out and passwords are the house's own."""

    enable_nav_sidebar = False
    empty_value_display = "—"

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """Signed in without the right: refused, and on record, instead of asked to sign in again."""
        guarded = super().admin_view(view, cacheable)

        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        return inner

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Signed out: to the sign-in page, which knows the lock and the second factor."""
        return redirect_to_login(request.GET.get("next", reverse("admin:index")), reverse("account_login"))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The house's own page asks and signs out."""
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The house's own page."""
        return redirect("account_change_password")


class HospitalAdminSite(_Site):
    """Inside a hospital, for its administrators and its security officer."""

    site_header = _("Hospital administration")
    site_title = _("Hospital administration")
    index_title = _("What to administer")

    def has_permission(self, request: HttpRequest) -> bool:
        """The active role administers, and a second factor is active."""
        actor = getattr(request, "actor", None)
        if actor is None or not (actor.can("admin.organisation") or actor.can("admin.roles")):
            return False
        return has_second_factor(actor.user)


class PlatformAdminSite(_Site):
    """Outside hospitals, for platform operators: hospitals and accounts, no hospital's rows."""

    site_header = _("Platform administration")
    site_title = _("Platform administration")
    index_title = _("Hospitals and accounts")

    def has_permission(self, request: HttpRequest) -> bool:
        """A platform operator with a second factor, outside every hospital."""
        if getattr(request, "hospital", None) is not None or not request.user.is_authenticated:
            return False
        user: Any = request.user
        return user.is_operator and user.is_active and has_second_factor(user)


hospital_admin = HospitalAdminSite(name="admin")
platform_admin = PlatformAdminSite(name="admin")


class _Audited:
    """What an admin does is one audit event with the names of the fields, not their values."""

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        """Something was made."""
        self._record(request, "add", obj, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        """Something was changed."""
        self._record(request, "change", obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """Rows were deleted."""
        for obj in queryset:
            self._record(request, "delete", obj, [])

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """There is no second history beside the audit trail."""
        raise Http404

    def _record(self, request: HttpRequest, verb: str, obj: models.Model, message: Any) -> None:
        fields = changed_fields(message)
        name = f"admin.{obj._meta.model_name}.{verb}"
        audit.record(name, obj, actor=request.actor, fields=fields)  # type: ignore[attr-defined]


def changed_fields(message: Any) -> list[str]:
    """The names of the fields that a change message of Django's admin tells."""
    return sorted({name for part in message or [] if isinstance(part, dict) for name in _field_names(part)})


def _field_names(part: dict[str, Any]) -> list[str]:
    """The fields a part of a change message names; a part without fields names what was made or deleted by kind."""
    return next((value.get("fields", []) for value in part.values() if isinstance(value, dict)), [])


class _ByCapability:
    """Rights of the active role. Nothing is deleted unless a subclass says so."""

    capability: ClassVar[str] = "admin.organisation"
    may_add: ClassVar[bool] = True
    may_change: ClassVar[bool] = True
    may_delete: ClassVar[bool] = False

    def _may(self, request: HttpRequest) -> bool:
        actor = getattr(request, "actor", None)
        return actor is not None and actor.can(self.capability)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the app is listed."""
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows are shown."""
        return self._may(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows may be made."""
        return self.may_add and self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows may be changed."""
        return self.may_change and self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows may be deleted."""
        return self.may_delete and self._may(request)


class NamesOfPeople:
    """The name of a person is asked for as such, not as the name of a thing."""

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """The label of the name."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if db_field.name == "name" and field is not None:
            field.label = _("full name")
        return field

    @admin.display(description=_("full name"), ordering="name")
    def full_name(self, row: Any) -> str:
        """The same in lists."""
        return row.name


class HospitalModelAdmin(_Audited, _ByCapability, admin.ModelAdmin):
    """Base of every model of a hospital in its admin: own rows, rights of the active role, audit events."""

    list_per_page = 50
    show_full_result_count = False

    def get_actions(self, request: HttpRequest) -> dict:
        """Those of the model; no deleting in bulk."""
        actions = super().get_actions(request)
        return {name: action for name, action in actions.items() if name != "delete_selected"}


class _NamedRows(BaseInlineFormSet):
    """The box that deletes a row bears its name itself."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """With the name of the column."""
        super().add_fields(form, index)
        if DELETION_FIELD_NAME in form.fields:
            box = form.fields[DELETION_FIELD_NAME]
            box.widget.attrs["aria-label"] = box.label


class HospitalInline(_ByCapability, admin.TabularInline):
    """Base of rows edited together with their parent. Each field bears its name itself: the head of a column is not
    joined to the fields below.
    """

    extra = 0
    formset = _NamedRows

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """With the name of the column."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs["aria-label"] = db_field.verbose_name
        return field
