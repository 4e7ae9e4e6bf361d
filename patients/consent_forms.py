"""What staff type of a person's decision about being approached. Shape is checked here; nothing is chosen before."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from patients.models import Consent

_BLANK = [("", "—")]
# How a decision reaches a member of staff; the others come from messages, feeds and unions.
TAKEN = (Consent.Source.PAPER, Consent.Source.COUNTER, Consent.Source.PHONE)


class ConsentForm(forms.Form):
    """One decision about one purpose and channel, with its proof."""

    purpose = forms.ChoiceField(label=_("purpose"), choices=[*_BLANK, *Consent.Purpose.choices])
    channel = forms.ChoiceField(label=_("channel"), choices=Consent.Channel.choices)
    decision = forms.ChoiceField(label=_("decision"), choices=Consent.Decision.choices, widget=forms.RadioSelect)
    source = forms.ChoiceField(label=_("by which way"), choices=[*_BLANK, *((one.value, one.label) for one in TAKEN)])
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
    guardian_name = forms.CharField(label=_("guardian"), max_length=100, required=False)
    guardian_relation = forms.CharField(label=_("relation of the guardian"), max_length=20, required=False)
    note = forms.CharField(label=_("note"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """A relation belongs to somebody."""
        said = super().clean() or {}
        if said.get("guardian_relation") and not said.get("guardian_name"):
            self.add_error("guardian_name", _("Say who the guardian is."))
        return said
