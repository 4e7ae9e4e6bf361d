"""What is asked around a privacy request. Shape is checked here."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from accounts.models.hospital import LANGUAGE_CHOICES
from hospital_crm.tenancy.fields import HospitalChoiceField
from patients.domain import requests
from patients.models import Patient, PrivacyRequest
from patients.record_forms import day_field

# Nobody is without a name; of an unknown sex there is a value of its own.
_NEVER_EMPTY = ("name", "sex")


class RegisterForm(forms.Form):
    """A request as it came in."""

    kind = forms.ChoiceField(label=_("kind"), choices=PrivacyRequest.Kind.choices, widget=forms.RadioSelect)
    words = forms.CharField(label=_("what is asked for"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    received_on = day_field(_("received on"))
    asked_by = forms.ChoiceField(label=_("who asks"), choices=PrivacyRequest.AskedBy.choices)
    asker_name = forms.CharField(
        label=_("name of who asks"), max_length=100, required=False, help_text=_("Only where it is not the person.")
    )
    asker_relation = forms.CharField(
        label=_("how related to the person"),
        max_length=20,
        required=False,
        help_text=_("Mother, for example. Of a registered guardian it is known."),
    )
    proof = forms.CharField(
        label=_("proof of guardianship or mandate"),
        max_length=200,
        required=False,
        help_text=_("Which paper was shown, and where its copy lies."),
    )
    identity_check = forms.ChoiceField(label=_("identity checked by"), choices=PrivacyRequest.IdentityCheck.choices)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"received_on": today, "kind": "copy"}, **kwargs})
        for name in ("asker_name", "proof"):
            self.fields[name].needed_when = _("required when somebody else asks")  # type: ignore[attr-defined]
        relation: Any = self.fields["asker_relation"]
        relation.needed_when = _("required of a guardian who is not registered")

    def clean(self) -> dict[str, Any]:
        """Who speaks for another gives a name and a proof."""
        said = super().clean() or self.cleaned_data
        if said.get("asked_by", PrivacyRequest.AskedBy.SELF) != PrivacyRequest.AskedBy.SELF:
            if not said.get("asker_name"):
                self.add_error("asker_name", _("Write the name of who asks."))
            if not said.get("proof"):
                self.add_error("proof", _("Write which paper was shown, and where its copy lies."))
        return said


class AssignForm(forms.Form):
    """Who works on it."""

    assignee = HospitalChoiceField(label=_("who works on it"), queryset=StaffMember._base_manager.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = requests.workers()


class PrepareForm(forms.Form):
    """The answer; of a correction the right values, of a file its language."""

    answer = forms.CharField(
        label=_("what the person is told"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, request: PrivacyRequest, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"answer": request.answer}, **kwargs})
        self.corrected: list[str] = []
        if request.makes_file:
            chosen = request.language or get_language()
            self.fields["language"] = forms.ChoiceField(
                label=_("language of the file"), choices=LANGUAGE_CHOICES, initial=chosen
            )
        elif request.kind == PrivacyRequest.Kind.CORRECT:
            self._ask_values(request)

    def _ask_values(self, request: PrivacyRequest) -> None:
        """One box for each field that may be corrected here; what stays empty stays as it is, unless it is ticked among
        those to be emptied.
        """
        self.corrected = requests.correctable(request.patient)
        for name in self.corrected:
            field: Any = Patient._meta.get_field(name)
            asked = field.formfield(required=False)
            if getattr(asked, "choices", None):
                asked = forms.ChoiceField(label=asked.label, required=False, choices=[("", "—"), *field.choices])
            elif isinstance(asked, forms.DateField):
                asked = day_field(asked.label, required=False)
            asked.initial = request.changes.get(name, "")
            self.fields[name] = asked
        choices = [(name, self.fields[name].label) for name in self.corrected if name not in _NEVER_EMPTY]
        self.fields["emptied"] = forms.MultipleChoiceField(
            label=_("fields to be emptied"),
            choices=choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            initial=[name for name, value in request.changes.items() if not value],
        )

    def clean(self) -> dict[str, Any]:
        """A field is corrected or emptied, not both."""
        said = super().clean() or self.cleaned_data
        for name in said.get("emptied", ()):
            if said.get(name):
                self.add_error(name, _("Either a value or to be emptied."))
        return said

    def values(self) -> dict[str, Any]:
        """As the domain takes them; days as texts."""
        said = {name: self.cleaned_data[name] for name in self.corrected if self.cleaned_data.get(name)}
        changes: dict[str, Any] = dict.fromkeys(self.cleaned_data.get("emptied", ()), "")
        changes |= {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in said.items()}
        if "birth_date" in changes:
            changes["birth_date"] = changes["birth_date"] or None
        language = self.cleaned_data.get("language", "")
        return {"answer": self.cleaned_data["answer"], "language": language, "changes": changes}


class RefuseForm(forms.Form):
    """Why not, by the law and in words."""

    refusal = forms.ChoiceField(label=_("reason for refusing"), choices=PrivacyRequest.Refusal.choices)
    answer = forms.CharField(
        label=_("what the person is told"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
