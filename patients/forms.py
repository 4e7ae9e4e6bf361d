"""What staff type about people, checked for shape; domain functions decide and save."""

import datetime as dt
from functools import lru_cache
from typing import Any

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Station
from patients import facts
from patients.domain import facets, masking
from patients.domain.memberships import members_among
from patients.domain.names import clean_name
from patients.domain.people import MIRRORED, OWN, editable_fields
from patients.domain.people_filters import CATEGORIES
from patients.domain.phones import normalise_phone
from patients.models import ContactStop, Patient
from patients.record_forms import PersonField


@lru_cache(maxsize=256)
def datalist(values: tuple[str, ...], words: tuple[str, ...] = ()) -> SafeString:
    """The options of a datalist, with words beside them; the same few hundred for every opening of the list."""
    beside = words or ("",) * len(values)
    return format_html_join("", '<option value="{}">{}</option>', zip(values, beside, strict=True))


_NAME_WANTED = _("Write the name, or the usual placeholder for an unknown person.")


class PersonForm(forms.ModelForm):
    """The record of a person. Fields that mirror the HIS are left out."""

    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    referrer = PersonField(label=_("Referred by"), required=False)
    again = forms.CharField(label=_("Why the person is entered again"), max_length=200, required=False)

    SECTIONS = (
        (_("Who it is"), ("name", "phone", "sex", "birth_date", "mrn", "again", "kind", "category")),
        (
            _("Life"),
            (
                *("education", "marital_status", "occupation", "insurance_type", "hobbies", "source", "referrer"),
                *("region", "address"),
            ),
        ),
        (_("Reached best"), ("preferred_channel", "preferred_hours", "preferred_language")),
        (
            _("Health"),
            ("allergies", "chronic_diseases", "past_history", "family_history", "current_medicines", "habits"),
        ),
    )
    OFFERED = {
        "source": (
            _("own choice"),
            _("recommended by a patient"),
            _("recommended by a physician"),
            _("online"),
            _("health check"),
            _("contract unit"),
            _("community event"),
            _("emergency"),
            _("other hospital"),
        ),
        "preferred_hours": (_("09–12"), _("14–18"), _("18–20"), _("any time")),
        "preferred_language": (
            _("Mandarin"),
            _("Cantonese"),
            _("Shanghainese"),
            _("spoken English"),
            _("sign language"),
        ),
        "insurance_type": (
            _("employees' insurance"),
            _("residents' insurance"),
            _("own expense"),
            _("commercial insurance"),
            _("public expense"),
        ),
    }

    class Meta:
        model = Patient
        fields = [*MIRRORED, *OWN]
        widgets = {
            "birth_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            **{
                name: forms.Textarea(attrs={"rows": 2})
                for name in ("chronic_diseases", "past_history", "family_history", "current_medicines")
            },
        }

    def __init__(self, *args: Any, actor: Actor, clinical: bool, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["referrer"].ask(actor, self.instance.referrer if self.instance.pk else None)
        self.kept_values: dict[str, str] = {}
        known = self.instance if self.instance.pk else None
        kept = set(editable_fields(known, clinical=clinical)) | ({"phone"} if known is None else set())
        kept |= {"again"} & self.data.keys()
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]
        self._arrange()
        self._leave_vip_out(known)
        if known is not None:
            self._hide_values(known)

    def _arrange(self) -> None:
        """What is asked first stands first; a choice not made is a dash."""
        self.order_fields(["name", "phone", "sex", "birth_date", "mrn", "kind"])
        if "name" in self.fields:
            self.fields["name"].required = True
            self.fields["name"].error_messages["required"] = _NAME_WANTED
        for name in {*self.OFFERED, "region"} & self.fields.keys():
            self.fields[name].widget.attrs.update({"list": f"list-{name}", "autocomplete": "off"})
        for field in self.fields.values():
            if isinstance(field, forms.TypedChoiceField) and field.choices[0][0] == "":
                field.choices = [("", "—"), *field.choices[1:]]

    def _leave_vip_out(self, known: Patient | None) -> None:
        """VIP comes of a membership alone; a member's category is not asked for."""
        if "category" not in self.fields or (known and known.category == "vip"):
            if known and members_among([known.pk], on=self.today):
                self.fields.pop("category", None)
            return
        self.fields["category"].choices = [(value, words) for value, words in CATEGORIES if value != "vip"]

    def ask_why_again(self, words: str) -> None:
        """Only where the person turns out to have been erased is it asked why a record is made or becomes the
        person's.
        """
        self.fields["again"] = self.base_fields["again"]
        self.add_error("again", words)

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The boxes by subject, those that this person has no use for left out."""
        found = [(words, [self[name] for name in names if name in self.fields]) for words, names in self.SECTIONS]
        return [(words, fields) for words, fields in found if fields]

    def suggestions(self) -> list[tuple[str, SafeString]]:
        """What is offered while typing, by box."""
        wanted = [(name, words) for name, words in self.OFFERED.items() if name in self.fields]
        offered = [(name, tuple(str(one) for one in words)) for name, words in wanted]
        if "region" in self.fields:
            offered.append(("region", tuple(facets.regions_near())))
        return [(f"list-{name}", datalist(words)) for name, words in offered]

    def _hide_values(self, known: Patient) -> None:
        """A form is no way round the mask: these boxes stand empty with the masked value behind, and empty keeps
        what is.
        """
        masked = {
            "name": masking.mask_name(known.name),
            "mrn": masking.mask_number(known.mrn),
            "address": masking.mask_address(known.address),
        }
        self.kept_values = {name: getattr(known, name) for name in masked if name in self.fields}
        for name in self.kept_values:
            self.initial[name] = ""
            self.fields[name].required = False
            self.fields[name].widget.attrs["placeholder"] = masked[name]

    def clean(self) -> dict[str, Any]:
        """Boxes with a hidden value keep it when nothing is typed."""
        values = super().clean() or self.cleaned_data
        for name, value in self.kept_values.items():
            if name in values and not values[name]:
                values[name] = value
        return values

    def clean_name(self) -> str:
        """A name that says something."""
        name = clean_name(self.cleaned_data["name"])
        if not name and "name" not in self.kept_values:
            raise forms.ValidationError(_NAME_WANTED)
        return name

    def clean_birth_date(self) -> dt.date | None:
        """Not in the future."""
        day = self.cleaned_data["birth_date"]
        if day and day > self.today:
            raise forms.ValidationError(_("The birth date lies in the future."))
        return day

    def clean_phone(self) -> str:
        """A telephone number in the form that is stored."""
        return _number(self.cleaned_data["phone"])


def _number(text: str) -> str:
    """A telephone number in the form that is stored; nothing typed is none."""
    number = normalise_phone(text.strip())
    if text.strip() and not number:
        raise forms.ValidationError(_("No telephone number: a mobile number has 11 digits."))
    return number


class FactsForm(forms.Form):
    """The facts screen of a stay: each fact yes, no or not known."""

    ANSWERS = [("yes", _("yes")), ("no", _("no")), ("", _("not known"))]

    def __init__(self, *args: Any, known: dict[str, bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for fact in facts.FACTS:
            value = known.get(fact.key)
            self.fields[fact.key] = forms.ChoiceField(
                label=fact.label,
                choices=self.ANSWERS,
                required=False,
                widget=forms.RadioSelect,
                initial="" if value is None else "yes" if value else "no",
            )

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The questions by group, in the order of the catalogue."""
        return [
            (words, [self[fact.key] for fact in facts.FACTS if fact.group == key])
            for key, words in facts.GROUPS.items()
        ]

    def answers(self) -> dict[str, bool | None]:
        """What was ticked, by key."""
        meaning = {"yes": True, "no": False, "": None}
        return {key: meaning[value] for key, value in self.cleaned_data.items()}


class StopForm(forms.Form):
    """Stop of all contact."""

    asked_by = forms.ChoiceField(label=_("Asked by"), choices=ContactStop.AskedBy.choices)
    words = forms.CharField(label=_("In these words"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    proof = forms.CharField(
        label=_("Proof"), max_length=100, required=False, help_text=_("Number of the recording or paper")
    )


class ReasonForm(forms.Form):
    """A reason, demanded."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class DeathForm(forms.Form):
    """Report of a death."""

    source = forms.ChoiceField(label=_("Known from"), choices=[c for c in Patient.DeathSource.choices if c[0] != "his"])
    deceased_on = forms.DateField(
        label=_("Died on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_deceased_on(self) -> dt.date | None:
        """Not in the future."""
        day = self.cleaned_data["deceased_on"]
        if day and day > self.today:
            raise forms.ValidationError(_("The day of death lies in the future."))
        return day


class StationForm(forms.Form):
    """The community station of a person; none is a choice, and so is the one the person is still at after it closed."""

    station = forms.TypedChoiceField(label=_("Community station"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, chosen: Station | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("none")), *Station.objects.active().values_list("pk", "name")]
        if chosen is not None and not chosen.is_active:
            choices.append((chosen.pk, _("%(station)s (closed)") % {"station": chosen}))
        self.fields["station"].choices = choices
        self.fields["station"].initial = chosen.pk if chosen else None

    def chosen(self) -> Station | None:
        """The station; None where the person is to have none."""
        return Station.objects.filter(pk=self.cleaned_data["station"]).first()


class UnmaskForm(forms.Form):
    """The purpose for which one field is shown."""

    PURPOSES = [
        ("followup", _("follow-up contact")),
        ("identity", _("check of identity")),
        ("complaint", _("complaint")),
        ("other", _("something else (say what)")),
    ]

    field = forms.RegexField(r"^(name|address|mrn|phone|identity|(phone|identifier|relation)-\d+)$")
    purpose = forms.ChoiceField(choices=PURPOSES)
    note = forms.CharField(max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        """Something else must be named."""
        values = super().clean() or self.cleaned_data
        if values.get("purpose") == "other" and not values.get("note"):
            raise forms.ValidationError(_("Say what the field is needed for."))
        return values

    def reason(self) -> str:
        """What the access log keeps."""
        return ": ".join(filter(None, [self.cleaned_data["purpose"], self.cleaned_data["note"]]))


class PartForm(forms.Form):
    """Why a union of two records is taken apart."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class HoldForm(forms.Form):
    """Who demands that a record is kept as it is, why, until when."""

    demanded_by = forms.CharField(label=_("demanded by"), max_length=100)
    reason = forms.CharField(label=_("Reason"), max_length=200)
    until = forms.DateField(label=_("until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class EraseForm(forms.Form):
    """Why a record is erased, and that it is meant."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
    is_meant = forms.BooleanField(label=_("I know that this cannot be taken back"))

    def clean(self) -> dict[str, Any]:
        """Only the reason is of interest afterwards."""
        values = super().clean() or {}
        values.pop("is_meant", None)
        return values
