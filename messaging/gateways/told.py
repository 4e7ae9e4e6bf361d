"""What providers tell us by themselves: receipts of messages, and what people answered."""

import datetime as dt
import hashlib
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from messaging.models import State

# The providers' hours carry no zone.
_THEIR_ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")


class NotReadable(ValueError):
    """What came is not what the provider's interface says."""


@dataclass(frozen=True)
class Receipt:
    """What became of one message. `reference`: ours, where the provider carries it. `is_gone`: the number or account
    does not exist.
    """

    provider_reference: str
    state: State
    at: dt.datetime
    detail: str = ""
    reference: str = ""
    is_gone: bool = False


@dataclass(frozen=True)
class Heard:
    """What somebody answered. `provider_id` tells a repeat."""

    provider_id: str
    address: str
    text: str
    at: dt.datetime


@dataclass(frozen=True)
class Told:
    """Everything in one call."""

    receipts: list[Receipt] = field(default_factory=list)
    replies: list[Heard] = field(default_factory=list)


@dataclass(frozen=True)
class Listener:
    """How the calls of one provider are read and answered. `is_signed` checks a signature of the provider's own over
    the query of the call; without it the secret stands in the address, because the provider signs nothing.
    """

    read: Callable[[bytes], Told]
    answer: str
    content_type: str = "application/json"
    is_signed: Callable[[str, Mapping[str, str], dt.datetime], bool] | None = None


def moment(text: str) -> dt.datetime:
    """`2017-01-01 00:00:00` of the provider. Refuses (NotReadable) anything else."""
    try:
        return dt.datetime.strptime(text.strip(), "%Y-%m-%d %H:%M:%S").replace(tzinfo=_THEIR_ZONE)
    except (ValueError, AttributeError) as error:
        raise NotReadable("time") from error


def moment_of_seconds(number: object) -> dt.datetime:
    """Seconds since 1970. Refuses (NotReadable) what is none."""
    try:
        return dt.datetime.fromtimestamp(int(str(number)), dt.UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise NotReadable("time") from error


def numbered(*parts: object) -> str:
    """A number for what the provider gives none: the same for the same words."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:40]
