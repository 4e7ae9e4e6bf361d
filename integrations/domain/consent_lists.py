"""Lists of consents that were given elsewhere: each row a decision of somebody on record, with where it was given.

A list makes nobody, and lifts no refusal of the person's own. A yes for e-mail is taken only with the day on which the
owner of the address confirmed it. Taken back, its entries are gone, and what held before holds again.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from hospital_crm.tenancy.scope import required_hospital
from integrations.domain.kinds import Brought, Figure, Given, ListKind, Outlook, ReadRow
from integrations.domain.modes import Known
from integrations.models import ImportBatch, ImportChunk
from integrations.readers.consent_fields import CONSENT_FIELDS
from integrations.readers.consents import ConsentLine, ConsentReader
from integrations.readers.problems import REJECTED, Problem
from integrations.readers.tabular.columns import ColumnMap
from patients.domain.consent_lists import Listed, bring, take_back
from patients.domain.registry import Outcome, people_of_each, work_out_ahead
from patients.models import Consent


class ConsentLists(ListKind):
    """Decisions of people about being approached."""

    code = ImportBatch.Kind.CONSENTS
    title = _("Import consents")
    fields = CONSENT_FIELDS
    capabilities = ("integrations.import",)
    already = "consent_already"
    missing = "no_consent_yet"
    hint = _("Each row says who, what for, yes or no, and its source: the sheet, the form, the call it rests on.")
    notes_repeats = True
    chunk_rows = 500
    taken_back = ("consents",)
    counted = ("consents_created", "duplicates")
    figures = (
        Figure("consents_created", _("Decisions recorded")),
        Figure("unchanged", _("No change")),
        Figure("duplicates", _("Named twice")),
    )
    shown = {
        "name": "i-name",
        "identity_number": "cw-176",
        "record_number": "i-zy",
        "phone": "i-tel",
        "purpose": "i-dept",
        "channel": "cw-56",
        "decision": "cw-56",
        "decided_on": "i-out",
        "proof_source": "i-dept",
    }
    template = {
        "name": "姓名",
        "identity_number": "身份证号",
        "record_number": "病案号",
        "phone": "手机",
        "purpose": "用途",
        "channel": "渠道",
        "decision": "是否同意",
        "decided_on": "同意日期",
        "proof_source": "来源",
        "wording": "文本版本",
        "confirmed_on": "邮件确认日期",
    }

    def reader(self, columns: ColumnMap, today: dt.date) -> ConsentReader:
        """Reads decisions."""
        return ConsentReader(columns, today)

    def ready(self, record: Any) -> Counter[str]:
        """The hash of the paper and the search keys of the name."""
        work_out_ahead(record)
        return Counter()

    def known(self, batch: ImportBatch, rows: list[ReadRow], given: Given, *, but_own: bool) -> Known:
        """Rows of people who have decided about the same before."""
        named = dict(zip((row.number for row in rows), people_of_each([row.record for row in rows]), strict=True))
        people = set().union(*named.values()) if named else set()
        decided = set(
            Consent.objects.filter(patient_id__in=people).values_list("patient_id", "purpose", "channel").distinct()
        )
        there = {
            row.number
            for row in rows
            if any((one, row.record.purpose, row.record.channel) in decided for one in named[row.number])
        }
        return Known(there, named=named)

    def bring(self, batch: ImportBatch, rows: list[ReadRow], given: Given) -> Brought:
        """One entry for each row whose person is known for sure."""
        given.meanwhile()
        people = people_of_each([row.record for row in rows])
        done = Brought(Outcome())
        made: list[int] = []
        for row, named in zip(rows, people, strict=True):
            code, entries = _one(row.record, named, given.now)
            if code:
                done.left_out[row.number] = Problem(REJECTED, code)
            elif entries:
                made += entries
                done.created_rows.add(row.number)
            done.named |= named
        done.counts = Counter(consents_created=len(done.created_rows))
        done.details = {"consents": made}
        return done

    def outlook(self, batch: ImportBatch) -> Outlook:
        """How many entries go."""
        made = [one for chunk in ImportChunk.objects.filter(batch=batch) for one in chunk.details.get("consents", ())]
        return Outlook(consents=Consent.objects.filter(pk__in=made, source=Consent.Source.LIST).count())

    def take_back(self, batch: ImportBatch, chunk: ImportChunk, now: dt.datetime) -> Counter[str]:
        """Its entries are gone."""
        return Counter(consents=take_back(chunk.details.get("consents", ()), now=now))

    def cell_texts(self, record: Any, raw: str) -> dict[str, Callable[[], str]]:
        """Purposes, channels and decisions as they were understood."""
        return {
            "purpose": lambda: str(Consent.Purpose(record.purpose).label),
            "channel": lambda: str(Consent.Channel(record.channel).label),
            "decision": lambda: str(Consent.Decision(record.decision).label),
            "decided_on": lambda: record.decided_on.isoformat() if record.decided_on else raw,
        }


def _one(record: ConsentLine, named: set[int], now: dt.datetime) -> tuple[str, list[int]]:
    """Why the row is left out, '' where it is not; and the entries, none where it says nothing new."""
    if len(named) != 1:
        return ("several_fit" if named else "person_not_on_record"), []
    listed = Listed(
        purpose=record.purpose,
        channel=record.channel,
        decision=record.decision,
        decided_on=record.decided_on,
        is_confirmed=record.confirmed_on is not None,
        source=record.proof_source,
        wording=record.wording,
    )
    return bring(next(iter(named)), listed, zone=required_hospital().tz, now=now)
