"""What messages said of a person who is erased goes, also of those that nobody had attributed to a person.

A message that is not applied (an appointment that is kept, one that was set aside or ignored) may lead to no record.
So the numbers that it names, as it came and as it was corrected, are noted as keyed hashes, the same ones that are kept
of an erased person's. They are short (64 bits): there may be many millions of messages, and two numbers that would
share one are not to be expected. A telephone alone is not noted: a family shares it.
"""

import logging
from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Hospital
from hospital_crm.crypto import decrypt_bytes
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.receiving import erased_number
from integrations.models import Feed, InboundRecord
from patients.domain import erased_numbers
from patients.domain.records import PersonRecord
from patients.models import Patient, PersonMerger

log = logging.getLogger("crm.inbox")
AT_ONCE = 500
_IN_MEMORY = 20
_HEX_DIGITS = 16
_ERASED = "erased"

Namer = Callable[[bytes, Feed], Iterable[PersonRecord]]
namers: dict[str, Namer] = {}


def register_namer(kind: str, namer: Namer) -> None:
    """Who tells whom the messages of a kind of feed name, whatever else they say."""
    namers[kind] = namer


@transaction.atomic
def forget_person(patient: Patient) -> int:
    """What messages said of a person who is erased is emptied, as it came and as it was corrected; answers of how many.

    The row stays, for the counts and so that the same message is known if it comes again. What was applied stays
    applied; what was still to be applied never is. With the person go those whose records were united with it. A
    message that speaks of others too is emptied wholly: what it said of them is on their records.
    """
    gone = PersonMerger.objects.filter(kept=patient, undone_at__isnull=True).values_list("merged_id", flat=True)
    known_as = [patient, *Patient.objects.filter(pk__in=gone)]
    ids = [one.pk for one in known_as]
    hashes = [_short(one) for person in known_as for one in erased_numbers.hashes_of(person)]
    about = Q(patient_id__in=ids) | Q(people__overlap=ids) | Q(named__overlap=hashes)
    return empty(InboundRecord.objects.filter(about))


def empty(rows: QuerySet[InboundRecord]) -> int:
    """Nothing is left of what these messages said; answers of how many. In FHIR their number in the source goes too."""
    _hide_numbers(rows)
    emptied = {"raw": b"", "corrected": b"", "reason": _ERASED, "reason_detail": {}, "note": "", "named": []}
    applied = rows.filter(state=InboundRecord.State.APPLIED).update(**emptied)
    others = rows.exclude(state=InboundRecord.State.APPLIED)
    return applied + others.update(state=InboundRecord.State.IGNORED, **emptied)


def _hide_numbers(rows: QuerySet[InboundRecord]) -> None:
    named = rows.filter(feed__kind=Feed.Kind.FHIR).exclude(reason=_ERASED).only("external_id")
    changed = list(named)
    for row in changed:
        row.external_id = erased_number(row.external_id)
    InboundRecord.objects.bulk_update(changed, ["external_id"], batch_size=AT_ONCE)


def names_in(records: Iterable[InboundRecord]) -> tuple[dict[int, list[int]], list[int]]:
    """Whom these messages name, by the number of their rows; and which of them name somebody who was erased after
    they came.
    """
    hashes, received = {}, {}
    for record in records:
        hashes[record.pk], received[record.pk] = _hashes_in(record), record.received_at
    erased = erased_numbers.erased_at(set().union(*hashes.values())) if any(hashes.values()) else {}
    overtaken = [pk for pk, some in hashes.items() if any(erased[one] > received[pk] for one in some & erased.keys())]
    return {pk: sorted(map(_short, some)) for pk, some in hashes.items()}, overtaken


def name_stored(hospital: Hospital) -> int:
    """Note whom messages name that were kept without it: refused on arrival, or by an earlier release. Part by part,
    each in its own unit of work; answers of how many.
    """
    done, part = 0, AT_ONCE
    while part == AT_ONCE:
        with hospital_scope(hospital):
            part = _name_part()
        done += part
    return done


def _name_part() -> int:
    rows = InboundRecord.objects.unnamed().select_related("feed").select_for_update(of=("self",), skip_locked=True)
    named, overtaken = names_in(rows.order_by("id")[:AT_ONCE].iterator(chunk_size=_IN_MEMORY))
    InboundRecord.objects.bulk_update([InboundRecord(pk=pk, named=some) for pk, some in named.items()], ["named"])
    empty(InboundRecord.objects.filter(pk__in=overtaken))
    return len(named)


def _hashes_in(record: InboundRecord) -> set[str]:
    namer = namers.get(record.feed.kind)
    if namer is None:
        return set()
    sealed = [bytes(text) for text in (record.raw, record.corrected) if text]
    return set().union(*(_hashes_of(namer, text, record) for text in sealed))


def _hashes_of(namer: Namer, sealed: bytes, record: InboundRecord) -> set[str]:
    """What can be read of it: a message may be wrong anywhere."""
    found: set[str] = set()
    try:
        for person in namer(decrypt_bytes(sealed), record.feed):
            found |= erased_numbers.hashes_told(person)
    except Exception as error:  # whatever a message provokes must stop neither the others nor an erasure
        log.warning("names_unreadable", extra={"record": record.pk, "error": type(error).__name__})
    return found


def _short(digest: str) -> int:
    """A keyed hash as a signed number of 64 bits."""
    return int.from_bytes(bytes.fromhex(digest[:_HEX_DIGITS]), signed=True)
