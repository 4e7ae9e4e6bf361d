"""The rows of a draft as the hospital's administrator edits them: words in three languages, numbers inside limits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from followups.models import AssigneeRole, EscalationRule, Protocol, ProtocolStep, TierRule, TierTarget

LANGUAGES = (("zh-hans", "words_hans"), ("zh-hant", "words_hant"), ("en", "words_en"))
WORDS = tuple(name for _code, name in LANGUAGES)
_BREAKS = str.maketrans("，、；,;\n\r\t", "        ")


def _wide() -> forms.TextInput:
    """As wide as a heading is long."""
    return forms.TextInput(attrs={"size": 36})


class WordsForm(forms.ModelForm):
    """A row whose name stands in three languages; `words_of` is the field that holds them."""

    words_of = "title"

    words_hans = forms.CharField(label=_("in Simplified Chinese"), max_length=120, widget=_wide())
    words_hant = forms.CharField(label=_("in Traditional Chinese"), max_length=120, widget=_wide())
    words_en = forms.CharField(label=_("in English"), max_length=160, widget=_wide())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = getattr(self.instance, self.words_of) or {}
        for code, name in LANGUAGES:
            self.initial.setdefault(name, texts.get(code, ""))

    def clean(self) -> dict[str, Any]:
        """Keeps the words on the row."""
        data = super().clean() or {}
        if all(data.get(name) for name in WORDS):
            setattr(self.instance, self.words_of, {code: data[name] for code, name in LANGUAGES})
        return data


class ProtocolForm(WordsForm):
    """The name of a draft."""

    words_of = "name"

    class Meta:
        model = Protocol
        fields: tuple[str, ...] = ()


class ListField(forms.CharField):
    """Codes or names, one after the other, between blanks, commas or lines."""

    widget = forms.Textarea(attrs={"rows": 2})

    def prepare_value(self, value: Any) -> str:
        """The list as it is typed."""
        return "、".join(value) if isinstance(value, list) else (value or "")

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        """Each once, in order."""
        return list(dict.fromkeys((value or "").translate(_BREAKS).split()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the list says something else."""
        return list(initial or []) != self.to_python(data)


def _number(name: str, label: Any) -> forms.IntegerField:
    low, high = TierRule.LIMITS[name]
    return forms.IntegerField(label=label, min_value=low, max_value=high)


class RuleForm(WordsForm):
    """The words and thresholds of a rule; what its condition does not ask for is not shown."""

    PARAMS = ("years", "level", "below", "count", "nights", "groups", "medicines")

    years = _number("years", _("age from"))
    level = _number("level", _("grade of surgery from"))
    below = _number("below", _("grade of surgery below"))
    count = _number("count", _("chronic diseases from"))
    nights = _number("nights", _("nights at most"))
    groups = ListField(label=_("diagnosis codes that begin with"))
    medicines = ListField(label=_("medicines whose name contains"))

    class Meta:
        model = TierRule
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.PARAMS:
            if name in (self.instance.params or {}):
                self.initial[name] = self.instance.params[name]
            else:
                self.fields[name].required = False
                self.fields[name].widget = forms.HiddenInput()

    def clean_groups(self) -> list[str]:
        """Codes are written in capitals."""
        return [code.upper() for code in self.cleaned_data["groups"]]

    def clean(self) -> dict[str, Any]:
        """Keeps the thresholds this rule has; nothing is added to it."""
        data = super().clean()
        own = {name: data[name] for name in self.PARAMS if name in self.instance.params and name in data}
        self.instance.params = {**self.instance.params, **own}
        return data


class StepForm(WordsForm):
    """The window of a step, its repeats, and who does it in which order."""

    RUNGS = ("who_1", "who_2", "who_3", "who_4")

    who_1 = forms.ChoiceField(label=_("first"), choices=[("", "—"), *AssigneeRole.choices])
    who_2 = forms.ChoiceField(label=_("then"), choices=[("", "—"), *AssigneeRole.choices], required=False)
    who_3 = forms.ChoiceField(label=_("then"), choices=[("", "—"), *AssigneeRole.choices], required=False)
    who_4 = forms.ChoiceField(label=_("then"), choices=[("", "—"), *AssigneeRole.choices], required=False)

    class Meta:
        model = ProtocolStep
        fields = (
            *("earliest_days", "due_days", "latest_days", "due_basis", "duty_days"),
            *("repeats_every", "repeat_until", "ends_after_clean"),
            *("least_attempts", "call_sample_percent", "asks_satisfaction"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rung in zip(self.RUNGS, self.instance.ladder or [], strict=False):
            self.initial.setdefault(name, rung)

    def clean(self) -> dict[str, Any]:
        """Keeps the order of who does it; each is named once."""
        data = super().clean()
        rungs = [data[name] for name in self.RUNGS if data.get(name)]
        if len(set(rungs)) < len(rungs):
            self.add_error("who_1", _("Name each only once."))
        elif rungs:
            self.instance.ladder = rungs
        return data


class EscalationForm(forms.ModelForm):
    """When and to whom a late order is reported."""

    recipients = forms.MultipleChoiceField(
        label=_("who is told"), choices=EscalationRule.Recipient.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = EscalationRule
        fields = ("after_hours", "recipients", "is_weekly_list")


class TargetForm(forms.ModelForm):
    """What a tier aims at."""

    class Meta:
        model = TierTarget
        fields = ("attempted_percent", "effective_percent")
