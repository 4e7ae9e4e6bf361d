"""Who a message says somebody is: what every reader of messages makes of an identity number and of a birth date."""

import datetime as dt
from typing import Any

from patients.domain.identity_numbers import read_identity_number

_OLDEST_YEARS = 130


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
