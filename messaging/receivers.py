"""What messaging listens to; each receiver makes one domain call."""

from typing import Any

from django.dispatch import receiver

from accounts.signals import export_settled, password_replaced
from messaging.domain import passwords, refusing, withdrawals
from messaging.domain.outbox import enqueue
from messaging.domain.own_pages import ask_to_confirm, send_own_page
from messaging.recipients import ToStaff
from patients.signals import consent_awaits, consent_decided, member_message_sent, own_page_wanted


@receiver(export_settled)
def tell_who_asked(export: Any, now: Any, **kwargs: Any) -> None:
    """An export is ready, refused or could not be made: the bell rings for who asked for it."""
    if export.asked_by.is_active:
        enqueue(
            purpose="exports",
            recipient=ToStaff(export.asked_by),
            channel="bell",
            template="exports",
            context={"number": export.number, "state": str(export.get_state_display())},
            link=("accounts:exports",),
            key=f"exports:{export.pk}:{export.state}",
            now=now,
        )


@receiver(password_replaced)
def tell_whose_password_it_is(staff: Any, actor: Any, now: Any, **kwargs: Any) -> None:
    """Somebody's password was replaced: the person hears of it, and who watches over rights."""
    passwords.tell(staff, actor=actor, now=now)


@receiver(consent_decided)
def write_again(consent: Any, now: Any, **kwargs: Any) -> None:
    """A person allowed a channel: what that person had stopped on it ends."""
    refusing.allow_again(consent, now=now)


@receiver(member_message_sent)
def tell_who_looks_after(message: Any, to: Any, now: Any, **kwargs: Any) -> None:
    """Somebody wrote about a VIP member: the bell rings for the others, without a word of it and without a name."""
    for staff in to:
        enqueue(
            purpose="member_messages",
            recipient=ToStaff(staff),
            channel="bell",
            template="member_messages",
            context={"author": message.author.name},
            link=("patients:member-thread", str(message.membership.public_id)),
            key=f"member_message:{message.pk}:{staff.pk}",
            now=now,
        )


@receiver(consent_awaits)
def send_the_confirmation(awaited: Any, now: Any, **kwargs: Any) -> None:
    """A yes by e-mail waits for the person: the link goes to the address on record."""
    ask_to_confirm(awaited, now=now)


@receiver(consent_decided)
def note_the_message(consent: Any, now: Any, **kwargs: Any) -> None:
    """A no behind the link of a message belongs to that message."""
    withdrawals.note_link(consent, now=now)


@receiver(own_page_wanted)
def send_the_own_page(patient: Any, now: Any, **kwargs: Any) -> None:
    """The person wants to see and change what is allowed: the link goes to the address on record."""
    send_own_page(patient, now=now)
