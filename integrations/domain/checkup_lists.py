"""Health-check lists: each row a check of a person, with what was found abnormal."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from followups.domain.planned import Planned
from integrations.domain.kinds import Brought, Figure, Given, ReadRow
from integrations.domain.modes import Known
from integrations.domain.places import Places
from integrations.domain.stay_lists import DischargeLists, brought
from integrations.models import ImportBatch
from integrations.readers.checkup_fields import CHECKUP_FIELDS
from integrations.readers.checkups import CheckupReader
from integrations.readers.tabular.columns import ColumnMap
from patients.domain.already import known_checkups
from patients.domain.checkups import Check, numbered_key, record_checkups
from patients.domain.registry import work_out_ahead


class CheckupLists(DischargeLists):
    """Checks are encounters as stays are: undoing takes them back in the same way."""

    code = ImportBatch.Kind.CHECKUPS
    title = _("Import a health-check list")
    fields = CHECKUP_FIELDS
    already = "check_already"
    missing = "no_check_yet"
    hint = _("One row per person and check: day, package, abnormal items parted by semicolons.")
    counted = (
        *("stays_created", "stays_updated", "patients_created", "patients_matched"),
        *("duplicates", "abnormal", "deaths"),
    )
    figures = (
        Figure("stays_created", _("Checks made")),
        Figure("stays_updated", _("Checks corrected")),
        Figure("unchanged", _("No change")),
        Figure("duplicates", _("Repeats")),
        Figure("patients_created", _("New people")),
        Figure("patients_matched", _("Known people")),
        Figure("abnormal", _("With abnormal items")),
    )
    shown = {
        "checkup_number": "i-zy",
        "name": "i-name",
        "sex": "cw-56",
        "birth_date": "i-birth",
        "identity_number": "cw-176",
        "phone": "i-tel",
        "checked_on": "i-out",
        "package": "i-dept",
        "abnormal_items": "",
    }
    template = {
        "checkup_number": "体检号",
        "name": "姓名",
        "identity_number": "身份证号",
        "sex": "性别",
        "birth_date": "出生日期",
        "phone": "手机",
        "checked_on": "体检日期",
        "package": "体检套餐",
        "abnormal_items": "异常项目",
        "advice": "体检建议",
    }

    def reader(self, columns: ColumnMap, today: dt.date) -> Any:
        """Reads checks."""
        return CheckupReader(columns, today)

    def ready(self, record: Any) -> Counter[str]:
        """The hash of the paper and the search keys of the name; a check with abnormal items is counted."""
        work_out_ahead(record)
        return Counter(abnormal=int(bool(record.abnormal_items)))

    def key_of(self, record: Any) -> str:
        """The number of the check."""
        return numbered_key(record)

    def tells_of_the_same(self, first: Any, second: Any) -> bool:
        """A check that comes twice is corrected by the later row, in one chunk or in two."""
        return False

    def known(self, batch: ImportBatch, rows: list[ReadRow], given: Given, *, but_own: bool) -> Known:
        """Rows whose check is on record and counts."""
        records, own = [row.record for row in rows], batch.pk if but_own else None
        return Known(known_checkups(records, known_conflicts=given.known_conflicts, but_of_list=own))

    def bring(self, batch: ImportBatch, rows: list[ReadRow], given: Given) -> Brought:
        """Checks and their people."""
        places = Places(given.today)
        outcome = record_checkups(
            [Check(row.record, places.department(row.record.department)) for row in rows],
            now=given.now,
            today=given.today,
            batch_id=batch.pk,
            known_conflicts=given.known_conflicts,
            meanwhile=given.meanwhile,
        )
        places.remember()
        return brought(outcome)

    def planned(self, batch: ImportBatch, today: dt.date) -> Planned | None:
        """Planning follows stays; a check alone opens no run."""
        return None

    def cell_texts(self, record: Any, raw: str) -> dict[str, Callable[[], str]]:
        """The day as it was understood."""
        return {"checked_on": record.checked_on.isoformat}
