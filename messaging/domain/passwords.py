"""A password that somebody else has handed out: its owner hears of it, and so does who watches over rights."""

import datetime as dt

from accounts.actors import Actor
from accounts.models import StaffMember
from messaging.domain.outbox import enqueue
from messaging.recipients import ToStaff

PURPOSE = "passwords"
OWN, OF_OTHERS = "password_replaced", "password_of_others_replaced"


def tell(staff: StaffMember, *, actor: Actor | None, now: dt.datetime) -> None:
    """By bell and, where there is one, by the address of the person; to the security officers by bell, with the page
    of that person's rights. Whoever did it is told nothing.
    """
    key = f"password:{staff.pk}:{now.isoformat()}"
    by = actor.staff.name if actor else ""
    for channel in ("bell", "email") if staff.email else ("bell",):
        enqueue(
            purpose=PURPOSE,
            recipient=ToStaff(staff),
            channel=channel,
            template=OWN,
            context={"by": by},
            link=("accounts:me",),
            key=f"{key}:{channel}",
            now=now,
        )
    known = {staff.pk, actor.staff.pk if actor else staff.pk}
    for officer in StaffMember.objects.active().able("security.rights").exclude(pk__in=known):
        enqueue(
            purpose=PURPOSE,
            recipient=ToStaff(officer),
            channel="bell",
            template=OF_OTHERS,
            context={"by": by, "whose": staff.name},
            link=("accounts:sessions", str(staff.public_id)),
            key=f"{key}:officer:{officer.pk}",
            now=now,
        )
