"""Rows of one stay in one list: systems write a row for every diagnosis, and a row that corrects an earlier one.

They are brought together before anything is written: of single values the last one said counts, diagnoses are
collected, a death stays. Written one after the other, every import of the same list would change the stay and change
it back.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from patients.domain.records import StayRecord
from patients.domain.stay_upsert import StagedStay

_MOST_DIAGNOSES = 30
_OF_THE_STAY = tuple(
    name.name
    for name in dataclasses.fields(StayRecord)
    if name.name in StayRecord.__annotations__ and name.name not in ("other_diagnoses", "disposition")
)
_DIAGNOSIS = ("diagnosis_code", "diagnosis_text")


def waves(staged: Sequence[StagedStay]) -> tuple[list[list[StagedStay]], list[tuple[int, str]]]:
    """The stays in their order, each once, so split that no name of a stay comes twice in one wave; and what was found
    while rows were brought together: (row, code).
    """
    split = list(_split(staged))
    if len(split) < 2:
        return split, []
    findings: list[tuple[int, str]] = []
    return list(_split(_folded(staged, findings))), findings


def _names(stay: StagedStay) -> tuple[object, object]:
    record = stay.record
    return stay.source_key, (stay.patient_id, record.admitted_on, record.discharged_on, record.visit_number)


def _split(staged: Sequence[StagedStay]) -> Iterator[list[StagedStay]]:
    split: list[list[StagedStay]] = []
    seen: dict[object, int] = {}
    for stay in staged:
        names = _names(stay)
        place = max(seen.get(name, -1) for name in names) + 1
        for name in names:
            seen[name] = place
        if place == len(split):
            split.append([])
        split[place].append(stay)
    return iter(split)


def _folded(staged: Sequence[StagedStay], findings: list[tuple[int, str]]) -> list[StagedStay]:
    folded: list[StagedStay] = []
    seen: dict[object, list[int]] = {}
    for stay in staged:
        names = _names(stay)
        known = (place for name in names for place in seen.get(name, ()) if _is_one(folded[place], stay))
        place = next(known, len(folded))
        if place == len(folded):
            folded.append(stay)
        else:
            folded[place] = _together(folded[place], stay, findings)
        for name in names:
            places = seen.setdefault(name, [])
            if place not in places:
                places.append(place)
    return folded


def _is_one(first: StagedStay, second: StagedStay) -> bool:
    """Whether both tell of one stay. Under one key a stay with two other days is another one."""
    one, other = first.record, second.record
    return first.patient_id == second.patient_id and (
        one.discharged_on == other.discharged_on or one.admitted_on == other.admitted_on is not None
    )


def _together(first: StagedStay, second: StagedStay, findings: list[tuple[int, str]]) -> StagedStay:
    """The first stay with what the second says."""
    one, other = first.record, second.record
    said: dict[str, Any] = {
        name: value for name in _OF_THE_STAY if (value := getattr(other, name)) not in ("", None, ())
    }
    said["other_diagnoses"] = _all_diagnoses(one, other)
    said["disposition"] = other.disposition or one.disposition
    if one.disposition == "died" != said["disposition"]:
        said["disposition"] = "died"
        findings.append((other.row, "death_taken_back"))
    department, ward, attending, nurse = (new or old for old, new in zip(first.places, second.places, strict=True))
    if other.attending_name not in ("", one.attending_name):
        attending = second.places[2]
    if other.nurse_name not in ("", one.nurse_name):
        nurse = second.places[3]
    record = dataclasses.replace(one, **said)
    return StagedStay(record, first.patient_id, first.source_key, (department, ward, attending, nurse))


def _all_diagnoses(one: StayRecord, other: StayRecord) -> tuple[str, ...]:
    """What both say beside the main diagnosis that counts, and the main one that does not count any more, unless it
    only was worded otherwise.
    """
    main = _main(other) or _main(one)
    lines = dict.fromkeys((*one.other_diagnoses, *other.other_diagnoses))
    if _main(other) and (not one.diagnosis_code or one.diagnosis_code != other.diagnosis_code):
        lines = dict.fromkeys((*filter(None, (_main(one),)), *lines))
    return tuple(line for line in lines if line != main)[:_MOST_DIAGNOSES]


def _main(record: StayRecord) -> str:
    return " ".join(filter(None, (getattr(record, name) for name in _DIAGNOSIS)))
