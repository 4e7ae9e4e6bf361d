"""Letters: put aside when they are due, printed in a batch, posted, and marked when they come back.

The gateway puts a letter aside in the transaction that claims its message, so there is one letter per message. A letter
that was posted stays handed over: nobody tells that it arrived. One that came back was not delivered, and stops its
address for letters.
"""

import datetime as dt
import secrets
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from messaging.domain import suppressions
from messaging.domain.states import NotInThatState, move
from messaging.models import Channel, Letter, LetterBatch, Message, Reason, State, Suppression

# Without 0 and O, 1, I and L, so that nobody misreads one.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH = 8
LARGEST_BATCH = 500


class LetterRefused(Exception):
    """Refused, with the reason."""


def put_aside(reference: str) -> str:
    """The letter of a message waits to be printed; answers its code, the same one each time."""
    message = Message.objects.get(public_id=reference)
    letter, _is_new = Letter.objects.get_or_create(message=message, defaults={"code": _new_code()})
    return letter.code


@transaction.atomic
def make_batch(*, actor: Actor, now: dt.datetime, limit: int = LARGEST_BATCH) -> LetterBatch:
    """The letters that wait, the oldest first, as a batch to print. Refused where none waits."""
    rows = Letter.objects.waiting().select_for_update(skip_locked=True).order_by("pk")
    waiting = list(rows.values_list("pk", flat=True)[: min(limit, LARGEST_BATCH)])
    if not waiting:
        raise LetterRefused(_("No letter waits to be printed."))
    batch = LetterBatch.objects.create(made_at=now, made_by=actor.staff, letters_count=len(waiting))
    Letter.objects.filter(pk__in=waiting).update(batch=batch)
    record("messaging.letters.batch", batch, actor=actor, after={"letters": len(waiting)})
    return batch


@transaction.atomic
def post(batch: LetterBatch, *, actor: Actor, now: dt.datetime) -> None:
    """A batch went to the post. Refused the second time."""
    posted = LetterBatch.objects.filter(pk=batch.pk, posted_at=None).update(posted_at=now, posted_by=actor.staff)
    if not posted:
        raise LetterRefused(_("This batch was posted before."))
    record("messaging.letters.post", batch, actor=actor)


@transaction.atomic
def come_back(code: str, *, actor: Actor, now: dt.datetime) -> Letter:
    """A letter came back, known by the code on it: it was not delivered. Refused: a code of no posted letter, and one
    that came back before.
    """
    rows = Letter.objects.select_related("message", "batch").select_for_update(of=("self",))
    letter: Letter | None = rows.filter(code=read_code(code)).first()
    if letter is None or letter.batch is None or letter.batch.posted_at is None:
        raise LetterRefused(_("No letter that was posted has this code."))
    if letter.returned_at is not None:
        raise LetterRefused(_("This letter came back before."))
    letter.returned_at = now
    letter.save(update_fields=["returned_at"])
    _stop_address(letter, actor, now)
    try:
        move(letter.message, State.FAILED, now=now, reason=Reason.RETURNED)
    except NotInThatState as error:
        raise LetterRefused(_("What became of this letter is known by now.")) from error
    record("messaging.letter.return", letter.message, actor=actor)
    return letter


def _stop_address(letter: Letter, actor: Actor, now: dt.datetime) -> None:
    """Nobody is written to there any more until somebody makes sure of the address."""
    if letter.message.address.strip():
        suppressions.suppress(
            channel=Channel.LETTER,
            address=letter.message.address,
            reason=Suppression.Reason.HARD_BOUNCE,
            source=f"letter {letter.code}",
            message=letter.message,
            actor=actor,
            now=now,
        )


def letter_of(code: str) -> Letter:
    """The letter that bears a code, for whoever answers it. Refused: a code of no letter that was printed."""
    rows = Letter.objects.filter(code=read_code(code), batch__isnull=False).select_related("message")
    found: Letter | None = rows.first()
    if found is None:
        raise LetterRefused(_("No printed letter has this code."))
    return found


def read_code(text: str) -> str:
    """A code as it was typed: blanks, dashes and case make no difference."""
    return "".join(one for one in text.upper() if one.isalnum())[:_LENGTH]


def sheets_of(batch: LetterBatch) -> Sequence[Letter]:
    """The letters of a batch in their order, with their messages."""
    rows = Letter.objects.filter(batch=batch).select_related("message__person", "message__staff")
    return list(rows.order_by("pk"))


def _new_code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _place in range(_LENGTH))
