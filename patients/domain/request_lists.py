"""The register of privacy requests as lists: what is open, what is due soon or late, what has ended."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.calendar import today
from hospital_crm.tenancy import keyset
from hospital_crm.tenancy.counts import capped_counts
from patients.models import PrivacyRequest

SOON_DAYS = 3
LISTS = {
    "open": _("Still open"),
    "soon": _("Due in 3 days"),
    "late": _("Late"),
    "mine": _("My own"),
    "ended": _("Ended"),
}
BY_DUE = keyset.Key("due_on", dt.date.fromisoformat, ascending=True)
NEWEST = keyset.Key("received_on", dt.date.fromisoformat)


@dataclass(frozen=True)
class RequestList:
    """One list of requests on a day of the hospital; only of people whom the actor may see."""

    actor: Actor
    day: dt.date
    name: str = "open"

    def rows(self, name: str = "") -> QuerySet[PrivacyRequest]:
        """The requests of this list, or of the one named."""
        name, seen = name or self.name, PrivacyRequest.objects.visible_to(self.actor)
        if name == "ended":
            return seen.ended()
        conditions = {
            "soon": Q(due_on__range=(self.day, self.day + dt.timedelta(days=SOON_DAYS))),
            "late": Q(due_on__lt=self.day),
            "mine": Q(assignee=self.actor.staff),
        }
        return seen.open().filter(conditions.get(name, Q()))

    @property
    def order(self) -> keyset.Key:
        """Open ones by their deadline, ended ones newest first."""
        return NEWEST if self.name == "ended" else BY_DUE

    def counts(self) -> dict[str, int]:
        """How many are in each list, up to 1,001."""
        return dict(zip(LISTS, capped_counts(*(self.rows(name) for name in LISTS)), strict=True))

    def page(self, *, after: str = "", before: str = "", size: int = keyset.PAGE_SIZE) -> keyset.Page[PrivacyRequest]:
        """One page."""
        fetch = PrivacyRequest.objects.select_related("patient", "assignee")
        return keyset.page_of(self.rows(), self.order, fetch=fetch, after=after, before=before, size=size)


def soon(actor: Actor) -> QuerySet[PrivacyRequest]:
    """What is late or due within three days: the number in the navigation."""
    until = today() + dt.timedelta(days=SOON_DAYS)
    return PrivacyRequest.objects.visible_to(actor).open().filter(due_on__lte=until)
