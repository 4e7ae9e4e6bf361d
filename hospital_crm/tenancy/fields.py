"""Fields that keep one hospital's rows apart from another's."""

import uuid
from typing import Any

from django import forms
from django.db import models

from hospital_crm.pinyin import ORDER_LENGTH, name_order


class HospitalChoiceField(forms.ModelChoiceField):
    """One row of the hospital in scope.

    Its rows are read when a form is made, so that no form is frozen to the hospital it was imported in.
    """

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        super().__init__(queryset.model._base_manager.none(), **kwargs)

    def __deepcopy__(self, memo: dict) -> Any:
        field: Any = super().__deepcopy__(memo)
        field.queryset = field.queryset.model._default_manager.all()
        return field


class HospitalForeignKey(models.ForeignKey):
    """A reference between two rows of the same hospital.

    The database key is `(hospital_id, x_id)` → `(hospital_id, id)`, made after migrate by `walls.raise_walls`; there
    is no simple key, because foreign keys pass through row-level security.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "db_constraint": False})

    def formfield(self, **kwargs: Any) -> Any:
        """A choice among the rows of the hospital in scope when the form is made."""
        rows = self.remote_field.model._base_manager.none()
        return super().formfield(**{"form_class": HospitalChoiceField, "queryset": rows, **kwargs})


class TransactionIdField(models.Field):
    """The number of the transaction that wrote a row (`xid8`): it never repeats within one cluster."""

    def db_type(self, connection: Any) -> str:
        """PostgreSQL's own type, which compares and indexes like a number."""
        return "xid8"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> int | None:
        """The driver answers text."""
        return None if value is None else int(value)

    def get_prep_value(self, value: Any) -> Any:
        """The driver takes text."""
        return str(value) if isinstance(value, int) else value


class CurrentTransaction(models.Func):
    """The number of the transaction that is writing."""

    function = "pg_current_xact_id"
    template = "%(function)s()"
    output_field = TransactionIdField()


class PublicIdField(models.UUIDField):
    """The unguessable name of a row in addresses, links and exports; the number of the row never leaves the house."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": uuid.uuid4, "unique": True, "editable": False, **kwargs})


class NameOrderField(models.CharField):
    """What a list by name is sorted by: the reading of the column `of`, written whenever that column is.

    A change by `.update()` or `update_fields` names both columns.
    """

    def __init__(self, *args: Any, of: str = "name", **kwargs: Any) -> None:
        self.of = of
        defaults = {"max_length": ORDER_LENGTH, "db_collation": "C", "editable": False, "blank": True, "default": ""}
        super().__init__(*args, **{**defaults, **kwargs})

    def deconstruct(self) -> Any:
        """As the migration writes it down."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """The reading of the name as it is being written."""
        order = name_order(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, order)
        return order
