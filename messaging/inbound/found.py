"""What reading a mail yields."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a mail is."""

    HARD_BOUNCE = "hard_bounce"
    SOFT_BOUNCE = "soft_bounce"
    DELAYED = "delayed"
    COMPLAINT = "complaint"
    FEEDBACK = "feedback"
    AUTO_REPLY = "auto_reply"
    CHALLENGE = "challenge"
    ORDINARY = "ordinary"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Finding:
    """What a report says of one recipient. `status`: the enhanced code, or the reply code where there is none."""

    address: str
    verdict: Verdict
    status: str = ""


@dataclass(frozen=True)
class Mail:
    """One mail. `references`: every identifier of ours that stands in it, in the order found, so that the address it
    came to counts first; `text`: the beginning of what a person would read.
    """

    fingerprint: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    references: tuple[str, ...]
    sender: str
    subject: str
    text: str


def unreadable(fingerprint: str, references: tuple[str, ...] = ()) -> Mail:
    """A mail of which nothing is known but that it came."""
    return Mail(fingerprint, Verdict.UNREADABLE, (), references, "", "", "")
