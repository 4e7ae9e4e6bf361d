"""What units offer segments: who belongs to one, to which, as whom, and under a contract in force."""

from typing import Any

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from groups.models import Contract, GroupCustomer, GroupMember
from patients.models import Patient
from patients.segment_facts import Asked, Kind, SegmentFact, register

CAPABILITIES = ("groups.view", "patients.care")


def register_all() -> None:
    """Called once by the app's wiring."""
    register(
        _yes_no("member", _("Member of a unit"), lambda asked: _members()),
        SegmentFact(
            "unit",
            _("Member of the unit"),
            Kind.PICK,
            "units",
            lambda asked: asked.people_of(_members().filter(group_id__in=[int(value) for value in asked.values])),
            _told_units,
            choices=lambda: [
                (str(pk), name) for pk, name in GroupCustomer.objects.out_of_bin().values_list("pk", "name")
            ],
            capabilities=CAPABILITIES,
        ),
        _yes_no("key_person", _("Key person of a unit"), lambda asked: _members().filter(is_key_person=True)),
        _yes_no("under_contract", _("Member of a unit with a contract in force"), _under_contract),
    )


def _members() -> Any:
    return GroupMember.objects.current()


def _under_contract(asked: Asked) -> Any:
    return _members().filter(group_id__in=Contract.objects.valid_on(asked.today).values("group_id"))


def _yes_no(key: str, label: Any, rows: Any) -> SegmentFact:
    """Somebody with such a membership."""
    return SegmentFact(
        key,
        label,
        Kind.YES_NO,
        "units",
        lambda asked: asked.people_of(rows(asked)),
        lambda person, asked: gettext("yes") if rows(asked).filter(patient=person).exists() else gettext("no"),
        capabilities=CAPABILITIES,
    )


def _told_units(person: Patient, asked: Asked) -> str:
    names = _members().filter(patient=person).values_list("group__name", flat=True)
    return pgettext("between the items of a list", ", ").join(names[:12])
