"""What members receive of the services agreed with their level, and counting what was received."""

import calendar
import datetime as dt
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from patients.domain.memberships import MembershipError, check_is_there, may_look_after
from patients.models import AgreedService, Membership, ServiceUse


@dataclass(frozen=True, slots=True)
class Received:
    """A service of the level in the period a day lies in. `left`: how often it may still be given (None: as often as
    wanted).
    """

    service: AgreedService
    since: dt.date
    until: dt.date
    used: int

    @property
    def left(self) -> int | None:
        """How often it may still be given in the period."""
        return None if self.service.times is None else max(self.service.times - self.used, 0)


def period_of(membership: Membership, per: str, on: dt.date) -> tuple[dt.date, dt.date]:
    """The first and last day of the period a day lies in: the whole membership, the year counted from its first day, or
    the calendar month; never beyond the membership.
    """
    if per == AgreedService.Per.MONTH:
        last = calendar.monthrange(on.year, on.month)[1]
        since, until = on.replace(day=1), on.replace(day=last)
    elif per == AgreedService.Per.YEAR:
        years = relativedelta(on, membership.starts_on).years
        since = membership.starts_on + relativedelta(years=years)
        until = membership.starts_on + relativedelta(years=years + 1) - dt.timedelta(days=1)
    else:
        since, until = membership.starts_on, membership.ends_on
    return max(since, membership.starts_on), min(until, membership.ends_on)


def services_of(membership: Membership, *, on: dt.date) -> list[Received]:
    """What the level gives, with what was received in the period of that day."""
    services = AgreedService.objects.filter(level=membership.level_id, is_active=True).order_by("rank", "id")
    uses = list(ServiceUse.objects.filter(membership=membership).values_list("service_id", "used_on"))
    found = []
    for service in services:
        since, until = period_of(membership, service.per, on)
        used = sum(1 for service_id, day in uses if service_id == service.pk and since <= day <= until)
        found.append(Received(service, since, until, used))
    return found


@transaction.atomic
def count_service(
    membership: Membership,
    service: AgreedService,
    *,
    on: dt.date,
    actor: Actor,
    now: dt.datetime,
    note: str = "",
    reference: str = "",
) -> ServiceUse:
    """Counts that the member received a service on that day; the same reference is counted once.

    Refused for who neither looks after the member nor grants memberships, for a day to come or outside of the
    membership, for somebody who died, for a service of another level, and where the agreed number is reached. Two who
    give the last one at once: one is refused.
    """
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    if not may_look_after(membership, actor):
        raise MembershipError(_("Only the named contact, the deputy and who grants memberships do this."))
    known = ServiceUse.objects.filter(membership=membership, service=service, reference=reference)
    if reference and (same := known.first()):
        return same
    check_is_there(membership.patient)
    if on > today(now=now):
        raise MembershipError(_("That day is still to come."))
    if not membership.is_running_on(on):
        raise MembershipError(_("The membership did not run on that day."))
    received = next((one for one in services_of(membership, on=on) if one.service.pk == service.pk), None)
    if received is None:
        raise MembershipError(_("This service is not agreed with the level."))
    if received.left == 0:
        raise MembershipError(_("The agreed number was received already."))
    use = ServiceUse(membership=membership, service=service, used_on=on, note=note.strip(), reference=reference)
    use.by, use.counted_at = actor.staff, now
    use.save()
    record("patients.membership.serve", membership.patient, actor=actor, membership=membership.pk, service=service.pk)
    return use


@transaction.atomic
def take_back_service(use: ServiceUse, *, actor: Actor) -> None:
    """What was counted did not take place. Refused as counting is."""
    if not may_look_after(use.membership, actor):
        raise MembershipError(_("Only the named contact, the deputy and who grants memberships do this."))
    patient = use.membership.patient
    record("patients.membership.take_back", patient, actor=actor, membership=use.membership_id, service=use.service_id)
    use.delete()
