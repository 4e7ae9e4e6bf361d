"""What every row of a hospital has in common."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django_scopes import ScopedManager

from hospital_crm.tenancy.scope import current_hospital


def scoped_manager(queryset_class: type[models.QuerySet] = models.QuerySet) -> Any:
    """The manager of a tenant model:

    demands a scope and adds its hospital to every query; offers `queryset_class`'s methods.
    """
    return ScopedManager(hospital="hospital", _manager_class=models.Manager.from_queryset(queryset_class))


def _hospital_key(**options: Any) -> models.ForeignKey:
    return models.ForeignKey(
        "accounts.Hospital",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        default=current_hospital,
        db_index=False,
        **options,
    )


class HospitalModel(models.Model):
    """A row that belongs to exactly one hospital.

    The hospital is filled from the scope, cannot be edited, is part of every uniqueness check, and is walled off by a
    policy that `walls.raise_walls` makes for each concrete model. `append_only = True` lets the serving role insert
    and read only; `keys_by_statement = True` has its keys checked once per statement, for tables written in bulk. An
    index on the hospital alone would cost every insert and tempt the planner to read a whole
    hospital; each model has one that begins with the hospital and goes on.
    """

    append_only = False
    keys_by_statement = False

    hospital = _hospital_key()

    objects: ClassVar[Any] = scoped_manager()

    class Meta:
        abstract = True

    def validate_unique(self, exclude: Any = None) -> None:
        """Uniqueness is per hospital, so the hospital takes part although no form shows it."""
        super().validate_unique(set(exclude or ()) - {"hospital"})

    def validate_constraints(self, exclude: Any = None) -> None:
        """As `validate_unique`."""
        super().validate_constraints(set(exclude or ()) - {"hospital"})

    def unique_error_message(self, model_class: type[models.Model], unique_check: Sequence[str]) -> ValidationError:
        """What is taken already, without the hospital, which no form shows."""
        return super().unique_error_message(model_class, tuple(one for one in unique_check if one != "hospital"))


def lean_hospital() -> models.ForeignKey:
    """The hospital of a row in a large table: without a key of its own, because a composite key of the table leads to
    a row whose hospital is checked, and one more key costs every insert and proves nothing.
    """
    return _hospital_key(db_constraint=False)
