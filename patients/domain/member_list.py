"""The list of VIP members: all of them for who grants memberships, for others those they look after. Who died or was
erased is a member no more.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.actors import Actor
from accounts.calendar import today
from hospital_crm.tenancy import keyset
from hospital_crm.tenancy.counts import Rows
from patients.domain.memberships import GONE
from patients.models import Membership

STATES = ("running", "ending", "coming", "over")
SOON_DAYS = 60
FIRST_TO_END = keyset.Key("ends_on", dt.date.fromisoformat, ascending=True)
LAST_ENDED = keyset.Key("ends_on", dt.date.fromisoformat)


@dataclass(frozen=True)
class MemberList:
    """Memberships in one of the states of a day, those that end first on top; over ones, those that ended last."""

    actor: Actor
    day: dt.date
    state: str = "running"
    own: bool = False

    @property
    def rows(self) -> Rows:
        """The rows, or their two parts: as named contact, as deputy."""
        if self.actor.can("patients.memberships") and not self.own:
            return self._in_state(Membership.objects.visible_to(self.actor))
        staff = self.actor.staff.pk
        return (
            self._in_state(Membership.objects.filter(contact_id=staff).still_of(staff)),
            self._in_state(Membership.objects.filter(deputy_id=staff).still_of(staff)),
        )

    def _in_state(self, rows: QuerySet[Membership]) -> QuerySet[Membership]:
        rows, day = rows.exclude(state="void"), self.day
        if self.state == "over":
            return rows.filter(ends_on__lt=day)
        rows = rows.filter(ends_on__gte=day).exclude(patient__contact_state__in=GONE)
        if self.state == "coming":
            return rows.filter(starts_on__gt=day)
        rows = rows.filter(starts_on__lte=day)
        return rows.filter(ends_on__lte=day + dt.timedelta(days=SOON_DAYS)) if self.state == "ending" else rows

    def page(self, *, after: str, before: str) -> keyset.Page[Membership]:
        """One page with the people, levels and contacts it shows."""
        key = LAST_ENDED if self.state == "over" else FIRST_TO_END
        fetch = Membership.objects.select_related("patient", "level", "contact", "deputy")
        return keyset.page_of(self.rows, key, fetch=fetch, after=after, before=before)


def ending_of_own(actor: Actor) -> Rows:
    """The memberships that end soon and that the actor looks after."""
    return MemberList(actor, today(), "ending", own=True).rows
