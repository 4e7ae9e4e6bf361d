"""What the hospital itself says of people: labels by rules, tags, the level of a VIP membership. Labels stand in the
index of what is asked of a record; tags and memberships have indexes of their own.
"""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from patients.domain.segments.person_facts import CARE
from patients.domain.tags import tags_of
from patients.models import Membership, MembershipLevel, Patient, PatientTag, Tag
from patients.models.label_words import VALUES, Axis
from patients.segment_facts import Asked, Kind, SegmentFact, register

NONE = "none"
_NONE_SAID = _("nothing said yet")


def register_all() -> None:
    """Called once by the app's wiring."""
    register(
        _label(Axis.ORIENTATION, _("Orientation")),
        _label(Axis.LIFE_CYCLE, _("Stage of the relationship")),
        _label(Axis.VISIT_CYCLE, _("Stage of the visits")),
        SegmentFact(
            "tag",
            _("Tag"),
            Kind.PICK,
            "labels",
            lambda asked: asked.people_of(PatientTag.objects.filter(tag_id__in=[int(value) for value in asked.values])),
            lambda person, asked: _listed(tags_of([person.pk]).get(person.pk, [])),
            choices=lambda: [(str(pk), name) for pk, name in Tag.objects.values_list("pk", "name")],
            capabilities=CARE,
        ),
        SegmentFact(
            "vip_level",
            _("Level of VIP membership"),
            Kind.CHOICE,
            "person",
            lambda asked: asked.people_of(_running(asked).filter(level_id__in=[int(value) for value in asked.values])),
            _told_level,
            choices=lambda: [(str(level.pk), str(level)) for level in MembershipLevel.objects.all()],
            capabilities=CARE,
        ),
    )


def _label(axis: Axis, label: Any) -> SegmentFact:
    """The group or stage on one axis, or that nothing is said of somebody."""

    def condition(asked: Asked) -> Q:
        return Q(**{f"{axis}__in": ["" if value == NONE else value for value in asked.values]})

    return SegmentFact(
        str(axis),
        label,
        Kind.CHOICE,
        "labels",
        condition,
        lambda person, asked: getattr(person, f"get_{axis}_display")() or _NONE_SAID,
        choices=lambda: [*VALUES[axis].choices, (NONE, _NONE_SAID)],
        capabilities=CARE,
    )


def _running(asked: Asked) -> Any:
    return Membership.objects.running_on(asked.today)


def _told_level(person: Patient, asked: Asked) -> str:
    one = _running(asked).filter(patient=person).select_related("level").first()
    return gettext("%(level)s until %(day)s") % {"level": one.level, "day": one.ends_on} if one else ""


def _listed(names: list[str]) -> str:
    return pgettext("between the items of a list", ", ").join(names)
