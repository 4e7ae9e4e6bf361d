"""What the hospital's administrator keeps: departments, wards, stations, calendar, settings, staff."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.domain import one_time_passwords, people, stations
from accounts.forms import EmployForm, SettingsForm, StaffForm
from accounts.models import (
    CalendarDay,
    Department,
    HospitalSettings,
    StaffDepartment,
    StaffMember,
    StaffStation,
    StaffWard,
    Station,
    StationArea,
    Ward,
)
from accounts.signals import calendar_changed
from accounts.sites import HospitalInline, HospitalModelAdmin, NamesOfPeople, hospital_admin


@admin.register(Department, site=hospital_admin)
class DepartmentAdmin(HospitalModelAdmin):
    """Departments; those an import met first are marked as not confirmed."""

    list_display = ("name", "code", "specialty", "is_confirmed", "is_active")
    list_filter = ("is_confirmed", "is_active")
    search_fields = ("name", "code")
    fields = ("name", "code", "parent", "aliases", "specialty", "is_confirmed", "is_active")


@admin.register(Ward, site=hospital_admin)
class WardAdmin(HospitalModelAdmin):
    """Wards."""

    list_display = ("name", "department", "code", "is_active")
    list_filter = ("is_active", "department")
    list_select_related = ("department",)
    search_fields = ("name", "code")
    fields = ("department", "name", "code", "is_active")


class StationAreaInline(HospitalInline):
    """Areas whose people are assigned to the station by rule."""

    model = StationArea
    fields = ("name",)
    may_delete = True


@admin.register(Station, site=hospital_admin)
class StationAdmin(HospitalModelAdmin):
    """Community stations and the areas they serve."""

    list_display = ("name", "address", "is_active")
    search_fields = ("name",)
    fields = ("name", "address", "is_active")
    inlines = (StationAreaInline,)

    def save_model(self, request: HttpRequest, obj: Station, form: Any, change: bool) -> None:
        """A station that is no longer in use lets its people and visits go."""
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data and not obj.is_active:
            stations.close(obj, actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]


@admin.register(CalendarDay, site=hospital_admin)
class CalendarDayAdmin(HospitalModelAdmin):
    """Days on which this hospital differs from the national calendar."""

    may_delete = True
    list_display = ("day", "is_working", "name")
    list_filter = ("is_working",)
    fields = ("day", "is_working", "name")

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        """What was planned for the day hears of it."""
        super().save_model(request, obj, form, change)
        calendar_changed.send(sender=CalendarDay)

    def delete_model(self, request: HttpRequest, obj: CalendarDay) -> None:
        """As `save_model`."""
        super().delete_model(request, obj)
        calendar_changed.send(sender=CalendarDay)


@admin.register(HospitalSettings, site=hospital_admin)
class HospitalSettingsAdmin(HospitalModelAdmin):
    """The one row of settings, with the hospital's short name, language and time zone."""

    may_add = False
    form = SettingsForm
    list_display = ("__str__", "idle_minutes", "care_from_hour", "care_until_hour", "digest_hour")
    fieldsets = (
        (_("The hospital"), {"fields": SettingsForm.OWN}),
        (
            _("Contact with people"),
            {"fields": (("care_from_hour", "care_until_hour"), "followups_start_on", "privacy_days")},
        ),
        (_("Staff"), {"fields": ("idle_minutes", "digest_hour", "attended_months", "sender_address")}),
        (_("Feeds"), {"fields": ("messages_kept_days",)}),
        (_("Audit trail"), {"fields": ("events_kept_years", "accesses_kept_years", "changes_kept_years")}),
    )

    def save_model(self, request: HttpRequest, obj: HospitalSettings, form: Any, change: bool) -> None:
        """Saves both rows."""
        super().save_model(request, obj, form, change)
        form.save_hospital()


class StaffDepartmentInline(HospitalInline):
    """Departments of a member of staff."""

    model = StaffDepartment
    fields = ("department", "is_head")
    may_delete = True


class StaffWardInline(HospitalInline):
    """Wards of a member of staff."""

    model = StaffWard
    fields = ("ward", "is_head")
    may_delete = True


class StaffStationInline(HospitalInline):
    """Stations of a member of staff."""

    model = StaffStation
    fields = ("station",)
    may_delete = True


class PasswordFilter(admin.SimpleListFilter):
    """Whose account has no password yet, after a staff sheet."""

    title = _("password")
    parameter_name = "password"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The one choice."""
        return [("none", _("not handed out yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Those without one."""
        if self.value() == "none":
            return queryset.filter(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
        return queryset


@admin.register(StaffMember, site=hospital_admin)
class StaffMemberAdmin(NamesOfPeople, HospitalModelAdmin):
    """Staff: who works here, and where. Roles are granted by the security officer."""

    change_form_template = "admin/accounts/staffmember/change_form.html"
    list_display = ("full_name", "staff_number", "title", "username", "is_active")
    list_filter = ("is_active", PasswordFilter, "department_links__department")
    list_select_related = ("user",)
    actions = ("hand_out_passwords",)
    search_fields = ("name", "staff_number", "user__username")
    fields = ("name", "staff_number", "title", "phone", "email", "is_active", "wants_digest")
    inlines = (StaffDepartmentInline, StaffWardInline, StaffStationInline)
    form = StaffForm

    @admin.display(description=_("user name"), ordering="user__username")
    def username(self, staff: StaffMember) -> str:
        """The account's name."""
        return staff.user.username

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The security officer chooses among staff when he grants a role."""
        actor = getattr(request, "actor", None)
        return super().has_view_permission(request, obj) or (actor is not None and actor.can("admin.roles"))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Somebody new also needs a user name."""
        if obj is None:
            kwargs["form"] = EmployForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """As `get_form`."""
        return ("username", *self.fields[:5]) if obj is None else self.fields

    def save_model(self, request: HttpRequest, obj: StaffMember, form: Any, change: bool) -> None:
        """Makes the account with the member of staff; the password is kept for the answer only."""
        if not change:
            request.one_time_password = people.give_account(obj, username=form.cleaned_data["username"])  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data and not obj.is_active:
            people.let_go(obj, actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Whoever is taken out of a station gives its visits back."""
        mine = Station.objects.filter(staff_links__staff=form.instance)
        before = list(mine)
        super().save_related(request, form, formsets, change)
        for station in set(before) - set(mine.all()):
            stations.leave(form.instance, station, actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: StaffMember, post_url_continue: Any = None) -> HttpResponse:
        """Shows the one-time password, once, instead of going on."""
        return _show_password(self, request, obj, getattr(request, "one_time_password", ""))

    @admin.action(description=_("Hand out one-time passwords to accounts that have none"), permissions=["change"])
    def hand_out_passwords(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        """Shows them once, to be handed to the people after a staff sheet."""
        accounts, some_wait = people.hand_out(queryset.select_related("user"), actor=request.actor)  # type: ignore[attr-defined]
        return _show_passwords(self, request, accounts, some_wait=some_wait)

    def get_urls(self) -> list[URLPattern]:
        """One page more: a fresh one-time password."""
        view = self.admin_site.admin_view(self.issue_password)
        return [path("<int:staff_id>/password/", view, name="accounts_staffmember_password"), *super().get_urls()]

    def issue_password(self, request: HttpRequest, staff_id: int) -> HttpResponse:
        """For somebody who forgot his password. Asks first; never for oneself."""
        staff = get_object_or_404(StaffMember.objects.select_related("user"), pk=staff_id)
        actor = request.actor  # type: ignore[attr-defined]
        if not self.has_change_permission(request, staff) or not people.may_reset(staff, actor=actor):
            raise PermissionDenied
        if request.method == "POST":
            password = one_time_passwords.issue_to_staff(staff, actor=actor)
            return _show_password(self, request, staff, password)
        context = {**self.admin_site.each_context(request), "staff": staff, "opts": self.opts}
        return render(request, "admin/accounts/staffmember/ask_password.html", context)


def _show_password(owner: HospitalModelAdmin, request: HttpRequest, staff: StaffMember, password: str) -> HttpResponse:
    return _show_passwords(
        owner, request, [{"name": staff.name, "username": staff.user.username, "password": password}]
    )


def _show_passwords(
    owner: HospitalModelAdmin, request: HttpRequest, accounts: list[dict[str, str]], *, some_wait: bool = False
) -> HttpResponse:
    context = {**owner.admin_site.each_context(request), "opts": owner.opts, "accounts": accounts}
    context["some_wait"] = some_wait
    return render(request, "admin/one_time_passwords.html", context)
