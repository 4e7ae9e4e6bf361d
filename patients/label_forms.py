"""What staff type about label rules, strategies, labels by hand and win-back calls, checked for shape."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.domain.departments import choices_of
from accounts.models import Department
from patients import label_facts
from patients.domain.facets import disease_groups, disease_names
from patients.domain.figures import places
from patients.domain.label_overrides import last_day_allowed
from patients.domain.label_rules import MOST, OPERATORS
from patients.domain.label_strategies import LANGUAGES
from patients.models import LabelRule, LabelStrategy, WinBackContact
from patients.models.label_words import BY_POINTS, VALUES, Axis

_SELECT = {"class": "form-select"}
DIMENSIONS = {"department": _("Specialty"), "disease": _("Disease"), "region": _("Region")}


class CrossingForm(forms.Form):
    """Which two of specialty, disease and region are crossed, and one value of the third. What cannot be is the
    default.
    """

    rows = forms.ChoiceField(label=_("In the rows"), choices=list(DIMENSIONS.items()), required=False)
    columns = forms.ChoiceField(label=_("In the columns"), choices=list(DIMENSIONS.items()), required=False)
    only = forms.CharField(label=_("Only"), required=False, max_length=40)

    def __init__(self, data: Any) -> None:
        rows, columns = data.get("rows", ""), data.get("columns", "")
        rows = rows if rows in DIMENSIONS else "department"
        if columns not in DIMENSIONS or columns == rows:
            columns = next(name for name in ("disease", "region", "department") if name != rows)
        self.third = next(name for name in DIMENSIONS if name not in (rows, columns))
        options = self._options()
        only = data.get("only", "")
        only = only if only in {value for value, _label in options} else ""
        super().__init__({"rows": rows, "columns": columns, "only": only})
        for name in ("rows", "columns"):
            self.fields[name].widget = forms.Select(attrs=_SELECT, choices=list(DIMENSIONS.items()))
        label = DIMENSIONS[self.third]
        self.fields["only"].label = label
        self.fields["only"].widget = forms.Select(
            attrs=_SELECT, choices=[("", _("%(what)s: all") % {"what": label}), *options]
        )

    def _options(self) -> list[tuple[str, str]]:
        if self.third == "department":
            return choices_of(Department.objects.all())
        if self.third == "region":
            return list(places().items())
        names = disease_names()
        return [(code, f"{code} {names[code].name}" if code in names else code) for code in disease_groups()]


class WinBackFilter(forms.Form):
    """Of one department only."""

    department = forms.TypedChoiceField(
        label=_("Department"), required=False, coerce=int, empty_value=None, widget=forms.Select(attrs=_SELECT)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [("", _("All departments")), *choices_of(Department.objects.active())]


class WinBackForm(forms.ModelForm):
    """What came of a call."""

    class Meta:
        model = WinBackContact
        fields = ["outcome", "words"]
        widgets = {"words": forms.Textarea(attrs={"rows": 2})}


class ByHandForm(forms.Form):
    """A group or stage set by hand, why, and until when."""

    value = forms.ChoiceField(label=_("group or stage"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    until = forms.DateField(label=_("Holds until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, axis: str, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].choices = [("", _("none of them")), *VALUES[axis].choices]
        self.fields["until"].widget.attrs |= {"min": today.isoformat(), "max": last_day_allowed(today).isoformat()}
        self.fields["until"].initial = today + dt.timedelta(days=90)


class LineForm(forms.Form):
    """The thresholds of one line, its points, and whether it is in use."""

    is_active = forms.BooleanField(label=_("in use"), required=False)

    def __init__(self, data: Any = None, *, line: LabelRule) -> None:
        self.line = line
        start = {"is_active": line.is_active, "points": line.points}
        start |= {f"v{place}": one["value"] for place, one in enumerate(line.conditions)}
        super().__init__(data, prefix=f"l{line.pk}", initial=start)
        known = label_facts.facts()
        for place, one in enumerate(line.conditions):
            fact = known.get(one["fact"])
            name = fact.label if fact else one["fact"]
            self.fields[f"v{place}"] = forms.FloatField(label=name, min_value=0, max_value=MOST)
            self.fields[f"v{place}"].widget.attrs |= {"class": "form-control", "step": "any"}
            self.fields[f"v{place}"].bound_words = OPERATORS[one["op"]] % {"n": ""}
        if line.axis in BY_POINTS:
            self.fields["points"] = forms.IntegerField(label=_("points"), min_value=1, max_value=9)
            self.fields["points"].widget.attrs |= {"class": "form-control"}

    @property
    def numbers(self) -> list[float]:
        """The thresholds in the order of the conditions."""
        return [self.cleaned_data[f"v{place}"] for place in range(len(self.line.conditions))]

    @property
    def thresholds(self) -> list[Any]:
        """The boxes of the thresholds."""
        return [self[f"v{place}"] for place in range(len(self.line.conditions))]


class NewLineForm(forms.Form):
    """One more line of a draft: for which group or stage, and up to two conditions."""

    target = forms.ChoiceField(label=_("Group or stage"))
    title = forms.CharField(label=_("Heading"), max_length=60)
    points = forms.IntegerField(label=_("points"), min_value=1, max_value=9, initial=1)
    fact = forms.ChoiceField(label=_("Fact"))
    op = forms.ChoiceField(label=_("Comparison"))
    value = forms.FloatField(label=pgettext_lazy("threshold", "Number"), min_value=0, max_value=MOST)
    second_fact = forms.ChoiceField(label=_("and: fact"), required=False)
    second_op = forms.ChoiceField(label=_("Comparison"), required=False)
    second_value = forms.FloatField(
        label=pgettext_lazy("threshold", "Number"), min_value=0, max_value=MOST, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = [
            (axis.label, [(f"{axis.value}:{value}", label) for value, label in VALUES[axis.value].choices])
            for axis in Axis
        ]
        facts = [(key, fact.label) for key, fact in label_facts.facts().items()]
        operators = [(op, words % {"n": "…"}) for op, words in OPERATORS.items()]
        self.fields["fact"].choices, self.fields["op"].choices = facts, operators
        self.fields["second_fact"].choices = [("", "—"), *facts]
        self.fields["second_op"].choices = operators

    def clean(self) -> dict[str, Any]:
        """A second fact needs its number."""
        values = super().clean() or {}
        if values.get("second_fact") and values.get("second_value") is None:
            self.add_error("second_value", _("Name a number."))
        return values

    @property
    def line(self) -> dict[str, Any]:
        """What the domain asks for."""
        values = self.cleaned_data
        axis, value = values["target"].split(":")
        conditions = [{"fact": values["fact"], "op": values["op"], "value": values["value"]}]
        if values["second_fact"]:
            second = {"fact": values["second_fact"], "op": values["second_op"] or ">=", "value": values["second_value"]}
            conditions.append(second)
        kept = {name: values[name] for name in ("title", "points")}
        return {"axis": axis, "value": value, "conditions": conditions, **kept}


class PointsForm(forms.Form):
    """How many points a group of the orientation needs."""

    least_points = forms.IntegerField(label=_("points needed"), min_value=1, max_value=20)


LANGUAGE_NAMES = {"zh-hans": "简体中文", "zh-hant": "繁體中文", "en": "English"}


class StrategyForm(forms.Form):
    """The five texts of a strategy in three languages."""

    def __init__(self, data: Any = None, *, strategy: LabelStrategy) -> None:
        super().__init__(data)
        for name in LabelStrategy.TEXTS:
            for language in LANGUAGES:
                heading = strategy._meta.get_field(name).verbose_name
                self.fields[f"{name}_{language}"] = forms.CharField(
                    label=f"{heading} · {LANGUAGE_NAMES[language]}",
                    required=name == "expects" and language == "zh-hans",
                    max_length=500,
                    initial=getattr(strategy, name).get(language, ""),
                    widget=forms.Textarea(attrs={"rows": 2, "class": "form-control", "lang": language}),
                )

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        """By name and language."""
        return {
            name: {language: self.cleaned_data[f"{name}_{language}"] for language in LANGUAGES}
            for name in LabelStrategy.TEXTS
        }

    @property
    def groups(self) -> list[tuple[str, list[Any]]]:
        """The boxes by language, for the page."""
        return [
            (LANGUAGE_NAMES[language], [self[f"{name}_{language}"] for name in LabelStrategy.TEXTS])
            for language in LANGUAGES
        ]
