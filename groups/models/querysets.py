"""Who may see which units: the liaison those of his own, whoever sees all people of the hospital all units."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.actors import Actor


class GroupQuerySet(models.QuerySet):
    """Units."""

    def visible_to(self, actor: "Actor") -> "GroupQuerySet":
        """All units, those owned, or none."""
        if not actor.can("groups.view"):
            return self.none()
        if actor.sees == "units":
            return self.filter(owner_id=actor.staff.pk)
        return self if actor.sees == "all" else self.none()


class OfGroupQuerySet(models.QuerySet):
    """Rows that belong to one unit."""

    def visible_to(self, actor: "Actor") -> "OfGroupQuerySet":
        """Those of visible units."""
        if not actor.can("groups.view"):
            return self.none()
        if actor.sees == "units":
            return self.filter(group__owner_id=actor.staff.pk)
        return self if actor.sees == "all" else self.none()


class ContractQuerySet(OfGroupQuerySet):
    """Contracts."""

    def valid_on(self, day: dt.date) -> "ContractQuerySet":
        """Those in force on that day, both ends included; an open end counts."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class MemberQuerySet(OfGroupQuerySet):
    """Members."""

    def current(self) -> "MemberQuerySet":
        """Those who have not left."""
        return self.filter(left_on__isnull=True)
