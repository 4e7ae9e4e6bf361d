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
        """All units, those owned, or none; never what lies in the bin."""
        if not actor.can("groups.view"):
            return self.none()
        if actor.sees == "units":
            return self.out_of_bin().filter(owner_id=actor.staff.pk)
        return self.out_of_bin() if actor.sees == "all" else self.none()

    def out_of_bin(self) -> "GroupQuerySet":
        """Without those recorded by mistake."""
        return self.filter(is_binned=False)


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
        """Those in force on that day, both ends included; an open end counts, a draft does not."""
        open_end = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
        return self.filter(open_end, starts_on__lte=day, state__in=["signed", "ended"])

    def ending(self, first: dt.date, last: dt.date) -> "ContractQuerySet":
        """Those signed whose last day lies between two days, both included."""
        return self.filter(state="signed", ends_on__range=(first, last))


class ContactQuerySet(OfGroupQuerySet):
    """People at units we speak to."""

    def valid_on(self, day: dt.date) -> "ContactQuerySet":
        """Those we speak to on that day, both ends included."""
        started = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
        return self.filter(started, Q(valid_until__isnull=True) | Q(valid_until__gte=day))


class VisitQuerySet(OfGroupQuerySet):
    """Contacts with units."""

    def open(self) -> "VisitQuerySet":
        """Those still to be made."""
        return self.filter(done_on__isnull=True, called_off_on__isnull=True)


class OpportunityQuerySet(OfGroupQuerySet):
    """Business that may come."""

    def open(self) -> "OpportunityQuerySet":
        """What is neither won nor lost."""
        return self.filter(state="open")


class MemberQuerySet(OfGroupQuerySet):
    """Members."""

    def current(self) -> "MemberQuerySet":
        """Those who have not left."""
        return self.filter(left_on__isnull=True)

    def on(self, day: dt.date) -> "MemberQuerySet":
        """Those who belong to their unit on that day: joined by then, and not left by then."""
        joined = Q(joined_on__isnull=True) | Q(joined_on__lte=day)
        return self.filter(joined, Q(left_on__isnull=True) | Q(left_on__gt=day))

    def absent(self) -> "MemberQuerySet":
        """Those a complete roster did not name, about whom nobody has decided."""
        return self.filter(left_on__isnull=True, absent_since__isnull=False)
