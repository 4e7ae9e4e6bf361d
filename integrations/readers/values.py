"""Single cells: dates, words, codes and numbers as hospitals write them.

Every function takes what stood in the cell and returns a plain value; what cannot be is told apart from what is
not there (`Impossible` against None), so that a list with a wrong date is never read as a list without one.
"""

import datetime
import decimal
import re
import unicodedata
from functools import lru_cache

from integrations.readers import deaths
from integrations.readers.wordlists import (
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
# control signs that end no line and part no words: a database takes some of them in no text
_CONTROLS = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if not chr(code).isspace()}
_SCIENTIFIC = re.compile(r"-?\d(?:\.\d+E\+?|E\+)\d+")
_AGE = re.compile(
    r"(?:周[岁歲]|[虚虛][岁歲]|[约約])?"
    r"(?:(?P<years>\d{1,3})(?:\.\d+)?(?:$|(?:[周虚虛足]?[岁歲][龄齡]?|y(?:ears?|rs?)?(?:old)?)半?)|半(?:[岁歲]|年)|(?=.*\d))"
    r"(?:[零又]?\d{1,4}(?:\.\d+)?(?:个半?月|個半?月|月|周|[天日]|小?[时時]|分[钟鐘]?|m(?:onths?)?|w(?:eeks?)?|d(?:ays?)?|h(?:ours?)?)半?[龄齡]?)*"
)

_MONTHS = re.compile(r"(\d{1,3})[个個]?(?:月|months?)")


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
    if not text.isprintable():
        text = without_controls(text)
    return " ".join(text.split()).lstrip("'’`").strip()


def without_controls(text: str) -> str:
    """The text without control signs; blanks and line breaks stay."""
    return text.translate(_CONTROLS)


def words(cell: Cell | None, limit: int = 0) -> str:
    """Text that stays as written (diagnoses, instructions, addresses); '' for fillers. Line breaks stay."""
    if not isinstance(cell, str):
        return plain(cell)
    text = cell.strip()
    if not text.isprintable() or "  " in text:
        lines = [" ".join(line.split()) for line in without_controls(text).splitlines()]
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
    text = deaths.ticked(_NUMBERED.sub("", plain(cell).casefold())) if isinstance(cell, str) else ""
    if text in EMPTY_WORDS:
        return None
    if text.isdigit():
        return {"1": True, "0": False}.get(text)
    if disposition(text) == "died":
        return True
    if deaths.ALIVE.search(text):
        return None if hints_at_death(text) else False
    return yes_no(text.lstrip("0123456789. 、"))


_HEAD = re.compile(r"^([1-59])\s*[.\-、:：)）=]?\s*(?=\D)")
_PADDED = re.compile(r"^0(?=[1-59](?!\d))")


def _coded(text: str) -> tuple[str, str]:
    """The code that stands before the words of a way of leaving, and these words."""
    text = _PADDED.sub("", deaths.ticked(text.casefold()).strip("()（）[] .、"))
    head = _HEAD.match(text)
    return (head[1], text[head.end() :]) if head else ("", text)


@lru_cache(maxsize=1024)
def disposition(text: str) -> str:
    """How the person left, from the words of the front page of the record (1–5, 9, also 01–05, 09): home, transfer,
    community, against_advice, died, other; '' where the text says nothing known, or a move within the house (转科), or
    where it leaves open whether the person died. The text is a cell's `plain` form.
    """
    code, words = _coded(text)
    if words in DISPOSITION:
        return DISPOSITION[words]
    if deaths.is_plain(words) or deaths.is_plain(code + words):
        return "died"
    if deaths.hinted(words):
        return ""
    rest = re.sub("好[转轉]", "治愈", deaths.without_life(words))
    coded = DISPOSITION.get(code, "")
    return next((way for way, sign in SIGNS if sign.search(rest)), "" if coded == "died" else coded)


@lru_cache(maxsize=1024)
def hints_at_death(text: str) -> bool:
    """Whether a way of leaving of which nothing is known for sure holds a sign of death, be it only the code of death
    before words that say none. The text is a cell's `plain` form.
    """
    code, words = _coded(text)
    return DISPOSITION.get(code) == "died" or deaths.hinted(words)


_ENTRY = re.compile(r"^[\[(]?\d{1,2}\s*[.\-、::)\]=]?\s*(?=\D)")


def words_behind_number(text: str) -> str:
    """The words behind the number of a table's entry: 未治 in 5.未治. A number alone stays."""
    return _ENTRY.sub("", text.strip(" .、()"))


@lru_cache(maxsize=1024)
def ended(text: str) -> str:
    """As `disposition`, from a column of outcomes. Their tables agree on 4 as the number of death; of every other entry
    the words alone count. The text is a cell's `plain` form.
    """
    words = words_behind_number(text)
    return disposition(words) if not words.isdigit() else "died" if words in ("4", "04") else ""


@lru_cache(maxsize=1024)
def outcome(text: str) -> str:
    """How the illness stood at the end: cured, improved, not_cured, by words or by the codes 1 to 3, on which the
    tables of outcomes agree; '' where the text says nothing known. The text is a cell's `plain` form.
    """
    text = text.casefold()
    return OUTCOME_CODES.get(text.removeprefix("0")) or next(
        (code for code, sign in OUTCOME_SIGNS if sign.search(text)), ""
    )


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


def age(cell: Cell | None) -> int | None:
    """Full years: 82, 82岁, 1岁6月, 2岁半, 36个月; 0 for what is told in days or hours alone (28天, 720小时). Raises
    Impossible for anything else that is not empty.
    """
    text = plain(cell).casefold().replace(" ", "")
    if text in EMPTY_WORDS:
        return None
    match = _AGE.fullmatch(text)
    months = _MONTHS.match(text)
    years = int(match["years"] or (months and int(months[1]) // 12) or 0) if match else -1
    if not 0 <= years <= 130:
        raise Impossible(text)
    return years


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
