"""What staff type around a record: notes, tasks, files, numbers, relations, papers. Shape is checked here."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import StaffMember
from hospital_crm.private_files.intake import PrivateFileField
from patients.domain import masking
from patients.domain.reach import BY_HAND, contact_value
from patients.domain.rows import sex_word
from patients.domain.search import find_people
from patients.models import Attachment, Audience, ContactPoint, Identifier, Patient, PatientNote, PersonTask, Relation

OFFERED = 8


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A day to pick."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class PersonPicker(forms.Widget):
    """Search for a person and choose among the first that fit; who is chosen stands there masked.

    With scripts the candidates come while typing; without, they stand there after the form was sent.
    """

    template_name = "patients/widgets/person.html"

    def __init__(self) -> None:
        super().__init__()
        self.candidates: list[Patient] = []
        self.chosen: Patient | None = None
        self.typed = ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """The chosen person and the candidates, masked."""
        context = super().get_context(name, value, attrs)
        people = ([self.chosen] if self.chosen else []) + [p for p in self.candidates if p != self.chosen]
        context["people"] = [offered(person) for person in people]
        context["chosen"] = str(self.chosen.public_id) if self.chosen else ""
        context["typed"] = self.typed
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        """The public id that was chosen, and what was typed."""
        return data.get(name, ""), data.get(f"{name}_q", "")[:60].strip()

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Absent only where neither part was sent."""
        return name not in data and f"{name}_q" not in data


def offered(patient: Patient) -> dict[str, str]:
    """A person as a picker shows one."""
    words = [sex_word(patient), str(patient.birth_date.year) if patient.birth_date else ""]
    return {
        "key": str(patient.public_id),
        "name": masking.mask_name(patient.name),
        "words": " ".join(filter(None, [*words, masking.mask_phone(patient.phone)])),
    }


class PersonField(forms.Field):
    """A person whom the actor may see, or nobody."""

    widget = PersonPicker

    def ask(self, actor: Actor, chosen: Patient | None = None) -> None:
        """Who asks, and who is chosen so far."""
        self.actor, self.widget.chosen = actor, chosen

    def clean(self, value: Any) -> Patient | None:
        """The chosen person. Typed and not chosen: the candidates stand there to choose from."""
        key, typed = value or ("", "")
        self.widget.typed = typed
        if key:
            return self._visible(key)
        self.widget.chosen = None
        if typed:
            self.widget.candidates = find_people(self.actor, typed, limit=OFFERED, page="pick")
            raise forms.ValidationError(_("Choose the person below, or empty the box."))
        if self.required:
            raise forms.ValidationError(self.error_messages["required"])
        return None

    def _visible(self, key: str) -> Patient:
        try:
            wanted = uuid.UUID(key)
        except ValueError:
            raise forms.ValidationError(_("This person is not known.")) from None
        self.widget.chosen = Patient.objects.one_by_one().visible_to(self.actor).filter(public_id=wanted).first()
        if self.widget.chosen is None:
            raise forms.ValidationError(_("This person is not known."))
        return self.widget.chosen

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether somebody else is chosen."""
        return bool(data) and str(getattr(initial, "public_id", "")) != data[0]


class NoteForm(forms.Form):
    """A free note, its kind, for whom, and whether it stands on top."""

    text = forms.CharField(label=_("Note"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    kind = forms.ChoiceField(label=_("Kind"), choices=PatientNote.Kind.choices, required=False)
    audience = forms.ChoiceField(
        label=_("May be read by"),
        choices=Audience.choices,
        required=False,
        help_text=_("The state of health: always who may read clinical text."),
    )
    is_pinned = forms.BooleanField(label=_("On top"), required=False)

    def clean(self) -> dict[str, Any]:
        """The state of health is for who may read clinical text, whatever was chosen."""
        values = super().clean() or self.cleaned_data
        if values.get("kind") == PatientNote.Kind.CONDITION:
            values["audience"] = Audience.CLINICAL
        return values

    def values(self) -> dict[str, Any]:
        """What was written; a choice not made is left to the model."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class TaskForm(forms.Form):
    """Something to do for the person by a day."""

    title = forms.CharField(label=_("What is to be done"), max_length=100)
    detail = forms.CharField(
        label=_("More about it"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("No diagnosis: everybody who cares for people reads it."),
    )
    due_on = day_field(_("Due day"))
    assignee = forms.ModelChoiceField(label=_("Who does it"), queryset=StaffMember._base_manager.none())

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = staff


class CloseTaskForm(forms.Form):
    """Done, or dropped with a reason."""

    state = forms.ChoiceField(choices=[choice for choice in PersonTask.State.choices if choice[0] != "open"])
    result = forms.CharField(max_length=300, required=False)


class AttachmentForm(forms.Form):
    """A file to keep beside the record."""

    file = PrivateFileField(label=_("File"))
    kind = forms.ChoiceField(label=_("Kind"), choices=Attachment.Kind.choices, initial=Attachment.Kind.REPORT)
    audience = forms.ChoiceField(label=_("May be read by"), choices=Audience.choices, initial=Audience.CLINICAL)
    remark = forms.CharField(label=_("Remark"), max_length=100, required=False)


class ValidityForm(forms.Form):
    """From when until when something holds; both days count."""

    valid_from = day_field(_("Valid from"), required=False)
    valid_until = day_field(_("Valid until"), required=False)

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        values = super().clean() or self.cleaned_data
        start, end = values.get("valid_from"), values.get("valid_until")
        if start and end and end < start:
            self.add_error("valid_until", _("The last day lies before the first."))
        return values


class ContactChangeForm(ValidityForm):
    """What is known about a number or address; the number itself is never changed."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=[("", "—"), *ContactPoint.Purpose.choices], required=False)
    owner_relation = forms.CharField(label=_("Whose number"), max_length=20, required=False)
    owner = PersonField(label=_("Record of the owner"), required=False)
    rank = forms.IntegerField(label=_("Place in the order"), min_value=1, max_value=50)
    number_state = forms.ChoiceField(label=_("State"), choices=ContactPoint.NumberState.choices)
    field_order = ["rank", "purpose", "owner_relation", "owner", "number_state", "valid_from", "valid_until"]

    def __init__(self, *args: Any, actor: Actor, row: ContactPoint, **kwargs: Any) -> None:
        initial = {name: getattr(row, name) for name in self.field_order}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["owner"].ask(actor, row.owner)


class AskedAgainForm(ValidityForm):
    """Only where somebody bore what is entered whose record was erased is it asked why it is kept again."""

    again = forms.CharField(label=_("Why the person is entered again"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "again" not in self.data:
            del self.fields["again"]

    def ask_why_again(self, words: str) -> None:
        """From now on it is asked."""
        self.fields["again"] = self.base_fields["again"]
        self.order_fields(self.field_order)
        self.add_error("again", words)


class ContactForm(AskedAgainForm):
    """One more number or address of a person."""

    number = forms.CharField(label=_("Number or address"), max_length=120)
    system = forms.ChoiceField(label=_("Kind"), choices=ContactPoint.System.choices, required=False)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=[("", "—"), *ContactPoint.Purpose.choices], required=False)
    owner_relation = forms.CharField(
        label=_("Whose number"), max_length=20, required=False, help_text=_("Empty: the person's own")
    )
    owner = PersonField(label=_("Record of the owner"), required=False)
    field_order = ["number", "again", "system", "purpose", "owner_relation", "owner", "valid_from", "valid_until"]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].ask(actor)

    def clean(self) -> dict[str, Any]:
        """The number fits its kind; a telephone where no kind was chosen."""
        values = super().clean()
        values["system"] = values.get("system") or ContactPoint.System.PHONE
        number = values.get("number", "")
        if number and not contact_value(values["system"], number):
            self.add_error("number", _WRONG[values["system"]])
        return values


_WRONG = {
    "phone": _("No telephone number: a mobile number has 11 digits."),
    "email": _("No e-mail address."),
    "wechat": _("No WeChat id."),
}


class RelationForm(ValidityForm):
    """Somebody beside the person, what he or she may be told, and since when until when."""

    name = forms.CharField(label=_("Name"), max_length=100)
    kind = forms.CharField(label=_("Relation"), max_length=20)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    may_be_told = forms.ChoiceField(label=_("may be told"), choices=Relation.MayBeTold.choices)
    is_guardian = forms.BooleanField(label=_("Guardian"), required=False)
    related = PersonField(label=_("Own record"), required=False)
    field_order = ["name", "kind", "phone", "may_be_told", "is_guardian", "related", "valid_from", "valid_until"]

    def __init__(self, *args: Any, actor: Actor, row: Relation | None = None, **kwargs: Any) -> None:
        if row is not None:
            kwargs["initial"] = {name: getattr(row, name) for name in self.field_order}
        super().__init__(*args, **kwargs)
        self.fields["related"].ask(actor, row.related if row else None)
        self.kept = {"name": row.name, "phone": row.phone} if row else {}
        self._hide_values()

    def _hide_values(self) -> None:
        """A form is no way round the mask: name and number stand masked behind empty boxes, and empty keeps them."""
        masked = {"name": masking.mask_name, "phone": masking.mask_phone}
        for name, value in self.kept.items():
            self.initial[name] = ""
            self.fields[name].required = False
            self.fields[name].widget.attrs["placeholder"] = masked[name](value)

    def clean_phone(self) -> str:
        """A telephone number in the form that is stored, or none."""
        text = self.cleaned_data["phone"].strip()
        number = contact_value("phone", text)
        if text and not number:
            raise forms.ValidationError(_WRONG["phone"])
        return number

    def clean(self) -> dict[str, Any]:
        """Boxes with a hidden value keep it when nothing is typed."""
        values = super().clean()
        return {**values, **{name: value for name, value in self.kept.items() if not values.get(name)}}


class IdentifierForm(AskedAgainForm):
    """A number of papers or a card that staff saw."""

    system = forms.ChoiceField(
        label=_("Kind of number"), choices=[choice for choice in Identifier.System.choices if choice[0] in BY_HAND]
    )
    number = forms.CharField(label=_("Number"), max_length=40)
    field_order = ["system", "number", "again", "valid_from", "valid_until"]


class IdentifierChangeForm(ValidityForm):
    """Whether a number is in use, and its validity."""

    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, *args: Any, row: Identifier, **kwargs: Any) -> None:
        initial = {name: getattr(row, name) for name in ("is_active", "valid_from", "valid_until")}
        super().__init__(*args, initial=initial, **kwargs)


class TimelineFilter(forms.Form):
    """What the timeline is narrowed to; the address holds it. What cannot be read narrows nothing."""

    since = day_field(_("From"), required=False)
    until = day_field(_("To"), required=False)

    def days(self) -> tuple[dt.date | None, dt.date | None]:
        """From when until when."""
        self.is_valid()
        return self.cleaned_data.get("since"), self.cleaned_data.get("until")


class SimilarForm(forms.Form):
    """What is typed so far of a new record; what cannot be read asks for nothing."""

    name = forms.CharField(max_length=100, required=False)
    birth_date = forms.DateField(required=False)
    phone = forms.CharField(max_length=40, required=False)

    def values(self) -> dict[str, Any]:
        """What can be read."""
        return {name: value for name, value in self.cleaned_data.items() if value}
