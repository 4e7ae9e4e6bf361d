"""Names that travel apart from the visits they belong to: a feed sends what a department or physician is called once,
and its visits only refer to it. What was told is remembered for that feed, and lent to every visit after it; what a
visit lacks is filled when the name comes after it (`fill`).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from integrations.domain.places import Places
from integrations.models import Feed, LentName, NameGap
from integrations.readers.reading import Lacking, NameTold, Reading
from patients.domain.records import PersonRecord, VisitRecord
from patients.domain.stay_gaps import Filling, fill_gaps
from patients.domain.telling import Answer

UNKNOWN = "reference_unknown"
_Key = tuple[int, str]


class LentNames:
    """The names that these messages tell or lack, as they are known at the beginning of a chunk."""

    def __init__(self, readings: Iterable[tuple[Feed, Reading]]) -> None:
        asked: dict[int, set[str]] = defaultdict(set)
        for feed, reading in readings:
            asked[feed.pk].update(one.reference for one in reading.names)
            asked[feed.pk].update(one.reference for one in reading.lacking)
        self._known: dict[_Key, LentName] = {
            (one.feed_id, one.reference): one
            for feed_id, references in asked.items()
            if references
            for one in LentName.objects.filter(feed=feed_id, reference__in=references)
        }
        self._changed: dict[_Key, LentName] = {}
        self._gaps: list[tuple[Feed, Lacking, str]] = []

    def go_through(self, feed: Feed, reading: Reading) -> None:
        """Takes in what a message calls things, and gives its visits the names it lacks; a reference nobody knows is a
        remark on the message.
        """
        for told in reading.names:
            self._learn(feed, told)
        lent = [self._lend(feed, lacking) for lacking in reading.lacking]
        for lacking, is_lent in zip(reading.lacking, lent, strict=True):
            if not is_lent:
                self._gaps.append((feed, lacking, _said(lacking.visit, lacking.part)))
        if not all(lent) and UNKNOWN not in reading.findings:
            reading.findings.append(UNKNOWN)

    def remember(self, answers: Mapping[int, Answer]) -> None:
        """Write what is new or is called otherwise, and which visits, by the answers to them, still lack a name."""
        LentName.objects.bulk_create(
            self._changed.values(),
            update_conflicts=True,
            unique_fields=["hospital", "feed", "reference"],
            update_fields=["name", "number", "is_used"],
        )
        gaps = {}
        for feed, lacking, instead in self._gaps:
            answer = answers.get(lacking.visit.row)
            if answer is not None and answer.encounter_id is not None:
                said = {"feed": feed, "reference": lacking.reference, "instead": instead[:60]}
                gap = NameGap(encounter_id=answer.encounter_id, part=lacking.part, **said)
                gaps[gap.encounter_id, gap.part] = gap
        NameGap.objects.bulk_create(
            gaps.values(),
            update_conflicts=True,
            unique_fields=["hospital", "encounter", "part"],
            update_fields=["feed", "reference", "instead"],
        )

    def fill(self, places_of: Callable[[Feed], Places], *, now: dt.datetime) -> None:
        """Visits that lack a name which these messages tell are given it, where nothing else was said of them since."""
        told = self._changed
        if not told:
            return
        references = {"feed__in": {feed for feed, _ in told}, "reference__in": {reference for _, reference in told}}
        found = NameGap.objects.filter(**references).select_related("feed", "encounter").order_by("encounter_id", "pk")
        gaps = [gap for gap in found if (gap.feed_id, gap.reference) in told]
        by_stay: dict[int, list[NameGap]] = defaultdict(list)
        for gap in gaps:
            if told[gap.feed_id, gap.reference].is_used:
                by_stay[gap.encounter_id].append(gap)
        fill_gaps([_filling(of_stay, told, places_of(of_stay[0].feed)) for of_stay in by_stay.values()], now=now)
        NameGap.objects.filter(pk__in=[gap.pk for gap in gaps]).delete()

    def _learn(self, feed: Feed, told: NameTold) -> None:
        key = (feed.pk, told.reference)
        said = LentName(
            feed=feed, reference=told.reference, name=told.name, number=told.number, is_used=told.is_used
        )  # fmt: skip
        known = self._known.get(key)
        if known is None or (known.name, known.number, known.is_used) != (said.name, said.number, said.is_used):
            self._known[key] = self._changed[key] = said

    def _lend(self, feed: Feed, lacking: Lacking) -> bool:
        """Whether the reference is known; the visit then bears the name."""
        known, visit = self._known.get((feed.pk, lacking.reference)), lacking.visit
        if known is not None and known.is_used:
            _name(visit, lacking.part, known)
        return known is not None


def _name(visit: VisitRecord, part: str, known: LentName) -> None:
    if part == NameGap.Part.ATTENDING:
        visit.attending_name, visit.attending_number = known.name, known.number
    else:
        setattr(visit, part, known.name)


def _said(visit: VisitRecord, part: str) -> str:
    return visit.attending_name if part == NameGap.Part.ATTENDING else getattr(visit, part)


def _filling(gaps: Sequence[NameGap], told: Mapping[_Key, LentName], places: Places) -> Filling:
    """What the gaps of one stay are filled with, and what may stand there in the place of it."""
    stay = gaps[0].encounter
    named, instead = (VisitRecord(0, PersonRecord(0, "")) for _ in range(2))
    for gap in gaps:
        _name(named, gap.part, told[gap.feed_id, gap.reference])
        _name(instead, gap.part, LentName(name=gap.instead))
    now_known, before = places.place(named), places.place(instead)
    department_id = now_known.department_id or stay.department_id
    return Filling(
        encounter_id=stay.pk,
        told_by=gaps[0].feed.title,
        department_id=now_known.department_id,
        ward_id=places.ward(named.ward, department_id),
        attending_id=places.physician(named, department_id),
        attending_name=named.attending_name,
        instead=(before.department_id, places.ward(instead.ward, stay.department_id), instead.attending_name),
    )
