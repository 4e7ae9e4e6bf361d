"""What staff type about units, checked for shape."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from groups.domain.handing import liaisons
from groups.domain.states import MOVES
from groups.domain.units import FIRST_STATES
from groups.models import (
    Benefit,
    Contract,
    GroupContact,
    GroupCustomer,
    GroupValue,
    GroupVisit,
    Opportunity,
)
from hospital_crm.private_files.intake import PrivateFileField
from hospital_crm.tenancy.fields import HospitalChoiceField

_LONG = forms.Textarea(attrs={"rows": 2})
_SOMEBODY = StaffMember._base_manager.none()


def _day(**attrs: Any) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", **attrs}, format="%Y-%m-%d")


class UnitFilter(forms.Form):
    """The filters of the list: a part of the name, from its start, in characters or pinyin; region, relationship,
    worth, liaison.
    """

    MORE = ("relation", "value")

    q = forms.CharField(label=_("Name or pinyin"), required=False, max_length=60)
    region = forms.ChoiceField(label=_("Region"), required=False)
    relation = forms.MultipleChoiceField(
        label=_("Relationship"),
        required=False,
        choices=GroupCustomer.Relation.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    value = forms.MultipleChoiceField(
        label=_("Worth"), required=False, choices=GroupCustomer.Value.choices, widget=forms.CheckboxSelectMultiple
    )
    owner = forms.TypedChoiceField(label=_("Liaison"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, regions: list[tuple[str, str]], may_see_owners: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("region", [("", _("Every region")), *regions, ("-", _("No known region"))])
        if may_see_owners:
            staff = [(one.pk, one.name) for one in liaisons().order_by("name")]
            self._choose("owner", [("", _("Every liaison")), *staff, (0, _("Nobody in charge"))])
        else:
            del self.fields["owner"]
        self.fields["q"].widget.attrs.update({"placeholder": _("Name or pinyin"), "class": "form-control"})

    @property
    def first(self) -> list[forms.BoundField]:
        """The filters that always stand there."""
        return [field for field in self if field.name not in self.MORE]

    @property
    def more(self) -> list[forms.BoundField]:
        """The filters behind the button, of which several values are alternatives."""
        return [field for field in self if field.name in self.MORE]

    @property
    def more_in_use(self) -> int:
        """How many of those behind the button are set."""
        return sum(1 for field in self.more if any(self.data.getlist(field.name)))  # type: ignore[attr-defined]

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields[name].widget.attrs["class"] = "form-select"


class UnitForm(forms.ModelForm):
    """The record of a unit. How it begins is asked only of a new one."""

    owner = HospitalChoiceField(StaffMember.objects.none(), label=_("Liaison in charge"), required=False)

    class Meta:
        model = GroupCustomer
        fields = [
            "name",
            "status",
            "relation",
            "business",
            "staff_count",
            "head_name",
            "address",
            "region",
            "phone",
            "fax",
            "email",
            "website",
            "value",
            "owner",
            "remarks",
        ]
        widgets = {"remarks": _LONG}
        help_texts = {"region": _("Taken from the address where it is left empty.")}

    def __init__(self, *args: Any, may_choose_owner: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_new = self.instance.pk is None
        if is_new:
            words = dict(GroupCustomer.Status.choices)
            self.fields["status"].choices = [(code, words[code]) for code in FIRST_STATES]
        else:
            del self.fields["status"]
        if is_new and may_choose_owner:
            self.fields["owner"].queryset = liaisons().order_by("name")
        else:
            del self.fields["owner"]


class StateForm(forms.Form):
    """Another state of cooperation, and why."""

    after = forms.ChoiceField(label=_("State of cooperation"))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, before: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = dict(GroupCustomer.Status.choices)
        self.fields["after"].choices = [(code, words[code]) for code in MOVES[before]]  # type: ignore[attr-defined]


class ContactForm(forms.ModelForm):
    """Somebody at the unit."""

    class Meta:
        model = GroupContact
        fields = ["name", "role", "title", "phone", "email", "wechat", "valid_from"]
        widgets = {"valid_from": _day()}


class DayForm(forms.Form):
    """A day on which something happens."""

    on = forms.DateField(label=_("Last day"), widget=_day())


class VisitForm(forms.ModelForm):
    """A contact with the unit, to be made."""

    contact = HospitalChoiceField(GroupContact.objects.none(), label=_("With whom"), required=False)

    class Meta:
        model = GroupVisit
        fields = ["kind", "planned_on", "contact", "purpose"]
        widgets = {"planned_on": _day()}

    def __init__(self, *args: Any, group: GroupCustomer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = GroupContact.objects.filter(group=group)


class VisitResultForm(forms.Form):
    """What came of it, and what follows."""

    done_on = forms.DateField(label=_("Done on"), widget=_day())
    result = forms.CharField(label=_("Result"), max_length=1000, widget=_LONG)
    next_step = forms.CharField(label=_("Next step"), max_length=200, required=False)
    next_on = forms.DateField(label=_("Day of the next step"), widget=_day(), required=False)
    next_kind = forms.ChoiceField(
        label=_("How"), choices=GroupVisit.Kind.choices, initial=GroupVisit.Kind.CALL, required=False
    )

    def clean_next_kind(self) -> str:
        """A call where nothing else is said."""
        return self.cleaned_data["next_kind"] or GroupVisit.Kind.CALL


class CallOffForm(forms.Form):
    """Why a contact is not made."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class ContractForm(forms.ModelForm):
    """A contract with up to one discount and one other benefit; more are added afterwards."""

    is_draft = forms.BooleanField(label=_("Draft, not signed yet"), required=False)
    discount = forms.IntegerField(label=_("Discount in percent"), min_value=1, max_value=100, required=False)
    service = forms.ChoiceField(label=_("The discount applies to"), choices=Benefit.Service.choices, required=False)
    benefit = forms.CharField(label=_("Other benefit"), max_length=100, required=False)
    benefit_kind = forms.ChoiceField(
        label=_("Kind of benefit"), required=False, choices=[c for c in Benefit.Kind.choices if c[0] != "discount"]
    )

    class Meta:
        model = Contract
        fields = ["kind", "number", "signed_on", "starts_on", "ends_on", "amount", "remind_days", "terms"]
        widgets = {"signed_on": _day(), "starts_on": _day(), "ends_on": _day(), "terms": _LONG}

    def clean(self) -> dict[str, Any]:
        """The end is not before the start."""
        values = super().clean() or self.cleaned_data
        _ends_after_start(self, values)
        return values

    def terms_of(self) -> dict[str, Any]:
        """The contract itself."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def benefits(self) -> list[dict[str, Any]]:
        """The benefits as rows."""
        values, rows = self.cleaned_data, []
        if values["discount"]:
            discount = {"kind": "discount", "name": str(_("discount")), "percent": values["discount"]}
            rows.append({**discount, "service": values["service"]})
        if values["benefit"]:
            rows.append({"kind": values["benefit_kind"], "name": values["benefit"]})
        return rows


class EndForm(forms.Form):
    """The day a contract is in force last, and why it ends."""

    on = forms.DateField(label=_("In force until"), widget=_day())
    reason = forms.CharField(label=_("Reason"), max_length=200)


class SignForm(forms.Form):
    """The day a draft was signed."""

    on = forms.DateField(label=_("Signed on"), widget=_day())


class BenefitForm(forms.ModelForm):
    """Something a contract gives."""

    class Meta:
        model = Benefit
        fields = [
            "kind",
            "name",
            "percent",
            "service",
            "starts_on",
            "ends_on",
            "limit_per_member",
            "limit_per_contract",
        ]
        widgets = {"starts_on": _day(), "ends_on": _day()}

    def clean(self) -> dict[str, Any]:
        """A discount has a percentage, nothing else has; the end is not before the start."""
        values = super().clean() or self.cleaned_data
        percent = values.get("percent")
        if values.get("kind") == Benefit.Kind.DISCOUNT and not percent:
            self.add_error("percent", _("Say how many percent."))
        elif values.get("kind") != Benefit.Kind.DISCOUNT and percent:
            self.add_error("percent", _("Only a discount has a percentage."))
        elif percent and percent > 100:
            self.add_error("percent", _("At most 100 percent."))
        _ends_after_start(self, values)
        return values


def _ends_after_start(form: Any, values: dict[str, Any]) -> None:
    start, end = values.get("starts_on"), values.get("ends_on")
    if start and end and end < start:
        form.add_error("ends_on", _("Ends before it starts."))


class ValueForm(forms.ModelForm):
    """What a unit brought in a year."""

    class Meta:
        model = GroupValue
        fields = ["year", "source", "amount", "note"]


class DealForm(forms.ModelForm):
    """Business that may come."""

    class Meta:
        model = Opportunity
        fields = ["kind", "title", "amount", "step", "expected_on"]
        widgets = {"expected_on": _day()}


class ForwardForm(forms.ModelForm):
    """How far a deal is."""

    class Meta:
        model = Opportunity
        fields = ["step", "amount", "expected_on"]
        widgets = {"expected_on": _day()}


class CloseForm(forms.Form):
    """Won or lost, and why."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=[("won", _("won")), ("lost", _("lost deal"))])
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
    on = forms.DateField(label=_("Closed on"), widget=_day())


class MemberForm(forms.Form):
    """A person of the hospital who joins, by record number."""

    number = forms.CharField(label=_("Record number"), max_length=40)
    department = forms.CharField(label=_("Department at the unit"), max_length=60, required=False)
    position = forms.CharField(label=_("Position"), max_length=60, required=False)
    employee_number = forms.CharField(label=_("Employee number"), max_length=40, required=False)
    is_key_person = forms.BooleanField(label=_("Key person"), required=False)


class HandOverForm(forms.Form):
    """To whom units go, and why. Open visits and deals go along; the new liaison is told."""

    to = forms.ModelChoiceField(
        label=_("Hand over to"),
        queryset=_SOMEBODY,
        help_text=_("Open visits and deals go along. The new liaison is told."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = liaisons().order_by("name")  # type: ignore[attr-defined]


class RelationValue(forms.Form):
    """The relationship that many units get; none takes it away."""

    value = forms.ChoiceField(
        label=_("relationship to the hospital"), choices=[("", "—"), *GroupCustomer.Relation.choices], required=False
    )


class WorthValue(forms.Form):
    """The worth that many units get; none takes it away."""

    value = forms.ChoiceField(label=_("worth"), choices=[("", "—"), *GroupCustomer.Value.choices], required=False)


class BusinessValue(forms.Form):
    """The line of business that many units get; empty takes it away."""

    value = forms.CharField(label=_("line of business"), max_length=60, required=False)


class FileForm(forms.Form):
    """A file to keep with the unit."""

    file = PrivateFileField(label=_("File"))
    note = forms.CharField(label=_("What it is"), max_length=200, required=False)
