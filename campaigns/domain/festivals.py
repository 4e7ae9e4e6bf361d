"""The days of a year on which a hospital has something to say: festivals of both calendars, its own days, and days of
health. What moves with the moon is worked out, not kept in a table.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from lunar_python import Lunar


@dataclass(frozen=True)
class Day:
    """A day that comes every year: of the sun (month, day), of the moon (the same in the lunar year), or the n-th
    weekday of a month (month, weekday from Monday 0, n). A lunar day 0 is the last of the month before.
    """

    code: str
    label: Any
    by: str
    at: tuple[int, ...]

    def in_year(self, year: int) -> list[dt.date]:
        """The day in a year of the sun; a lunar day may fall into it twice, or not at all."""
        if self.by == "sun":
            return [dt.date(year, *self.at)]
        if self.by == "moon":
            found = (_of_moon(lunar, *self.at) for lunar in (year - 1, year))
            return [on for on in found if on.year == year]
        month, weekday, n = self.at
        first = dt.date(year, month, 1)
        return [first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))]


DAYS = (
    Day("new_year", _("New Year"), "sun", (1, 1)),
    Day("laba", _("Laba"), "moon", (12, 8)),
    Day("eve", _("New Year's Eve of the moon"), "moon", (1, 0)),
    Day("spring", _("Spring Festival"), "moon", (1, 1)),
    Day("lantern", _("Lantern Festival"), "moon", (1, 15)),
    Day("ears", _("Ear Care Day"), "sun", (3, 3)),
    Day("women", _("Women's Day"), "sun", (3, 8)),
    Day("sleep", _("World Sleep Day"), "sun", (3, 21)),
    Day("tuberculosis", _("World Tuberculosis Day"), "sun", (3, 24)),
    Day("health", _("World Health Day"), "sun", (4, 7)),
    Day("labour", _("Labour Day"), "sun", (5, 1)),
    Day("asthma", _("World Asthma Day"), "weekday", (5, 1, 1)),
    Day("nurses", _("Nurses' Day"), "sun", (5, 12)),
    Day("pressure", _("World Hypertension Day"), "sun", (5, 17)),
    Day("smoke", _("World No Tobacco Day"), "sun", (5, 31)),
    Day("children", _("Children's Day"), "sun", (6, 1)),
    Day("eyes", _("Eye Care Day"), "sun", (6, 6)),
    Day("dragon", _("Dragon Boat Festival"), "moon", (5, 5)),
    Day("blood", _("World Blood Donor Day"), "sun", (6, 14)),
    Day("liver", _("World Hepatitis Day"), "sun", (7, 28)),
    Day("seventh", _("Qixi Festival"), "moon", (7, 7)),
    Day("doctors", _("Doctors' Day"), "sun", (8, 19)),
    Day("teachers", _("Teachers' Day"), "sun", (9, 10)),
    Day("autumn", _("Mid-Autumn Festival"), "moon", (8, 15)),
    Day("heart", _("World Heart Day"), "sun", (9, 29)),
    Day("nation", _("National Day"), "sun", (10, 1)),
    Day("pressure_cn", _("National Hypertension Day"), "sun", (10, 8)),
    Day("mind", _("World Mental Health Day"), "sun", (10, 10)),
    Day("ninth", _("Double Ninth Festival"), "moon", (9, 9)),
    Day("bones", _("World Osteoporosis Day"), "sun", (10, 20)),
    Day("stroke", _("World Stroke Day"), "sun", (10, 29)),
    Day("diabetes", _("World Diabetes Day"), "sun", (11, 14)),
    Day("copd", _("World COPD Day"), "weekday", (11, 2, 3)),
    Day("aids", _("World AIDS Day"), "sun", (12, 1)),
)


def days_of(year: int) -> dict[dt.date, list[Day]]:
    """The days of a year, in their order."""
    found: dict[dt.date, list[Day]] = {}
    pairs = [(on, one) for one in DAYS for on in one.in_year(year)]
    for on, day in sorted(pairs, key=lambda pair: pair[0]):
        found.setdefault(on, []).append(day)
    return found


def _of_moon(lunar_year: int, month: int, day: int) -> dt.date:
    """A lunar day by the sun."""
    found = Lunar.fromYmd(lunar_year, month, max(day, 1)).getSolar()
    on = dt.date(found.getYear(), found.getMonth(), found.getDay())
    return on if day else on - dt.timedelta(days=1)
