"""What staff type of a person's decision about being approached. Shape is checked here; nothing is chosen before."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hospital_crm.private_files.intake import PrivateFileField
from patients.domain.consent_evidence import KINDS
from patients.models import Consent

_BLANK = [("", "—")]
# How a decision reaches a member of staff; the others come from messages, feeds, lists and unions.
TAKEN = (Consent.Source.PAPER, Consent.Source.COUNTER, Consent.Source.PHONE)
_TAKEN = [(one.value, one.label) for one in TAKEN]
_BY_ANOTHER = (Consent.SaidBy.GUARDIAN, Consent.SaidBy.FAMILY)


class ConsentForm(forms.Form):
    """One decision about one purpose and channel, with its proof."""

    purpose = forms.ChoiceField(label=_("purpose"), choices=[*_BLANK, *Consent.Purpose.choices])
    channel = forms.ChoiceField(label=_("channel"), choices=Consent.Channel.choices)
    decision = forms.ChoiceField(label=_("decision"), choices=Consent.Decision.choices, widget=forms.RadioSelect)
    source = forms.ChoiceField(label=_("by which way"), choices=[*_BLANK, *_TAKEN])
    said_by = forms.ChoiceField(label=_("who decided"), choices=[*_BLANK, *Consent.SaidBy.choices])
    wording_version = forms.CharField(
        label=_("version of the wording"),
        max_length=40,
        required=False,
        help_text=_("As it stands on the sheet, or of the text that was read out. A consent needs it."),
    )
    language = forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES)
    at = forms.DateTimeField(
        label=_("decided at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: at this moment."),
    )
    proof = PrivateFileField(label=_("signed sheet"), required=False, allowed=KINDS)
    guardian_name = forms.CharField(label=_("guardian or family"), max_length=100, required=False)
    guardian_relation = forms.CharField(label=_("relation to the person"), max_length=20, required=False)
    note = forms.CharField(label=_("note"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """A relation belongs to somebody, and whoever decides for another has a name."""
        said = super().clean() or {}
        by_another = said.get("guardian_relation") or said.get("said_by") in _BY_ANOTHER
        if by_another and not said.get("guardian_name"):
            self.add_error("guardian_name", _("Say who it is."))
        return said


class StopForm(forms.Form):
    """What a person does not want any more, said at the desk or in a call."""

    purpose = forms.ChoiceField(label=_("Does not want"), choices=Consent.Purpose.choices, widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("channel"), choices=Consent.Channel.choices)
    source = forms.ChoiceField(label=_("by which way"), choices=[*_BLANK, *_TAKEN])
    said_by = forms.ChoiceField(label=_("who decided"), choices=[*_BLANK, *Consent.SaidBy.choices])
    guardian_name = forms.CharField(label=_("guardian or family"), max_length=100, required=False)
    note = forms.CharField(label=_("note"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Whoever decides for another has a name."""
        said = super().clean() or {}
        if said.get("said_by") in _BY_ANOTHER and not said.get("guardian_name"):
            self.add_error("guardian_name", _("Say who it is."))
        return said


class WordingForm(forms.Form):
    """The words by which a hospital asks for a consent, in each language."""

    purpose = forms.ChoiceField(label=_("purpose"), choices=[*_BLANK, *Consent.Purpose.choices])
    version = forms.CharField(label=_("version of the wording"), max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            self.fields[f"text_{code}"] = forms.CharField(
                label=name,
                max_length=1000,
                required=code == settings.LANGUAGE_CODE,
                widget=forms.Textarea(attrs={"rows": 4, "lang": code}),
            )

    @property
    def texts(self) -> dict[str, str]:
        """The texts by language."""
        return {code: self.cleaned_data[f"text_{code}"] for code, _name in settings.LANGUAGES}
