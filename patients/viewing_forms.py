"""What is typed about flagged viewings. Shape is checked here."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.domain.viewings import RULE_FIELDS
from patients.models import ViewingFlag, ViewingRules


class AnswerForm(forms.Form):
    """The finding, in one of three words and in own ones."""

    finding = forms.ChoiceField(
        label=_("what came of it"), choices=ViewingFlag.Finding.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("what was found"), max_length=300, help_text=_("No clinical text, no name of the person.")
    )


class ViewingRulesForm(forms.ModelForm):
    """The rules of watched viewing."""

    class Meta:
        model = ViewingRules
        fields = [*RULE_FIELDS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (least, most) in {
            "night_from": (0, 23),
            "night_until": (0, 23),
            "bulk_people": (2, 10_000),
            "bulk_minutes": (1, 1440),
        }.items():
            self.fields[name] = forms.IntegerField(
                label=self.fields[name].label, min_value=least, max_value=most, initial=self.initial.get(name)
            )
