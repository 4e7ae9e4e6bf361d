"""What programs say of a person, entered or changed: the fields that the form has, each of the form's own shape, and
why somebody is entered again whose record was erased.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api.problems import Conflict
from patients.models import Patient


class SaysWhyAgain(serializers.Serializer):
    """`erased`: `accepted` where the person's record was erased, with the reason."""

    erased = serializers.ChoiceField(choices=["accepted"], required=False)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Whoever enters somebody again says why."""
        if attrs.get("erased") and not attrs.get("reason"):
            raise serializers.ValidationError({"reason": _("Say why the person is entered again.")})
        return attrs


class PersonFieldsSerializer(SaysWhyAgain):
    """The fields that a new person and a change have in common. `first`, `last`: what is read, and refused, before and
    after them.
    """

    first: Sequence[str] = ()
    last: Sequence[str] = ("erased", "reason")

    sex = serializers.ChoiceField(choices=Patient.Sex.choices, required=False)
    birth_date = serializers.DateField(required=False, allow_null=True)
    record_number = serializers.CharField(max_length=40, required=False, allow_blank=True, source="mrn")
    kind = serializers.ChoiceField(choices=Patient.Kind.choices, required=False)
    category = serializers.ChoiceField(
        choices=[one for one in Patient.Category.choices if one[0] != "vip"], required=False
    )
    education = serializers.ChoiceField(choices=Patient.Education.choices, required=False, allow_blank=True)
    marital_status = serializers.ChoiceField(choices=Patient.MaritalStatus.choices, required=False, allow_blank=True)
    occupation = serializers.CharField(max_length=60, required=False, allow_blank=True)
    insurance_type = serializers.CharField(max_length=40, required=False, allow_blank=True)
    hobbies = serializers.CharField(max_length=200, required=False, allow_blank=True)
    source = serializers.CharField(max_length=40, required=False, allow_blank=True, help_text="The source channel")
    referrer = serializers.UUIDField(required=False, allow_null=True, help_text="The person who referred this one")
    region = serializers.CharField(max_length=40, required=False, allow_blank=True)
    address = serializers.CharField(max_length=200, required=False, allow_blank=True)
    preferred_channel = serializers.ChoiceField(choices=Patient.Channel.choices, required=False, allow_blank=True)
    preferred_hours = serializers.CharField(max_length=40, required=False, allow_blank=True)
    preferred_language = serializers.CharField(max_length=20, required=False, allow_blank=True)

    def get_fields(self) -> dict[str, Any]:
        """In the order in which they are refused."""
        fields = super().get_fields()
        last = {name: fields.pop(name) for name in self.last}
        return {**{name: fields[name] for name in self.first}, **fields, **last}


class WasErased(Conflict):
    """The record of the person was erased."""

    default_detail = _("The record was erased. If the person is in care again, send erased: accepted, with the reason.")
    default_code = "erased"

    def __init__(self) -> None:
        super().__init__()
        self.more = {"title": str(_("Erased before"))}
