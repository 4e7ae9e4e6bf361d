"""Notes, tasks and files of a person: their cards, what is done with them, and the list of one's own tasks."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_visible_or_404, requires
from accounts.audit import log_access
from accounts.calendar import today
from accounts.views.list_state import with_views
from hospital_crm.private_files.serving import download
from hospital_crm.shell.paging import page_urls
from hospital_crm.shell.toasts import say
from hospital_crm.tenancy.counts import capped_counts
from patients.domain import attachments, masking, notes, tasks
from patients.domain.assignees import assignable
from patients.domain.field_rules import reader_of
from patients.filtered_lists import TASKS
from patients.models import Attachment, Patient, PatientNote, PersonTask
from patients.record_forms import AttachmentForm, CloseTaskForm, NoteForm, TaskForm
from patients.views.person import part_of, visible_person

FILES_SHOWN = 20
_Work = Callable[[], object]
_REFUSALS = (notes.NoteError, tasks.TaskError, attachments.AttachmentError)


@requires("patients.view")
@require_GET
def panel_notes(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The notes on top, and the box for one more."""
    patient, actor = part_of(request, public_id), request.actor  # type: ignore[attr-defined]
    context = {
        "patient": patient,
        "now": timezone.now(),
        "notes": [
            {"row": note, "is_own": note.author_id == actor.staff.pk} for note in notes.pinned_notes(patient, actor)
        ],
        "form": NoteForm(auto_id="note_%s", initial={"audience": "care"}),
    }
    return TemplateResponse(request, "patients/written.html#notes", context)


@requires("patients.view")
@require_POST
def note(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One more note."""
    patient, form = visible_person(request, public_id, log=False), NoteForm(request.POST)
    actor = request.actor  # type: ignore[attr-defined]
    if not form.is_valid():
        return _form_page(request, patient, form, _("New note"), reverse("patients:note", args=[public_id]))
    return _after(
        request,
        patient,
        _("Note added."),
        lambda: notes.add_note(patient, **form.values(), actor=actor, now=timezone.now()),
    )


def _note_of(request: HttpRequest, patient: Patient, key: int) -> PatientNote:
    row = PatientNote.objects.filter(patient=patient, pk=key, withdrawn_at__isnull=True).first()
    if row is None or not reader_of(request.actor, patient).may_read(row):  # type: ignore[attr-defined]
        raise Http404
    return row


@requires("patients.view")
@require_POST
def note_pin(request: HttpRequest, public_id: uuid.UUID, key: int, is_pinned: bool) -> HttpResponse:
    """A note goes on top, or back into its place."""
    patient = visible_person(request, public_id, log=False)
    row, actor = _note_of(request, patient, key), request.actor  # type: ignore[attr-defined]
    words = _("The note stands on top.") if is_pinned else _("The note stands in its place again.")
    return _after(request, patient, words, lambda: notes.pin_note(row, is_pinned, actor=actor))


@requires("patients.view")
@require_POST
def note_withdraw(request: HttpRequest, public_id: uuid.UUID, key: int) -> HttpResponse:
    """The author takes a wrong note back."""
    patient = visible_person(request, public_id, log=False)
    row, actor = _note_of(request, patient, key), request.actor  # type: ignore[attr-defined]
    return _after(
        request, patient, _("Note withdrawn."), lambda: notes.withdraw_note(row, actor=actor, now=timezone.now())
    )


@requires("patients.care")
@require_GET
def panel_tasks(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What is to be done for the person."""
    patient, actor = part_of(request, public_id), request.actor  # type: ignore[attr-defined]
    day = today()
    context = {
        "patient": patient,
        "now": timezone.now(),
        "tasks": [_task_row(task, day, tasks.may_close(task, actor)) for task in tasks.open_tasks_of(patient)],
    }
    return TemplateResponse(request, "patients/written.html#tasks", context)


def _task_row(task: PersonTask, day: dt.date, may_close: bool) -> dict[str, Any]:
    return {"row": task, "is_late": task.state == "open" and task.due_on < day, "may_close": may_close}


@requires("patients.care")
@require_http_methods(["GET", "POST"])
def task(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Gives a task; the address may say what is proposed."""
    actor, patient = request.actor, visible_person(request, public_id)  # type: ignore[attr-defined]
    proposed = {"assignee": actor.staff, "title": request.GET.get("title", "")}
    form = TaskForm(request.POST or None, staff=assignable(patient, actor), initial=proposed)
    if request.method == "POST" and form.is_valid():
        try:
            tasks.give_task(patient, **form.cleaned_data, actor=actor, now=timezone.now())
        except tasks.TaskError as refusal:
            form.add_error(None, str(refusal))
        else:
            say(request, _("Task given."))
            return redirect("patients:detail", patient.public_id)
    return _form_page(request, patient, form, _("New task"), request.path)


@requires("patients.care")
@require_POST
def task_close(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A task is done or dropped; back to where it was closed."""
    actor = request.actor  # type: ignore[attr-defined]
    row = get_visible_or_404(PersonTask.objects.select_related("patient"), actor, public_id=public_id)
    form = CloseTaskForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    words = _("Task done.") if form.cleaned_data["state"] == "done" else _("Task dropped.")
    work = lambda: tasks.close_task(row, **form.cleaned_data, actor=actor, now=timezone.now())  # noqa: E731
    answer = _after(request, row.patient, words, work)
    return redirect("patients:tasks") if request.POST.get("back") == "list" else answer


@requires("patients.care")
@require_GET
@with_views(TASKS)
def task_list(request: HttpRequest) -> HttpResponse:
    """One's own tasks, those given to others, and what is done."""
    actor, day = request.actor, today()  # type: ignore[attr-defined]
    name = request.GET.get("list", "mine")
    wanted = tasks.TaskList(actor, name if name in tasks.LISTS else "mine")
    counts = dict(zip(tasks.LISTS, capped_counts(*(tasks.of_list(actor, one) for one in tasks.LISTS)), strict=True))
    page = wanted.page(after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    log_access(actor, "list", [row.patient_id for row in page.rows], page="tasks")
    context = {
        "rows": [
            {**_task_row(row, day, tasks.may_close(row, actor)), "name": masking.mask_name(row.patient.name)}
            for row in page.rows
        ],
        "chips": _chips(wanted.name, counts),
        "count": counts[wanted.name],
        "list": wanted.name,
        "now": timezone.now(),
        "page": page_urls(request, page),
    }
    return TemplateResponse(request, "patients/tasks.html", context)


def _chips(chosen: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    words = {"mine": _("My own"), "given": _("Given to others"), "done": _("Closed")}
    return [
        {"label": words[name], "url": f"?list={name}", "count": counts[name], "is_on": name == chosen, "is_late": False}
        for name in tasks.LISTS
    ]


@requires("patients.view")
@require_GET
def panel_files(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The files beside the record that the reader may open."""
    patient, actor = part_of(request, public_id), request.actor  # type: ignore[attr-defined]
    found, reader = attachments.attachments_of(patient, actor), reader_of(actor, patient)
    context = {
        "care": actor.can("patients.care"),
        "patient": patient,
        "now": timezone.now(),
        "files": [
            {"row": row, "may_remove": reader.centre or row.uploaded_by_id == actor.staff.pk}
            for row in found[:FILES_SHOWN]
        ],
        "more": max(len(found) - FILES_SHOWN, 0),
    }
    return TemplateResponse(request, "patients/written.html#files", context)


@requires("patients.care")
@require_http_methods(["GET", "POST"])
def attach(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Attaches a file."""
    actor, patient = request.actor, visible_person(request, public_id)  # type: ignore[attr-defined]
    form = AttachmentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            attachments.attach(patient, values.pop("file"), **values, actor=actor, now=timezone.now())
        except attachments.AttachmentError as refusal:
            form.add_error("file", str(refusal))
        else:
            say(request, _("File attached."))
            return redirect("patients:detail", patient.public_id)
    return _form_page(request, patient, form, _("Attach a file"), request.path, has_file=True)


def _file_of(request: HttpRequest, public_id: uuid.UUID) -> Attachment:
    rows = Attachment.objects.select_related("patient")
    row = get_visible_or_404(rows, request.actor, public_id=public_id)  # type: ignore[attr-defined]
    if not reader_of(request.actor, row.patient).may_read(row):  # type: ignore[attr-defined]
        raise Http404
    return row


@requires("patients.view")
@require_GET
def file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A file, to be saved; each time on record."""
    row = _file_of(request, public_id)
    log_access(request.actor, "view", [row.patient_id], field=f"attachment-{row.pk}", page="file")  # type: ignore[attr-defined]
    return download(row)


@requires("patients.view")
@require_POST
def file_remove(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Removes a file for good."""
    row, actor = _file_of(request, public_id), request.actor  # type: ignore[attr-defined]
    return _after(request, row.patient, _("File removed."), lambda: attachments.remove_attachment(row, actor=actor))


def _after(request: HttpRequest, patient: Patient, words: str, work: _Work) -> HttpResponse:
    """Does the work and says so, or says why not; then the person's page."""
    try:
        work()
    except _REFUSALS as refusal:
        say(request, str(refusal), late=True)
    else:
        say(request, words)
    return redirect("patients:detail", patient.public_id)


def _form_page(
    request: HttpRequest, patient: Patient, form: Any, title: str, url: str, *, has_file: bool = False
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "url": url,
        "has_file": has_file,
        "name": masking.mask_name(patient.name),
        "back": reverse("patients:detail", args=[patient.public_id]),
    }
    return TemplateResponse(request, "patients/one_form.html", context, status=422 if form.errors else 200)
