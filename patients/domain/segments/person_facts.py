"""What the record of a person offers segments: who it is, and how to reach them. What stands in columns of the person
stands in one index too (`people_asked_idx`), so that any mixture of these facts is one pass over that index.
"""

import datetime as dt
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Q
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Station
from patients.domain import divisions, facets
from patients.models import ContactPoint, Patient, Relation, StationAssignment
from patients.segment_facts import Asked, Kind, SegmentFact, ranged, register

CHILD_YEARS = 14
CARE = ("patients.care",)
CLINICAL = ("patients.clinical", "followups.work")
_TOLD = 120
_SHOWN = 4
_PARENTS = ("父亲", "母亲", "爸爸", "妈妈", "父母")


def register_all() -> None:
    """Called once by the app's wiring."""
    register(*_identity(), *_reach())


def _identity() -> tuple[SegmentFact, ...]:
    return (
        SegmentFact("age", _("Age"), Kind.NUMBER, "person", _age, _told_age, measure=_(" years")),
        _chosen("sex", _("Sex"), Patient.Sex),
        SegmentFact(
            "region",
            _("Region"),
            Kind.PICK,
            "person",
            lambda asked: divisions.lying_in(asked.values),
            lambda person, asked: divisions.words_of(person.division_code) or person.region,
            choices=_regions,
            is_open=True,
            named=_region_named,
        ),
        _chosen("kind", _("Kind of customer"), Patient.Kind),
        _chosen("category", _("Category"), Patient.Category),
        _chosen("education", _("Education"), Patient.Education),
        _typed("insurance_type", _("Insurance")),
        _typed("source", _("Source channel"), choices=lambda: [(value, value) for value in facets.sources()]),
        _flag(
            "referred", _("Referred by somebody"), Q(referrer__isnull=False), lambda person: bool(person.referrer_id)
        ),
        SegmentFact(
            "parent", _("Parent or guardian of a child under 14"), Kind.YES_NO, "person", _parent, _told_parent
        ),
        SegmentFact(
            "chronic",
            _("Chronic disease recorded"),
            Kind.YES_NO,
            "visits",
            lambda asked: asked.people_of(Patient.objects.exclude(chronic_diseases=""), "pk"),
            lambda person, asked: person.chronic_diseases[:_TOLD] or yes_no(False),
            capabilities=CLINICAL,
        ),
    )


def _reach() -> tuple[SegmentFact, ...]:
    return (
        SegmentFact(
            "contact_state",
            _("Contact state"),
            Kind.CHOICE,
            "reach",
            _column("contact_state"),
            lambda person, asked: person.get_contact_state_display(),
            choices=lambda: [(s.value, s.label) for s in (Patient.ContactState.OPEN, Patient.ContactState.STOPPED)],
        ),
        _flag("phone", _("Has a phone number"), ~Q(phone=""), lambda person: bool(person.phone), group="reach"),
        _contact("email", _("Has an e-mail address")),
        _contact("wechat", _("Has WeChat")),
        _chosen("preferred_channel", _("Preferred channel"), Patient.Channel, group="reach"),
        SegmentFact(
            "station",
            _("Community station"),
            Kind.CHOICE,
            "reach",
            lambda asked: asked.people_of(StationAssignment.objects.current().filter(station_id__in=asked.values)),
            _told_station,
            choices=lambda: [(str(pk), name) for pk, name in Station.objects.values_list("pk", "name")],
        ),
    )


def _chosen(name: str, label: Any, choices: Any, group: str = "person") -> SegmentFact:
    """A column with fixed choices."""
    return SegmentFact(
        name,
        label,
        Kind.CHOICE,
        group,
        _column(name),
        lambda person, asked: getattr(person, f"get_{name}_display")(),
        choices=lambda: list(choices.choices),
    )


def _typed(name: str, label: Any, choices: Any = None) -> SegmentFact:
    """A column with free words: whole, as they were written."""
    return SegmentFact(
        name,
        label,
        Kind.PICK,
        "person",
        _column(name),
        lambda person, asked: getattr(person, name),
        choices=choices,
        is_open=True,
    )


def _flag(
    key: str,
    label: Any,
    condition: Q,
    holds: Any,
    *,
    group: str = "person",
) -> SegmentFact:
    """Something that holds or not."""
    return SegmentFact(
        key,
        label,
        Kind.YES_NO,
        group,
        lambda asked: condition,
        lambda person, asked: yes_no(holds(person)),
    )


def _contact(system: str, label: Any) -> SegmentFact:
    """An own contact point of this kind that holds and is not dead."""

    def rows(asked: Asked) -> Any:
        return ContactPoint.objects.own(on=asked.today).usable().filter(system=system)

    return SegmentFact(
        system,
        label,
        Kind.YES_NO,
        "reach",
        lambda asked: asked.people_of(rows(asked)),
        lambda person, asked: yes_no(rows(asked).filter(patient=person).exists()),
    )


def yes_no(holds: bool) -> str:
    """Yes or no, as the values of a person are told."""
    return gettext("yes") if holds else gettext("no")


def _column(name: str) -> Any:
    return lambda asked: Q(**{f"{name}__in": asked.values})


def _regions() -> list[tuple[str, str]]:
    """Divisions by their code, those of the hospital's people first; as a name what its table does not know, and what
    is the name of several: rules written before there were codes ask for it, and mean each of them.
    """
    known = {code: words for code, words in facets.region_words().items() if words}
    for name in facets.regions():
        places = len(divisions.called(name))
        if places != 1:
            known[name] = gettext("%(name)s (by name)") % {"name": name} if places else name
    return list({**known, **divisions.all_words()}.items())


def _region_named(text: str) -> str:
    """A division goes by its code; a name that no table knows as it stands on record."""
    codes = divisions.called(text)
    if len(codes) > 1:
        words = pgettext("between the items of a list", ", ").join(divisions.words_of(code) for code in codes[:_SHOWN])
        raise ValueError(
            gettext("Several are called %(name)s: %(words)s. Choose one.") % {"name": text, "words": words}
        )
    return codes[0] if codes else text


def _age(asked: Asked) -> Q:
    """In full years on the day; who has no birth date has no age."""

    def born_before(years: int) -> dt.date:
        return asked.today - relativedelta(years=years)

    known = Q(birth_date__isnull=False)
    condition = ranged(
        asked,
        lambda years: Q(birth_date__lte=born_before(years)),
        lambda years: Q(birth_date__lte=born_before(years + 1)),
    )
    return condition & known


def _told_age(person: Patient, asked: Asked) -> str:
    age = person.age_on(asked.today)
    return "" if age is None else gettext("%(n)s years") % {"n": age}


def _children(asked: Asked) -> Any:
    """Relations of children to who cares for them and has a record of their own."""
    youngest = asked.today - relativedelta(years=CHILD_YEARS)
    cared = Relation.objects.filter(Q(is_guardian=True) | Q(kind__in=_PARENTS), related__isnull=False)
    return cared.filter(patient__birth_date__gt=youngest)


def _parent(asked: Asked) -> Q:
    return asked.people_of(_children(asked), "related_id")


def _told_parent(person: Patient, asked: Asked) -> str:
    return yes_no(_children(asked).filter(related=person).exists())


def _told_station(person: Patient, asked: Asked) -> str:
    current = StationAssignment.objects.current().filter(patient=person).select_related("station").first()
    return current.station.name if current else ""
