"""What the stays and visits of a person offer segments. What the last one was stands with the person; what looks back
is asked of two indexes of stays, by day and by diagnosis, which carry all that is asked for.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from accounts.domain.departments import choices_of
from accounts.models import Department
from patients.domain.segments.person_facts import CARE, CLINICAL
from patients.models import CheckupFinding, Diagnosis, Encounter, Patient
from patients.segment_facts import Asked, Kind, Period, SegmentFact, ranged, register

_TOLD_AT_MOST = 12
# So many characters of the last diagnosis are its group.
_GROUP = 3


def register_all() -> None:
    """Called once by the app's wiring."""
    register(*_last(), *_looking_back())


def _last() -> tuple[SegmentFact, ...]:
    return (
        SegmentFact(
            "tier",
            _("Tier"),
            Kind.CHOICE,
            "visits",
            lambda asked: Q(care_tier__in=asked.values),
            lambda person, asked: person.get_care_tier_display() if person.care_tier else "",
            choices=lambda: list(Patient.CareTier.choices),
            capabilities=CARE,
        ),
        SegmentFact(
            "last_visit", _("Last visit"), Kind.DAY, "visits", _last_visit, _told_last_visit, capabilities=CARE
        ),
        SegmentFact(
            "last_department",
            _("Department of the last visit"),
            Kind.CHOICE,
            "visits",
            lambda asked: Q(last_department_id__in=[int(value) for value in asked.values]),
            lambda person, asked: person.last_department.name if person.last_department else "",
            choices=_departments,
            capabilities=CARE,
        ),
        SegmentFact(
            "last_disease",
            _("Diagnosis code of the last visit"),
            Kind.CODES,
            "visits",
            _last_disease,
            lambda person, asked: person.disease_group,
            capabilities=CLINICAL,
            longest=_GROUP,
        ),
    )


def _looking_back() -> tuple[SegmentFact, ...]:
    return (
        SegmentFact(
            "department",
            _("Department visited"),
            Kind.CHOICE,
            "visits",
            lambda asked: asked.people_of(_stays(asked).filter(department_id__in=[int(v) for v in asked.values])),
            _told_departments,
            choices=_departments,
            period=Period.WISHED,
            capabilities=CARE,
        ),
        SegmentFact(
            "disease",
            _("Diagnosis code of any visit"),
            Kind.CODES,
            "visits",
            _disease,
            _told_diseases,
            period=Period.WISHED,
            capabilities=CLINICAL,
        ),
        SegmentFact(
            "visit_kind",
            _("Kind of visit"),
            Kind.CHOICE,
            "visits",
            lambda asked: asked.people_of(_stays(asked).filter(kind__in=asked.values)),
            lambda person, asked: _told(person, asked, lambda stay: stay.get_kind_display()),
            choices=lambda: list(Encounter.Kind.choices),
            period=Period.WISHED,
            capabilities=CARE,
        ),
        SegmentFact(
            "visits",
            _("Number of visits"),
            Kind.NUMBER,
            "visits",
            _visits,
            lambda person, asked: str(len(_own(person, asked))),
            measure=_(" times"),
            period=Period.NEEDED,
            capabilities=CARE,
        ),
        SegmentFact(
            "fees",
            _("Fees"),
            Kind.NUMBER,
            "visits",
            _fees,
            _told_fees,
            measure=_(" yuan"),
            period=Period.NEEDED,
            capabilities=CARE,
            has_cents=True,
        ),
        *_found_at_checks(),
    )


def _found_at_checks() -> tuple[SegmentFact, ...]:
    return (
        SegmentFact(
            "abnormal",
            _("Something abnormal at a health check"),
            Kind.YES_NO,
            "visits",
            lambda asked: asked.people_of(_abnormal(asked), "encounter__patient_id"),
            _told_abnormal,
            period=Period.WISHED,
            capabilities=CLINICAL,
        ),
        SegmentFact(
            "abnormal_item",
            _("Abnormal item of a health check, by its first words"),
            Kind.PICK,
            "visits",
            _abnormal_item,
            _told_abnormal,
            period=Period.WISHED,
            capabilities=CLINICAL,
            is_open=True,
        ),
    )


def _departments() -> list[tuple[str, str]]:
    return choices_of(Department.objects.order_by("name"))


def _last_visit(asked: Asked) -> Q:
    if asked.op == "never":
        return Q(last_visit_on__isnull=True)
    if asked.op == "between":
        return Q(last_visit_on__range=asked.values)
    day = asked.days_ago(asked.values[0])
    return Q(last_visit_on__gte=day) if asked.op == "within" else Q(last_visit_on__lt=day)


def _told_last_visit(person: Patient, asked: Asked) -> str:
    if person.last_visit_on is None:
        return gettext("never")
    days = (asked.today - person.last_visit_on).days
    return gettext("%(day)s, %(n)s days ago") % {"day": person.last_visit_on, "n": days}


def _last_disease(asked: Asked) -> Q:
    """Of the last diagnosis its group stands with the person."""
    return _begins("disease_group", asked.values)


def _begins(column: str, codes: Any) -> Q:
    condition = Q()
    for code in dict.fromkeys(codes):
        condition |= Q(**{f"{column}__prefix": code})
    return condition


def _begins_in_range(column: str, codes: Any) -> Q:
    """As `_begins`, and between the first and the last of the codes: of alternatives the database would read the whole
    index, of a range it reads the range.
    """
    end = max(code[:-1] + chr(ord(code[-1]) + 1) for code in codes)
    return _begins(column, codes) & Q(**{f"{column}__gte": min(codes), f"{column}__lt": end})


def _stays(asked: Asked) -> QuerySet:
    """Valid stays of the period; a stay counts from the day of admission."""
    stays = Encounter.objects.valid()
    return stays if asked.since is None else stays.filter(admitted_on__gte=asked.since)


def _disease(asked: Asked) -> Q:
    """The main diagnosis of a stay, or any further one."""
    main = _stays(asked).filter(_begins_in_range("diagnosis_code", asked.values), ~Q(diagnosis_code=""))
    further = Diagnosis.objects.filter(
        _begins_in_range("code", asked.values), ~Q(code=""), encounter__is_cancelled=False
    )
    if asked.since is not None:
        further = further.filter(encounter__admitted_on__gte=asked.since)
    return asked.people_of(main) | asked.people_of(further, "encounter__patient_id")


def _visits(asked: Asked) -> Q:
    def counted(least: int) -> Q:
        if least <= 0:
            return Q(pk__isnull=False)
        rows = _grouped(asked, n=Count("*"))
        return Q(pk__in=rows.filter(n__gte=least).values("patient_id"))

    return ranged(asked, counted, lambda most: counted(most + 1))


def _fees(asked: Asked) -> Q:
    """People of whom a fee of the period is known and whose fees come to so much: what nobody knows is not nothing."""
    limits = {
        "at_least": ("total__gte",),
        "at_most": ("total__lte",),
        "between": ("total__gte", "total__lte"),
    }[asked.op]
    known = _grouped(asked, total=Sum("fees")).filter(
        total__isnull=False, **dict(zip(limits, asked.values, strict=True))
    )
    return Q(pk__in=known.values("patient_id"))


def _abnormal(asked: Asked) -> QuerySet:
    """What health checks of the period found abnormal."""
    found = CheckupFinding.objects.filter(is_abnormal=True, encounter__is_cancelled=False)
    return found if asked.since is None else found.filter(encounter__admitted_on__gte=asked.since)


def _abnormal_item(asked: Asked) -> Q:
    begins = Q()
    for text in asked.values:
        begins |= Q(item__startswith=text)
    return asked.people_of(_abnormal(asked).filter(begins), "encounter__patient_id")


def _told_abnormal(person: Patient, asked: Asked) -> str:
    rows = _abnormal(asked).filter(encounter__patient=person).order_by("-encounter__admitted_on", "rank")
    found = list(dict.fromkeys(rows.values_list("item", flat=True)))
    gap = pgettext("between the items of a list", ", ")
    return gap.join(found[:_TOLD_AT_MOST]) + ("…" if len(found) > _TOLD_AT_MOST else "")


def _grouped(asked: Asked, **figures: Any) -> QuerySet:
    rows = _stays(asked).order_by()
    rows = rows if asked.only is None else rows.filter(patient_id=asked.only)
    return rows.values("patient_id").annotate(**figures)


def _own(person: Patient, asked: Asked) -> list[Encounter]:
    """The person's valid stays of the period, the newest first; read once for all lines."""
    known = vars(person).get("_valid_stays")
    if known is None:
        stays = Encounter.objects.valid().filter(patient=person).select_related("department")
        known = vars(person)["_valid_stays"] = list(stays.order_by("-admitted_on", "-pk"))
    return [stay for stay in known if asked.since is None or stay.admitted_on >= asked.since]


def _told(person: Patient, asked: Asked, value: Callable[[Encounter], Any]) -> str:
    """The different values of the stays, the newest first, and that there are more."""
    found = [text for text in dict.fromkeys(str(value(stay) or "") for stay in _own(person, asked)) if text]
    gap = pgettext("between the items of a list", ", ")
    return gap.join(found[:_TOLD_AT_MOST]) + ("…" if len(found) > _TOLD_AT_MOST else "")


def _told_departments(person: Patient, asked: Asked) -> str:
    return _told(person, asked, lambda stay: stay.department)


def _told_diseases(person: Patient, asked: Asked) -> str:
    codes = [stay.diagnosis_code for stay in _own(person, asked)]
    lines = Diagnosis.objects.filter(encounter__patient=person, encounter__is_cancelled=False)
    if asked.since is not None:
        lines = lines.filter(encounter__admitted_on__gte=asked.since)
    written = [*codes, *lines.values_list("code", flat=True)]
    found = list(dict.fromkeys(code for code in written if code))
    gap = pgettext("between the items of a list", ", ")
    return gap.join(found[:_TOLD_AT_MOST]) + ("…" if len(found) > _TOLD_AT_MOST else "")


def _told_fees(person: Patient, asked: Asked) -> str:
    known = [stay.fees for stay in _own(person, asked) if stay.fees is not None]
    return gettext("%(n)s yuan") % {"n": sum(known, Decimal(0))} if known else ""
