"""What is done with a list in the background is done in the name of whoever pressed the button."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from accounts.domain import trail
from accounts.domain.trail import Wanted
from accounts.models import AuditEvent, Hospital, RowChange, StaffRole
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import batches, importing, undoing
from integrations.models import ImportBatch
from tests.cast import Cast, actor_of
from tests.integrations.test_resume import queued, stay_of

pytestmark = pytest.mark.sql


def acting(batch: ImportBatch, verb: str) -> tuple[str, str]:
    """Who stands in the trail for what was done with the list, in which role."""
    event = AuditEvent.objects.get(verb=verb, object_id=str(batch.pk))
    return event.actor_name, event.role_code


def test_rows_that_an_import_and_its_undoing_change_name_who_asked(north: Hospital, cast: Cast, tmp_path: Path) -> None:
    batch = queued(north, tmp_path, [stay_of(1)])
    he, wei = actor_of(cast.he), actor_of(cast.qian)
    with hospital_scope(north):
        ImportBatch.objects.filter(pk=batch.pk).update(state=ImportBatch.State.READY)
        batches.start(batch, actor=he, now=timezone.now())
    importing.run(north, batch.pk)
    with hospital_scope(north):
        undoing.undo(batch, actor=wei, now=timezone.now())
        StaffRole.objects.filter(staff=cast.qian).delete()
    importing.run(north, batch.pk)
    with hospital_scope(north), override("zh-hans"):
        rows = RowChange.objects.filter(table_name="patients_patient")
        assert set(rows.filter(operation="INSERT").values_list("staff_id", "user_id")) == {(he.staff.pk, he.user.pk)}
        assert set(rows.filter(operation="DELETE").values_list("staff_id", flat=True)) == {wei.staff.pk}
        assert {line.who for line in trail.page("changes", Wanted(kind="patients_patient")).lines} == {
            cast.he.name,
            cast.qian.name,
        }
        assert acting(batch, "integrations.batch.import") == (str(cast.he), he.role_code)
        assert acting(batch, "integrations.batch.undone") == (str(cast.qian), wei.role_code)


def test_a_list_from_the_command_line_is_brought_in_by_the_system(bring: Any, north: Hospital) -> None:
    batch = bring([stay_of(1)])
    with hospital_scope(north), override("zh-hans"):
        assert acting(batch, "integrations.batch.import") == ("", "")
        assert {line.who for line in trail.page("changes", Wanted(kind="patients_patient")).lines} == {"系统"}
