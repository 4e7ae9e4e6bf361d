"""Rows under a list that count or sign it: 合计, 共…例, 制表人. They are no data."""

import re
from collections.abc import Sequence

_TOTAL = re.compile(
    r"^\s*(合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|合\s*計|總\s*計|小\s*計|共\s*計|本页|本頁|共\s*\d+\s*[人例条條行名位个個项]|"
    r"制\s*表|填\s*表|打\s*印|审\s*核|列\s*印|統計|统计|备\s*注|備\s*註|第\s*\d+\s*[页頁]|(sub|grand)?\s*total\b|sum\b)",
    re.IGNORECASE,
)


def is_total(first: str, cells: Sequence[object], width: int) -> bool:
    """Whether a row that begins with `first` and fills few of the `width` columns sums the list up."""
    return bool(_TOTAL.match(first)) and sum(map(is_written, cells)) <= max(3, width // 2)


def is_written(cell: object) -> bool:
    """Whether there is anything in a cell but blanks."""
    return not isinstance(cell, str) or (bool(cell) and not cell.isspace())
