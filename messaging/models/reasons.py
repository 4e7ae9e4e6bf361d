"""Why a message is where it is, in the words of whoever asks."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Why a message is in its state. What the other side answered stands beside it as `detail`."""

    NONE = "", "—"
    # of recipients
    INACTIVE = "inactive", _("no longer works here")
    NO_ADDRESS = "no_address", _("has no address for this channel")
    SOURCE_GONE = "source_gone", _("the address is no longer on record")
    IN_DIGEST = "in_digest", _("told by the morning digest")
    # of whoever may be written to
    DECEASED = "deceased", _("has died")
    DEATH_IN_DOUBT = "death_in_doubt", _("may have died")
    ERASED = "erased", _("the record was erased")
    BINNED = "binned", _("the record lies in the bin")
    STOPPED = "stopped", _("has refused all contact")
    REFUSED_KIND = "refused_kind", _("has refused this kind of message")
    NO_CONSENT = "no_consent", _("has not allowed this kind of message")
    SUPPRESSED = "suppressed", _("the address is stopped")
    # of time
    QUIET_HOURS = "quiet_hours", _("waits for the hours in which people are contacted")
    BLACKOUT = "blackout", _("waits for the end of the days without contact")
    BUDGET = "budget", _("was contacted often enough these days")
    CALL_A_DAY = "call_a_day", _("was called that day")
    MERGED = "merged", _("said by another message of the same touch")
    APART = "apart", _("goes by itself: the message that would have said it does not go")
    CROWDED_OUT = "crowded_out", _("no room between other contacts before its last day")
    TOO_LATE = "too_late", _("it was too late to send it")
    # of whoever queued it
    PAUSED = "paused", _("its sending was paused")
    RESUMED = "resumed", _("its sending goes on")
    CANCELLED = "cancelled", _("called back before it was sent")
    UNITED = "united", _("not sent twice: two records of the person were united")
    # of the way out
    NO_GATEWAY = "no_gateway", _("nothing is set up for this channel")
    NO_TEXT = "no_text", _("the text could not be made")
    STORED_ONLY = "stored_only", _("only stored: no mail server is set up")
    REFUSED = "refused", _("refused by the other side")
    POSTPONED = "postponed", _("postponed by the other side")
    UNREACHABLE = "unreachable", _("the other side was not reached")
    NO_ANSWER = "no_answer", _("no answer after the text was sent")
    INTERRUPTED = "interrupted", _("interrupted while being sent")
    NOT_BEGUN = "not_begun", _("interrupted before it was sent")
    # of what was heard afterwards
    RECEIPT = "receipt", _("reported by the provider")
    HARD_BOUNCE = "hard_bounce", _("came back: the address does not exist")
    SOFT_BOUNCE = "soft_bounce", _("came back for a time")
    COMPLAINT = "complaint", _("complained about as unwanted")
    POSTED = "posted", _("posted")
    RETURNED = "returned", _("came back by post")
    SETTLED = "settled", _("settled by a person")


# What stands beside `NO_TEXT` where only people can give what the law wants on it.
LACKS: dict[str, Any] = {
    "postal_address": _("the sender's postal address is missing"),
    "signature": _("the signature of text messages is missing"),
    "review_over": _("the review of the medical advert has expired"),
}


def in_words(reason: str, detail: str) -> str:
    """A reason as people read it, with what was missing; '' where there is none."""
    if not reason or reason not in Reason.values:
        return reason
    return str(LACKS[detail]) if detail in LACKS else str(Reason(reason).label)
