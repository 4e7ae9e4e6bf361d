"""A list that came between a message and its correction is brought in again in its turn."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import batches, importing
from integrations.domain.hl7 import as_inbound
from integrations.domain.inbox import apply_due
from integrations.domain.receiving import receive
from integrations.models import ImportBatch, ImportChunk
from patients.models import Encounter, Patient
from tests.cast import Cast
from tests.integrations.factories import FeedFactory
from tests.integrations.hl7_messages import adt, pv1
from tests.integrations.lists import csv_bytes, row
from tests.integrations.test_said_later import NOW, TOO_EARLY, bring, corrected, states

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Path) -> None:
    settings.PRIVATE_FILES_DIR = tmp_path / "files"


def brought(north: Hospital, at: dt.datetime, *rows: list[str]) -> ImportBatch:
    """A list that is in, its file kept as after an upload."""
    content = csv_bytes(rows)
    with hospital_scope(north):
        batch = batches.take_in(
            [content], size=len(content), file_name="list.csv", kind="discharges", actor=None, now=at
        )
        batches.check_columns(batch, batch.mapping)
        ImportBatch.objects.filter(pk=batch.pk).update(state="queued", started_at=at)
    importing.run(north, batch.pk, clock=lambda: at)
    with hospital_scope(north):
        batch.refresh_from_db()
    assert batch.state == "done"
    return batch


def said(**values: str) -> list[str]:
    stay = {
        "住院号": "M1",
        "身份证号": "",
        "入院日期": "2026-06-01",
        "出院日期": "2026-06-02",
        "出生日期": "1960-01-02",
    }
    return row(**{**stay, "出院日期": "2026-06-02", **values})


def stay() -> Encounter:
    return Encounter.objects.select_related("department").get(patient__name="甘书远")


def test_what_the_list_said_since_stands_after_the_message_is_corrected(north: Hospital, cast: Cast) -> None:
    bring(north, adt("A03", "1", pv1=TOO_EARLY))
    batch = brought(north, NOW + HOUR, said(), said(住院号="M2", 姓名="乔明", 联系电话="13800000002"))
    counts = batch.counts
    corrected(north, cast, "1", PV1_45="20260603100000")
    with hospital_scope(north):
        assert states() == [("applied", "")]
        found = stay()
        assert (found.discharged_on, found.import_batch_id) == (dt.date(2026, 6, 2), batch.pk)
        batch.refresh_from_db()
        assert (Encounter.objects.count(), Patient.objects.count(), batch.counts) == (2, 2, counts)


def test_what_a_message_said_after_the_list_stands_after_both(north: Hospital, cast: Cast) -> None:
    bring(north, adt("A03", "1", pv1=TOO_EARLY))
    brought(north, NOW + HOUR, said())
    after = NOW + 2 * HOUR
    with hospital_scope(north):
        message = adt("A03", "2", pv1=pv1(ended="20260604100000"))
        receive(FeedFactory(name="hl7"), [one for one, _ in as_inbound([message])], now=after, ask=False)
    apply_due(north, after)
    corrected(north, cast, "1", PV1_45="20260603100000")
    with hospital_scope(north):
        assert stay().discharged_on == dt.date(2026, 6, 4)


@pytest.mark.parametrize("undone", [True, False])
def test_a_list_that_is_undone_or_whose_file_is_gone_is_passed_over(north: Hospital, cast: Cast, undone: bool) -> None:
    bring(north, adt("A03", "1", pv1=TOO_EARLY))
    batch = brought(north, NOW + HOUR, said())
    with hospital_scope(north):
        if undone:
            ImportBatch.objects.update(state="undone")
        else:
            assert batches.forget_files(north, batch.created_at + dt.timedelta(days=31)) == 1
            assert list(ImportChunk.objects.values_list("people_met", flat=True)) == [[]]
    corrected(north, cast, "1", PV1_45="20260603100000")
    with hospital_scope(north):
        assert stay().discharged_on == dt.date(2026, 6, 3)


def test_a_list_that_came_before_or_is_about_others_is_left_alone(north: Hospital, cast: Cast) -> None:
    brought(north, NOW - HOUR, said())
    bring(north, adt("A03", "1", pv1=TOO_EARLY))
    brought(north, NOW + HOUR, said(住院号="M2", 姓名="乔明", 联系电话="13800000002"))
    corrected(north, cast, "1", PV1_45="20260603100000")
    with hospital_scope(north):
        assert stay().discharged_on == dt.date(2026, 6, 3)
