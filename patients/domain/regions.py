"""The county or district in an address as people write it."""

import re
from functools import lru_cache

_COUNTY = re.compile(
    r"(?:.*?(?:省|自治区|特别行政区))?(?:[^市州盟区县旗]{1,10}(?:市|自治州|地区|盟|州))?"
    r"(?P<county>[^省市州盟区县旗\d\s]{1,14}?(?:自治县|自治旗|林区|特区|新区|矿区|县|区|旗))"
)
_CITY = re.compile(r"(?:.*?(?:省|自治区))?(?P<city>[^省市州盟\d\s]{1,10}市)(?P<second>[^省市区县\d\s]{1,8}市)?")


@lru_cache(maxsize=16384)
def county_of(address: str) -> str:
    """江苏省苏州市常熟市… → 常熟市, 北京市朝阳区… → 朝阳区; '' where the address names none."""
    found = _COUNTY.match(address)
    if found:
        return found["county"][:40]
    found = _CITY.match(address)
    return (found["second"] or found["city"])[:40] if found else ""
