"""Letters: put aside when they are due, printed in a batch, posted, and marked when they come back.

The gateway puts a letter aside in the transaction that claims its message, so there is one letter per message. Days may
pass until it is printed and posted, so that both times it is asked whether its reader may still be written to; a letter
that may not go is taken out, and its message was not delivered. A letter that was posted stays handed over: nobody
tells that it arrived. One that came back was not delivered, and stops its address for letters.
"""

import datetime as dt
import secrets
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from messaging import templates
from messaging.domain import suppressions, touches
from messaging.domain.admission import refused_by_now
from messaging.domain.marking import NotMarked, check_review
from messaging.domain.states import Move, NotInThatState, move, move_all
from messaging.models import Channel, Letter, LetterBatch, Message, Reason, State, Suppression

# Without 0 and O, 1, I and L, so that nobody misreads one.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH = 8
LARGEST_BATCH = 500
# The sending goes on some day, the review of the advert is renewed.
_WAITS = (Reason.PAUSED, Reason.NO_TEXT)


class LetterRefused(Exception):
    """Refused, with the reason."""


def put_aside(reference: str) -> str:
    """The letter of a message waits to be printed; answers its code, the same one each time."""
    message = Message.objects.get(public_id=reference)
    letter, _is_new = Letter.objects.get_or_create(message=message, defaults={"code": _new_code()})
    return letter.code


def make_batch(*, actor: Actor, now: dt.datetime, limit: int = LARGEST_BATCH) -> LetterBatch:
    """The letters that wait and may still go, the oldest first, as a batch to print. Refused where there is none; what
    may not go any more is taken out all the same.
    """
    with transaction.atomic():
        found = _that_may_go(min(limit, LARGEST_BATCH), actor, now)
        batch = _as_batch(found, actor, now) if found else None
    if batch is not None:
        return batch
    if Letter.objects.waiting().exists():
        raise LetterRefused(_("What waits may not be printed now: its sending is paused, or its review has expired."))
    raise LetterRefused(_("No letter waits to be printed."))


def _that_may_go(limit: int, actor: Actor, now: dt.datetime) -> list[int]:
    """The next letters on the pile, locked; those that only wait for something stay on it."""
    found, after = list[int](), 0
    rows = Letter.objects.waiting().select_for_update(skip_locked=True, of=("self",))
    rows = rows.select_related("message__staff__user").order_by("pk")
    while len(found) < limit and (some := list(rows.filter(pk__gt=after)[: limit - len(found)])):
        after = some[-1].pk
        against = _against(some, now)
        found += [one.pk for one in some if one.message_id not in against]
        for one in some:
            if one.message_id in against:
                _leave(one, *against[one.message_id], actor, now)
    return found


def _as_batch(found: Sequence[int], actor: Actor, now: dt.datetime) -> LetterBatch:
    batch = LetterBatch.objects.create(made_at=now, made_by=actor.staff, letters_count=len(found))
    Letter.objects.filter(pk__in=found).update(batch=batch)
    record("messaging.letters.batch", batch, actor=actor, after={"letters": len(found)})
    return batch


def _against(letters: Sequence[Letter], now: dt.datetime) -> dict[int, tuple[Reason, str]]:
    """What speaks by now against letters, by the number of the message: also that the review of an advert is over."""
    messages = [one.message for one in letters]
    lacking = {text: _lacks(*text, today(now=now)) for text in {(one.template, one.language) for one in messages}}
    over = {one.pk: lacking[one.template, one.language] for one in messages}
    unsaid = {number: (Reason.NO_TEXT, lacks) for number, lacks in over.items() if lacks}
    return unsaid | refused_by_now(messages, now=now)


def _lacks(template: str, language: str, day: dt.date) -> str:
    """What a text lacks on a day; nothing where the text is gone, for the letter is written."""
    try:
        check_review(templates.get(template).said(language).advert, today=day)
    except NotMarked as error:
        return error.lacks
    except LookupError:
        pass
    return ""


def _leave(letter: Letter, reason: Reason, detail: str, actor: Actor, now: dt.datetime) -> None:
    """Out for good; a letter that only waits for something stays, or goes back, on the pile."""
    if reason not in _WAITS:
        _take_out(letter, reason, detail, actor, now)
    elif letter.batch_id is not None:
        _one_less(letter.batch_id)
        Letter.objects.filter(pk=letter.pk).update(batch=None)


def _take_out(letter: Letter, reason: Reason, detail: str, actor: Actor, now: dt.datetime) -> None:
    """This letter is not posted, and its message reached nobody."""
    if letter.batch_id is not None:
        _one_less(letter.batch_id)
    letter.taken_out_at = now
    letter.save(update_fields=["taken_out_at"])
    try:
        move(letter.message, State.FAILED, now=now, reason=reason, detail=detail)
    except NotInThatState:  # what became of it is written down already
        pass
    record("messaging.letter.take_out", letter.message, actor=actor)


def _one_less(batch_id: int) -> None:
    LetterBatch.objects.filter(pk=batch_id).update(letters_count=F("letters_count") - 1)


@transaction.atomic
def take_out(code: str, *, actor: Actor, now: dt.datetime) -> None:
    """Somebody takes a printed letter out before it is posted, known by its code. Refused: a code of no such letter."""
    rows = Letter.objects.select_related("message").select_for_update(of=("self",))
    letter: Letter | None = rows.filter(
        code=read_code(code), batch__posted_at=None, batch__isnull=False, taken_out_at=None
    ).first()
    if letter is None:
        raise LetterRefused(_("No printed letter that waits for the post has this code."))
    _take_out(letter, Reason.CANCELLED, "", actor, now)


def call_back(sending: str, *, now: dt.datetime) -> int:
    """Letters of a sending that was called back and are not printed yet are taken out at once, and reached nobody;
    answers how many. What was printed lies on somebody's table: it is taken out by its code (`printed_of`).
    """
    with transaction.atomic():
        waiting = Letter.objects.waiting().filter(message__batch=sending).select_for_update(of=("self",))
        of_message = dict(waiting.order_by("pk").values_list("message_id", "pk"))
        Letter.objects.filter(pk__in=of_message.values()).update(taken_out_at=now)
        moves = [Move(number, State.FAILED, Reason.CANCELLED) for number in of_message]
        moved = move_all(moves, before=[State.HANDED_OVER], now=now)
        touches.forget(moved)
        return len(moved)


def printed_of(sending: str) -> int:
    """How many letters of a sending are printed and neither posted nor taken out."""
    rows = Letter.objects.filter(message__batch=sending, taken_out_at=None, batch__posted_at=None)
    return rows.filter(batch__isnull=False).count()


@transaction.atomic
def post(batch: LetterBatch, *, actor: Actor, now: dt.datetime) -> list[str]:
    """A batch went to the post; its letters count as contacts of this day. Where some of it may not go any more,
    nothing is written down as posted: they leave the batch, and their codes are answered, so that somebody takes them
    out by hand. Refused the second time.
    """
    held = LetterBatch.objects.select_for_update().get(pk=batch.pk)
    if held.posted_at is not None:
        raise LetterRefused(_("This batch was posted before."))
    letters = list(_in_batch(held).select_for_update(of=("self",)))
    against = _against(letters, now)
    codes = [one.code for one in letters if one.message_id in against]
    for one in letters:
        if one.message_id in against:
            _leave(one, *against[one.message_id], actor, now)
    if not codes:
        LetterBatch.objects.filter(pk=held.pk).update(posted_at=now, posted_by=actor.staff)
        touches.shift([one.message_id for one in letters], at=now)
        record("messaging.letters.post", held, actor=actor)
    return codes


@transaction.atomic
def come_back(code: str, *, actor: Actor, now: dt.datetime) -> Letter:
    """A letter came back, known by the code on it: it was not delivered. Refused: a code of no posted letter, and one
    that came back before.
    """
    rows = Letter.objects.select_related("message", "batch").select_for_update(of=("self",))
    letter: Letter | None = rows.filter(code=read_code(code), taken_out_at=None).first()
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


def sheets_of(batch: LetterBatch, *, now: dt.datetime) -> Sequence[Letter]:
    """The letters of a batch in their order, with their messages; before it is posted those that may still go."""
    found = list(_in_batch(batch))
    against = {} if batch.posted_at else _against(found, now)
    return [one for one in found if one.message_id not in against]


def _in_batch(batch: LetterBatch) -> QuerySet[Letter]:
    rows: QuerySet[Letter] = Letter.objects.filter(batch=batch, taken_out_at=None)
    return rows.select_related("message__person", "message__staff__user").order_by("pk")


def _new_code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _place in range(_LENGTH))
