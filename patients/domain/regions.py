"""The county or district in an address as people write it, read by the words with which names of places end.

A city may be a prefecture with counties and cities below it (苏州市常熟市), or stand for itself (仙桃市): the smallest
place that is named counts. Of provinces and prefectures people leave out the word that ends them (江苏南京玄武区), so
these are known by name. Nothing smaller is looked up in a table, so that new districts are read as well.

`VERSION` goes up with every change of what is read: regions on record are then worked out anew (`region_renewal`). What
is filtered by is no name but the code that the hospital's table of divisions has for it (`divisions`).
"""

import re
from functools import lru_cache

from patients.shipped.prefectures import PREFECTURES

VERSION = 3

# A name holds no word that ends another place, and no road, house or village; a few begin with one (路北区, 镇远县).
_NAME = r"[^省市盟区县旗镇路街号村巷弄栋\d\s]"
_BARE_PROVINCE = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南"
    "|陕西|甘肃|青海|台湾|香港|澳门|内蒙古?|广西(?:壮族)?|西藏|宁夏(?:回族)?|新疆(?:维吾尔)?"
)
# A city, a county or a street may be called as a province or a prefecture is (吉林市, 朝阳区, 河南路), and a few
# counties begin with the name of a prefecture (岳阳楼区, 本溪满族自治县).
_ENDS_OTHERWISE = rf"[市州盟区县旗村街巷]|[镇乡](?!{_NAME}{{1,12}}[县区市])|路(?![南北桥]区)|地区|[左右]旗|新区"
_PEOPLES = "(?:藏|蒙古|满|纳西|哈尼|彝|回|苗|侗|土家|朝鲜|傣|白|壮)族"
_PROVINCE = re.compile(
    r"(?:中国)?(?:[^市县区\d\s]{2,7}?(?:省|自治区|特别行政区)"
    rf"|(?:{_BARE_PROVINCE})(?!{_ENDS_OTHERWISE}|{_PEOPLES}))"
)
_PREFECTURE = re.compile(
    r"(?:济南|枣庄|内江|乐山)(?=市中区)|青岛(?=市[南北]区)"
    rf"|(?!岳阳楼区|黄石港区)(?:{PREFECTURES})(?!{_ENDS_OTHERWISE}|{_PEOPLES})"
    rf"|(?!西盟佤族){_NAME}{{1,14}}?(?:自治州|地区|盟)"
    rf"|[^省市州盟区县旗\d\s]{{1,5}}州(?![市区县]|新区|{_PEOPLES})"
)
# 市民, 市政, 市容 and 市场 are no cities, unless a county begins there (武威市民勤县).
_CITY = re.compile(
    rf"(?:[津沙]市市|{_NAME}{{1,3}}县市|镇?{_NAME}{{1,9}}?镇?市)(?!场|民(?![权勤乐和])|政(?!和县)|容(?!城?县))"
)
_COUNTY = re.compile(
    r"孟村回族自治县|西盟佤族自治县|[天固]镇县|让胡路区|[周马]村区|上街区|路桥区|"  # names that hold such a word
    r"[^省市盟区县旗\d\s]市区|"  # 沙市区, 新市区; of a longer name it is the inner city (苏州市区)
    rf"[市镇路]?{_NAME}{{1,14}}?(?:自治县|自治旗|林区|特区|新区|矿区|县(?:区|(?!市(?![场民政容区])))|旗[县区]?|(?<![小社校院厂片])区)"
)
_CALLED_AS_PROVINCE = re.compile("(?:中国)?(?:北京|天津|上海|重庆|吉林)市")
_CALLED_SHORT = {"津市": "津市市"}  # the one city of which people take the last character for the word that ends it
_NO_PLACE = re.compile("市辖区|省直辖县级行政区划|自治区直辖县级行政区划")


@lru_cache(maxsize=16384)
def county_of(address: str) -> str:
    """江苏省苏州市常熟市… → 常熟市, 北京市朝阳区… → 朝阳区, 湖北省仙桃市… → 仙桃市; '' where the address names none."""
    rest = _NO_PLACE.sub("", "".join(address.split()))
    for larger in (_PROVINCE, _PREFECTURE):
        while found := larger.match(rest):
            rest = rest[found.end() :]
    cities: list[str] = []
    while len(set(cities)) < 2 and not (county := _COUNTY.match(rest)) and (city := _CITY.match(rest)):
        cities.append(city[0])
        rest = rest[city.end() :]
    if len(set(cities)) < 2 and county:
        return county[0][:40]
    return _CALLED_SHORT.get(cities[-1], cities[-1])[:40] if cities else ""


def province_of(address: str) -> str:
    """The first two characters of the province that an address begins with, by which it is known; '' without one."""
    text = "".join(address.split())
    found = _PROVINCE.match(text) or _CALLED_AS_PROVINCE.match(text)
    return found[0].removeprefix("中国")[:2] if found else ""
