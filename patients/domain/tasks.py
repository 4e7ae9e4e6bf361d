"""Tasks: something one member of staff does for a person by a day."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record, record_each
from accounts.calendar import today
from accounts.models import StaffMember, StaffRole
from hospital_crm.tenancy import keyset
from patients.models import Patient, PersonTask
from patients.registry import NextAction

LISTS = ("mine", "given", "done")
BY_DUE = keyset.Key("due_on", dt.date.fromisoformat, ascending=True)
BY_DUE_BACKWARDS = keyset.Key("due_on", dt.date.fromisoformat)
_MOST_OPEN = 30


class TaskError(Exception):
    """Refused, with a sentence for whoever asked."""


@transaction.atomic
def give_task(
    patient: Patient,
    *,
    title: str,
    due_on: dt.date,
    assignee: StaffMember,
    detail: str = "",
    actor: Actor,
    now: dt.datetime,
) -> PersonTask:
    """Gives a colleague, or oneself, something to do for the person by a day.

    Refuses a day that has passed, a colleague who does not work here any more or does not see this person, a person who
    died or was erased, and more than thirty open tasks for one person. The audit holds no word of it.
    """
    patient = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    if patient.contact_state in (Patient.ContactState.DECEASED, Patient.ContactState.ERASED):
        raise TaskError(_("This person has died or the record was erased: nothing is to be done any more."))
    if due_on < today(now=now):
        raise TaskError(_("The due day has passed."))
    if assignee.pk != actor.staff.pk and not sees_person(assignee, patient):
        raise TaskError(_("%(name)s does not see this person and cannot be given the task.") % {"name": assignee})
    if PersonTask.objects.filter(patient=patient, state="open").count() >= _MOST_OPEN:
        raise TaskError(_("Thirty tasks are open for this person; close some first."))
    task = PersonTask(patient=patient, title=title.strip(), detail=detail.strip(), due_on=due_on, assignee=assignee)
    task.given_by, task.given_at = actor.staff, now
    task.save()
    record("patients.task.give", patient, actor=actor, after={"due_on": str(due_on)}, task=task.pk, to=assignee.pk)
    return task


def sees_person(staff: StaffMember, patient: Patient) -> bool:
    """Whether one of the roles of a member of staff sees this person."""
    links = StaffRole.objects.filter(staff=staff, staff__is_active=True).select_related("role", "staff__user")
    for link in links.order_by("role__rank"):
        reader = Actor(link.staff.user, link.staff, link.role)
        mine = Patient.objects.one_by_one().visible_to(reader)
        if reader.can("patients.view") and mine.filter(pk=patient.pk).exists():
            return True
    return False


@transaction.atomic
def close_task(task: PersonTask, state: str, *, result: str = "", actor: Actor, now: dt.datetime) -> PersonTask:
    """The task is done, or dropped for a reason. Refused for who neither has it nor gave it, and for one already
    closed.
    """
    task = PersonTask.objects.select_for_update().get(pk=task.pk)
    if not may_close(task, actor):
        raise TaskError(_("Only who has the task or who gave it closes it."))
    if task.state != PersonTask.State.OPEN:
        raise TaskError(_("This task is closed already."))
    if state == PersonTask.State.DROPPED and not result.strip():
        raise TaskError(_("Say why the task is dropped."))
    task.state, task.result = PersonTask.State(state), result.strip()
    task.closed_by, task.closed_at = actor.staff, now
    task.save(update_fields=["state", "result", "closed_by", "closed_at"])
    record(f"patients.task.{state}", task.patient, actor=actor, task=task.pk)
    return task


def may_close(task: PersonTask, actor: Actor) -> bool:
    """Whoever has the task, gave it, or leads the service centre."""
    return actor.staff.pk in (task.assignee_id, task.given_by_id) or actor.can("followups.dispatch")


def drop_of_the_dead(patients: Iterable[Patient], *, now: dt.datetime) -> None:
    """Death stops everything: what was to be done for these people is dropped, by nobody."""
    rows = PersonTask.objects.filter(patient__in=list(patients), state=PersonTask.State.OPEN)
    tasks = list(rows.select_for_update())
    rows.update(state=PersonTask.State.DROPPED, closed_at=now, result=PersonTask.BY_DEATH)
    record_each("patients.task.dropped", tasks)


def next_task(patient: Patient, actor: Actor, now: dt.datetime) -> NextAction | None:
    """The task for this person that is due first."""
    tasks = PersonTask.objects.filter(patient=patient, state="open").select_related("assignee")
    task = tasks.order_by("due_on", "id").first()
    if task is None:
        return None
    return NextAction(
        due=task.due_on,
        title=task.title,
        text=str(task.assignee),
        tone="late" if task.due_on < today(now=now) else "",
    )


@dataclass(frozen=True)
class TaskList:
    """The tasks of one member of staff: `mine` (open, due first), `given` (to others, still open), `done` (mine and
    closed, latest due day first).
    """

    actor: Actor
    name: str = "mine"

    @property
    def order(self) -> keyset.Key:
        """What the list goes by."""
        return BY_DUE_BACKWARDS if self.name == "done" else BY_DUE

    def page(self, *, after: str = "", before: str = "", size: int = keyset.PAGE_SIZE) -> keyset.Page[PersonTask]:
        """One page."""
        read = PersonTask.objects.select_related("patient", "assignee", "given_by")
        return keyset.page_of(
            of_list(self.actor, self.name), self.order, fetch=read, after=after, before=before, size=size
        )


def of_list(actor: Actor, name: str) -> QuerySet[PersonTask]:
    """The tasks of a list by its name."""
    tasks, me = PersonTask.objects.all(), actor.staff
    if name == "given":
        return tasks.filter(given_by=me, state="open").exclude(assignee=me)
    if name == "done":
        return tasks.filter(assignee=me, state__in=["done", "dropped"])
    return tasks.filter(assignee=me, state="open")


def open_tasks_of(patient: Patient) -> list[PersonTask]:
    """What is to be done for a person, due first."""
    rows = PersonTask.objects.filter(patient=patient, state="open").select_related("assignee", "given_by")
    return list(rows.order_by("due_on", "id")[:_MOST_OPEN])


def own_overdue_or_due(actor: Actor) -> QuerySet[PersonTask]:
    """What waits for somebody today."""
    return of_list(actor, "mine").filter(due_on__lte=today())
