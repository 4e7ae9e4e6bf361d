"""Discharge lists: each row a stay and the person it belongs to."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db.models import F, Func, QuerySet
from django.utils.translation import gettext_lazy as _

from followups.domain.planned import Planned, planned_of
from followups.domain.withdrawn import ending_orders
from integrations.domain.figures import unchanged_rows
from integrations.domain.kinds import Brought, Figure, Given, ListKind, Outlook, ReadRow
from integrations.domain.modes import Known
from integrations.domain.places import Places
from integrations.models import ImportBatch, ImportChunk
from integrations.readers.discharge_fields import DISCHARGE_FIELDS
from integrations.readers.stays import StayReader
from integrations.readers.tabular.columns import ColumnMap
from patients.domain import withdrawal
from patients.domain.already import known_stays
from patients.domain.registry import Outcome, record_stays, work_out_ahead
from patients.domain.stay_upsert import numbered_key
from patients.models import Encounter, Patient


class DischargeLists(ListKind):
    """People and their stays, from the HIS."""

    code = ImportBatch.Kind.DISCHARGES
    title = _("Import a discharge list")
    fields = DISCHARGE_FIELDS
    capabilities = ("integrations.import",)
    already = "stay_already"
    missing = "no_stay_yet"
    hint = _(
        "Title rows above the header and total rows below do no harm. Nothing is imported before you have seen it."
    )
    counted: tuple[str, ...] = (
        "stays_created",
        "stays_updated",
        "patients_created",
        "patients_matched",
        "duplicates",
        "deaths",
    )
    figures = (
        Figure("stays_created", _("Stays made")),
        Figure("stays_updated", _("Stays corrected")),
        Figure("unchanged", _("No change")),
        Figure("duplicates", _("Repeats")),
        Figure("patients_created", _("New people")),
        Figure("patients_matched", _("Known people")),
        Figure("deaths", _("Died")),
    )
    shown = {
        "record_number": "i-zy",
        "admission_number": "i-zy",
        "name": "i-name",
        "sex": "cw-56",
        "birth_date": "i-birth",
        "identity_number": "cw-176",
        "phone": "i-tel",
        "department": "i-dept",
        "physician": "i-doc",
        "admitted_on": "i-out",
        "discharged_on": "i-out",
        "diagnosis_text": "",
        "disposition": "i-way",
        "outcome": "i-way",
    }
    template = {
        "admission_number": "住院号",
        "name": "姓名",
        "sex": "性别",
        "birth_date": "出生日期",
        "identity_number": "身份证号",
        "phone": "联系电话",
        "address": "现住址",
        "admitted_on": "入院日期",
        "discharged_on": "出院日期",
        "visit_number": "住院次数",
        "department": "出院科室",
        "ward": "病区",
        "physician": "主管医师",
        "diagnosis_code": "出院诊断编码",
        "diagnosis_text": "出院诊断",
        "secondary_diagnoses": "其他诊断",
        "procedure_text": "手术名称",
        "surgery_level": "手术级别",
        "icu": "是否入住ICU",
        "critical": "是否病危",
        "disposition": "离院方式",
        "discharge_instructions": "出院医嘱",
        "revisit_on": "复诊日期",
        "fees": "总费用",
    }

    def reader(self, columns: ColumnMap, today: dt.date) -> StayReader:
        """Reads stays."""
        return StayReader(columns, today)

    def ready(self, record: Any) -> Counter[str]:
        """The hash of the paper and the search keys of the name; a death is counted."""
        work_out_ahead(record)
        return Counter(deaths=int(record.has_died))

    def key_of(self, record: Any) -> str:
        """Number and count, or day, of the stay."""
        return numbered_key(record)

    def tells_of_the_same(self, first: Any, second: Any) -> bool:
        """The rows of one stay are brought together, which needs them in one chunk."""
        return _name_of_stay(first) == _name_of_stay(second)

    def known(self, batch: ImportBatch, rows: list[ReadRow], given: Given, *, but_own: bool) -> Known:
        """Rows whose stay is on record and counts."""
        records, own = [row.record for row in rows], batch.pk if but_own else None
        return Known(known_stays(records, known_conflicts=given.known_conflicts, but_of_list=own))

    def bring(self, batch: ImportBatch, rows: list[ReadRow], given: Given) -> Brought:
        """Stays and their people."""
        places = Places(given.today)
        outcome = record_stays(
            [places.resolve(row.record) for row in rows],
            now=given.now,
            today=given.today,
            batch_id=batch.pk,
            known_conflicts=given.known_conflicts,
            meanwhile=given.meanwhile,
        )
        outcome.findings += places.findings
        places.remember()
        done = brought(outcome)
        done.open_names = places.open_names
        return done

    def outlook(self, batch: ImportBatch) -> Outlook:
        """Asked of all chunks at once."""
        people, stays = of_all_chunks(batch, "people_made"), stays_of(batch)
        kept = withdrawal.kept_people(people, batch_id=batch.pk, since=batch.created_at)
        return Outlook(
            stays=stays.count(),
            orders=ending_orders(stays.values("pk")).count(),
            people=Patient.objects.filter(pk__in=people).count() - len(kept),
            kept=Counter(kept.values()),
            repeated=_repeated_since(batch),
        )

    def planned(self, batch: ImportBatch, today: dt.date) -> Planned | None:
        """Tiers, orders, and the stays that wait for planning."""
        return planned_of(stays_of(batch), on=today)

    def take_back(self, batch: ImportBatch, chunk: ImportChunk, now: dt.datetime) -> Counter[str]:
        """Stays are cancelled, their orders become void, people nobody worked with go."""
        stays = chunk.stays_standing()
        orders = ending_orders(stays).count()
        withdrawn = withdrawal.withdraw_stays(stays, batch_id=batch.pk, now=now)
        return Counter(stays=len(withdrawn), orders=orders)

    def cell_texts(self, record: Any, raw: str) -> dict[str, Callable[[], str]]:
        """Days, way of leaving, physician."""
        ways = Encounter.Disposition
        return {
            "physician": lambda: record.attending_name,
            "admitted_on": lambda: record.admitted_on.isoformat() if record.admitted_on else raw,
            "discharged_on": record.discharged_on.isoformat,
            "disposition": lambda: str(ways(record.disposition or "unknown").label) if raw else "",
        }


def _name_of_stay(record: Any) -> tuple[Any, ...]:
    return record.name, record.admission_number or record.record_number, record.admitted_on or record.discharged_on


def stays_of(batch: ImportBatch) -> QuerySet[Encounter]:
    """The stays that the list made, that count, and that no other list has corrected since."""
    made = of_all_chunks(batch, "stays_made")
    return Encounter.objects.filter(pk__in=made, import_batch_id=batch.pk, is_cancelled=False)


def of_all_chunks(batch: ImportBatch, column: str) -> QuerySet:
    """The ids that a column of the list's chunks holds, as a subquery."""
    chunks = ImportChunk.objects.filter(batch=batch)
    return chunks.annotate(one=Func(F(column), function="unnest")).values("one")


def _repeated_since(batch: ImportBatch) -> int:
    """Rows of lists brought in after this one that changed nothing: their stays were there."""
    later = ImportBatch.objects.filter(pk__gt=batch.pk, kind=batch.kind, position__gt=0).exclude(state="undone")
    return sum(unchanged_rows(counts) for counts in later.values_list("counts", flat=True))


def brought(outcome: Outcome) -> Brought:
    """What a chunk of visits led to."""
    created, updated = outcome.created_rows, outcome.updated_rows
    counts = Counter(stays_created=len(created), stays_updated=len(updated))
    return Brought(outcome, created, updated, counts, named=outcome.matched | outcome.made)
