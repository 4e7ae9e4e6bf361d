"""The administrative division of a person or a unit by the hospital's own table: the code (GB/T 2260) of the county
that the region names, told from counties of the same name by the province and the prefecture in the address.

The codes of a county begin with those of its prefecture and its province, so that a filter asks for a beginning. The
table is kept in this process for ten minutes.
"""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from hospital_crm.tenancy.scope import required_hospital
from patients.domain.regions import province_of
from patients.models import Division

_TTL_SECONDS = 600.0
_COUNTY_DIGITS = 6
# What the table calls a level at which there is nothing: 北京市朝阳区 has no prefecture.
_NAMELESS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
_PREFIX = re.compile(r"[1-9]\d(?:\d\d){0,2}")
_ENDING = re.compile(
    r"(?:市|地区|盟|(?:(?:布依|苗|侗|土家|藏|羌|彝|回|朝鲜|哈尼|壮|傣|白|景颇|傈僳)族|蒙古族?|哈萨克|柯尔克孜)+自治州)$"
)
_PROVINCES = dict(
    re.findall(
        r"(\D\D)(\d\d)",
        "北京11天津12河北13山西14内蒙15辽宁21吉林22黑龙23上海31江苏32浙江33安徽34福建35江西36山东37河南41湖北42湖南43广东44"
        "广西45海南46重庆50四川51贵州52云南53西藏54陕西61甘肃62青海63宁夏64新疆65台湾71香港81澳门82",
    )
)


@dataclass
class _Table:
    """`counties`: name → codes; `names`: beginning of a code → name, `words`: with what lies above (江苏省苏州市);
    `called`: name or words → beginnings of codes.
    """

    counties: dict[str, list[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    called: dict[str, list[str]] = field(default_factory=dict)


_kept: dict[int, tuple[float, _Table]] = {}


def code_of(region: str, address: str) -> str:
    """The six digits of the county that the region is; '' where the table has none, or several and the address does
    not tell which.
    """
    if not region or not (found := _table().counties.get(region)):
        return ""
    province = _PROVINCES.get(province_of(address), "")
    codes = [code for code in found if code.startswith(province)]
    if len(codes) > 1:
        codes = [code for code in codes if _ENDING.sub("", _table().names.get(code[:4], "?")) in address]
    return codes[0] if len(codes) == 1 else ""


def is_prefix(text: str) -> bool:
    """Whether it can be the code of a province, a prefecture or a county: two, four or six digits."""
    return _PREFIX.fullmatch(text) is not None


def is_county(text: str) -> bool:
    """Whether it is a whole code."""
    return is_prefix(text) and len(text) == _COUNTY_DIGITS


def words_of(prefix: str) -> str:
    """What a beginning of codes is called, with what lies above: 江苏省苏州市; the digits where the table lacks it."""
    return _table().words.get(prefix, prefix)


def all_words() -> dict[str, str]:
    """Every province, prefecture and county of the table: beginning of its codes → words, by code."""
    return _table().words


def called(text: str) -> list[str]:
    """The beginnings of codes of the divisions so called, alone (苏州市) or with what lies above (江苏省苏州市)."""
    return _table().called.get("".join(text.split()), [])


def lying_in(texts: Iterable[str]) -> Q:
    """People or units of any of these regions. Two, four or six digits are a division by code, and mean everything
    under it; any other text is the name as it stands on record, of whichever county is called so.
    """
    condition, names = Q(), []
    for text in texts:
        if is_county(text):
            condition |= Q(division_code=text)
        elif is_prefix(text):
            condition |= Q(division_code__prefix=text) & ~Q(division_code="")
        else:
            names.append(text)
    return condition | Q(region__in=names) if names else condition


def prefixes(codes: Iterable[str]) -> list[str]:
    """The provinces, prefectures and counties of these codes that the table knows, each before what lies in it."""
    names = _table().names
    return sorted({code[:length] for code in codes for length in (2, 4, 6)} & names.keys())


def forget() -> None:
    """Drops what this process keeps."""
    _kept.clear()


def _table() -> _Table:
    hospital_id, now = required_hospital().pk, time.monotonic()
    kept = _kept.get(hospital_id)
    if kept is None or now - kept[0] >= _TTL_SECONDS:
        kept = _kept[hospital_id] = (now, _read())
    return kept[1]


def _read() -> _Table:
    table = _Table()
    rows = Division.objects.filter(level__lte=Division.Level.COUNTY).order_by("code")
    for whole, name, level in rows.values_list("code", "name", "level"):
        code = whole[:_COUNTY_DIGITS]
        if name not in _NAMELESS:
            table.names.setdefault(re.sub(r"^(\d\d)0000$|^(\d{4})00$", r"\1\2", code), name)
        if level == Division.Level.COUNTY:
            table.counties.setdefault(name, []).append(code)
    for prefix in sorted(table.names):
        above = (table.names.get(prefix[:length], "") for length in range(2, len(prefix) + 1, 2))
        table.words[prefix] = "".join(above)
        for text in {table.names[prefix], table.words[prefix]}:
            table.called.setdefault(text, []).append(prefix)
    return table
