"""The types of a body are those of its description: a number is no text, and a text no number."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers


def check_types(shape: serializers.BaseSerializer, said: Any) -> None:
    """Refuses (400), field by field, what the framework would turn into another type by itself."""
    if faults := _faults(shape, said):
        raise serializers.ValidationError(faults)


def _faults(shape: Any, said: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, field in shape.fields.items() if isinstance(said, dict) else ():
        value = said.get(name)
        if isinstance(field, serializers.Serializer):
            if inner := _faults(field, value):
                found[name] = inner
        elif value is not None and not _fits(field, value):
            found[name] = [_("This is of another type than described.")]
    return found


def _fits(field: serializers.Field, value: Any) -> bool:
    if isinstance(field, serializers.ListField):
        return True
    if isinstance(field, serializers.BooleanField):
        return isinstance(value, bool)
    if isinstance(field, serializers.IntegerField):
        return not isinstance(value, bool | str)
    if isinstance(field, serializers.ChoiceField):
        kinds = {isinstance(one, str) for one in field.choices}
        return not isinstance(value, bool | list | dict) and isinstance(value, str) in kinds
    return isinstance(value, str)
