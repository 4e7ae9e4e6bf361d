"""Single cells: dates, words, codes and numbers as hospitals write them.

Every function takes what stood in the cell and returns a plain value; what cannot be is told apart from what is
not there (`Impossible` against None), so that a list with a wrong date is never read as a list without one.
"""

import datetime
import decimal
import re
import unicodedata
from functools import lru_cache

from integrations.readers.wordlists import (
    ALIVE,
    DISPOSITION,
    EDUCATION_SIGNS,
    EMPTY_WORDS,
    LEVELS,
    MARITAL_SIGNS,
    OUTCOME_CODES,
    OUTCOME_SIGNS,
    SEX,
    SIGNS,
    TITLES,
)

Cell = str | datetime.datetime | datetime.date

_WORTH_REMEMBERING = 40
_LONGEST_NUMBER = 40
_LONGEST_EMPTY_WORD = max(map(len, EMPTY_WORDS))
_SCIENTIFIC = re.compile(r"-?\d(?:\.\d+E\+?|E\+)\d+")
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
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")


class Impossible(ValueError):
    """The cell says something that cannot be; `str()` is what it says."""


class Damaged(Impossible):
    """A spreadsheet has turned a long number into its scientific form: the digits at its end are lost."""


def plain(cell: Cell | None) -> str:
    """The text of a cell: half-width, without outer blanks, a spreadsheet's apostrophe, line breaks, control signs."""
    if not cell:
        return ""
    if not isinstance(cell, str):
        return _date_text(cell)
    if cell.isascii() and cell.isalnum():
        return cell
    return _half_width(cell) if len(cell) <= _WORTH_REMEMBERING else _half_width.__wrapped__(cell)


@lru_cache(maxsize=32768)
def _half_width(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("\ufeff", "").replace("\u200b", "")
    return " ".join(text.split()).lstrip("'’`").strip()


def words(cell: Cell | None, limit: int = 0) -> str:
    """Text that stays as written (diagnoses, instructions, addresses); '' for fillers. Line breaks stay."""
    if not isinstance(cell, str):
        return plain(cell)
    text = cell.strip()
    if not text.isprintable() or "  " in text:
        lines = [" ".join(line.split()) for line in text.replace("\0", "").splitlines()]
        text = "\n".join(filter(None, lines))
    text = text.lstrip("'’")
    if len(text) <= _LONGEST_EMPTY_WORD and text.casefold() in EMPTY_WORDS:
        return ""
    return text[:limit] if limit else text


def number_text(cell: Cell | None) -> str:
    """A number given by a hospital (record, admission, card): no blanks, no .0, capitals; '' for fillers. Leading
    zeros stay.
    """
    return _whole_number(cell)[:_LONGEST_NUMBER]


def listed_number(cell: Cell | None) -> str:
    """As `number_text`. Raises Impossible for one that is too long: cut short, two numbers would become one; Damaged
    for one whose digits a spreadsheet has lost: all numbers of a year would become one.
    """
    text = _whole_number(cell)
    if _SCIENTIFIC.fullmatch(text):
        raise Damaged(text)
    if len(text) > _LONGEST_NUMBER:
        raise Impossible(text)
    return text


def _whole_number(cell: Cell | None) -> str:
    text = plain(cell).replace(" ", "").upper()
    if text.endswith(".0"):
        text = text[:-2]
    return "" if text.casefold() in EMPTY_WORDS or not text.strip("0-") else text


def _date_text(cell: datetime.datetime | datetime.date) -> str:
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    return cell.isoformat(" ") if isinstance(cell, datetime.datetime) else cell.isoformat()


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


def sex(cell: Cell | None) -> str:
    """M, F or U (not known, not said)."""
    return SEX.get(plain(cell).casefold().replace(".", ""), "U")


def education(cell: Cell | None) -> str:
    """primary, junior, senior, college, postgraduate; '' where the word is not known."""
    return _by_sign(plain(cell), EDUCATION_SIGNS)


def marital_status(cell: Cell | None) -> str:
    """single, married, divorced, widowed; '' where the word is not known."""
    return _by_sign(plain(cell), MARITAL_SIGNS)


def _by_sign(text: str, signs: tuple[tuple[str, str], ...]) -> str:
    return next((code for sign, code in signs if sign in text), "")


def yes_no(cell: Cell | None) -> bool | None:
    """True, False, or None where the cell does not say. A number of days counts as yes from 1."""
    text = plain(cell).casefold()
    if text in (
        "是",
        "有",
        "y",
        "yes",
        "true",
        "t",
        "√",
        "✓",
        "✔",
        "1",
        "已",
        "对",
        "○",
        "v",
        "病危",
        "病重",
        "危重",
        "危",
        "重",
    ):
        return True
    if text in ("否", "无", "無", "没有", "n", "no", "false", "f", "×", "✗", "0", "未", "不", "一般", "普通", "平稳"):
        return False
    if re.fullmatch(r"\d{1,4}(\.\d+)?\s*[天日h小时]*", text):
        return float(re.match(r"[\d.]+", text)[0]) > 0  # type: ignore[index]
    return None


_NUMBERED = re.compile(r"^\d\s*[.、:：\-]\s*(?=\D)")


def says_died(cell: Cell | None) -> bool | None:
    """Whether a cell says that somebody died, in words or by 1 and 0; None where it says neither. 2 is no in one system
    and yes in another.
    """
    text = _NUMBERED.sub("", plain(cell).casefold()) if isinstance(cell, str) else ""
    if text in EMPTY_WORDS:
        return None
    if text[0].isdigit():
        return {"1": True, "0": False}.get(text)
    if disposition(text) == "died":
        return True
    return False if ALIVE.search(text) else yes_no(text)


@lru_cache(maxsize=1024)
def disposition(text: str) -> str:
    """How the person left, from the words of the front page of the record (1–5, 9): home, transfer, community,
    against_advice, died, other; '' where the text says nothing known, or a move within the house (转科). The text is a
    cell's `plain` form.
    """
    text = text.casefold().strip("()（）[] .、")
    head = re.match(r"^([1-59])\s*[.\-、:：)）=]?\s*(?=\D)", text)
    body = text[head.end() :] if head else text
    if text in DISPOSITION or body in DISPOSITION:
        return DISPOSITION.get(body) or DISPOSITION[text]
    if not body or ALIVE.search(body):
        return DISPOSITION.get(head[1], "") if head else ""
    body = re.sub("好[转轉]", "治愈", body)
    for code, sign in SIGNS:
        if sign.search(body):
            return code
    return DISPOSITION[head[1]] if head else ""


@lru_cache(maxsize=1024)
def outcome(text: str) -> str:
    """How the illness stood at the end: cured, improved, not_cured, by words or by the codes 1 to 3, on which the
    tables of outcomes agree; '' where the text says nothing known. The text is a cell's `plain` form.
    """
    text = text.casefold()
    return OUTCOME_CODES.get(text) or next((code for code, sign in OUTCOME_SIGNS if sign.search(text)), "")


_ICD = re.compile(r"^[A-Z]\d{2}(?:\.?[0-9A-Z]{1,4})?(?:X[0-9]{2,4})?(?:[+*†/][A-Z0-9.*†+]*)?$")


@lru_cache(maxsize=32768)
def diagnosis_code(text: str) -> str:
    """A code of the national list in its canonical form: capital letter, full stop after three, the extension's x
    small. '' for fillers.
    """
    code = re.sub(r"[\s，,;；]+.*$", "", text).upper().strip(".-")
    if not code or code.casefold() in EMPTY_WORDS:
        return ""
    if not _ICD.match(code):
        return code[:32]
    if len(code) > 3 and code[3].isdigit():
        code = f"{code[:3]}.{code[3:]}"
    return re.sub(r"X(?=\d|$)", "x", code[:1] + code[1:])[:32]


def surgery_level(cell: Cell | None) -> int | None:
    """1 to 4 from 一级, 4级, III, 四级手术; 0 where the cell says that there was none; None where it does not say."""
    text = re.sub(r"[级級类類手术術\s.]|grade|level", "", plain(cell).casefold())
    return 0 if text in ("无", "無", "0", "否", "未") else LEVELS.get(text)


_TITLE_TAIL = re.compile(
    r"(?:\s|[(（\[]|^)*(?:" + "|".join(sorted(map(re.escape, TITLES), key=len, reverse=True)) + r")[)）\]]*\s*$",
    re.IGNORECASE,
)
_STAFF_NUMBER = re.compile(
    r"^\s*[\[(（]?([A-Za-z]{0,3}\d{2,10})[\])）]?\s*[-_/|\s]?\s*(?=\D)|[\s\-_/|]*[\[(（]?([A-Za-z]{0,3}\d{2,10})[\])）]?\s*$"
)


_BESIDE_A_NAME = re.compile(r"[(（\[【〔].*?[)）\]】〕]")


@lru_cache(maxsize=16384)
def physician_name(text: str) -> str:
    """The bare name in 张伟医师, 李敏 主任医师, [0123]王建国, 李敏(内一); the first of several. '' for fillers.

    A surname alone keeps its title (李医师): it names nobody without.
    """
    name = _first_of_several(_BESIDE_A_NAME.sub("", text)) or _first_of_several(text)
    while len(shorter := _TITLE_TAIL.sub("", name).strip(" ()（）")) > 1 and shorter != name:
        name = shorter
    name = re.sub(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", "", name)
    return "" if name.casefold() in EMPTY_WORDS else name[:100]


def _first_of_several(text: str) -> str:
    return _STAFF_NUMBER.sub("", re.split(r"[,，、;；/]", text.strip(), maxsplit=1)[0]).strip()


def staff_number(text: str) -> str:
    """The staff number that stands before or behind a physician's name; '' where there is none."""
    match = _STAFF_NUMBER.search(text)
    return (match[1] or match[2] or "") if match else ""


def count(cell: Cell | None) -> int | None:
    """A small whole number: 3, ３, 第3次, 3次. Raises Impossible for anything else that is not empty."""
    text = plain(cell)
    if text.isdigit() and len(text) < 5:
        return int(text)
    if text.casefold() in EMPTY_WORDS:
        return None
    match = re.fullmatch(r"第?\s*(\d{1,4})(?:\.0+)?\s*次?", text)
    if not match:
        raise Impossible(text)
    return int(match[1])


def money(cell: Cell | None) -> decimal.Decimal | None:
    """An amount in yuan, two decimals: 12,345.60, ￥1234, 1234元. Raises Impossible for anything else that is not
    empty.
    """
    text = re.sub(r"[,，¥￥$元\s]|rmb|cny", "", plain(cell), flags=re.IGNORECASE)
    if text.casefold() in EMPTY_WORDS:
        return None
    try:
        amount = decimal.Decimal(text).quantize(decimal.Decimal("0.01"))
    except decimal.InvalidOperation:
        raise Impossible(text) from None
    if not 0 <= amount < 10**9:
        raise Impossible(text)
    return amount
