"""A call of the API sent again changes nothing and hears what the first one heard, where the caller named it by a key.

The key is taken in the transaction of what the call does: of two that come at the same moment the database lets one go
first, and the other waits and finds the answer. A call that was refused keeps nothing, so its key is free.
"""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from accounts.models import ApiAnswer, ApiToken
from hospital_crm.crypto import decrypt, encrypt, whole_hash

KEPT_FOR = dt.timedelta(days=7)


class KeyReused(Exception):
    """The key names another call."""


class Answer(NamedTuple):
    """What the first call heard, and whom it told of in which way."""

    status: int
    content: Any
    kind: str
    patient_ids: list[int]


def take(token: ApiToken, key: str, call: str, *, now: dt.datetime) -> tuple[ApiAnswer, Answer | None]:
    """Takes the key for this call; with the answer where it was made before. Refused where it names another call."""
    named = whole_hash(f"call:{call}")
    row, is_new = ApiAnswer.objects.get_or_create(token=token, key=key, defaults={"call_hash": named, "at": now})
    if is_new:
        return row, None
    if row.call_hash != named:
        raise KeyReused
    return row, Answer(row.status, json.loads(decrypt(row.sealed)), row.kind, row.patient_ids)


def keep(row: ApiAnswer, *, status: int, content: str, kind: str, patient_ids: Iterable[int]) -> None:
    """The answer (JSON) of the call that took the key."""
    row.status, row.sealed, row.kind, row.patient_ids = status, encrypt(content), kind, sorted(patient_ids)
    row.save(update_fields=["status", "sealed", "kind", "patient_ids"])


def forget_old(*, now: dt.datetime) -> int:
    """Answers of more than seven days ago go; answers how many."""
    return ApiAnswer.objects.filter(at__lt=now - KEPT_FOR).delete()[0]


def forget_person(patient_id: int) -> int:
    """Answers that tell of this person go, as where the record is erased; answers how many."""
    return ApiAnswer.objects.filter(patient_ids__contains=[patient_id]).delete()[0]
