"""How names and numbers look to those who may not see them whole."""

import pytest

from patients.domain import masking

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张小三", "张*三"),
        ("张三", "张*"),
        ("欧阳修", "欧阳*"),
        ("欧阳修文", "欧阳*文"),
        ("王建国强", "王**强"),
        ("阿卜杜拉·买买提", "阿*·*提"),
        ("John Smith", "J*** S***"),
        ("Anna Maria Smith", "A*** M*** S***"),
        ("Maria del Carmen Fernández de la Vega", "M*** … V***"),
        ("𠮷田秀一", "𠮷**一"),
        ("㐱𫖯", "㐱*"),
        ("王", "王*"),
        ("无名氏", "无名氏"),
        ("", ""),
    ],
)
def test_names(name: str, masked: str) -> None:
    assert masking.mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13800005678", "138****5678"),
        ("057187654321", "0571****4321"),
        ("01087654321", "010****4321"),
        ("+85291234567", "+852****4567"),
        ("8765432", "****32"),
        ("87654321", "****21"),
        ("12345", "*****"),
        ("", ""),
    ],
)
def test_phones(number: str, masked: str) -> None:
    assert masking.mask_phone(number) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("11010119680304123X", "110***********123X"),
        ("110101680304123", "110********4123"),
        ("E12345678", "E******78"),
    ],
)
def test_identity_numbers(number: str, masked: str) -> None:
    assert masking.mask_identity(number) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [("ZY2611000052", "ZY2611****52"), ("19416139", "19****39"), ("123456", "1****6"), ("12", "**"), ("7", "*")],
)
def test_record_numbers(number: str, masked: str) -> None:
    assert masking.mask_number(number) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("清屿市柳溪区柳溪街道12号", "清屿市柳溪区****"),
        ("清屿市柳溪区", "清屿市柳溪区"),
        ("内蒙古自治区清屿市柳溪旗", "内蒙古自治区清屿市柳溪旗"),
        ("柳溪县城关镇幸福社区", "柳溪县****"),
        ("朝阳路88号阳光小区", "朝阳****"),
        ("清屿市文一路200号翠苑四区", "清屿市****"),
        ("清屿市湖滨小区3栋2单元", "清屿市****"),
        ("北京朝阳区望京街1号", "北京朝阳区****"),
        ("12 Baker Street", "****"),
        ("Baker Street 12", "Ba****"),
        ("家", "家****"),
        ("", ""),
    ],
)
def test_addresses_keep_the_district(address: str, masked: str) -> None:
    assert masking.mask_address(address) == masked


def test_mail_and_wechat() -> None:
    assert masking.mask_contact("email", "xie@example.cn") == "x***@example.cn"
    assert masking.mask_contact("wechat", "xieping88") == "xi***"
