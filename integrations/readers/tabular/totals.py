"""Rows under a list that count or sign it: 合计, 共…例, 制表人. They are no data."""

import re

_TOTAL = re.compile(
    r"^\s*(合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|合\s*計|總\s*計|小\s*計|共\s*計|本页|本頁|共\s*\d+\s*[人例条條行名位个個项]|"
    r"制\s*表|填\s*表|打\s*印|审\s*核|列\s*印|統計|统计|备\s*注|備\s*註|第\s*\d+\s*[页頁]|(sub|grand)?\s*total\b|sum\b)",
    re.IGNORECASE,
)


def is_total(first: str, written: int, width: int) -> bool:
    """Whether a row that begins with `first` and has `written` filled cells of `width` sums the list up."""
    return bool(_TOTAL.match(first)) and written <= max(3, width // 2)
