"""The hospital's levels of membership, what each gives, and the service standards of the categories."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from hospital_crm.i18n.localized import localized
from patients.domain.memberships import MembershipError
from patients.models import AgreedService, Membership, MembershipLevel, Patient, ServiceStandard
from patients.models.memberships import HIGHEST
from patients.shipped import levels as shipped

_LEVEL = (
    "names",
    "rank",
    "booking_priority",
    "call_priority",
    "answer_minutes",
    "first_appointment_days",
    "is_offered",
)
_SERVICE = ("names", "times", "per", "is_active")


@dataclass(frozen=True)
class Standard:
    """How soon a person is served, and why: by the level of the membership, or by the category."""

    by: str
    answer_minutes: int
    first_appointment_days: int
    words: str


@transaction.atomic
def install_default() -> None:
    """The shipped levels and standards for the hospital in scope; what is there already stays."""
    known = set(ServiceStandard.objects.values_list("category", flat=True))
    ServiceStandard.objects.bulk_create(
        ServiceStandard(**row) for row in shipped.standards() if row["category"] not in known
    )
    if MembershipLevel.objects.exists():
        return
    for columns, services in shipped.levels():
        level = MembershipLevel.objects.create(**columns)
        AgreedService.objects.bulk_create(AgreedService(level=level, **row) for row in services)


def standard_of(patient: Patient, membership: Membership | None) -> Standard | None:
    """The standard that holds for a person: that of the level while a membership runs, else that of the category.
    None where the hospital has none.
    """
    category = Patient.Category.VIP if membership else patient.category
    row = ServiceStandard.objects.filter(category=category).first()
    words = localized(row.words) if row else ""
    if membership:
        level = membership.level
        return Standard(str(level), level.answer_minutes, level.first_appointment_days, words)
    return Standard(str(row), row.answer_minutes, row.first_appointment_days, words) if row else None


@transaction.atomic
def save_level(level: MembershipLevel, values: Mapping[str, Any], *, actor: Actor) -> MembershipLevel:
    """A new level, or other columns of one; they hold for its members at once. Refused without the right, without a
    name in simplified Chinese, and for a priority above 99.
    """
    _may(actor)
    _named(values["names"])
    if max(values["booking_priority"], values["call_priority"]) > HIGHEST:
        raise MembershipError(_("A priority lies between 0 and 99."))
    is_added = level.pk is None
    before = {} if is_added else {name: getattr(level, name) for name in _LEVEL}
    for name in _LEVEL:
        setattr(level, name, values[name])
    level.save()
    changed = [name for name in _LEVEL if before.get(name) != values[name]]
    if is_added or changed:
        verb = "patients.membership_level.add" if is_added else "patients.membership_level.change"
        record(verb, level, actor=actor, fields=changed)
    return level


@transaction.atomic
def save_service(service: AgreedService, values: Mapping[str, Any], *, actor: Actor) -> AgreedService:
    """A new service of a level, or other words or numbers of one; they hold for its members at once. Refused without
    the right and without a name in simplified Chinese.
    """
    _may(actor)
    _named(values["names"])
    is_added = service.pk is None
    if is_added:
        last = AgreedService.objects.filter(level=service.level).order_by("-rank").first()
        service.rank = last.rank + 1 if last else 1
    for name in _SERVICE:
        setattr(service, name, values[name])
    service.save()
    verb = "patients.agreed_service.add" if is_added else "patients.agreed_service.change"
    record(verb, service, actor=actor, after={name: values[name] for name in ("times", "per", "is_active")})
    return service


@transaction.atomic
def change_standard(standard: ServiceStandard, values: Mapping[str, Any], *, actor: Actor) -> ServiceStandard:
    """Other times, other words. Refused without the right."""
    _may(actor)
    numbers = ("answer_minutes", "first_appointment_days")
    before = {name: getattr(standard, name) for name in numbers}
    for name in (*numbers, "words"):
        setattr(standard, name, values[name])
    standard.save()
    after = {name: values[name] for name in numbers}
    record("patients.service_standard.change", standard, actor=actor, before=before, after=after)
    return standard


def _may(actor: Actor) -> None:
    if not actor.can("patients.membership_levels"):
        raise MembershipError(_("Your role does not allow this."))


def _named(names: Mapping[str, str]) -> None:
    if not names.get("zh-hans", "").strip():
        raise MembershipError(_("A name in simplified Chinese is needed."))
