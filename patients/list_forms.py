"""The filters of the list of people, and what is asked before many people are changed at once or a tag is put on
somebody.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.domain.departments import choices_of
from accounts.models import Department, Station
from hospital_crm.tenancy.fields import HospitalChoiceField
from hospital_crm.tenancy.together import Few, read_together
from patients.domain import facets
from patients.domain.people_filters import CATEGORIES, KINDS, MOST_YEARS, SEXES, filters_for
from patients.domain.segments import reading
from patients.domain.segments.keeping import title_of
from patients.forms import datalist
from patients.models import Patient, Tag


class PeopleFilter(forms.Form):
    """The boxes of the filters of the list; the address holds them, and `people_filters` says what they mean."""

    MORE = ("sex", "age_from", "age_to", "category", "kind", "tag", "segment", "source", "since", "until")

    department = forms.ChoiceField(label=_("Department"), required=False)
    disease = forms.CharField(label=_("Disease code"), required=False, max_length=20)
    region = forms.CharField(label=_("Region"), required=False, max_length=40)
    sex = forms.MultipleChoiceField(label=_("sex"), required=False, choices=SEXES, widget=forms.CheckboxSelectMultiple)
    age_from = forms.IntegerField(label=_("Age from"), required=False, min_value=0, max_value=MOST_YEARS)
    age_to = forms.IntegerField(label=_("Age up to"), required=False, min_value=0, max_value=MOST_YEARS)
    category = forms.MultipleChoiceField(
        label=_("category"), required=False, choices=CATEGORIES, widget=forms.CheckboxSelectMultiple
    )
    kind = forms.MultipleChoiceField(
        label=_("kind"), required=False, choices=KINDS, widget=forms.CheckboxSelectMultiple
    )
    tag = forms.MultipleChoiceField(label=_("tag"), required=False, widget=forms.CheckboxSelectMultiple)
    segment = forms.ChoiceField(label=_("segment"), required=False)
    source = forms.CharField(label=_("source channel"), required=False, max_length=40)
    since = forms.DateField(
        label=_("Last visit from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Last visit until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {one.key for one in filters_for(actor)}
        for name in [name for name in self.fields if name not in offered]:
            del self.fields[name]
        asked = {
            "department": Few(Department.objects.active(), ("id", "name", "is_confirmed")),
            "tag": Few(Tag.objects.active(), ("id", "name")),
            "segment": Few(reading.offered_to(actor), ("id", "public_id", "code", "name")),
        }
        found = read_together(**{name: few for name, few in asked.items() if name in self.fields})
        if "department" in found:
            self._choose("department", _("All departments"), choices_of(found["department"]))
        if "segment" in found:
            self._choose("segment", _("All segments"), [(one.public_id, title_of(one)) for one in found["segment"]])
        regions = facets.region_words()
        self._offer("region", list(regions), _("All regions"), regions)
        if "disease" in self.fields:
            names = {group: found.words for group, found in facets.disease_names().items()}
            self._offer("disease", facets.disease_groups(), _("All diseases"), names)
        self._offer("source", facets.sources(), _("All sources"))
        if "tag" in found:
            self.fields["tag"].choices = [(one.pk, one.name) for one in found["tag"]]
            if not found["tag"]:
                del self.fields["tag"]

    def _choose(self, name: str, words: Any, values: list[tuple[Any, str]]) -> None:
        """A box to choose one from, or all."""
        self.fields[name].choices = [("", words), *values]
        self.fields[name].widget.attrs["class"] = "form-select"

    def _offer(self, name: str, values: list[str], words: Any, beside: Mapping[str, str] | None = None) -> None:
        """A box to type in, with the hospital's own values to pick from."""
        self.fields[name].widget.attrs.update(
            {"list": f"list-{name}", "placeholder": words, "autocomplete": "off", "class": "form-control"}
        )
        told = tuple((beside or {}).get(value, "") for value in values) if beside else ()
        self.fields[name].suggestions = datalist(tuple(values), told)

    @property
    def first(self) -> list[forms.BoundField]:
        """The filters that always stand there."""
        return [field for field in self if field.name not in self.MORE]

    @property
    def more(self) -> list[forms.BoundField]:
        """The filters behind the button."""
        return [field for field in self if field.name in self.MORE]

    @property
    def more_in_use(self) -> int:
        """How many of those behind the button are set."""
        return sum(1 for field in self.more if any(self.data.getlist(field.name)))  # type: ignore[attr-defined]


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
