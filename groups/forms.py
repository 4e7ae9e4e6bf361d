"""What staff type about units, checked for shape."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from groups.models import Benefit, Contract, GroupContact, GroupCustomer, GroupVisit
from hospital_crm.tenancy.fields import HospitalChoiceField

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class UnitFilter(forms.Form):
    """The filter of the list: a part of the name, from its start, in characters or pinyin."""

    q = forms.CharField(label=_("Name or pinyin"), required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs.update({"placeholder": _("Name or pinyin"), "class": "form-control"})


class UnitForm(forms.ModelForm):
    """The record of a unit."""

    owner = HospitalChoiceField(StaffMember.objects.none(), label=_("Liaison in charge"), required=False)

    class Meta:
        model = GroupCustomer
        fields = [
            "name",
            "status",
            "business",
            "staff_count",
            "head_name",
            "address",
            "phone",
            "fax",
            "email",
            "website",
            "value",
            "owner",
            "remarks",
        ]
        widgets = {"remarks": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, may_choose_owner: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if may_choose_owner:
            self.fields["owner"].queryset = StaffMember.objects.active().holding("liaison", "centre_manager")
        else:
            del self.fields["owner"]


class ContactForm(forms.ModelForm):
    """Somebody at the unit."""

    class Meta:
        model = GroupContact
        fields = ["name", "role", "title", "phone", "email"]


class VisitForm(forms.ModelForm):
    """A contact with the unit, to be made."""

    class Meta:
        model = GroupVisit
        fields = ["kind", "planned_on", "purpose"]
        widgets = {"planned_on": DAY}


class VisitResultForm(forms.Form):
    """What came of it."""

    done_on = forms.DateField(label=_("Done on"), widget=DAY)
    result = forms.CharField(label=_("Result"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class ContractForm(forms.ModelForm):
    """A contract with up to one discount and any of the priorities."""

    discount = forms.IntegerField(label=_("Discount in percent"), min_value=1, max_value=100, required=False)
    benefit = forms.CharField(label=_("Other benefit"), max_length=100, required=False)
    benefit_kind = forms.ChoiceField(
        label=_("Kind of benefit"), required=False, choices=[c for c in Benefit.Kind.choices if c[0] != "discount"]
    )

    class Meta:
        model = Contract
        fields = ["number", "signed_on", "starts_on", "ends_on", "terms"]
        widgets = {
            "signed_on": DAY,
            "starts_on": DAY,
            "ends_on": DAY,
            "terms": forms.Textarea(attrs={"rows": 2}),
        }

    def clean(self) -> dict[str, Any]:
        """The end is not before the start."""
        values = super().clean() or self.cleaned_data
        start, end = values.get("starts_on"), values.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("Ends before it starts."))
        return values

    def benefits(self) -> list[dict[str, Any]]:
        """The benefits as rows."""
        values, rows = self.cleaned_data, []
        if values["discount"]:
            rows.append({"kind": "discount", "name": str(_("discount")), "percent": values["discount"]})
        if values["benefit"]:
            rows.append({"kind": values["benefit_kind"], "name": values["benefit"]})
        return rows


class MemberForm(forms.Form):
    """A person of the hospital who joins, by record number."""

    number = forms.CharField(label=_("Record number"), max_length=40)
    position = forms.CharField(label=_("Position"), max_length=60, required=False)
    is_key_person = forms.BooleanField(label=_("Key person"), required=False)
