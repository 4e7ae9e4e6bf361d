"""The masking rules as the security officer reads them: worked out of the very table and functions that pages ask
(`field_rules`, `visibility`, `masking`), so that nothing here can say otherwise than they do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.capabilities import CAPABILITIES
from accounts.models import Role
from patients.domain import masking
from patients.domain.field_rules import CENTRE, FIELDS, Reader, Rule, Shows
from patients.domain.visibility import sight_by
from patients.models import Audience, ContactPoint, Encounter, Identifier, Patient, Relation
from patients.models.label_words import Axis

OPENS, ASKS = "patients.view", "patients.unmask"
# What decides how a record is shown to a role; the page says which roles hold them.
DECIDING = (OPENS, "patients.care", "patients.clinical", ASKS, "followups.work", CENTRE)

GROUPS: dict[Rule, Any] = {
    Rule.OPEN: _("General facts"),
    Rule.IDENTITY: _("Name and numbers to reach"),
    Rule.PAPERS: _("Papers and record numbers"),
    Rule.LIFE: _("Life and care"),
    Rule.HEALTH: _("Health"),
}
_ELSEWHERE: dict[str, tuple[type[Model], str]] = {
    "fees": (Encounter, "fees"),
    "diagnosis": (Encounter, "diagnosis_text"),
    "instructions": (Encounter, "discharge_instructions"),
}
_KINDS: dict[str, type[Model]] = {"contact_point": ContactPoint, "relation": Relation, "identifier": Identifier}


@dataclass(frozen=True)
class Masked:
    """An invented value, and what masking leaves of it."""

    label: Any
    value: str
    shown: str


@dataclass(frozen=True)
class RoleRow:
    """How a role is shown each group of fields, in words; none where it opens no record."""

    role: Role
    opens: bool
    groups: list[tuple[Any, Any]]
    notes: list[Any]
    holds: list[tuple[Any, bool]]


def examples() -> list[Masked]:
    """How each kind of value is masked, by invented ones."""
    return [
        Masked(_("Name"), "张小三", masking.mask_name("张小三")),
        Masked(_("Mobile number"), "13800005678", masking.mask_phone("13800005678")),
        Masked(_("Landline"), "057187654321", masking.mask_phone("057187654321")),
        Masked(_("Identity number"), "11000019900101123X", masking.mask_identity("11000019900101123X")),
        Masked(_("Record number"), "ZY2611000152", masking.mask_number("ZY2611000152")),
        Masked(_("Address"), "清屿市柳溪区湖滨路8号", masking.mask_address("清屿市柳溪区湖滨路8号")),
        Masked(_("E-mail"), "zhang@example.org", masking.mask_email("zhang@example.org")),
    ]


def fields() -> list[tuple[Any, list[str]]]:
    """The groups with the fields of each, as their forms call them."""
    return [
        (words, [_called(name) for name, rule in FIELDS.items() if rule is group]) for group, words in GROUPS.items()
    ]


def _called(name: str) -> str:
    if name in Axis.values:
        return str(Axis(name).label)
    if name in _KINDS:
        return capfirst(str(_KINDS[name]._meta.verbose_name))
    model, column = _ELSEWHERE.get(name, (Patient, name))
    return capfirst(str(model._meta.get_field(column).verbose_name))  # type: ignore[union-attr]


def roles(known: Iterable[Role]) -> list[RoleRow]:
    """How a record stands before each role."""
    return [_row(role) for role in known]


def _row(role: Role) -> RoleRow:
    held = set(role.capabilities)
    idle, working = _reader(held, holds_work=False), _reader(held, holds_work=True)
    opens = OPENS in held
    groups = [(words, _words(rule, idle, working, ASKS in held)) for rule, words in GROUPS.items()]
    notes = [audience.label for audience in Audience if audience.value in idle.audiences]
    return RoleRow(
        role,
        opens,
        groups if opens else [],
        notes if opens else [],
        [(CAPABILITIES[name], name in held) for name in DECIDING],
    )


def _reader(held: set[str], *, holds_work: bool) -> Reader:
    """Somebody in this role before the record of a person who may be contacted."""
    sight = sight_by(held.__contains__, holds_work=holds_work, may_be_contacted=True)
    return Reader(0, sight, "patients.care" in held, CENTRE in held)


def _words(rule: Rule, idle: Reader, working: Reader, may_ask: bool) -> Any:
    """How a group is shown without open work, and what opens it."""
    field = next(name for name, its in FIELDS.items() if its is rule)
    shows, opened = idle.shows(field), working.shows(field)
    if shows is Shows.FULL:
        return pgettext_lazy("masking", "in full")
    if shows is Shows.HIDDEN:
        return _("with open work only") if opened is Shows.FULL else pgettext_lazy("masking", "hidden")
    if opened is Shows.FULL:
        return _("masked; in full with open work or a purpose") if may_ask else _("masked; in full with open work")
    return _("masked; one field for a purpose") if may_ask else pgettext_lazy("masking", "masked")
