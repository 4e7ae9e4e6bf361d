"""Who is affected by an incident: whose records a member of staff or a token of the API opened, took out or changed,
who was in an export, or whom anything reached within some hours.

It rests on the access log and on the audit trail; who was recorded under the number of a record that was united with
another one is that person. Opened: the record itself, its numbers, one field. Taken out: printed
or exported, alone or in a list. Changed: acts about the record. Lists that were only looked at show masked names and
count for nobody.
"""

import datetime as dt

from django.db import connection, transaction
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import affected, unions
from accounts.actors import Actor
from accounts.affected import Found, Source
from accounts.audit import record
from accounts.domain.numbers import draw_number
from accounts.models import (
    AccessLog,
    ApiToken,
    AuditEvent,
    Export,
    Hospital,
    Incident,
    IncidentPerson,
    NumberSeries,
    StaffMember,
)
from hospital_crm.tenancy import keyset
from hospital_crm.tenancy.queue import queue_on_commit
from hospital_crm.tenancy.scope import hospital_scope, required_hospital
from hospital_crm.typed import whole_number

CAPABILITY = "security.incidents"
TASK = "accounts.find_affected"
LONGEST = dt.timedelta(days=366)
LATEST = keyset.Key("last_at", dt.datetime.fromisoformat)
NEWEST = keyset.Key("id", int)

_LOG, _EVENT = AccessLog._meta.db_table, AuditEvent._meta.db_table
_WITHIN = "hospital_id = %(hospital)s and at >= %(since)s and at < %(until)s"
_TRAIL = """
select patient_id as patient, case when kind in ('print', 'export') then 'taken_out' else 'opened' end as kind, at,
       id as log_id, null::bigint as event_id
  from {log} where {within} and kind in ('view', 'dial', 'unmask', 'print', 'export') and patient_id is not null {seen}
union all
select one::bigint, 'taken_out', at, id, null
  from {log} cross join lateral jsonb_array_elements_text(patient_ids) as one
 where {within} and kind in ('print', 'export') and patient_ids is not null {seen}
union all
select object_id::bigint, 'changed', at, null, id
  from {event} where {within} and object_type = 'patients.patient' and object_id ~ '^[0-9]+$' {done}
"""
_BY_STAFF = "and staff_id = %(ref)s"
_BY_TOKEN = f"""
   and detail ->> 'token' = (select public_id::text from {ApiToken._meta.db_table}
                              where hospital_id = %(hospital)s and id = %(ref)s)
"""
_EXPORT = f"""
select one, 'taken_out', e.at, null::bigint, e.id
  from {Export._meta.db_table} x cross join lateral unnest(x.people) as one
  join {_EVENT} e on e.hospital_id = x.hospital_id and e.object_type = 'accounts.export'
   and e.object_id = x.id::text and e.verb = 'accounts.export.fetch'
 where x.hospital_id = %(hospital)s and x.id = %(ref)s and e.at >= %(since)s and e.at < %(until)s
"""
_FIND = """
insert into {people} (hospital_id, incident_id, patient_id, opened, taken_out, changed, first_at, last_at, log_id,
                      event_id)
select %(hospital)s, %(incident)s, coalesce(unions.kept, patient), count(*) filter (where kind = 'opened'),
       count(*) filter (where kind = 'taken_out'), count(*) filter (where kind = 'changed'), min(at), max(at),
       max(log_id), max(event_id)
  from ({rows}) as rows(patient, kind, at, log_id, event_id)
  left join ({unions}) as unions(gone, kept) on unions.gone = patient
 group by coalesce(unions.kept, patient)
"""


class IncidentError(Exception):
    """Refused, with the reason."""


def connect() -> None:
    """What accounts itself knows; called once by its `wiring`."""
    affected.register(
        Source(
            "staff",
            gettext_lazy("a member of staff"),
            gettext_lazy("name, staff number or user name"),
            _staff,
            _TRAIL.format(log=_LOG, event=_EVENT, within=_WITHIN, seen=_BY_STAFF, done=_BY_STAFF),
        )
    )
    affected.register(
        Source(
            "export", gettext_lazy("an export that was fetched"), gettext_lazy("its number, E000012"), _export, _EXPORT
        )
    )
    affected.register(
        Source(
            "everybody",
            gettext_lazy("everything within some time"),
            gettext_lazy("stays empty"),
            lambda text: Found(None, ""),
            _TRAIL.format(log=_LOG, event=_EVENT, within=_WITHIN, seen="", done=""),
        )
    )
    affected.register(
        Source(
            "token",
            gettext_lazy("a token of the API"),
            gettext_lazy("name of the system, or the number of the token in the trail"),
            _token,
            _TRAIL.format(log=_LOG, event=_EVENT, within=_WITHIN, seen="and token_id = %(ref)s", done=_BY_TOKEN),
        )
    )


def _staff(text: str) -> Found | None:
    named = StaffMember.objects.filter(Q(name=text) | Q(staff_number=text) | Q(user__username=text)) if text else ()
    found = list(named[:2])
    return Found(found[0].pk, found[0].name) if len(found) == 1 else None


def _token(text: str) -> Found | None:
    rows = ApiToken.objects.annotate(number=Cast("public_id", CharField()))
    found = list(rows.filter(Q(name=text) | Q(number=text.lower()))[:2]) if text else []
    return Found(found[0].pk, found[0].name) if len(found) == 1 else None


def _export(text: str) -> Found | None:
    number = whole_number(text.upper().removeprefix("E"))
    found = Export.objects.filter(serial=number).first() if number is not None else None
    return Found(found.pk, found.number) if found else None


@transaction.atomic
def ask(
    *,
    source: str,
    about: str,
    since: dt.datetime,
    until: dt.datetime,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> Incident:
    """Asks whom an incident concerns; it is worked out in the background.

    Refuses: no right, no reason, a time that ends before it begins or is longer than a year, and what nobody knows or
    several bear.
    """
    if not actor.can(CAPABILITY):
        raise IncidentError(_("Your role does not allow this."))
    if not reason.strip():
        raise IncidentError(_("A reason is needed."))
    if not dt.timedelta(0) < until - since <= LONGEST:
        raise IncidentError(_("The time ends before it begins, or is longer than a year."))
    found = _meant(source, about)
    incident = Incident.objects.create(
        serial=draw_number(NumberSeries.Register.INCIDENTS),
        source=source,
        ref_id=found.id,
        ref_name=found.name[:150],
        since_at=since,
        until_at=until,
        reason=reason.strip()[:200],
        asked_by=actor.staff,
        asked_at=now,
    )
    record(
        "accounts.incident.ask",
        incident,
        actor=actor,
        source=source,
        period=" – ".join(timezone.localtime(end).strftime("%Y-%m-%d %H:%M") for end in (since, until)),
        reason=incident.reason,
    )
    queue_on_commit(TASK, incident.pk, queue="bulk")
    return incident


def _meant(source: str, about: str) -> Found:
    if source not in affected.sources:
        raise IncidentError(_("Say what is asked about."))
    found = affected.sources[source].find(about.strip())
    if found is None:
        raise IncidentError(_("Nothing of this name or number is known, or several are."))
    return found


def find(hospital: Hospital, incident_id: int, *, now: dt.datetime) -> bool:
    """Works an incident out; answers whether there was anything to do. A second worker leaves it."""
    with hospital_scope(hospital):
        rows = Incident.objects.filter(pk=incident_id, state=Incident.State.WAITING)
        incident = rows.select_for_update(skip_locked=True).first()
        source = affected.sources.get(incident.source) if incident else None
        if incident is None or source is None:
            return False
        with connection.cursor() as cursor:
            cursor.execute(
                _FIND.format(people=IncidentPerson._meta.db_table, rows=source.rows, unions=unions.standing()),
                {
                    "hospital": required_hospital().pk,
                    "incident": incident.pk,
                    "ref": incident.ref_id,
                    "since": incident.since_at,
                    "until": incident.until_at,
                },
            )
            incident.people = cursor.rowcount
        incident.state, incident.made_at = Incident.State.READY, now
        incident.save(update_fields=["people", "state", "made_at"])
        record("accounts.incident.find", incident, patients=incident.people)
        return True


def queue_waiting() -> int:
    """Queues every incident of the hospital in scope that should be worked out; answers how many."""
    waiting = list(Incident.objects.filter(state=Incident.State.WAITING).values_list("pk", flat=True))
    for incident_id in waiting:
        queue_on_commit(TASK, incident_id, queue="bulk")
    return len(waiting)


def found_people(incident: Incident) -> QuerySet[IncidentPerson]:
    """The people of an incident."""
    return IncidentPerson.objects.filter(incident=incident)
