"""What platform operators keep: hospitals and accounts. No hospital's rows are visible out here."""

from typing import Any

from axes.utils import reset
from django.contrib import admin
from django.db import models
from django.db.models import Case, OuterRef, Subquery, When
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit, trail_words, verbs
from accounts.domain import (
    hospitals,
    one_time_passwords,
    people,
    rights,
    second_factor,
    sessions,
    shared_accounts,
    tokens,
)
from accounts.forms import LetWorkForm, NewHospitalForm
from accounts.models import Hospital, LoginFailure, PlatformEvent, User
from accounts.sites import NamesOfPeople, changed_fields, platform_admin


class OperatorModelAdmin(admin.ModelAdmin):
    """Operators may view, add and change; nothing is deleted. What they do is an event of its own."""

    show_full_result_count = False
    may_add = True
    may_change = True

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the app is listed."""
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows are shown."""
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whether rows may be made."""
        return self.may_add

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows may be changed."""
        return self.may_change

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A hospital or an account is switched off, never deleted."""
        return False

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        """Something was made."""
        note(request, "add", obj)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        """Something was changed."""
        note(request, "change", obj, fields=changed_fields(message))


def note(request: HttpRequest, verb: str, obj: models.Model, **detail: Any) -> None:
    """Which operator did what to which row."""
    operator: Any = request.user
    audit.record_platform(f"platform.{obj._meta.model_name}.{verb}", obj, operator=operator, **detail)


@admin.register(Hospital, site=platform_admin)
class HospitalAdmin(OperatorModelAdmin):
    """Hospitals. Making one also makes its roles, settings, protocol, and its first administrators."""

    list_display = ("name", "slug", "host_name", "language", "timezone", "is_active")
    search_fields = ("name", "slug")
    fields = ("slug", "name", "short_name", "host_name", "timezone", "language", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The address stays: links and bookmarks hold it."""
        return ("slug",) if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A hospital to be made also names its first administrators."""
        if obj is None:
            kwargs["form"] = NewHospitalForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """As `get_form`."""
        return self.fields if obj else (*self.fields[:-1], *NewHospitalForm.FIRST)

    def save_model(self, request: HttpRequest, obj: Hospital, form: Any, change: bool) -> None:
        """Saves; furnishes a hospital that is made."""
        super().save_model(request, obj, form, change)
        if not change:
            hospitals.furnish(obj)
            request.first_accounts = people.appoint_first(obj, form.first_people())  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Hospital, post_url_continue: Any = None) -> HttpResponse:
        """Shows the one-time passwords of the first administrators, once."""
        return show_passwords(self, request, request.first_accounts)  # type: ignore[attr-defined]


@admin.register(User, site=platform_admin)
class UserAdmin(NamesOfPeople, OperatorModelAdmin):
    """Accounts: switched on and off, unlocked, given a one-time password, signed out, let work at a hospital."""

    change_form_template = "admin/accounts/user/change_form.html"
    list_display = ("username", "full_name", "is_operator", "is_active", "last_login")
    list_filter = ("is_active", "is_operator")
    search_fields = ("username", "name")
    fields = ("username", "name", "email", "language", "is_operator", "is_active", "last_login", "password_changed_at")
    readonly_fields = ("last_login", "password_changed_at")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A new account gets a one-time password; one that is switched off is signed out, programs too, and its open
        work goes to others.
        """
        if not change:
            obj.username = obj.username.lower()
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            request.one_time_password = one_time_passwords.issue(obj)  # type: ignore[attr-defined]
        elif not obj.is_active:
            sessions.end_all(obj)
            tokens.revoke_everywhere(obj, now=timezone.now())
            rights.end_everywhere(obj)

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: Any = None) -> HttpResponse:
        """Shows the one-time password, once."""
        password = request.one_time_password  # type: ignore[attr-defined]
        return show_passwords(self, request, [{"name": obj.name, "username": obj.username, "password": password}])

    def get_urls(self) -> list[URLPattern]:
        """Three pages more: a one-time password, a lost second factor, one hospital more."""
        pages = (("password", self.issue_password), ("factor", self.reset_factor), ("hospital", self.let_work))
        own = [
            path(f"<int:user_id>/{name}/", self.admin_site.admin_view(view), name=f"accounts_user_{name}")
            for name, view in pages
        ]
        return [*own, *super().get_urls()]

    def issue_password(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """For an account nobody else can help: unlocks it, ends its sessions and tokens, gives a one-time password.
        Asks first.
        """
        user = get_object_or_404(User, pk=user_id)
        if request.method == "POST":
            reset(username=user.username)
            password = one_time_passwords.issue(user)
            tokens.revoke_everywhere(user, now=timezone.now())
            note(request, "password", user)
            return show_passwords(self, request, [{"name": user.name, "username": user.username, "password": password}])
        return self._ask(request, user, "ask_password")

    def reset_factor(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """For somebody who lost the authenticator and works at several hospitals. Asks first."""
        user = get_object_or_404(User, pk=user_id)
        if request.method != "POST":
            return self._ask(request, user, "ask_factor")
        second_factor.take_away(user)
        note(request, "second_factor", user)
        return redirect("admin:accounts_user_change", user.pk)

    def let_work(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """Lets somebody with an account also work at a hospital; its security officer grants the roles there."""
        user = get_object_or_404(User, pk=user_id)
        form = LetWorkForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                shared_accounts.let_work_at(user, form.cleaned_data["hospital"])
            except shared_accounts.CannotJoin as refused:
                form.add_error("hospital", str(refused))
            else:
                note(request, "join", user, hospital=form.cleaned_data["hospital"].pk)
                return redirect("admin:accounts_user_change", user.pk)
        return self._ask(request, user, "let_work", form=form)

    def _ask(self, request: HttpRequest, user: User, page: str, **context: Any) -> HttpResponse:
        context |= {**self.admin_site.each_context(request), "account": user, "opts": self.opts}
        return render(request, f"admin/accounts/user/{page}.html", context)


@admin.register(LoginFailure, site=platform_admin)
class LoginFailureAdmin(OperatorModelAdmin):
    """Failed sign-ins, to read."""

    may_add = False
    may_change = False
    list_display = ("at", "username", "why", "ip_address")
    fields = ("at", "username", "why", "ip_address")
    search_fields = ("username",)
    date_hierarchy = "at"

    @admin.display(description=_("reason"))
    def why(self, row: LoginFailure) -> str:
        """The reason in words."""
        return verbs.failure(row.reason)


@admin.register(PlatformEvent, site=platform_admin)
class PlatformEventAdmin(OperatorModelAdmin):
    """What operators did, to read."""

    may_add = False
    may_change = False
    list_display = ("at", "operator", "what", "about")
    fields = ("at", "operator", "what", "about", "said", "request_id")
    search_fields = ("=object_id", "=operator_id")
    date_hierarchy = "at"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Events with the names of who did it and to whom."""
        ids = Case(When(object_id__regex=r"^\d{1,18}$", then=Cast("object_id", models.BigIntegerField())))
        events = super().get_queryset(request).annotate(about_id=ids)
        return events.annotate(
            operator_name=Subquery(User.objects.filter(pk=OuterRef("operator_id")).values("username")),
            user_name=Subquery(User.objects.filter(pk=OuterRef("about_id")).values("username")),
            hospital_name=Subquery(Hospital.objects.filter(pk=OuterRef("about_id")).values("name")),
        )

    @admin.display(description=_("platform operator"))
    def operator(self, row: Any) -> str:
        """The operator's user name; the number of an account that is gone; nobody for a command."""
        return row.operator_name or str(row.operator_id or "—")

    @admin.display(description=_("what"), ordering="verb")
    def what(self, row: PlatformEvent) -> str:
        """The verb in words."""
        return verbs.label(row.verb)

    @admin.display(description=_("object"))
    def about(self, row: Any) -> str:
        """The kind and name of the hospital or account; its number where it is something else."""
        names = {"accounts.user": row.user_name, "accounts.hospital": row.hospital_name}
        kind = {"accounts.user": User, "accounts.hospital": Hospital}.get(row.object_type)
        words = kind._meta.verbose_name if kind else row.object_type
        return f"{words} {names.get(row.object_type) or row.object_id}"

    @admin.display(description=_("details"))
    def said(self, row: PlatformEvent) -> str:
        """What was kept of it, in words."""
        return trail_words.written(row.detail, trail_words.model_of(row.object_type), {})


def show_passwords(owner: admin.ModelAdmin, request: HttpRequest, accounts: list[dict[str, str]]) -> HttpResponse:
    """One-time passwords on a page that is kept nowhere."""
    context = {
        **owner.admin_site.each_context(request),
        "opts": owner.opts,
        "accounts": accounts,
        "title": _("One-time passwords"),
    }
    return render(request, "admin/one_time_passwords.html", context)
