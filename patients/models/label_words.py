"""The axes a person is classified by, and the groups and stages on them (PRODUCT §2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Axis(models.TextChoices):
    """What is asked about a person. Each answers with one group or stage, or with none."""

    ORIENTATION = "orientation", _("orientation")
    LIFE_CYCLE = "life_cycle", _("stage of the relationship")
    VISIT_CYCLE = "visit_cycle", _("stage of the visits")


class Orientation(models.TextChoices):
    """What binds the person to the hospital."""

    VALUE = "value", _("value-oriented")
    BENEFIT = "benefit", _("benefit-oriented")
    VOLATILE = "volatile", _("unsteady")


class LifeCycle(models.TextChoices):
    """How far the relationship has come, from the first contact on."""

    POTENTIAL = "potential", _("potential")
    CUSTOMER = "customer", _("customer")
    LOYAL = "loyal", _("loyal")
    LIFELONG = "lifelong", _("lifelong")


class VisitCycle(models.TextChoices):
    """Whether the person comes, comes again, keeps coming, or has stopped."""

    FIRST = "first", _("first visit")
    LATENT = "latent", _("may come again")
    LONG_TERM = "long_term", _("long-term")
    LAPSED = "lapsed", _("lapsed")


VALUES: dict[str, type[models.TextChoices]] = {
    Axis.ORIENTATION: Orientation,
    Axis.LIFE_CYCLE: LifeCycle,
    Axis.VISIT_CYCLE: VisitCycle,
}
# Stages: the first line that holds decides. Groups: every line that holds gives its points.
BY_POINTS = frozenset({Axis.ORIENTATION.value})
EVERY_VALUE = [(value, label) for values in VALUES.values() for value, label in values.choices]


def pairs() -> list[tuple[str, str]]:
    """Every axis with each of its groups or stages, in order."""
    return [(str(axis), str(value)) for axis, values in VALUES.items() for value in values.values]


def value_word(axis: str, value: str) -> str:
    """The group or stage in the reader's language; empty for none."""
    return str(VALUES[axis](value).label) if value else ""
