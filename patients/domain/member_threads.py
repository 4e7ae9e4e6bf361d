"""The thread of messages about a VIP member, between the named contact, the deputy and others who care for the person.

The other side hears of a message by a signal (`member_message_sent`): the bell rings above.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.models import StaffMember, StaffRole
from hospital_crm.tenancy import keyset
from patients.domain.memberships import MembershipError, is_contact
from patients.models import MemberMessage, Membership, Patient, ThreadReading
from patients.signals import member_message_sent

NEWEST_FIRST = keyset.Key("sent_at", dt.datetime.fromisoformat)


def may_read_thread(membership: Membership, actor: Actor) -> bool:
    """Named contact and deputy; clinical roles that see the person."""
    if is_contact(membership, actor):
        return True
    if not (actor.can("patients.members") and actor.can("patients.clinical")):
        return False
    return Patient.objects.one_by_one().visible_to(actor).filter(pk=membership.patient_id).exists()


def messages_of(membership: Membership, *, after: str = "", before: str = "") -> keyset.Page[MemberMessage]:
    """A page of the thread, newest first."""
    rows = MemberMessage.objects.filter(membership=membership)
    fetch = MemberMessage.objects.select_related("author")
    return keyset.page_of(rows, NEWEST_FIRST, fetch=fetch, after=after, before=before, size=30)


def unread_of(membership: Membership, staff: StaffMember) -> QuerySet[MemberMessage]:
    """What others have written since somebody last read the thread."""
    rows = MemberMessage.objects.filter(membership=membership).exclude(author=staff)
    read = ThreadReading.objects.filter(membership=membership, staff=staff).values_list("read_until", flat=True).first()
    return rows.filter(sent_at__gt=read) if read else rows


def readings_of(membership: Membership) -> Sequence[ThreadReading]:
    """Who has read up to when."""
    return list(ThreadReading.objects.filter(membership=membership).select_related("staff").order_by("id"))


@transaction.atomic
def send(membership: Membership, text: str, *, actor: Actor, now: dt.datetime) -> MemberMessage:
    """A message to all who look after the member and to who has written before and may still read it.

    Refused for who may not read the thread, without a word, and once the membership was withdrawn. The audit holds no
    word of it.
    """
    if not may_read_thread(membership, actor):
        raise MembershipError(_("Only those who look after the member write here."))
    if not text.strip():
        raise MembershipError(_("An empty message says nothing."))
    if membership.state == Membership.State.VOID:
        raise MembershipError(_("This membership is over already."))
    message = MemberMessage(membership=membership, author=actor.staff, text=text.strip(), sent_at=now)
    message.save()
    record("patients.membership.write", membership.patient, actor=actor, membership=membership.pk)
    member_message_sent.send(sender=MemberMessage, message=message, to=_hearers(membership, actor.staff), now=now)
    return message


def _hearers(membership: Membership, author: StaffMember) -> list[StaffMember]:
    wrote = set(MemberMessage.objects.filter(membership=membership).values_list("author_id", flat=True))
    named = {membership.contact_id, membership.deputy_id}
    staff = StaffMember.objects.active().filter(pk__in=(wrote | named) - {author.pk, None}).select_related("user")
    return [one for one in staff.order_by("pk") if one.pk in named or _may_still_read(membership, one)]


def _may_still_read(membership: Membership, staff: StaffMember) -> bool:
    """Whether somebody may read the thread in one of the roles held."""
    roles = [link.role for link in StaffRole.objects.filter(staff=staff).select_related("role")]
    return any(may_read_thread(membership, Actor(staff.user, staff, role, roles)) for role in roles)


@transaction.atomic
def mark_read(membership: Membership, *, newest: int, actor: Actor) -> None:
    """Somebody has read the thread up to this message, the newest that was on the page; never back to an older one.
    Refused for who may not read it.
    """
    if not may_read_thread(membership, actor):
        raise MembershipError(_("Only those who look after the member write here."))
    sent_at = MemberMessage.objects.filter(membership=membership, pk=newest).values_list("sent_at", flat=True).first()
    if sent_at is None:
        return
    known = {"membership": membership, "staff": actor.staff}
    _reading, is_new = ThreadReading.objects.get_or_create(**known, defaults={"read_until": sent_at})
    if not is_new:
        ThreadReading.objects.filter(**known, read_until__lt=sent_at).update(read_until=sent_at)
