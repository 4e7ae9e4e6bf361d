"""Days as hospitals write them. What cannot be is told apart from what is not there, as in `values`."""

import datetime
import re
from functools import lru_cache

from integrations.readers.values import Cell, Impossible, plain
from integrations.readers.wordlists import EMPTY_WORDS

_EXCEL_EPOCH = datetime.date(1899, 12, 30)
_YEARS = range(1880, 2101)
_SPLIT_DATE = re.compile(
    r"^(\d{4})\s*[-/.年、·]\s*(\d{1,2})\s*[-/.月、·]\s*(\d{1,2})\s*[日号號]?(?:[\sT,]*\d{1,2}\s*[:：时時点點].*|\s*(?:周|星期|上午|下午).*)?$"
)
_PACKED_DATE = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:\s*T?\d{2}:?\d{2}(?::?\d{2})?(?:\.\d+)?Z?)?$")
_YEAR_LAST = re.compile(r"^(\d{1,2})[-/. ](\d{1,2}|[A-Za-z]{3,9})[-/. ,]+(\d{4})(?:\s.*)?$")
_ROC_DATE = re.compile(r"^(?:民国|民國)\s*(\d{1,3})\s*[年/.\-]\s*(\d{1,2})\s*[月/.\-]\s*(\d{1,2})\s*日?$")
_SERIAL = re.compile(r"^\d{1,5}(?:\.\d+)?$")
_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}  # noqa: SIM905
_MONTH_FIRST = re.compile(r"^([A-Za-z]{3,9})[. ]+(\d{1,2})[ ,]+(\d{4})(?:\s.*)?$")
_SHORT_NAMED = re.compile(r"^(\d{1,2})[-/. ]([A-Za-z]{3,9})[-/. ](\d{2})(?:\s.*)?$")
_NUMBERS = re.compile(r"^(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})(?:\s.*)?$")
# where year, month and day stand
ORDERS = {"ymd": (0, 1, 2), "dmy": (2, 1, 0), "mdy": (2, 0, 1)}
_YEAR_FIRST = re.compile(r"\d{4}")
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")


class Ambiguous(Impossible):
    """The cell can be two days, and nothing tells which."""


def day(cell: Cell | None) -> datetime.date | None:
    """The day in the cell; None where there is none. Raises Impossible for days that do not exist.

    Years 1880 to 2100. A lone number is a spreadsheet's serial day; 0 and 1900-01-00 are its way of saying nothing
    right.
    """
    if isinstance(cell, datetime.datetime):
        cell = cell.date()
    if isinstance(cell, datetime.date):
        if cell <= _EXCEL_EPOCH + datetime.timedelta(1) or cell.year not in _YEARS:
            raise Impossible(cell.isoformat())
        return cell
    return _day_of_text(cell) if cell else None


@lru_cache(maxsize=16384)
def _day_of_text(cell: str) -> datetime.date | None:
    text = plain(cell).strip("\"' ")
    if text.casefold() in EMPTY_WORDS:
        return None
    if match := _SPLIT_DATE.match(text) or _PACKED_DATE.match(text):
        return _calendar_day(*match.groups(), text=text)
    if match := _YEAR_LAST.match(text):
        return _year_last(*match.groups(), text=text)
    if match := _MONTH_FIRST.match(text):
        return _calendar_day(match[3], match[1], match[2], text=text)
    if match := _ROC_DATE.match(text):
        return _calendar_day(str(int(match[1]) + 1911), match[2], match[3], text=text)
    if _SERIAL.match(text):
        return _serial_day(text)
    spelled = text.translate(_DIGITS)
    if spelled != text:
        return _spelled_day(text)
    raise Impossible(text)


def _calendar_day(year: str, month: str, number: str, *, text: str) -> datetime.date:
    try:
        found = datetime.date(int(year), _MONTHS.get(month[:3].lower()) or int(month), int(number))
    except ValueError:
        raise Impossible(text) from None
    if found.year not in _YEARS:
        raise Impossible(text)
    return found


def _year_last(first: str, second: str, year: str, text: str) -> datetime.date:
    """04-Mar-2025, 25/12/2025, 12/25/2025. Refuses 4/3/2025: nobody can tell the day from the month."""
    if not second.isdigit():
        return _calendar_day(year, second, first, text=text)
    if int(first) > 12 or first == second:
        return _calendar_day(year, second, first, text=text)
    if int(second) > 12:
        return _calendar_day(year, first, second, text=text)
    raise Impossible(text)


def _serial_day(text: str) -> datetime.date:
    days = int(float(text))
    if days < 367 or days > 73415:
        raise Impossible(text)
    return _EXCEL_EPOCH + datetime.timedelta(days)


def _spelled_day(text: str) -> datetime.date:
    """二〇二五年三月十五日"""
    match = re.fullmatch(
        r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日?", text
    )
    if not match:
        raise Impossible(text)
    month, number = (_small_number(part) for part in match.groups()[1:])
    return _calendar_day(match[1].translate(_DIGITS), str(month), str(number), text=text)


def _small_number(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    value = int(ones.translate(_DIGITS)) if ones else 0
    return value + (int(tens.translate(_DIGITS) or 1) * 10 if ten else 0)


def day_of_stay(cell: Cell | None, order: str, latest: int) -> datetime.date | None:
    """As `day`, for days not long ago: also with a year of two digits, 2000 to `latest`, and in the order that the
    column has (`order`, '' where it allows several). Raises Ambiguous for what can be two days.
    """
    try:
        return day(cell)
    except Impossible:
        if not isinstance(cell, str):
            raise
        text = plain(cell)
        if (named := _SHORT_NAMED.match(text)) and 2000 + int(named[3]) <= latest:
            return _calendar_day(f"20{named[3]}", named[2], named[1], text=text)
        found = _readings(text, latest)
        if order in found:
            return found[order]
        if len(set(found.values())) == 1:
            return next(iter(found.values()))
        raise (Ambiguous(text) if found else Impossible(text)) from None


class ColumnOrder:
    """The order in which the days of a column are written, from the cells that were noted."""

    def __init__(self, latest: int) -> None:
        self.latest = latest
        self.possible, self.is_asked = set(ORDERS), False

    def note(self, cell: Cell) -> None:
        """Looks at one cell; a year of four digits that stands first says nothing of the others."""
        found = _readings(plain(cell), self.latest) if isinstance(cell, str) and cell else {}
        if found and not _YEAR_FIRST.match(plain(cell)):
            self.is_asked = True
            self.possible &= found.keys()

    @property
    def found(self) -> str:
        """The only order in which every cell is a day; '' where several are left, or nothing asks for it."""
        return next(iter(self.possible)) if self.is_asked and len(self.possible) == 1 else ""


@lru_cache(maxsize=4096)
def _readings(text: str, latest: int) -> dict[str, datetime.date]:
    """Order → the day that three numbers are in it, where they are one."""
    match = _NUMBERS.match(text)
    found: dict[str, datetime.date] = {}
    for order, places in ORDERS.items() if match else ():
        year, month, number = (match[place + 1] for place in places)  # type: ignore[index]
        if len(year) not in (2, 4) or max(len(month), len(number)) > 2:
            continue
        full = int(year) + (2000 if len(year) == 2 else 0)
        try:
            one = datetime.date(full, int(month), int(number))
        except ValueError:
            continue
        if full in _YEARS and (len(year) == 4 or full <= latest):
            found[order] = one
    return found
