"""Messages of other systems, where their folder is there, and a feed that takes them."""

import csv
import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path

from integrations.domain import inbox
from integrations.domain.hl7 import as_inbound
from integrations.domain.receiving import receive
from integrations.models import Feed, InboundRecord
from integrations.readers.hl7.files import messages_in
from patients.models import Encounter, Identifier, Patient

FOLDER = Path(os.environ.get("CRM_TEST_DATA", "../shared/data")) / "hl7v2"
NOW = dt.datetime(2027, 1, 15, 4, tzinfo=dt.UTC)


def manifest(name: str) -> list[dict[str, str]]:
    """The rows of a manifest; none where the folder is not there."""
    path = FOLDER / name
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def messages_of(file: str) -> list[bytes]:
    """The messages of a file."""
    return messages_in((FOLDER / file).read_bytes())


def apply_all(feed: Feed, messages: Sequence[bytes], now: dt.datetime = NOW) -> None:
    """Receive messages and apply what is due, in the scope and transaction of the caller."""
    receive(feed, [one for one, _ in as_inbound(messages)], now=now, ask=False)
    while due := list(InboundRecord.objects.due().select_related("feed")[: inbox.CHUNK]):
        inbox.apply_chunk(due, now=now)


def bring(feed: Feed, *files: str, now: dt.datetime = NOW) -> None:
    """All messages of these files, one file after the other."""
    for file in files:
        apply_all(feed, messages_of(file), now)


def states() -> list[tuple[str, str]]:
    """State and reason of everything received, in its order."""
    return list(InboundRecord.objects.order_by("id").values_list("state", "reason"))


def everything() -> list[list[tuple]]:
    """People, numbers and visits as they are, to see that nothing changed."""
    people = Patient.objects.order_by("id").values_list(
        "id", "name", "sex", "birth_date", "phone", "contact_state", "mrn"
    )
    visits = Encounter.objects.order_by("id").values_list(
        "id", "patient_id", "kind", "source_key", "admitted_on", "discharged_on", "is_cancelled", "source_at", "bed"
    )
    return [
        list(people),
        list(visits),
        list(Identifier.objects.order_by("id").values_list("id", "patient_id", "value")),
    ]
