"""Browser input of follow-up pages turned into clean values. Whether something may be done is decided by the domain."""

import datetime as dt
import uuid
from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.actors import Actor
from accounts.models import Department, StaffMember
from followups.domain import result_drafts
from followups.models import (
    Dissatisfaction,
    FollowUpOrder,
    NextStep,
    OrderState,
    Outcome,
    Satisfaction,
    SecondCall,
    Tier,
)
from followups.models.outcomes import EFFECTIVE

NOTE_LENGTH = 2000


class ResultForm(forms.Form):
    """The result of one attempt. `idempotency_key` makes a repeated send one attempt; `version` is the order's as
    it was shown.
    """

    outcome = forms.ChoiceField(
        label=_("result"), choices=Outcome.choices, error_messages={"required": _("Choose what came of the call.")}
    )
    note = forms.CharField(label=_("note"), required=False, max_length=NOTE_LENGTH)
    has_finding = forms.TypedChoiceField(
        label=_("something abnormal"),
        required=False,
        choices=[("0", pgettext_lazy("finding", "no")), ("1", pgettext_lazy("finding", "yes"))],
        coerce=lambda said: said == "1",
        empty_value=False,
    )
    next_step = forms.ChoiceField(label=_("next step"), required=False, choices=[("", "—"), *NextStep.choices])
    agreed_at = forms.DateTimeField(label=_("agreed time"), required=False)
    late_reason = forms.CharField(label=_("why late"), required=False, max_length=200)
    second_call = forms.ChoiceField(
        label=_("why a second call"), required=False, choices=[("", "—"), *SecondCall.choices]
    )
    deceased_on = forms.DateField(label=_("died on"), required=False)
    contact_point = forms.RegexField(r"^r?\d{1,18}$", label=_("number called"), required=False)
    satisfaction = forms.TypedChoiceField(
        label=_("content with the hospital"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "—"), *Satisfaction.choices],
    )
    dissatisfaction_cause = forms.ChoiceField(
        label=_("cause"), required=False, choices=[("", "—"), *Dissatisfaction.Cause.choices]
    )
    dissatisfaction_text = forms.CharField(label=_("what was said"), required=False, max_length=1000)
    dissatisfaction_handling = forms.CharField(label=_("handling"), required=False, max_length=1000)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean(self) -> dict[str, Any]:
        """An agreed call needs its time; who was spoken to, whether anything is abnormal; what was said, its cause; how
        content somebody is goes with a completed result.
        """
        data = super().clean() or {}
        if data.get("outcome") in EFFECTIVE and "has_finding" not in self.errors and not self.data.get("has_finding"):
            self.add_error("has_finding", _("Choose whether something abnormal was heard."))
        if data.get("outcome") == Outcome.PARTLY and not data.get("agreed_at"):
            self.add_error("agreed_at", _("When is the next call? Day and time."))
        if (data.get("dissatisfaction_text") or data.get("dissatisfaction_handling")) and not data.get(
            "dissatisfaction_cause"
        ):
            self.add_error("dissatisfaction_cause", _("Choose what the person is not content with."))
        if data.get("outcome") not in EFFECTIVE:
            data["satisfaction"] = None
        return data


class AskedAgain:
    """The answers to 'is it settled now?' of a result form: one pair of keys per dissatisfaction that stands."""

    PREFIX = "asked-"

    @classmethod
    def read(cls, data: Mapping[str, str]) -> dict[uuid.UUID, bool]:
        """By public id; what is neither yes nor no was not asked."""
        found = {}
        for name, value in data.items():
            if name.startswith(cls.PREFIX) and value in ("content", "stands"):
                try:
                    found[uuid.UUID(name.removeprefix(cls.PREFIX))] = value == "content"
                except ValueError:
                    continue
        return found


class DraftForm(forms.Form):
    """What is kept of a form that is not finished: nothing is required, nothing is judged."""

    outcome = forms.CharField(required=False, max_length=20)
    note = forms.CharField(required=False, max_length=NOTE_LENGTH)
    has_finding = forms.CharField(required=False, max_length=1)
    next_step = forms.CharField(required=False, max_length=20)
    agreed_at = forms.CharField(required=False, max_length=30)
    late_reason = forms.CharField(required=False, max_length=200)
    second_call = forms.CharField(required=False, max_length=11)
    deceased_on = forms.CharField(required=False, max_length=10)
    contact_point = forms.CharField(required=False, max_length=20)
    satisfaction = forms.CharField(required=False, max_length=1)
    dissatisfaction_cause = forms.CharField(required=False, max_length=20)
    dissatisfaction_text = forms.CharField(required=False, max_length=1000)
    dissatisfaction_handling = forms.CharField(required=False, max_length=1000)


class StaffField(forms.ModelChoiceField):
    """One member of staff out of those the page names; shown with title and where he works."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"queryset": StaffMember._base_manager.none(), "to_field_name": "public_id", **kwargs})

    def label_from_instance(self, obj: Any) -> str:
        """Name, title, and how many open orders are held where the page counted them."""
        words = " ".join(part for part in (obj.name, obj.title) if part)
        held = getattr(obj, "open_orders", None)
        return words if held is None else f"{words} · {held}"


class TransferForm(forms.Form):
    """Whom an order goes to, and why."""

    to = StaffField(label=_("to"), required=False, empty_label=_("choose a colleague"))
    to_centre = forms.BooleanField(label=_("to the service centre"), required=False)
    reason = forms.CharField(label=_("reason"), max_length=200)

    def __init__(self, *args: Any, candidates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = candidates

    def clean(self) -> dict[str, Any]:
        """A colleague or the centre, not both and not neither."""
        data = super().clean() or {}
        if bool(data.get("to")) == bool(data.get("to_centre")):
            self.add_error("to", _("Choose a colleague, or the service centre."))
        return data


class LeaveForm(forms.Form):
    """To whom the own orders go during a leave, until when, and why."""

    to = StaffField(label=_("to"), empty_label=_("choose a colleague"))
    until = forms.DateField(label=_("due until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label=_("reason"), max_length=200)

    def __init__(self, *args: Any, candidates: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = candidates
        self.today = today

    def clean_until(self) -> dt.date:
        """Today or later."""
        day = self.cleaned_data["until"]
        if day < self.today:
            raise forms.ValidationError(_("This day is over."))
        return day


class HandlingForm(forms.Form):
    """What was done about a dissatisfaction, by whom it is owned from now on, and whether it is settled."""

    handling = forms.CharField(
        label=_("what was done"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    cause = forms.ChoiceField(label=_("cause"), choices=Dissatisfaction.Cause.choices)
    owner = StaffField(label=_("owner"), required=False, empty_label=_("as before"))
    is_settled = forms.BooleanField(label=_("settled"), required=False)

    def __init__(self, *args: Any, candidates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = candidates


class ReasonForm(forms.Form):
    """Why a result is returned."""

    reason = forms.CharField(label=_("what is to be redone"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ReviewForm(ReasonForm):
    """Why a result is returned; `version` is the order's as it was shown."""

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)


class ScoreForm(forms.Form):
    """One to five points for a sampled result, and whether it goes back for redo."""

    score = forms.TypedChoiceField(
        label=_("score"),
        coerce=int,
        choices=[(5, _("5 very good")), (4, _("4 good")), (3, _("3 fair")), (2, _("2 poor")), (1, _("1 very poor"))],
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(label=_("remark"), required=False, max_length=200)
    send_back = forms.BooleanField(label=_("return for redo"), required=False)

    def clean(self) -> dict[str, Any]:
        """Nobody redoes work without knowing what was wrong."""
        data = super().clean() or {}
        if data.get("send_back") and not data.get("remark"):
            self.add_error("remark", _("Write what is to be redone."))
        return data


class TierForm(forms.Form):
    """Another tier than the rules found."""

    tier = forms.ChoiceField(label=_("tier"), choices=Tier.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("reason"), max_length=200)


class ResumeForm(forms.Form):
    """Why a suspended run goes on, and whether the readmission was an error."""

    reason = forms.CharField(label=_("reason"), max_length=200)
    is_error = forms.BooleanField(
        label=_("the readmission was reported in error: the step it ended is called again"), required=False
    )


class EndForm(forms.Form):
    """A physician's decision on a run whose end is proposed."""

    decision = forms.ChoiceField(
        label=_("decision"),
        choices=[("end", _("agree to the end")), ("keep", _("follow further"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("reason"), max_length=200)


class DispatchFilters(forms.Form):
    """The filters of the dispatch board; what cannot be read filters nothing."""

    state = forms.ChoiceField(label=_("state"), required=False)
    tier = forms.ChoiceField(label=_("tier"), required=False)
    department = forms.ModelChoiceField(
        label=_("department"),
        required=False,
        queryset=Department._base_manager.none(),
        empty_label=_("all departments"),
    )
    due_from = forms.DateField(
        label=_("due from"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "form-control"})
    )
    due_to = forms.DateField(
        label=_("due until"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "form-control"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.active()
        self.fields["department"].label_from_instance = attrgetter("listed_name")
        self.fields["state"].choices = [("", _("all open")), *((s.value, s.label) for s in OrderState)]
        self.fields["tier"].choices = [("", _("all tiers")), *Tier.choices]
        for name in ("state", "tier", "department"):
            self.fields[name].widget.attrs["class"] = "form-select"

    def chosen(self) -> dict[str, Any]:
        """The filters that could be read and are set."""
        self.is_valid()
        return {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}


def fresh_result_form(order: FollowUpOrder, actor: Actor) -> ResultForm:
    """The form as it opens: the actor's kept draft, the version shown, a key of its own."""
    kept = result_drafts.own(order, actor)
    initial = {name: kept[name] for name in DraftForm.base_fields if kept.get(name)}
    if isinstance(initial.get("agreed_at"), str):
        initial["agreed_at"] = _moment(initial["agreed_at"])
    return ResultForm(initial={**initial, "version": order.version, "idempotency_key": uuid.uuid4()})


def _moment(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None
