"""Notes, tasks and files of a person."""

import datetime as dt
import io
import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from PIL import Image

from accounts.calendar import today
from accounts.models import AccessLog, AuditEvent, Hospital
from hospital_crm.private_files import intake, rows
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import attachments, life, notes, tasks
from patients.domain.parting import part
from patients.domain.timeline import next_action_of
from patients.domain.uniting import unite
from patients.models import Attachment, Patient, PatientNote, PersonMerger, PersonTask
from patients.record_forms import NoteForm
from tests.cast import Cast, actor_of, client_of
from tests.patients.factories import EncounterFactory, PatientFactory, PatientNoteFactory, PersonTaskFactory
from tests.private_files import samples

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 1, 4, 0, tzinfo=dt.UTC)


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """Private files of this test alone."""
    settings.PRIVATE_FILES_DIR = tmp_path
    return tmp_path


def kept(folder: Path) -> int:
    return len([path for path in folder.rglob("*") if path.is_file()])


def test_a_note_is_pinned_taken_down_and_withdrawn_by_its_author_alone(in_north: Hospital, cast: Cast) -> None:
    patient, sun, qian = PatientFactory(), actor_of(cast.sun), actor_of(cast.qian)
    note = notes.add_note(patient, " 听力不好 ", kind="manner", audience="care", is_pinned=True, actor=sun, now=NOW)
    assert (note.text, note.kind) == ("听力不好", "manner")
    assert [one.pk for one in notes.pinned_notes(patient, qian)] == [note.pk]
    with pytest.raises(notes.NoteError):
        notes.withdraw_note(note, actor=qian, now=NOW)
    notes.withdraw_note(note, actor=sun, now=NOW)
    assert (notes.pinned_notes(patient, qian), PatientNote.objects.get().withdrawn_by) == ([], cast.sun)
    with pytest.raises(notes.NoteError):
        notes.add_note(patient, "  ", actor=sun, now=NOW)
    verbs = list(AuditEvent.objects.filter(object_id=str(patient.pk)).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["patients.note.add", "patients.note.pin", "patients.note.withdraw"]


def test_the_state_of_health_is_for_who_may_read_clinical_text(in_north: Hospital, cast: Cast) -> None:
    patient = PatientFactory()
    note = notes.add_note(patient, "糖尿病", kind="condition", audience="care", actor=actor_of(cast.sun), now=NOW)
    assert note.audience == "clinical"
    form = NoteForm({"text": "糖尿病", "kind": "condition", "audience": "care"})
    assert (form.is_valid(), form.values()["audience"]) == (True, "clinical")


def test_no_more_than_five_notes_stand_on_top(in_north: Hospital, cast: Cast) -> None:
    patient, sun = PatientFactory(), actor_of(cast.sun)
    PatientNoteFactory.create_batch(5, patient=patient, is_pinned=True)
    with pytest.raises(notes.NoteError):
        notes.pin_note(PatientNoteFactory(patient=patient), True, actor=sun)


def give(patient: Patient, cast: Cast, **values: Any) -> PersonTask:
    given = {
        "title": "寄报告",
        "due_on": dt.date(2026, 6, 2),
        "assignee": cast.sun,
        "actor": actor_of(cast.qian),
        "now": NOW,
    }
    return tasks.give_task(patient, **{**given, **values})


def test_a_task_is_given_stands_as_next_action_and_is_done(in_north: Hospital, cast: Cast) -> None:
    patient, sun = PatientFactory(), actor_of(cast.sun)
    later, task = give(patient, cast, due_on=dt.date(2026, 6, 9)), give(patient, cast)
    action = next_action_of(patient, sun, NOW)
    assert action is not None
    assert (action.title, action.due, action.text) == ("寄报告", dt.date(2026, 6, 2), str(cast.sun))
    tasks.close_task(task, "done", result="已寄", actor=sun, now=NOW)
    task.refresh_from_db()
    assert (task.state, task.result, task.closed_by, task.closed_at) == ("done", "已寄", cast.sun, NOW)
    assert tasks.open_tasks_of(patient) == [later]
    with pytest.raises(tasks.TaskError):
        tasks.close_task(task, "done", actor=sun, now=NOW)


def test_what_no_task_may_be(in_north: Hospital, cast: Cast) -> None:
    patient = PatientFactory()
    with pytest.raises(tasks.TaskError):
        give(patient, cast, due_on=dt.date(2026, 5, 31))
    with pytest.raises(tasks.TaskError):  # Dr Chen never attended this person
        give(patient, cast, assignee=cast.chen)
    EncounterFactory(patient=patient, attending=cast.chen, discharged_on=today())
    assert give(patient, cast, assignee=cast.chen).assignee == cast.chen
    with pytest.raises(tasks.TaskError):
        tasks.close_task(give(patient, cast), "dropped", actor=actor_of(cast.sun), now=NOW)
    with pytest.raises(tasks.TaskError):
        tasks.close_task(give(patient, cast), "done", actor=actor_of(cast.li), now=NOW)


def test_death_drops_what_was_to_be_done(in_north: Hospital, cast: Cast) -> None:
    patient = PatientFactory()
    task = give(patient, cast)
    life.report_death(patient, source="family", deceased_on=None, actor=actor_of(cast.sun), now=NOW)
    task.refresh_from_db()
    assert (task.state, task.closed_by, task.closed_at) == ("dropped", None, NOW)
    with translation.override("zh-hans"):
        chinese = task.result_words
    with translation.override("en"):
        assert (task.result_words, chinese == task.result_words) == ("The person died.", False)
    for gone in (patient, PatientFactory(contact_state="erased")):
        with pytest.raises(tasks.TaskError):
            give(gone, cast)


@pytest.mark.parametrize("dead_is_kept", [True, False])
def test_of_two_records_of_somebody_dead_nothing_is_to_be_done(
    in_north: Hospital, cast: Cast, dead_is_kept: bool
) -> None:
    dead, other = PatientFactory(), PatientFactory()
    task = give(other, cast)
    life.report_death(dead, source="family", deceased_on=None, actor=actor_of(cast.sun), now=NOW)
    kept, gone = (dead, other) if dead_is_kept else (other, dead)
    unite(kept_id=kept.pk, other_id=gone.pk, actor=None, now=NOW)
    task.refresh_from_db()
    assert (task.patient_id, task.state, task.result) == (kept.pk, "dropped", "by_death")
    part(merger=PersonMerger.objects.get(), reason="是两个人", actor=None, now=NOW)
    task.refresh_from_db()
    assert (task.patient_id, task.state, task.result) == (other.pk, "open", "")


def test_own_tasks_are_a_list_due_first_with_the_same_queries(cast: Cast) -> None:
    with hospital_scope(cast.hospital):
        for day in (3, 1):
            PersonTaskFactory(assignee=cast.sun, due_on=dt.date(2026, 6, day))
        PersonTaskFactory(assignee=cast.qian, given_by=cast.sun)
    client = client_of(cast.sun)
    client.get("patients/tasks/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        page = client.get("patients/tasks/")
    assert [row["row"].due_on.day for row in page.context["rows"]] == [1, 3]
    assert [chip["count"] for chip in page.context["chips"]] == [2, 1, 0]
    with hospital_scope(cast.hospital):
        PersonTaskFactory.create_batch(3, assignee=cast.sun)
    with CaptureQueriesContext(connection) as many:
        client.get("patients/tasks/")
    assert len(many) == len(few) <= 15


def test_a_task_is_given_and_closed_on_pages(cast: Cast) -> None:
    with hospital_scope(cast.hospital):
        patient = PatientFactory()
        day = today()
    client = client_of(cast.sun)
    address = client.url("patients:task", patient.public_id)
    assert client.post(address, {"title": "", "due_on": day}).status_code == 422
    values = {"title": "寄报告", "due_on": day.isoformat(), "assignee": cast.sun.pk}
    assert client.post(address, values).status_code == 302
    with hospital_scope(cast.hospital):
        task = PersonTask.objects.get()
    close = client.url("patients:task-close", task.public_id)
    assert client_of(cast.tang).post(close, {"state": "done"}).status_code == 403
    assert client.get(close).status_code == 405
    assert client.post(close, {"state": "done", "back": "list"}).headers["Location"].endswith("/patients/tasks/")
    task.refresh_from_db()
    assert task.state == "done"


def test_a_file_is_kept_clean_served_on_record_and_gone_with_its_row(
    cast: Cast, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with hospital_scope(cast.hospital):
        patient = PatientFactory()
    client = client_of(cast.sun)
    taken = samples.picture("JPEG", exif=samples.exif())
    sent = {"file": SimpleUploadedFile("片子.html", taken), "kind": "picture", "audience": "care", "remark": "左肩"}
    assert client.post(client.url("patients:attach", patient.public_id), sent).status_code == 302
    with hospital_scope(cast.hospital):
        row = Attachment.objects.get()
    assert (row.title, row.content_type, row.uploaded_by, kept(folder)) == ("片子.html.jpg", "image/jpeg", cast.sun, 1)
    answer = client.get(client.url("patients:file", row.public_id))
    assert (answer.headers["X-Content-Type-Options"], answer.headers["Content-Type"]) == ("nosniff", "image/jpeg")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert "no-store" in answer.headers["Cache-Control"]
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert dict(picture.getexif()) == {}
    with hospital_scope(cast.hospital):
        logged = AccessLog.objects.latest("pk")
    assert (logged.kind, logged.patient_id, logged.field) == ("view", patient.pk, f"attachment-{row.pk}")
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(client.url("patients:file-remove", row.public_id)).status_code == 302
    assert kept(folder) == 0


def test_a_file_is_for_its_readers_only_and_not_for_another_hospital(cast: Cast, zhao: Any, folder: Path) -> None:
    with hospital_scope(cast.hospital):
        patient = PatientFactory()
        stored = intake.examine("a.pdf", [samples.PDF])
        row = attachments.attach(patient, stored, audience="clinical", actor=actor_of(cast.sun), now=NOW)
    own, other = client_of(cast.sun), client_of(cast.qian)
    assert own.get(own.url("patients:file", row.public_id)).status_code == 200
    assert other.get(other.url("patients:file", row.public_id)).status_code == 404
    assert other.post(other.url("patients:file-remove", row.public_id)).status_code == 404
    south = client_of(zhao)
    assert south.get(south.url("patients:file", row.public_id)).status_code == 404


def test_the_same_file_twice_and_a_stranger_removing_are_refused(in_north: Hospital, cast: Cast, folder: Path) -> None:
    patient, stored = PatientFactory(), intake.examine("a.pdf", [samples.PDF])
    row = attachments.attach(patient, stored, audience="care", actor=actor_of(cast.sun), now=NOW)
    with pytest.raises(attachments.AttachmentError):
        attachments.attach(patient, stored, actor=actor_of(cast.sun), now=NOW)
    with pytest.raises(attachments.AttachmentError):
        attachments.remove_attachment(row, actor=actor_of(cast.he))


def test_the_file_goes_when_its_row_goes_and_what_is_left_is_swept_a_day_later(
    in_north: Hospital, cast: Cast, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    patient = PatientFactory()
    for content in (samples.PDF, samples.PDF + b"%%EOF"):
        stored = intake.examine("a.pdf", [content])
        attachments.attach(patient, stored, actor=actor_of(cast.sun), now=timezone.now())
    first, second = Attachment.objects.filter(patient=patient).order_by("pk")
    with django_capture_on_commit_callbacks(execute=True):
        first.delete()
    assert (kept(folder), rows.sweep_strays()) == (1, 0)
    Attachment.objects.filter(pk=second.pk)._raw_delete(connection.alias)
    assert rows.sweep_strays() == 0
    for path in folder.rglob("*"):
        os.utime(path, (time.time() - 25 * 3600,) * 2)
    assert (rows.sweep_strays(), kept(folder)) == (1, 0)
