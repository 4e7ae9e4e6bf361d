"""What staff type about VIP memberships. Shape is checked here; domain functions decide."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.tenancy.fields import HospitalChoiceField
from patients.domain.label_strategies import LANGUAGES
from patients.domain.memberships import possible_contacts
from patients.label_forms import LANGUAGE_NAMES
from patients.models import AgreedService, MembershipLevel, ServiceStandard, VisitStep
from patients.models.memberships import HIGHEST
from patients.record_forms import day_field


class LevelChoice(forms.Form):
    """A level that is offered, and the last day."""

    level = HospitalChoiceField(label=_("level of membership"), queryset=MembershipLevel._base_manager.none())
    ends_on = day_field(_("Last day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].queryset = MembershipLevel.objects.filter(is_offered=True)  # type: ignore[attr-defined]


class ContactsForm(forms.Form):
    """Who looks after the member."""

    contact = HospitalChoiceField(label=_("named contact"), queryset=StaffMember._base_manager.none())
    deputy = HospitalChoiceField(label=_("deputy"), queryset=StaffMember._base_manager.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("contact", "deputy"):
            self.fields[name].queryset = possible_contacts()  # type: ignore[attr-defined]


class GrantForm(ContactsForm, LevelChoice):
    """A membership."""

    starts_on = day_field(_("First day"))
    field_order = ("level", "starts_on", "ends_on", "contact", "deputy")


class EndMembershipForm(forms.Form):
    """The last day, and why."""

    on = day_field(_("Last day"))
    reason = forms.CharField(label=_("reason"), max_length=200)


class CountForm(forms.Form):
    """A service that was received."""

    service = HospitalChoiceField(label=_("service"), queryset=AgreedService._base_manager.none())
    on = day_field(_("received on"))
    note = forms.CharField(label=_("what the service was"), max_length=200, required=False)

    def __init__(self, *args: Any, level: MembershipLevel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = AgreedService.objects.filter(level=level, is_active=True)  # type: ignore[attr-defined]


class _Texts(forms.Form):
    """A text in three languages; the first is needed, an empty one is shown in simplified Chinese."""

    text_label: Any = ""
    text_length = 60

    def __init__(self, *args: Any, texts: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in LANGUAGES:
            self.fields[f"text_{language}"] = forms.CharField(
                label=f"{self.text_label} · {LANGUAGE_NAMES[language]}",
                required=language == "zh-hans",
                max_length=self.text_length,
                initial=(texts or {}).get(language, ""),
            )
        self.order_fields([*(f"text_{language}" for language in LANGUAGES), *self.fields])

    def texts(self) -> dict[str, str]:
        """By language; without the empty ones."""
        said = {language: self.cleaned_data[f"text_{language}"].strip() for language in LANGUAGES}
        return {language: words for language, words in said.items() if words}

    def values(self) -> dict[str, Any]:
        """The other fields."""
        return {name: value for name, value in self.cleaned_data.items() if not name.startswith("text_")}


def _minutes() -> forms.IntegerField:
    return forms.IntegerField(label=_("answered within minutes"), min_value=1, max_value=1440)


def _days() -> forms.IntegerField:
    return forms.IntegerField(label=_("first appointment within days"), min_value=0, max_value=90)


class LevelForm(_Texts):
    """A level of membership."""

    text_label = _("name")

    rank = forms.IntegerField(label=_("place among the levels"), min_value=1, max_value=99)
    booking_priority = forms.IntegerField(label=_("priority in booking"), min_value=0, max_value=HIGHEST)
    call_priority = forms.IntegerField(label=_("priority of calls"), min_value=0, max_value=HIGHEST)
    answer_minutes = _minutes()
    first_appointment_days = _days()
    is_offered = forms.BooleanField(label=_("offered"), required=False, initial=True)


class ServiceForm(_Texts):
    """A service of a level."""

    text_label = _("service")

    times = forms.IntegerField(
        label=_("how many times"), min_value=1, max_value=999, required=False, help_text=_("Empty: as often as wanted.")
    )
    per = forms.ChoiceField(label=_("in each"), choices=AgreedService.Per.choices, initial="year")
    is_active = forms.BooleanField(label=_("agreed"), required=False, initial=True)


class StandardForm(_Texts):
    """The service standard of a category."""

    text_label = _("what is promised beside")
    text_length = 200

    answer_minutes = _minutes()
    first_appointment_days = _days()


def standard_form(data: Any, row: ServiceStandard) -> StandardForm:
    """The form with what holds."""
    numbers = {"answer_minutes": row.answer_minutes, "first_appointment_days": row.first_appointment_days}
    return StandardForm(data, texts=row.words, initial=numbers)


def year_from(day: dt.date) -> dt.date:
    """The last day of a year that begins on that day."""
    try:
        return day.replace(year=day.year + 1) - dt.timedelta(days=1)
    except ValueError:
        return dt.date(day.year + 1, 2, 28)


class SheetForm(forms.Form):
    """A visit day."""

    day = day_field(_("day of the visit"))
    note = forms.CharField(label=_("what it is about"), max_length=200, required=False)


class StepForm(forms.Form):
    """A step of a visit."""

    kind = forms.ChoiceField(label=_("kind of step"), choices=VisitStep.Kind.choices)
    title = forms.CharField(label=_("step"), max_length=60, required=False)
    place = forms.CharField(label=_("where"), max_length=80, required=False)
    companion = HospitalChoiceField(
        label=_("accompanied by"), queryset=StaffMember._base_manager.none(), required=False
    )
    planned_at = forms.TimeField(
        label=_("planned for"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["companion"].queryset = StaffMember.objects.active().order_by("name_order", "id")  # type: ignore[attr-defined]


class SkipForm(forms.Form):
    """Why a step is not needed."""

    reason = forms.CharField(label=_("reason"), max_length=100)


class MessageForm(forms.Form):
    """A message about a member."""

    text = forms.CharField(label=_("message about a member"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
