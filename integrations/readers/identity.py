"""Who a message says somebody is: what every reader makes of an identity number, a birth date and a death."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from integrations.readers import days, values
from patients.domain.identity_numbers import read_identity_number

_OLDEST_YEARS = 130
_PART_OF_A_DAY = re.compile(r"\d{4}(-?(0[1-9]|1[0-2]))?")


def add_identity(said: dict[str, Any], written: str, findings: list[str]) -> None:
    """A proven identity number with the birth date and sex in it; a passport or permit in its place; what is wrong
    with it is a finding.
    """
    reading = read_identity_number(written)
    if reading.problem:
        findings.append(reading.problem)
    if reading.is_proven:
        said["identity_number"], said["birth_date"] = reading.number, reading.birth_date
        said["sex"] = reading.sex
    elif reading.kind in ("passport", "permit"):
        said["paper_kind"], said["paper_number"] = reading.kind, reading.number


def may_be_born_on(day: dt.date | None) -> bool:
    """Whether somebody alive today, or dead not long ago, can have been born then."""
    return day is not None and dt.date.today().year - _OLDEST_YEARS <= day.year


def may_have_died_on(day: dt.date | None, *, since: Iterable[dt.date | None], today: dt.date) -> bool:
    """Whether the day lies neither before one on which the person was born or lived nor in the future."""
    return day is not None and max((one for one in since if one), default=day) <= day <= today


def add_death(
    said: dict[str, Any], mark: bool | None, written: str, day: dt.date | None, today: dt.date, findings: list[str]
) -> None:
    """A death by its mark, or by a day on which the person can have died. What else stands for the day is a finding and
    no death; where the mark says no and such a day stands beside it, the death is in doubt.

    `written`: the day as it came; `day`: what it is in the source's own form of a time. Of a year or a month alone no
    day is kept.
    """
    if _PART_OF_A_DAY.fullmatch(written):
        day, is_possible = None, _may_have_died_in(written.replace("-", ""), said["birth_date"], today)
    else:
        day = day or _day_as_in_lists(written)
        is_possible = may_be_born_on(day) and may_have_died_on(day, since=[said["birth_date"]], today=today)
    if written and not is_possible:
        findings.append("death_day_not_taken")
    if mark or is_possible:
        said["died_on"] = day if is_possible else None
        said["is_dead"], said["death_in_doubt"] = mark is not False, mark is False
    if said.get("death_in_doubt"):
        findings.append("death_told_and_denied")


def _may_have_died_in(period: str, born: dt.date | None, today: dt.date) -> bool:
    """Whether a year, or a year with its month, lies between birth and today."""
    ends = (born or dt.date(today.year - _OLDEST_YEARS, 1, 1), today)
    first, last = (one.isoformat().replace("-", "")[: len(period)] for one in ends)
    return first <= period <= last


def _day_as_in_lists(written: str) -> dt.date | None:
    try:
        return days.day(written)
    except values.Impossible:
        return None
