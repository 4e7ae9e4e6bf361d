"""The county or district in an address: what people write at counters and what feeds bring; and regions on record that
follow the rule when it changes.
"""

import datetime as dt
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.http import QueryDict

from accounts.domain.renewals import renew
from accounts.models import AuditEvent, Hospital, Renewal
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import divisions, region_renewal
from patients.domain.corrections import correct_people
from patients.domain.divisions import code_of
from patients.domain.lists import PeopleList
from patients.domain.parting import part
from patients.domain.people import change_person, create_person
from patients.domain.records import PersonRecord
from patients.domain.regions import county_of
from patients.domain.registry import record_people
from patients.domain.uniting import unite
from patients.models import Division, Patient, PersonMerger
from tests.cast import Cast, MountedClient, actor_of
from tests.integrations.lists import identity
from tests.patients.factories import NationalIdFactory, PatientFactory

NOW = dt.datetime(2026, 3, 9, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("address", "county"),
    [
        ("江苏省苏州市常熟市虞山街道青竹里8号", "常熟市"),
        ("江苏省常熟市虞山街道青竹里8号", "常熟市"),
        ("江苏省苏州市吴中区柳荫路12号", "吴中区"),
        ("浙江省嘉兴市桐乡市梧桐街道", "桐乡市"),
        ("湖南省长沙市宁乡市白云村3组", "宁乡市"),
        ("湖北省仙桃市沔城镇青石街5号", "仙桃市"),
        ("湖北省潜江市园林街道市民广场旁", "潜江市"),
        ("广东省东莞市长安镇河畔路9号", "东莞市"),
        ("海南省儋州市那大镇", "儋州市"),
        ("湖北省神农架林区松柏镇", "神农架林区"),
        ("上海市浦东新区云杉路66弄", "浦东新区"),
        ("上海市上海市浦东新区云杉路66弄", "浦东新区"),
        ("上海市市辖区长宁区云杉路", "长宁区"),
        ("北京市朝阳区柳絮胡同2号", "朝阳区"),
        ("北京市通州区玉兰路", "通州区"),
        ("天津市滨海新区", "滨海新区"),
        ("重庆市酉阳土家族苗族自治县桃花镇", "酉阳土家族苗族自治县"),
        ("重庆市云阳县双江街道", "云阳县"),
        ("贵州省六盘水市六枝特区", "六枝特区"),
        ("贵州省黔东南苗族侗族自治州凯里市大十字街道", "凯里市"),
        ("贵州省黔东南苗族侗族自治州镇远县", "镇远县"),
        ("湖北省恩施土家族苗族自治州恩施市小渡船街道", "恩施市"),
        ("云南省楚雄州大姚县", "大姚县"),
        ("浙江省丽水市景宁畲族自治县红星街道", "景宁畲族自治县"),
        ("内蒙古自治区锡林郭勒盟锡林浩特市", "锡林浩特市"),
        ("内蒙古自治区呼伦贝尔市鄂伦春自治旗", "鄂伦春自治旗"),
        ("内蒙古自治区包头市土默特右旗萨拉齐镇", "土默特右旗"),
        ("新疆维吾尔自治区阿克苏地区库车市", "库车市"),
        ("新疆维吾尔自治区石河子市东城街道", "石河子市"),
        ("山东省青岛市市北区海棠路", "市北区"),
        ("山东省济南市市中区", "市中区"),
        ("江西省景德镇市乐平市", "乐平市"),
        ("河北省唐山市路北区", "路北区"),
        ("河南省新乡市红旗区", "红旗区"),
        ("福建省三明市沙县区凤岗街道", "沙县区"),
        ("甘肃省积石山保安族东乡族撒拉族自治县", "积石山保安族东乡族撒拉族自治县"),
        ("杭州西湖区梅家坞", "西湖区"),
        ("正定县城关镇", "正定县"),
        ("昆山市玉山镇", "昆山市"),
        ("江苏省 苏州市 常熟市", "常熟市"),
        ("朝阳区市场路1号", "朝阳区"),
        ("湖北省荆州市沙市区中山街道", "沙市区"),
        ("河北省石家庄市新市区", "新市区"),
        ("新疆乌鲁木齐市新市区北京路", "新市区"),
        ("湖北荆州市沙市区", "沙市区"),
        ("新疆石河子市东城街道", "石河子市"),
        ("新疆阿克苏地区库车市", "库车市"),
        ("内蒙古包头市土默特右旗", "土默特右旗"),
        ("内蒙古锡林郭勒盟锡林浩特市", "锡林浩特市"),
        ("内蒙古满洲里市", "满洲里市"),
        ("广西凭祥市", "凭祥市"),
        ("广西南宁市青秀区", "青秀区"),
        ("宁夏灵武市", "灵武市"),
        ("西藏拉萨市城关区", "城关区"),
        ("西藏墨脱县", "墨脱县"),
        ("江苏苏州常熟市虞山街道", "常熟市"),
        ("江苏常熟市", "常熟市"),
        ("中国湖北仙桃市", "仙桃市"),
        ("海南屯昌县", "屯昌县"),
        ("北京朝阳区柳絮胡同2号", "朝阳区"),
        ("上海浦东新区云杉路66弄", "浦东新区"),
        ("吉林省吉林市船营区", "船营区"),
        ("吉林市", "吉林市"),
        ("吉林吉林市", "吉林市"),
        ("青海省海南藏族自治州共和县", "共和县"),
        ("海南藏族自治州共和县", "共和县"),
        ("河南蒙古族自治县优干宁镇", "河南蒙古族自治县"),
        ("湖南省常德市津市市澧水大道", "津市市"),
        ("湖南省津市市", "津市市"),
        ("湖南常德津市市", "津市市"),
        ("津市市", "津市市"),
        ("湖南津市襄阳街道", "津市市"),
        ("湖南省常德市津市", "津市市"),
        ("天津市津南区", "津南区"),
        ("河南省新乡市辉县市", "辉县市"),
        ("河南辉县市", "辉县市"),
        ("江苏省吴县市", "吴县市"),
        ("河北省邯郸市涉县市场路1号", "涉县"),
        ("江苏南京玄武区", "玄武区"),
        ("南京玄武区中山路", "玄武区"),
        ("江苏镇江京口区", "京口区"),
        ("江苏镇江市京口区", "京口区"),
        ("江苏镇江丹阳市", "丹阳市"),
        ("内蒙古呼和浩特新城区", "新城区"),
        ("内蒙包头市昆都仑区", "昆都仑区"),
        ("内蒙古阿拉善左旗", "阿拉善左旗"),
        ("内蒙古锡林郭勒锡林浩特市", "锡林浩特市"),
        ("内蒙古乌海海南区", "海南区"),
        ("广西壮族自治区南宁青秀区", "青秀区"),
        ("广西玉林市容县", "容县"),
        ("宁夏回族自治区银川兴庆区", "兴庆区"),
        ("宁夏银川市兴庆区", "兴庆区"),
        ("新疆维吾尔自治区乌鲁木齐市新市区", "新市区"),
        ("新疆乌鲁木齐新市区", "新市区"),
        ("新疆和田和田县", "和田县"),
        ("新疆和田县", "和田县"),
        ("西藏自治区那曲色尼区", "色尼区"),
        ("西藏昌都卡若区", "卡若区"),
        ("吉林吉林船营区", "船营区"),
        ("吉林省吉林市吉林高新区", "吉林高新区"),
        ("青海海南州共和县", "共和县"),
        ("青海海南共和县", "共和县"),
        ("天津河北区", "河北区"),
        ("北京市北京市朝阳区", "朝阳区"),
        ("上海上海浦东新区", "浦东新区"),
        ("辽宁朝阳朝阳县", "朝阳县"),
        ("辽宁朝阳双塔区", "双塔区"),
        ("湖南岳阳岳阳楼区", "岳阳楼区"),
        ("湖北黄石港区", "黄石港区"),
        ("辽宁本溪本溪满族自治县", "本溪满族自治县"),
        ("辽宁本溪满族自治县", "本溪满族自治县"),
        ("湖南怀化靖州苗族侗族自治县", "靖州苗族侗族自治县"),
        ("云南普洱西盟佤族自治县", "西盟佤族自治县"),
        ("河北沧州孟村回族自治县", "孟村回族自治县"),
        ("云南丽江玉龙纳西族自治县", "玉龙纳西族自治县"),
        ("河北唐山路北区", "路北区"),
        ("山东济南市中区", "市中区"),
        ("山东济南市市中区", "市中区"),
        ("山东青岛市北区", "市北区"),
        ("四川攀枝花市东区", "东区"),
        ("甘肃武威市民勤县", "民勤县"),
        ("甘肃兰州新区", "兰州新区"),
        ("福建南平市政和县", "政和县"),
        ("河北保定市容城县", "容城县"),
        ("安徽蚌埠固镇县", "固镇县"),
        ("黑龙江大庆让胡路区", "让胡路区"),
        ("浙江台州路桥区", "路桥区"),
        ("山东淄博周村区", "周村区"),
        ("四川甘孜乡城县", "乡城县"),
        ("贵州安顺镇宁布依族苗族自治县", "镇宁布依族苗族自治县"),
        ("云南大理大理市", "大理市"),
        ("香港特别行政区沙田区", "沙田区"),
        ("香港沙田区", "沙田区"),
        ("江苏南京市", "南京市"),
        ("江苏南京", ""),
        ("南京路12号", ""),
        ("中山小区3栋", ""),
        ("河南路12号", ""),
        ("苏州市区柳荫路12号", "苏州市"),
        ("幸福里小区3栋", ""),
        ("人民路12号", ""),
        ("", ""),
    ],
)
def test_county_of_an_address(address: str, county: str) -> None:
    assert county_of(address) == county


DATA = Path(os.environ.get("CRM_TEST_DATA", "../shared/data")) / "cn" / "gbt2260" / "modood_pca-code.json"
_WORD = re.compile(r"(?:市|地区|盟|省|(?:壮族|回族|维吾尔)?自治区)$")
_PEOPLES = re.compile(
    r"(?:(?:布依|苗|侗|土家|藏|羌|彝|回|朝鲜|哈尼|壮|傣|白|景颇|傈僳)族|蒙古族?|哈萨克|柯尔克孜)+自治州$"
)
# zones and parks of a development that are no counties, and reefs
_NO_COUNTY = re.compile("[发产管示试实园工食旅景合基度保].*区$|.新区$|新城$|委员会$|管委会$|办事处$|群岛|片区$|聚集")


def counties() -> Iterator[tuple[str, str, str]]:
    """Province, prefecture ('' where none stands above) and county."""
    for province in json.loads(DATA.read_text()):
        for prefecture in province["children"]:
            above = "" if prefecture["name"] in ("市辖区", "县") or "直辖" in prefecture["name"] else prefecture["name"]
            for county in prefecture["children"]:
                if len(county["code"]) == 6 and not _NO_COUNTY.search(county["name"]):
                    yield province["name"], above, county["name"]


def written(province: str, prefecture: str, county: str) -> set[str]:
    """The ways to write it, with the words that end the larger places and without."""
    provinces = (province, _WORD.sub("", province))
    prefectures = (prefecture, _PEOPLES.sub("", _WORD.sub("", prefecture)))
    return {f"{one}{other}{county}{rest}" for one in provinces for other in prefectures for rest in ("", "青石路8号")}


@pytest.mark.conformance
@pytest.mark.skipif(not DATA.exists(), reason="no shared data")
def test_every_county_is_read_behind_its_province_and_prefecture() -> None:
    known = list(counties())
    assert len(known) > 2800
    wrong = {text: county for *above, county in known for text in written(*above, county) if county_of(text) != county}
    assert wrong == {}


@pytest.mark.django_db
def test_regions_on_record_are_read_anew_where_the_rule_changed(north: Hospital, south: Hospital) -> None:
    said = [
        ("江苏南京玄武区", "江苏南京玄武区"),
        ("江苏南京玄武区", "鼓楼区"),
        ("江苏南京玄武区", ""),
        ("江苏南京", "南京"),
        ("", "玄武区"),
    ]
    for hospital in (north, south):
        with hospital_scope(hospital):
            for address, region in said:
                PatientFactory(address=address, region=region)
    reading = renew(north, region_renewal.RULE, now=NOW)
    with hospital_scope(north):
        assert list(Patient.objects.order_by("pk").values_list("region", flat=True)) == [
            "玄武区", "鼓楼区", "玄武区", "南京", "玄武区",
        ]  # fmt: skip
        assert (reading.changed, reading.finished_at) == (2, NOW)
        assert AuditEvent.objects.get(verb="patients.regions.renew").after["regions"] == 2
    with hospital_scope(south):
        assert not Renewal.objects.exists()
        assert Patient.objects.filter(region="玄武区").count() == 1


@pytest.mark.django_db
def test_a_version_reads_once_and_goes_on_where_it_stopped(north: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region_renewal, "AT_ONCE", 2)
    with hospital_scope(north):
        people = [PatientFactory(address="江苏南京玄武区", region="") for _ in range(5)]
        Renewal.objects.create(rule=region_renewal.RULE, version=region_renewal.VERSION, after_id=people[0].pk)
    assert renew(north, region_renewal.RULE, now=NOW).changed == 4
    with hospital_scope(north):
        Patient.objects.update(region="")
    assert renew(north, region_renewal.RULE, now=NOW).changed == 4
    monkeypatch.setattr(region_renewal, "VERSION", region_renewal.VERSION + 1)
    assert renew(north, region_renewal.RULE, now=NOW).changed == 5


DIVISIONS = [
    *(("220000", "吉林省", 1), ("220100", "长春市", 2), ("220104", "朝阳区", 3), ("220200", "吉林市", 2)),
    *(("110000", "北京市", 1), ("110105", "朝阳区", 3), ("430000", "湖南省", 1), ("430700", "常德市", 2)),
    *(("430781000000", "津市市", 3), ("320000", "江苏省", 1), ("320100", "南京市", 2), ("320102", "玄武区", 3)),
    *(("320106", "鼓楼区", 3), ("320300", "徐州市", 2), ("320302", "鼓楼区", 3)),
]


@pytest.fixture
def table(north: Hospital) -> None:
    """North's table of divisions."""
    with hospital_scope(north):
        Division.objects.bulk_create(Division(code=code, name=name, level=level) for code, name, level in DIVISIONS)


@pytest.mark.django_db
@pytest.mark.usefixtures("table")
def test_codes_follow_the_region_and_tell_counties_of_one_name_apart(north: Hospital, south: Hospital) -> None:
    said = [
        ("北京朝阳区", "朝阳区", "110105"),
        ("吉林长春朝阳区", "朝阳区", "220104"),
        ("朝阳区", "朝阳区", ""),
        ("江苏徐州鼓楼区", "", "320302"),
        ("江苏南京玄武区", "鼓楼区", "320106"),
        ("湖南津市", "津市", "430781"),
        ("", "玄武区", "320102"),
        ("山东玄武区", "玄武区", ""),
    ]
    for hospital in (north, south):
        with hospital_scope(hospital):
            for address, region, _code in said:
                PatientFactory(address=address, region=region)
        renew(hospital, region_renewal.RULE, now=NOW)
    with hospital_scope(north):
        codes = Patient.objects.order_by("pk").values_list("division_code", flat=True)
        assert list(codes) == [code for *_said, code in said]
        assert list(Patient.objects.filter(address="湖南津市").values_list("region", flat=True)) == ["津市市"]
    with hospital_scope(south):
        assert set(Patient.objects.values_list("division_code", flat=True)) == {""}


@pytest.mark.django_db
@pytest.mark.usefixtures("table")
def test_another_table_is_followed_the_next_night(in_north: Hospital) -> None:
    person = PatientFactory(address="江苏南京玄武区", region="玄武区", division_code="110105")
    Renewal.objects.create(
        rule=region_renewal.RULE, version=region_renewal.VERSION, after_id=person.pk, finished_at=NOW
    )
    assert renew(in_north, region_renewal.RULE, now=NOW).changed == 0
    region_renewal.read_again()
    assert renew(in_north, region_renewal.RULE, now=NOW).changed == 1
    person.refresh_from_db()
    assert (person.region, person.division_code) == ("玄武区", "320102")


@pytest.mark.django_db
@pytest.mark.usefixtures("table")
def test_codes_come_in_with_people_by_hand_by_list_and_by_message(in_north: Hospital, cast: Cast) -> None:
    actor = actor_of(cast.sun)
    person = create_person({"name": "谢小平", "address": "江苏南京玄武区"}, actor=actor)
    assert (person.region, person.division_code) == ("玄武区", "320102")
    change_person(person, {"region": "鼓楼区"}, actor=actor)
    person.refresh_from_db()
    assert person.division_code == "320106"
    said = {"identity_number": identity(), "address": "吉林长春朝阳区"}
    record_people([PersonRecord(1, "甘书远", **said)], now=NOW, today=NOW.date())
    brought = Patient.objects.get(name="甘书远")
    assert (brought.region, brought.division_code) == ("朝阳区", "220104")
    correct_people([(brought.pk, PersonRecord(1, "甘书远", address="北京朝阳区"))], now=NOW)
    brought.refresh_from_db()
    assert (brought.region, brought.division_code) == ("朝阳区", "110105")


@pytest.mark.django_db
@pytest.mark.usefixtures("table")
def test_a_chosen_region_gets_no_code_of_an_address_that_comes_later(in_north: Hospital) -> None:
    known = PatientFactory(name="甘书远", region="鼓楼区", address="")
    NationalIdFactory(patient=known, number=identity())
    record = PersonRecord(1, "甘书远", identity_number=identity(), address="江苏南京玄武区")
    record_people([record], now=NOW, today=NOW.date())
    known.refresh_from_db()
    assert (known.region, known.division_code, known.address) == ("鼓楼区", "", "江苏南京玄武区")


@pytest.mark.django_db
@pytest.mark.usefixtures("table")
def test_people_are_filtered_by_the_beginning_of_a_code_and_by_name_as_before(
    in_north: Hospital, cast: Cast, client_as: Callable[[str], MountedClient]
) -> None:
    places = [
        ("王甲", "鼓楼区", "320106"),
        ("王乙", "鼓楼区", "320302"),
        ("王丙", "朝阳区", "220104"),
        ("王丁", "", ""),
    ]
    for name, region, code in places:
        PatientFactory(name=name, region=region, division_code=code)
    actor = actor_of(cast.sun)

    def listed(region: str) -> tuple[set[str], list[str]]:
        people = PeopleList.described(actor, QueryDict(f"region={region}"))
        return {person.name for person in people.rows()}, people.words()

    assert listed("32") == ({"王甲", "王乙"}, ["地区：江苏省"])
    assert listed("3201") == ({"王甲"}, ["地区：江苏省南京市"])
    assert listed("320302") == ({"王乙"}, ["地区：江苏省徐州市鼓楼区"])
    assert listed("鼓楼区") == ({"王甲", "王乙"}, ["地区：鼓楼区"])
    assert listed("99") == (set(), ["地区：99"])
    page = client_as("agent").get("patients/").content.decode()
    assert '<option value="3201">江苏省南京市</option>' in page and '<option value="鼓楼区"></option>' in page
    assert '<option value="4307"' not in page


@pytest.mark.django_db
@pytest.mark.usefixtures("table")
def test_a_union_sets_the_division_of_the_region_it_takes(in_north: Hospital) -> None:
    def united(kept: dict[str, str], other: dict[str, str], *chosen: str) -> tuple[str, ...]:
        first, second = PatientFactory(**kept), PatientFactory(**other)
        unite(kept_id=first.pk, other_id=second.pk, actor=None, now=NOW, chosen=chosen)
        first.refresh_from_db()
        return first.address, first.region, first.division_code

    nanjing = {"address": "江苏南京鼓楼区", "region": "鼓楼区", "division_code": "320106"}
    chosen = {"address": "", "region": "玄武区", "division_code": "320102"}
    assert united({"address": "江苏徐州"}, nanjing) == ("江苏徐州", "鼓楼区", "320302")
    assert united({}, nanjing) == tuple(nanjing.values())
    assert united({}, {"region": "玄武区"}) == ("", "玄武区", "320102")
    assert united(chosen, nanjing) == ("江苏南京鼓楼区", "玄武区", "320102")
    assert united(chosen, nanjing, "address") == tuple(nanjing.values())


@pytest.mark.django_db
@pytest.mark.usefixtures("table")
def test_a_union_taken_apart_gives_the_division_back(in_north: Hospital) -> None:
    kept, other = PatientFactory(address="江苏南京"), PatientFactory(region="鼓楼区")
    unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW)
    assert Patient.objects.get(pk=kept.pk).division_code == "320106"
    part(merger=PersonMerger.objects.get(), reason="是两个人", actor=None, now=NOW)
    assert Patient.objects.values_list("region", "division_code").get(pk=kept.pk) == ("", "")


@pytest.mark.django_db
def test_a_level_without_a_name_is_no_division(in_north: Hospital) -> None:
    rows = (("110000", "北京市", 1), ("110100", "市辖区", 2), ("110105", "朝阳区", 3))
    Division.objects.bulk_create(Division(code=code, name=name, level=level) for code, name, level in rows)
    assert divisions.all_words() == {"11": "北京市", "110105": "北京市朝阳区"}
    assert divisions.prefixes(["110105"]) == ["11", "110105"]
    assert code_of("朝阳区", "北京市市辖区朝阳区") == "110105"
