"""The county or district in an address as people write it, read by the words with which names of places end.

A city may be a prefecture with counties and cities below it (苏州市常熟市), or stand for itself (仙桃市): the smallest
place that is named counts. Of provinces people leave out the word that ends them (江苏常熟市), so these are known by
name. Nothing smaller is looked up in a table, so that new districts are read as well.
"""

import re
from functools import lru_cache

# A name holds no word that ends another place, and no road, house or village; a few begin with one (路北区, 镇远县).
_NAME = r"[^省市盟区县旗镇路街号村巷弄栋\d\s]"
_BARE_PROVINCE = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南"
    "|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆"
)
# A city, a prefecture, a county or a street may be called as a province is (吉林市, 海南藏族自治州, 河南路).
_PROVINCE = re.compile(
    r"(?:中国)?(?:[^市县区\d\s]{2,7}?(?:省|自治区|特别行政区)"
    rf"|(?:{_BARE_PROVINCE})(?![市州盟区县旗镇乡村路街巷]|藏族|蒙古族))"
)
_PREFECTURE = re.compile(rf"{_NAME}{{1,14}}?(?:自治州|地区|盟)|[^省市州盟区县旗\d\s]{{1,5}}州(?![市区县])")
_CITY = re.compile(rf"{_NAME}{{1,9}}?(?:镇)?市(?![场民政容])")
_COUNTY = re.compile(
    r"[^省市盟区县旗\d\s]市区|"  # 沙市区, 新市区; of a longer name it is the inner city (苏州市区)
    rf"[市镇路]?{_NAME}{{1,14}}?(?:自治县|自治旗|林区|特区|新区|矿区|县区?|旗区?|(?<![小社校院厂片])区)"
)
_NO_PLACE = re.compile("市辖区|省直辖县级行政区划|自治区直辖县级行政区划")


@lru_cache(maxsize=16384)
def county_of(address: str) -> str:
    """江苏省苏州市常熟市… → 常熟市, 北京市朝阳区… → 朝阳区, 湖北省仙桃市… → 仙桃市; '' where the address names none."""
    rest = _NO_PLACE.sub("", "".join(address.split()))
    for larger in (_PROVINCE, _PREFECTURE):
        found = larger.match(rest)
        rest = rest[found.end() :] if found else rest
    cities: list[str] = []
    while len(set(cities)) < 2 and not (county := _COUNTY.match(rest)) and (city := _CITY.match(rest)):
        cities.append(city[0])
        rest = rest[city.end() :]
    if len(set(cities)) < 2 and county:
        return county[0][:40]
    return cities[-1][:40] if cities else ""
