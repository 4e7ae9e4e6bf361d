"""What is asked before many people are changed at once, a tag is put on somebody, or a record goes to the bin."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Station
from hospital_crm.tenancy.fields import HospitalChoiceField
from patients.domain.people_filters import CATEGORIES, KINDS
from patients.models import Patient, Tag


class CategoryValue(forms.Form):
    """The category that many people get; VIP comes of a membership alone."""

    value = forms.ChoiceField(label=_("category"), choices=[one for one in CATEGORIES if one[0] != "vip"])


class KindValue(forms.Form):
    """The kind that many people get."""

    value = forms.ChoiceField(label=_("kind"), choices=KINDS)


class SourceValue(forms.Form):
    """The source channel that many people get; empty takes it away."""

    value = forms.CharField(label=_("source channel"), max_length=40, required=False)


class ChannelValue(forms.Form):
    """The preferred channel that many people get; none takes it away."""

    value = forms.ChoiceField(
        label=_("preferred channel"), choices=[("", "—"), *Patient.Channel.choices], required=False
    )


class LanguageValue(forms.Form):
    """The preferred language that many people get; empty takes it away."""

    value = forms.CharField(label=_("preferred language"), max_length=20, required=False)


class TagValue(forms.Form):
    """The tag that many people get or lose."""

    value = HospitalChoiceField(label=_("tag"), queryset=Tag._base_manager.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].queryset = Tag.objects.active()


class StationValue(forms.Form):
    """The station that many people are assigned to."""

    value = HospitalChoiceField(label=_("community station"), queryset=Station._base_manager.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].queryset = Station.objects.filter(is_active=True)


class TagForm(forms.Form):
    """A tag to put on a person."""

    tag = HospitalChoiceField(label=_("tag"), queryset=Tag._base_manager.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tag"].queryset = Tag.objects.active()


class TagNameForm(forms.Form):
    """A tag to make."""

    name = forms.CharField(label=_("tag"), max_length=20)


class BinForm(forms.Form):
    """Why a record was a mistake."""

    reason = forms.CharField(label=_("reason"), max_length=200)
