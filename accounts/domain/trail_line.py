"""One line of the audit trail, whole: who, when, what, before and after in words, the object, and the seal over it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import DateTimeField, ForeignKey, Model
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import trail_links, trail_words
from accounts.actors import Actor
from accounts.domain import seals, trail
from accounts.domain.trail_lists import chain_of
from accounts.models import AccessLog, ApiToken, AuditEvent, AuditSeal, LoginFailure, RowChange

LONGEST = 200


@dataclass(frozen=True)
class Change:
    """What one field was and is, in words. `is_hidden`: it is told only that it changed."""

    label: str
    before: str
    after: str
    is_hidden: bool = False


@dataclass(frozen=True)
class WholeLine:
    """`changes`: what became of the object; `facts`: what else was kept; `url`: where the reader opens the object;
    `seal`: the link of the chain that covers the line, None while there is none; `has_page`: whether it stands in a
    chain of this hospital.
    """

    line: trail.Line
    changes: list[Change]
    facts: list[tuple[str, str]]
    url: str
    seal: Any | None
    has_page: bool

    @property
    def hides(self) -> bool:
        """Whether something of the change is not told."""
        return any(change.is_hidden for change in self.changes)


def whole_line(chain: str, number: int, *, actor: Actor) -> WholeLine | None:
    """The line of this number in a chain of the hospital in scope; None where there is none."""
    row = trail.narrowed(chain, trail.Wanted()).filter(pk=number).first()
    if row is None:
        return None
    (line,), names = trail.lines_of([row]), trail.staff_named([row])
    seal = seals.seal_over(chain_of(chain), row)
    return WholeLine(
        line,
        _changes(row, names),
        _facts(row, names),
        trail_links.address(*_object(row), actor),
        seal,
        isinstance(seal, AuditSeal),
    )


def _object(row: Any) -> tuple[str, Any]:
    """Kind and number of what the line is about."""
    if isinstance(row, AccessLog):
        return trail.PERSON, row.patient_id
    if isinstance(row, RowChange):
        model = trail.table(row.table_name)
        return (model._meta.label_lower if model else ""), row.row_id
    return getattr(row, "object_type", ""), getattr(row, "object_id", "")


def _changes(row: Any, names: Mapping[int, str]) -> list[Change]:
    if isinstance(row, AuditEvent):
        model = trail_words.model_of(row.object_type)
        before, after = (dict(trail_words.pairs(part, model, names)) for part in (row.before, row.after))
        missing = "—"
        return [Change(label, before.get(label, missing), after.get(label, missing)) for label in {**before, **after}]
    if isinstance(row, RowChange):
        model = trail.table(row.table_name)
        told = {name: value for name, value in row.changes.items() if not trail_words.is_technical(model, name)}
        found = [_column(model, name, value, row.operation, names) for name, value in told.items()]
        return sorted(found, key=lambda change: change.label)
    return []


def _column(model: type[Model] | None, name: str, value: Any, operation: str, names: Mapping[int, str]) -> Change:
    """A changed column; of a row that was deleted what it was."""
    is_pair = operation == "UPDATE" and isinstance(value, list) and len(value) == 2  # noqa: PLR2004
    old, new = value if is_pair else (value, None)
    label = trail_words.key_words(name, model)
    if operation == "INSERT":
        return Change(label, "—", str(value))
    if not _may_be_told(model, name):
        hidden = pgettext("value", "not shown")
        return Change(label, hidden, hidden if is_pair else "—", is_hidden=True)
    return Change(label, _told(name, old, model, names), _told(name, new, model, names))


def _told(name: str, value: Any, model: type[Model] | None, names: Mapping[int, str]) -> str:
    """A value of a column; a moment by the clock of the hospital, a reference by the name of what it refers to, its
    number where that is gone.
    """
    field = trail_words.field_of(model, name)
    if isinstance(field, ForeignKey) and value is not None:
        meant = field.related_model._default_manager.filter(pk=value).first()
        return str(meant) if meant is not None else str(value)
    if isinstance(field, DateTimeField) and value:
        moment = parse_datetime(str(value))
        return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}" if moment else str(value)
    return trail_words.value_of(name, value, model, names)


def _may_be_told(model: type[Model] | None, name: str) -> bool:
    """Whoever reads the trail does not read people's records: of rows of other apps than this one the values are told
    where they are one of a few choices.
    """
    if model is None:
        return False
    field = trail_words.field_of(model, name)
    return model._meta.app_label == "accounts" or bool(getattr(field, "choices", None))


def _facts(row: Any, names: Mapping[int, str]) -> list[tuple[str, str]]:
    if isinstance(row, AuditEvent):
        return trail_words.pairs(row.detail, trail_words.model_of(row.object_type), names)
    if isinstance(row, LoginFailure):
        return [(_("User name"), row.username), (_("Address"), row.ip_address or "—")]
    if isinstance(row, AccessLog):
        said = {
            _("Field"): trail_words.value_words("field", row.field.partition("-")[0]),
            _("Purpose"): trail_words.value_words("purpose", row.purpose),
            _("Page"): trail_words.value_words("page", row.page),
            _("Numbers of the people"): _numbers(row.patient_ids or []),
            _("Token of the API"): _token_named(row.token_id),
        }
        return [(label, words) for label, words in said.items() if words]
    return []


def _token_named(token_id: int | None) -> str:
    token = ApiToken.objects.filter(pk=token_id).first() if token_id else None
    return f"{token.name} · {token.public_id}" if token else ""


def _numbers(ids: list[int]) -> str:
    shown = pgettext("between items", ", ").join(map(str, ids[:LONGEST]))
    left = len(ids) - LONGEST
    return _("%(shown)s and %(n)s more") % {"shown": shown, "n": left} if left > 0 else shown
