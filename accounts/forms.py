"""Forms of accounts: browser input into clean values."""

from typing import Any

from allauth.account.forms import ChangePasswordForm
from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.affected import sources
from accounts.capabilities import CAPABILITIES
from accounts.domain import people
from accounts.domain.rights import is_mixed, mixes_for_holders, would_mix
from accounts.domain.tokens import LONGEST_DAYS
from accounts.lists import Column
from accounts.models import (
    AccessLog,
    Export,
    Hospital,
    HospitalSettings,
    Role,
    SavedView,
    StaffMember,
    StaffRole,
    User,
)
from accounts.models.hospital import LANGUAGE_CHOICES, validate_timezone
from accounts.models.user import THEME_CHOICES
from accounts.scopes import SCOPES
from accounts.verbs import AREAS
from hospital_crm.tenancy.fields import HospitalChoiceField
from hospital_crm.tenancy.row_audit import audited_models


class PreferencesForm(forms.Form):
    """Own settings."""

    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("as the hospital")), *LANGUAGE_CHOICES], required=False
    )
    theme = forms.ChoiceField(label=_("Appearance"), choices=THEME_CHOICES)
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("For the morning digest and alerts."))
    wants_digest = forms.BooleanField(label=_("Morning digest by e-mail"), required=False)


class NewPasswordForm(ChangePasswordForm):
    """Change of one's own password; the present one is refused, so that a one-time password does not live on."""

    def clean_password1(self) -> str:
        """Refuses the password that is in use."""
        password = self.cleaned_data["password1"]
        if self.user.check_password(password):
            raise forms.ValidationError(_("This is the present password. Choose another."), code="same_password")
        return password


class StaffForm(forms.ModelForm):
    """A member of staff as the administrator edits it."""

    class Meta:
        model = StaffMember
        fields = ("name", "staff_number", "title", "phone", "email", "is_active", "wants_digest")


class EmployForm(forms.ModelForm):
    """Somebody new: the member of staff and the user name of the account."""

    username = forms.CharField(
        label=_("user name"),
        max_length=60,
        validators=User._meta.get_field("username").validators,
        help_text=_("Unique on this installation. A one-time password is shown after saving."),
    )

    class Meta:
        model = StaffMember
        fields = ("name", "staff_number", "title", "phone", "email")

    def clean(self) -> dict:
        """Refuses a user name that is somebody else's."""
        data = super().clean() or {}
        if data.get("username") and data.get("name"):
            try:
                people.account_for(data["username"], data["name"])
            except forms.ValidationError as error:
                self.add_error("username", error)
        return data


class RoleForm(forms.ModelForm):
    """A role's own name and bundle."""

    capabilities = forms.MultipleChoiceField(
        label=_("capabilities"),
        choices=lambda: [(code, f"{text} ({code})") for code, text in CAPABILITIES.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = Role
        fields = ("name", "capabilities")

    def clean_capabilities(self) -> list[str]:
        """Refuses a bundle that mixes administration with anything else."""
        chosen = self.cleaned_data["capabilities"]
        if is_mixed(chosen) or mixes_for_holders(self.instance, chosen):
            raise forms.ValidationError(
                _("System, security and audit administration stay apart from one another and from patients' data.")
            )
        return chosen


class GrantForm(forms.ModelForm):
    """Giving somebody a role."""

    actor: Any = None

    class Meta:
        model = StaffRole
        fields = ("staff", "role")

    def clean_staff(self) -> StaffMember:
        """Refuses granting to oneself."""
        staff = self.cleaned_data["staff"]
        if self.actor is not None and staff.pk == self.actor.staff.pk:
            raise forms.ValidationError(_("Nobody grants roles to himself."), code="self")
        return staff

    def clean(self) -> dict:
        """Refuses a role that one person cannot hold beside the others."""
        data = super().clean() or {}
        staff, role = data.get("staff"), data.get("role")
        if staff is not None and role is not None and would_mix(staff, role):
            text = _("One person cannot hold these roles together: administration stays apart.")
            self.add_error("role", forms.ValidationError(text, code="mixed"))
        return data


class SettingsForm(forms.ModelForm):
    """What a hospital decides for itself, and how it is called: settings and the hospital's own row on one page."""

    OWN = ("short_name", "language", "timezone")

    short_name = forms.CharField(label=_("short name"), max_length=40, required=False)
    language = forms.ChoiceField(label=_("language"), choices=LANGUAGE_CHOICES)
    timezone = forms.CharField(label=_("time zone"), max_length=40, validators=[validate_timezone])

    class Meta:
        model = HospitalSettings
        fields = (
            *("idle_minutes", "care_from_hour", "care_until_hour", "digest_hour", "attended_months"),
            *("followups_start_on", "sender_address", "privacy_days", "messages_kept_days"),
            *("events_kept_years", "accesses_kept_years", "changes_kept_years"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.OWN:
            self.initial.setdefault(name, getattr(self.instance.hospital, name))

    def save_hospital(self) -> None:
        """The changed fields of the hospital's own row."""
        changed = [name for name in self.OWN if name in self.changed_data]
        for name in changed:
            setattr(self.instance.hospital, name, self.cleaned_data[name])
        if changed:
            self.instance.hospital.save(update_fields=changed)


class NewHospitalForm(forms.ModelForm):
    """A hospital to be made, and who administers it first."""

    FIRST = ("administrator_name", "administrator_username", "officer_name", "officer_username")

    administrator_name = forms.CharField(label=_("First administrator: name"), max_length=60, required=False)
    administrator_username = forms.CharField(label=_("First administrator: user name"), max_length=60, required=False)
    officer_name = forms.CharField(label=_("First security officer: name"), max_length=60, required=False)
    officer_username = forms.CharField(label=_("First security officer: user name"), max_length=60, required=False)

    class Meta:
        model = Hospital
        fields = ("slug", "name", "short_name", "host_name", "timezone", "language")

    def clean(self) -> dict:
        """A name needs its user name and the other way round; a user name must be free or the same person's."""
        data = super().clean() or {}
        for kind in ("administrator", "officer"):
            name, username = data.get(f"{kind}_name"), data.get(f"{kind}_username")
            if bool(name) != bool(username):
                self.add_error(f"{kind}_username", _("Give both the name and the user name."))
            elif username:
                self._check(f"{kind}_username", username, name)
        pair = {str(data.get(f"{kind}_username", "")).lower() for kind in ("administrator", "officer")}
        if len(pair) == 1 and pair != {""}:
            self.add_error("officer_username", _("Administrator and security officer are two people."))
        return data

    def _check(self, field: str, username: str, name: str) -> None:
        try:
            people.account_for(username, name, by_operator=True)
        except forms.ValidationError as error:
            self.add_error(field, error)

    def first_people(self) -> list[tuple[str, str, str]]:
        """Who is to be appointed, as (role code, name, user name)."""
        kinds = (("hospital_admin", "administrator"), ("security_officer", "officer"))
        found = (
            (role, self.cleaned_data[f"{kind}_name"], self.cleaned_data[f"{kind}_username"]) for role, kind in kinds
        )
        return [one for one in found if one[2]]


class LetWorkForm(forms.Form):
    """At which hospital somebody may also work."""

    hospital = forms.ModelChoiceField(label=_("hospital"), queryset=Hospital.objects.filter(is_active=True))


class TrailForm(forms.Form):
    """What is looked for in the audit trail; every field may be empty."""

    since = forms.DateField(label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    staff = forms.CharField(
        label=_("Name, staff number or user name"), required=False, max_length=60, empty_value="", strip=True
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    number = forms.CharField(label=_("Number of the object"), required=False, max_length=40, strip=True)

    def __init__(self, *args: Any, chain: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if chain == "accesses":
            self.fields["number"].label = _("Record number or identity number of the person")
        for name in ("staff", "number"):
            self.fields[name].widget.attrs["placeholder"] = self.fields[name].label
        self.fields["kind"].choices = [("", _("All kinds")), *_kinds(chain)]
        if chain == "failures":
            del self.fields["kind"], self.fields["number"]

    def clean(self) -> dict[str, Any]:
        """The last day does not lie before the first."""
        said = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", _("Before the first day."))
        return said


def _kinds(chain: str) -> list[tuple[str, Any]]:
    """By what a chain is narrowed: areas of verbs, kinds of access, tables."""
    if chain == "events":
        return list(AREAS.items())
    if chain == "accesses":
        return list(AccessLog.Kind.choices)
    return [(model._meta.db_table, model._meta.verbose_name) for model in audited_models()]


class IncidentForm(forms.Form):
    """What happened, through whom or what, and when."""

    source = forms.ChoiceField(label=_("what is asked about"))
    about = forms.CharField(label=_("who or which"), max_length=60, required=False, empty_value="")
    since = forms.DateTimeField(label=_("from"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    until = forms.DateTimeField(label=_("until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    reason = forms.CharField(label=_("reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [(one.key, one.label) for one in sources.values()]
        hints = [gettext("%(name)s: %(value)s") % {"name": one.label, "value": one.hint} for one in sources.values()]
        self.fields["about"].help_text = gettext("; ").join(hints)


class AbsenceForm(forms.Form):
    """Somebody will be away."""

    staff = forms.ModelChoiceField(label=_("Who"), queryset=None)
    starts_on = forms.DateField(label=_("from"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("until"), widget=forms.DateInput(attrs={"type": "date"}))
    cover = forms.ModelChoiceField(label=_("covered by"), queryset=None, required=False)

    def __init__(self, *args: Any, led: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("staff", "cover"):
            self.fields[name].queryset = led.order_by("name_order", "pk")  # type: ignore[attr-defined]


class SaveViewForm(forms.Form):
    """A list to keep under a name. Sharing is offered to those who may."""

    name = forms.CharField(label=_("name"), max_length=40)
    query = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)
    shared = forms.ChoiceField(
        label=_("shared with"), choices=SavedView.Shared.choices, required=False, initial=SavedView.Shared.NOBODY
    )
    role = HospitalChoiceField(label=_("role"), queryset=Role._base_manager.none(), required=False)
    is_default = forms.BooleanField(label=_("what the role opens first"), required=False)

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            for name in ("shared", "role", "is_default"):
                del self.fields[name]


MOST_ROWS = 10_000_000


class ExportForm(forms.Form):
    """What an export is to hold, how many rows at most, and what it is for."""

    reason = forms.CharField(label=_("What it is for"), max_length=200)
    row_limit = forms.IntegerField(label=_("Rows at most"), min_value=1, max_value=MOST_ROWS)
    format = forms.ChoiceField(label=_("format"), choices=Export.Format.choices)
    columns = forms.MultipleChoiceField(label=_("columns"), widget=forms.CheckboxSelectMultiple)
    is_whole = forms.BooleanField(label=_("Name, telephone and record number in full (needs approval)"), required=False)

    def __init__(self, *args: Any, columns: list[Column], most: int, may_whole: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["columns"].choices = [(column.key, column.label) for column in columns]
        self.fields["row_limit"].max_value = most
        self.fields["row_limit"].validators.append(MaxValueValidator(most))
        self.fields["row_limit"].widget.attrs["max"] = most
        if not may_whole:
            del self.fields["is_whole"]


class TokenForm(forms.Form):
    """A system that shall use the API: its name, what it may do, why, how long."""

    name = forms.CharField(label=_("name of the system"), max_length=60)
    scopes = forms.MultipleChoiceField(label=_("what it may do"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label=_("reason"), max_length=200)
    days = forms.IntegerField(label=_("days until it expires"), min_value=1, max_value=LONGEST_DAYS, initial=180)

    def __init__(self, *args: Any, scopes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(code, SCOPES[code].label) for code in scopes]  # type: ignore[attr-defined]


class BinForm(forms.Form):
    """Why a record was a mistake."""

    reason = forms.CharField(label=_("reason"), max_length=200)
