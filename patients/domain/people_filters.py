"""By what the list of people may be filtered and ordered, in one place: what the address says, what it means, how it is
read aloud, who may use it.

Values of one filter are alternatives; different filters hold together. Each is answered by an index of its own or
looked up by id; nothing else is offered.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.calendar import today
from accounts.models import Department
from hospital_crm.tenancy import keyset
from hospital_crm.tenancy.counts import COUNT_CAP
from hospital_crm.typed import whole_numbers
from patients.domain import divisions
from patients.domain.segment_filter import NOTHING_NAMED, in_segment, segment_for, segment_words
from patients.models import Patient, PatientTag, Tag

# So few people with a tag are looked up by their ids; of more it is asked for each in the order of the list.
FEW_TAGGED = 4 * COUNT_CAP
MOST_YEARS = 150


@dataclass(frozen=True)
class Filter:
    """`read`: the values of the address, None where they mean nothing; `found`: what the reader may see of what they
    name; `condition`: the people; `words`: the value as it is read. Without one of the `capabilities` it is not
    offered, and an address that names it all the same leaves nobody (`closed_to`).
    """

    key: str
    label: Any
    read: Callable[[Sequence[str]], Any]
    condition: Callable[[Any], Q]
    words: Callable[[Any], str]
    capabilities: tuple[str, ...] = ()
    found: Callable[[Actor, Any], Any] = lambda actor, value: value

    def is_open_to(self, actor: Actor) -> bool:
        """Whether the active role may filter by it."""
        return not self.capabilities or any(actor.can(one) for one in self.capabilities)


def _among(choices: Any) -> Callable[[Sequence[str]], list[str] | None]:
    known = {value for value, _label in choices}
    return lambda texts: [text for text in dict.fromkeys(texts) if text in known] or None


def _words_of(choices: Any) -> Callable[[list[str]], str]:
    return lambda values: _(" or ").join(str(dict(choices)[value]) for value in values)


def _text(length: int, *, cut: int = 0) -> Callable[[Sequence[str]], str | None]:
    def read(texts: Sequence[str]) -> str | None:
        text = texts[-1].strip()[:length] if texts else ""
        return (text.upper()[:cut] if cut else text) or None

    return read


def _numbers(texts: Sequence[str]) -> list[int] | None:
    return whole_numbers(list(dict.fromkeys(texts))) or None


def _public_id(texts: Sequence[str]) -> uuid.UUID | None:
    try:
        return uuid.UUID(texts[-1]) if texts and texts[-1] else None
    except ValueError:
        return NOTHING_NAMED


def _day(texts: Sequence[str]) -> dt.date | None:
    try:
        return dt.date.fromisoformat(texts[-1]) if texts else None
    except ValueError:
        return None


def _years(texts: Sequence[str]) -> int | None:
    found = whole_numbers(texts[-1:])
    return found[0] if found and found[0] <= MOST_YEARS else None


def _at_least(years: int) -> Q:
    """Full years of today; who has no birth date has no age. All sexes are named, because the index of birth dates
    begins with the sex.
    """
    return Q(birth_date__lte=today() - relativedelta(years=years), sex__in=Patient.Sex.values)


def _at_most(years: int) -> Q:
    return Q(birth_date__gt=today() - relativedelta(years=years + 1), sex__in=Patient.Sex.values)


def _years_words(years: int) -> str:
    return _("%(n)s years") % {"n": years}


def _tagged(tags: list[int]) -> Q:
    """People with any of these tags: a few by their ids, many by asking for each."""
    links = PatientTag.objects.filter(tag_id__in=tags)
    few = list(links.values_list("patient_id", flat=True).order_by()[: FEW_TAGGED + 1])
    if len(few) <= FEW_TAGGED:
        return Q(pk__any_of=sorted(set(few)))
    return Q(pk__in=links.values("patient_id"))


def is_tag_of_many(tags: list[int]) -> bool:
    """Whether more people have these tags than are looked up by their ids."""
    return bool(tags) and PatientTag.objects.filter(tag_id__in=tags)[: FEW_TAGGED + 1].count() > FEW_TAGGED


def _departments(ids: list[int]) -> str:
    return _(" or ").join(Department.objects.filter(pk__in=ids).order_by("name").values_list("name", flat=True))


def _tag_names(ids: list[int]) -> str:
    return _(" or ").join(Tag.objects.filter(pk__in=ids).values_list("name", flat=True))


def _region_words(text: str) -> str:
    return divisions.words_of(text) if divisions.is_prefix(text) else text


_CARE = ("patients.care",)
CATEGORIES, KINDS, SEXES = Patient.Category.choices, Patient.Kind.choices, Patient.Sex.choices
FILTERS = (
    Filter(
        "department",
        gettext_lazy("Department"),
        _numbers,
        lambda ids: Q(last_department_id=ids[0]) if len(ids) == 1 else Q(last_department_id__in=ids),
        _departments,
        _CARE,
    ),
    Filter(
        "disease",
        gettext_lazy("Disease code"),
        _text(20, cut=3),
        lambda code: Q(disease_group=code),
        str,
        ("patients.clinical",),
    ),
    Filter("sex", gettext_lazy("sex"), _among(SEXES), lambda values: Q(sex__in=values), _words_of(SEXES)),
    Filter("age_from", gettext_lazy("Age from"), _years, _at_least, _years_words),
    Filter("age_to", gettext_lazy("Age up to"), _years, _at_most, _years_words),
    Filter("region", gettext_lazy("Region"), _text(40), lambda text: divisions.lying_in([text]), _region_words),
    Filter(
        "category",
        gettext_lazy("category"),
        _among(CATEGORIES),
        lambda values: Q(category__in=values),
        _words_of(CATEGORIES),
    ),
    Filter("kind", gettext_lazy("kind"), _among(KINDS), lambda values: Q(kind__in=values), _words_of(KINDS)),
    Filter("source", gettext_lazy("source channel"), _text(40), lambda text: Q(source=text), str),
    Filter("tag", gettext_lazy("tag"), _numbers, _tagged, _tag_names, _CARE),
    Filter(
        "segment",
        gettext_lazy("segment"),
        _public_id,
        in_segment,
        segment_words,
        ("patients.segments",),
        segment_for,
    ),
    Filter(
        "since",
        gettext_lazy("Last visit from"),
        _day,
        lambda day: Q(sort_on__gte=day),
        dt.date.isoformat,
        _CARE,
    ),
    Filter(
        "until",
        gettext_lazy("Last visit until"),
        _day,
        lambda day: Q(sort_on__lte=day, sort_on__gt=dt.date(1900, 1, 1)),
        dt.date.isoformat,
        _CARE,
    ),
)


@dataclass(frozen=True)
class Sort:
    """An order of the list that an index gives."""

    key: str
    label: Any
    order: keyset.Key
    capabilities: tuple[str, ...] = ()


BY_RECORD = keyset.Key("id", int)
SORTS = {
    sort.key: sort
    for sort in (
        Sort("visit", gettext_lazy("Last visit"), keyset.BY_DAY, _CARE),
        Sort("record", gettext_lazy("Newest record"), BY_RECORD),
        Sort("name", gettext_lazy("Name"), keyset.Key("py_full", str, ascending=True)),
    )
}


def filters_for(actor: Actor) -> list[Filter]:
    """By what the active role may filter."""
    return [one for one in FILTERS if one.is_open_to(actor)]


def sorts_for(actor: Actor) -> list[Sort]:
    """In which orders the active role may read the list, the usual one first. Whoever does not see people's care does
    not read it by visits: the order would tell of them.
    """
    return [sort for sort in SORTS.values() if not sort.capabilities or any(map(actor.can, sort.capabilities))]


def values_of(actor: Actor, query: Any) -> dict[str, Any]:
    """What the address filters by and the role may filter by, as values; what cannot be read filters nothing."""
    return {one.key: one.found(actor, value) for one, value in _named(query) if one.is_open_to(actor)}


def closed_to(actor: Actor, query: Any) -> list[Filter]:
    """Filters that the address names and this role does not have, as where a saved view is older than a change of
    rights. They leave nobody: a list, an export or a bulk edit that names one must never mean everybody.
    """
    return [one for one, _value in _named(query) if not one.is_open_to(actor)]


def closed_among(actor: Actor, keys: Iterable[str]) -> dict[str, Any]:
    """The same for another list that filters by some of these, key → label: those that this role does not have."""
    named = set(keys)
    return {one.key: one.label for one in FILTERS if one.key in named and not one.is_open_to(actor)}


def _named(query: Any) -> list[tuple[Filter, Any]]:
    return [(one, value) for one in FILTERS if (value := one.read(query.getlist(one.key))) is not None]


def words_of(values: dict[str, Any]) -> list[str]:
    """Filters as they are read: 「科室：心内科」."""
    return [
        _("%(filter)s: %(value)s") % {"filter": one.label, "value": one.words(values[one.key])}
        for one in FILTERS
        if one.key in values
    ]
