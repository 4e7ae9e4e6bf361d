"""The name of a unit as double records are compared, without legal forms, blanks, brackets and signs, and what it is
found by.
"""

import re
import unicodedata
from functools import lru_cache

from groups.models import GroupCustomer
from patients.domain.names import name_keys

KEYS = ("py_full", "py_initials", "name_key")
_FORMS = re.compile(
    r"(股份有限公司|有限责任公司|有限公司|股份公司|集团公司|分公司|总公司|公司|集团|股份有限|co\.?,?ltd\.?|ltd\.?|inc\.?)"
)
_MARKS = re.compile(r"[\s()（）【】\[\]·・.,，、。'\"“”\-—_/&]+")


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """清屿 云帆机械（集团）有限公司 → 清屿云帆机械; a name of nothing but a legal form stays as it is."""
    bare = _MARKS.sub("", unicodedata.normalize("NFKC", name).casefold())
    return (_FORMS.sub("", bare) or bare)[:120]


def find_by_name(unit: GroupCustomer) -> bool:
    """Sets what the unit is found by, as its name is written; whether anything changed."""
    before = [getattr(unit, column) for column in KEYS]
    keys = name_keys(unit.name)
    after = [keys.py_full[:200], keys.py_initials[:60], name_key(unit.name)]
    for column, key in zip(KEYS, after, strict=True):
        setattr(unit, column, key)
    return before != after
