"""The doors of the audit trail: one event per domain verb, one access-log row per view of a person's record, one row
per act of a platform operator.
"""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model

from accounts.actors import Actor, TokenActor
from accounts.models import AccessLog, ApiToken, AuditEvent, PlatformEvent, User
from hospital_crm.tenancy.scope import required_hospital

log = logging.getLogger("crm.audit")

request_id: ContextVar[str] = ContextVar("request_id", default="")


def record(
    verb: str,
    obj: Model | None = None,
    *,
    actor: Actor | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    **detail: Any,
) -> AuditEvent:
    """One event for one domain verb, such as `followups.order.submit`.

    Without an actor the system acted; one that acts by a token of the API leaves the token's identifier too. Never
    holds clinical text.
    """
    said = {**detail, **_by(actor)}
    return AuditEvent.objects.create(**_event(verb, obj, actor), before=before, after=after, detail=said)


def record_each(
    verb: str,
    objects: Iterable[Model],
    *,
    actor: Actor | None = None,
    before: Mapping[Any, dict[str, Any]] | None = None,
    after: dict[str, Any] | None = None,
    details: Mapping[Any, dict[str, Any]] | None = None,
) -> None:
    """As `record`, for what was done to many objects at once: one event for each, written together.

    `before`, `details`: by primary key.
    """
    AuditEvent.objects.bulk_create(
        AuditEvent(
            **_event(verb, obj, actor),
            before=(before or {}).get(obj.pk),
            after=after,
            detail={**(details or {}).get(obj.pk, {}), **_by(actor)},
        )
        for obj in objects
    )


def _event(verb: str, obj: Model | None, actor: Actor | None) -> dict[str, Any]:
    """What every event says: what was done, to what, by whom."""
    return {
        "verb": verb,
        "object_type": obj._meta.label_lower if obj is not None else "",
        "object_id": str(obj.pk) if obj is not None else "",
        **_who(actor),
        "actor_name": str(actor.staff) if actor else "",
    }


def record_platform(verb: str, obj: Model, *, operator: User | None, **detail: Any) -> PlatformEvent:
    """One row, and one line of the log, for what a platform operator did outside every hospital. Ids only."""
    kind = obj._meta.label_lower
    extra = {"verb": verb, "object": f"{kind} {obj.pk}", "operator": operator.pk if operator else None}
    log.info("platform_change", extra=extra)
    return PlatformEvent.objects.create(
        operator_id=operator.pk if operator else None,
        request_id=request_id.get(),
        verb=verb,
        object_type=kind,
        object_id=str(obj.pk),
        detail=detail,
    )


_SEEN = f"""
insert into {AccessLog._meta.db_table}
       (hospital_id, user_id, staff_id, role_code, request_id, kind, patient_id, patient_ids, purpose, field, page,
        token_id)
values """
_SEEN_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True)
class Seen:
    """Whose records were seen, how, what for, and where."""

    kind: str
    patient_ids: Sequence[int]
    purpose: str = ""
    field: str = ""
    page: str = ""


def log_access(
    actor: Actor | None, kind: str, patient_ids: Iterable[int], *, purpose: str = "", field: str = "", page: str = ""
) -> None:
    """One row:

    a person's record was seen. One person fills `patient_id`; a list or export writes one row with all ids. Nobody:
    no row.
    """
    log_accesses(actor, Seen(kind, list(patient_ids), purpose, field, page))


def log_accesses(actor: Actor | None, *seen: Seen) -> None:
    """As `log_access` for each, in one statement."""
    rows = [_seen_row(actor, one) for one in seen if one.patient_ids]
    if not rows:
        return
    with connection.cursor() as cursor:
        values = [value for row in rows for value in row]
        cursor.execute(_SEEN + ", ".join([_SEEN_ROW] * len(rows)), values)


def _seen_row(actor: Actor | None, seen: Seen) -> tuple[Any, ...]:
    who, ids = _who(actor), seen.patient_ids
    one, several = (ids[0], None) if len(ids) == 1 else (None, json.dumps(list(ids)))
    return (
        *(required_hospital().pk, who["user_id"], who["staff_id"], who["role_code"], who["request_id"]),
        *(seen.kind, one, several, seen.purpose, seen.field, seen.page),
        token.pk if (token := _token_of(actor)) else None,
    )


def log_unmasking(actor: Actor, patient_ids: Iterable[int], *, purpose: str, field: str, page: str) -> None:
    """Names or numbers of several people were told whole at once: a row for each person, as for one of them alone, so
    that whoever asks about a person finds it.
    """
    kind = AccessLog.Kind.UNMASK
    log_accesses(actor, *(Seen(kind, [one], purpose, field, page) for one in patient_ids))


_SEEN_BEFORE = {"view": ["view", "dial"], "dial": ["dial"]}
_PART = f"""
insert into {AccessLog._meta.db_table}
       (hospital_id, user_id, staff_id, role_code, request_id, kind, patient_id, page, field, purpose)
select %(hospital)s, %(user_id)s, %(staff_id)s, %(role_code)s, %(request_id)s, %(kind)s, %(patient)s, %(page)s, '', ''
 where not exists (
       select 1 from {AccessLog._meta.db_table}
        where hospital_id = %(hospital)s and patient_id = %(patient)s and at > now() - interval '1 minute'
          and staff_id = %(staff_id)s and role_code = %(role_code)s and kind = any(%(covering)s))
"""


def log_part(actor: Actor, kind: str, patient_id: int, *, page: str) -> None:
    """One row: a part of a person's record was seen that its page loads by itself.

    A page is one view with all its parts: no row when the same role of the same person saw as much within the minute.
    """
    values: dict[str, Any] = {"hospital": required_hospital().pk, "patient": patient_id, "kind": kind, "page": page}
    with connection.cursor() as cursor:
        cursor.execute(_PART, {**values, **_who(actor), "covering": _SEEN_BEFORE[kind]})


_TELL_TRIGGERS = (
    "select set_config('app.user_id', %s, true), set_config('app.staff_id', %s, true),"
    " set_config('app.request_id', %s, true)"
)


def tell_triggers(user_id: int | None, actor: Actor | None) -> None:
    """The database's triggers, which write row differences, hear who acts in this transaction."""
    staff_id = str(actor.staff.pk) if actor else ""
    with connection.cursor() as cursor:
        cursor.execute(_TELL_TRIGGERS, [str(user_id or ""), staff_id, request_id.get()])


def _by(actor: Actor | None) -> dict[str, str]:
    """The token by which a system acts, as a detail; nothing for a person at a page."""
    token = _token_of(actor)
    return {"token": str(token.public_id)} if token is not None else {}


def _token_of(actor: Actor | None) -> ApiToken | None:
    return actor.token if isinstance(actor, TokenActor) else None


def _who(actor: Actor | None) -> dict[str, Any]:
    """Who acts, as columns."""
    return {
        "user_id": actor.user.pk if actor else None,
        "staff_id": actor.staff.pk if actor else None,
        "role_code": actor.role_code if actor else "",
        "request_id": request_id.get(),
    }
