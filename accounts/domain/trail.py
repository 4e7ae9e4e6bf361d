"""Reading the audit trail: what was done, who saw whom, which rows changed, which sign-ins failed; newest first."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import F, Model, Q, QuerySet
from django.db.models.fields.tuple_lookups import TupleLessThan
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import trail_words, unions, verbs
from accounts.domain import trail_numbers
from accounts.models import AccessLog, AuditEvent, LoginFailure, RowChange, StaffMember
from accounts.roles import SHIPPED_ROLES
from hospital_crm.tenancy.counts import capped_count
from hospital_crm.tenancy.scope import required_hospital
from hospital_crm.typed import whole_number

PAGE = 50
PERSON = "patients.patient"  # how the trail names the kind; the app above registers whom a number means
_STAFF = ("accounts.staffmember", "accounts_staffmember")
CHAINS: dict[str, type[Model]] = {
    "events": AuditEvent,
    "accesses": AccessLog,
    "changes": RowChange,
    "failures": LoginFailure,
}


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty fields do not narrow. Days are the hospital's, both included."""

    since: dt.date | None = None
    until: dt.date | None = None
    staff: str = ""
    kind: str = ""
    number: str = ""


@dataclass(frozen=True)
class Line:
    """One line as it is read: `what` is the verb in words, `about` the object, `detail` what was kept of it; `number`
    is that of the line.
    """

    number: int
    at: dt.datetime
    who: str
    role: str
    what: str
    about: str
    detail: str
    request_id: str


@dataclass(frozen=True)
class TrailPage:
    """Lines of one page, the cursor of the next, and how many there are, counted up to 1,001."""

    lines: list[Line]
    older: str
    count: int


NOTHING = TrailPage([], "", 0)


def page(chain: str, wanted: Wanted, *, after: str = "") -> TrailPage:
    """One page of a chain at the hospital in scope."""
    rows = narrowed(chain, wanted)
    count = capped_count(rows)
    position = _position(after)
    if position:
        rows = rows.filter(TupleLessThan((F("at"), F("id")), position))
    found = list(rows.order_by("-at", "-id")[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    older = f"{found[-1].at.isoformat()}~{found[-1].pk}" if more else ""
    return TrailPage(lines_of(found), older, count)


def lines_of(rows: list[Any]) -> list[Line]:
    """Rows in words; the names of their staff are read once."""
    names = _Names(rows)
    return [names.line(row) for row in rows]


def staff_named(rows: list[Any]) -> dict[int, str]:
    """The names of the staff of whom rows speak, by id."""
    return _Names(rows).staff


def _position(cursor: str) -> tuple[dt.datetime, int] | None:
    moment, _separator, row = cursor.rpartition("~")
    try:
        return dt.datetime.fromisoformat(moment), int(row)
    except ValueError:
        return None


def narrowed(chain: str, wanted: Wanted) -> QuerySet:
    """The rows of a chain that are looked for."""
    model = CHAINS[chain]
    zone = required_hospital().tz
    rows = model._default_manager.all()
    if wanted.since:
        rows = rows.filter(at__gte=dt.datetime.combine(wanted.since, dt.time(), zone))
    if wanted.until:
        rows = rows.filter(at__lt=dt.datetime.combine(wanted.until + dt.timedelta(days=1), dt.time(), zone))
    if chain == "failures":
        own = StaffMember.objects.filter(_named(wanted.staff))
        return rows.filter(username__in=own.values("user__username"))
    if wanted.staff:
        rows = rows.filter(staff_id__in=StaffMember.objects.filter(_named(wanted.staff)).values("pk"))
    return _of_kind(chain, rows, wanted)


def _named(text: str) -> Q:
    """Staff by the whole name, staff number or user name; everybody without a text."""
    return Q(name=text) | Q(staff_number=text) | Q(user__username=text) if text else Q()


def _of_kind(chain: str, rows: QuerySet, wanted: Wanted) -> QuerySet:
    if chain == "events":
        rows = rows.filter(verb__prefix=wanted.kind) if wanted.kind else rows
        return rows.filter(_of_object(wanted.number)) if wanted.number else rows
    if chain == "accesses":
        rows = rows.filter(kind=wanted.kind) if wanted.kind else rows
        return rows.filter(_of_person(wanted)) if wanted.number else rows
    rows = rows.filter(table_name=wanted.kind) if wanted.kind else rows
    return rows.filter(_of_row(wanted.number)) if wanted.number else rows


def _of_object(number: str) -> Q:
    """Events about the object of this number or of this number of a register, and about the person who bears it on a
    card or paper.
    """
    people = Q(object_type=PERSON, object_id__in=[str(one) for one in unions.meant_by(number)])
    return Q(object_id=number) | trail_numbers.meant_by(number) | people


def _of_row(number: str) -> Q:
    """Changes of the row of this number, and of the row of the person who bears it."""
    of_person = Q(table_name=PERSON.replace(".", "_"), row_id__in=unions.meant_by(number))
    return Q(row_id__in=unions.as_row(number)) | of_person


def _of_person(wanted: Wanted) -> Q:
    """Views of one person, under the numbers of united records too; among lists of many, which no index answers, only
    from a first day on.
    """
    numbers = unions.meant_by(wanted.number)
    found = Q(patient_id__in=numbers)
    for one in numbers if wanted.since else ():
        found |= Q(patient_ids__contains=[one])
    return found


class _Names:
    """Turns rows into lines; the names of the staff of a page are read once."""

    def __init__(self, rows: list[Any]) -> None:
        acting = {row.staff_id for row in rows if getattr(row, "staff_id", None) is not None}
        meant = {staff for staff in map(_staff_meant, rows) if staff is not None}
        self.ids: set[int] = acting.union(meant, *map(_spoken_of, rows))
        self.numbers = trail_numbers.numbers_of(row for row in rows if isinstance(row, AuditEvent))

    @cached_property
    def staff(self) -> dict[int, str]:
        """Names by id."""
        return dict(StaffMember.objects.filter(pk__in=self.ids).values_list("pk", "name"))

    def line(self, row: Any) -> Line:
        """One row in words."""
        if isinstance(row, LoginFailure):
            return Line(row.pk, row.at, row.username, "", verbs.failure(row.reason), row.ip_address or "", "", "")
        who = getattr(row, "actor_name", "") or self.staff.get(row.staff_id, "") or _nobody(row)
        role = _role(getattr(row, "role_code", ""))
        if isinstance(row, AuditEvent):
            about = self._about(_called(trail_words.model_of(row.object_type), row.object_type), row)
            detail = _written(row, self.staff)
            return Line(row.pk, row.at, who, role, verbs.label(row.verb), about, detail, row.request_id)
        if isinstance(row, AccessLog):
            people = str(row.patient_id) if row.patient_id else _people(len(row.patient_ids or []))
            purpose = trail_words.value_words("purpose", row.purpose)
            detail = " · ".join(filter(None, (trail_words.value_words("field", row.field.partition("-")[0]), purpose)))
            return Line(row.pk, row.at, who, role, row.get_kind_display(), people, detail, row.request_id)
        model = table(row.table_name)
        about, columns = self._about(_called(model, row.table_name), row), trail_words.columns(model, row.changes)
        return Line(row.pk, row.at, who, role, verbs.operation(row.operation), about, columns, row.request_id)

    def _about(self, kind: str, row: Any) -> str:
        """Kind and number of an object, the register's where it has one; of a member of staff the name too."""
        number = str(row.row_id) if isinstance(row, RowChange) else row.object_id
        number = self.numbers.get((getattr(row, "object_type", ""), number), number)
        return " ".join(filter(None, [kind, self.staff.get(_staff_meant(row) or 0, ""), number]))


def _staff_meant(row: Any) -> int | None:
    """The member of staff that a line is about."""
    if getattr(row, "object_type", getattr(row, "table_name", "")) not in _STAFF:
        return None
    return whole_number(getattr(row, "object_id", getattr(row, "row_id", "")))


def _nobody(row: Any) -> str:
    """Who acted where nobody did: the system. An account that does not work here is named by its number alone."""
    is_known = row.user_id or getattr(row, "detail", {}).get("account")
    return "" if is_known else _("the system")


def _people(count: int) -> str:
    return ngettext("%(n)s person", "%(n)s people", count) % {"n": count}


def _role(code: str) -> str:
    """The shipped name of a role in the reader's language."""
    shipped = SHIPPED_ROLES.get(code)
    return str(shipped.name) if shipped else code


def table(name: str) -> type[Model] | None:
    """The kind of row that a table holds."""
    return next((model for model in apps.get_models() if model._meta.db_table == name), None)


def _called(model: type[Model] | None, otherwise: str) -> str:
    return str(model._meta.verbose_name) if model else otherwise


def _written(event: AuditEvent, names: dict[int, str]) -> str:
    """Before, after and details in one line."""
    model, parts = trail_words.model_of(event.object_type), []
    if event.before or event.after:
        parts.append(" → ".join(trail_words.written(each, model, names) for each in (event.before, event.after)))
    if event.detail:
        parts.append(trail_words.written(event.detail, model, names))
    return " · ".join(parts)


def _spoken_of(row: Any) -> set[int]:
    """The staff that the details of an event name by their numbers."""
    parts = (getattr(row, name, None) or {} for name in ("before", "after", "detail"))
    found = (part.get(key) for part in parts if isinstance(part, dict) for key in trail_words.STAFF_KEYS)
    return {each for each in found if isinstance(each, int)}
