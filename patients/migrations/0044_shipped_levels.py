"""Hospitals that are there already get the levels of membership and the service standards that come with the product."""
# ruff: noqa: E501

from typing import Any

from django.db import migrations

LEVELS = [
    (
        {
            "names": {"zh-hans": "钻石特需", "zh-hant": "鑽石特需", "en": "Diamond"},
            "rank": 1,
            "booking_priority": 30,
            "call_priority": 30,
            "answer_minutes": 5,
            "first_appointment_days": 1,
        },
        [
            {
                "names": {
                    "zh-hans": "专家门诊优先预约",
                    "zh-hant": "專家門診優先預約",
                    "en": "Priority booking of experts",
                },
                "times": None,
                "per": "year",
                "rank": 1,
            },
            {
                "names": {"zh-hans": "专人陪诊", "zh-hant": "專人陪診", "en": "Companion for a visit"},
                "times": 12,
                "per": "year",
                "rank": 2,
            },
            {
                "names": {"zh-hans": "年度健康体检", "zh-hant": "年度健康體檢", "en": "Yearly health check"},
                "times": 1,
                "per": "year",
                "rank": 3,
            },
            {
                "names": {
                    "zh-hans": "体检报告面对面解读",
                    "zh-hant": "體檢報告面對面解讀",
                    "en": "Check-up results explained in person",
                },
                "times": 2,
                "per": "year",
                "rank": 4,
            },
            {
                "names": {
                    "zh-hans": "多学科会诊",
                    "zh-hant": "多學科會診",
                    "en": "Case conference of several specialties",
                },
                "times": 2,
                "per": "year",
                "rank": 5,
            },
            {
                "names": {"zh-hans": "报告邮寄到家", "zh-hant": "報告郵寄到家", "en": "Reports by mail"},
                "times": None,
                "per": "year",
                "rank": 6,
            },
        ],
    ),
    (
        {
            "names": {"zh-hans": "金卡特需", "zh-hant": "金卡特需", "en": "Gold"},
            "rank": 2,
            "booking_priority": 20,
            "call_priority": 20,
            "answer_minutes": 10,
            "first_appointment_days": 2,
        },
        [
            {
                "names": {
                    "zh-hans": "专家门诊优先预约",
                    "zh-hant": "專家門診優先預約",
                    "en": "Priority booking of experts",
                },
                "times": 12,
                "per": "year",
                "rank": 1,
            },
            {
                "names": {"zh-hans": "专人陪诊", "zh-hant": "專人陪診", "en": "Companion for a visit"},
                "times": 6,
                "per": "year",
                "rank": 2,
            },
            {
                "names": {"zh-hans": "年度健康体检", "zh-hant": "年度健康體檢", "en": "Yearly health check"},
                "times": 1,
                "per": "year",
                "rank": 3,
            },
            {
                "names": {
                    "zh-hans": "体检报告面对面解读",
                    "zh-hant": "體檢報告面對面解讀",
                    "en": "Check-up results explained in person",
                },
                "times": 1,
                "per": "year",
                "rank": 4,
            },
            {
                "names": {
                    "zh-hans": "多学科会诊",
                    "zh-hant": "多學科會診",
                    "en": "Case conference of several specialties",
                },
                "times": 1,
                "per": "year",
                "rank": 5,
            },
            {
                "names": {"zh-hans": "报告邮寄到家", "zh-hant": "報告郵寄到家", "en": "Reports by mail"},
                "times": 12,
                "per": "year",
                "rank": 6,
            },
        ],
    ),
    (
        {
            "names": {"zh-hans": "银卡特需", "zh-hant": "銀卡特需", "en": "Silver"},
            "rank": 3,
            "booking_priority": 10,
            "call_priority": 10,
            "answer_minutes": 15,
            "first_appointment_days": 3,
        },
        [
            {
                "names": {
                    "zh-hans": "专家门诊优先预约",
                    "zh-hant": "專家門診優先預約",
                    "en": "Priority booking of experts",
                },
                "times": 6,
                "per": "year",
                "rank": 1,
            },
            {
                "names": {"zh-hans": "专人陪诊", "zh-hant": "專人陪診", "en": "Companion for a visit"},
                "times": 2,
                "per": "year",
                "rank": 2,
            },
            {
                "names": {"zh-hans": "年度健康体检", "zh-hant": "年度健康體檢", "en": "Yearly health check"},
                "times": 1,
                "per": "year",
                "rank": 3,
            },
            {
                "names": {
                    "zh-hans": "体检报告面对面解读",
                    "zh-hant": "體檢報告面對面解讀",
                    "en": "Check-up results explained in person",
                },
                "times": 1,
                "per": "year",
                "rank": 4,
            },
            {
                "names": {"zh-hans": "报告邮寄到家", "zh-hant": "報告郵寄到家", "en": "Reports by mail"},
                "times": 4,
                "per": "year",
                "rank": 6,
            },
        ],
    ),
]

STANDARDS = [
    {
        "category": "general",
        "answer_minutes": 120,
        "first_appointment_days": 7,
        "words": {
            "zh-hans": "按预约时段就诊，检查结果出具后可电话查询。",
            "zh-hant": "按預約時段就診，檢查結果出具後可電話查詢。",
            "en": "Seen at the time booked; results can be asked for by telephone once they are ready.",
        },
    },
    {
        "category": "specialty",
        "answer_minutes": 60,
        "first_appointment_days": 5,
        "words": {
            "zh-hans": "由同一专科随访，复诊前有提醒。",
            "zh-hant": "由同一專科隨訪，複診前有提醒。",
            "en": "Followed by the same specialty, reminded before a revisit.",
        },
    },
    {
        "category": "vip",
        "answer_minutes": 15,
        "first_appointment_days": 3,
        "words": {
            "zh-hans": "有固定联系人，就诊当天有人陪同。",
            "zh-hant": "有固定聯絡人，就診當天有人陪同。",
            "en": "A named contact, and somebody beside the person on the day of a visit.",
        },
    },
]


def install(apps: Any, schema_editor: Any) -> None:
    """Every hospital without levels gets them, every category without a standard gets one."""
    models = {
        name: apps.get_model("patients", name) for name in ("MembershipLevel", "AgreedService", "ServiceStandard")
    }
    levels, services, standards = (models[name]._base_manager for name in models)
    for hospital in apps.get_model("accounts", "Hospital")._base_manager.all():
        known = set(standards.filter(hospital=hospital).values_list("category", flat=True))
        for row in STANDARDS:
            if row["category"] not in known:
                standards.create(hospital=hospital, **row)
        if levels.filter(hospital=hospital).exists():
            continue
        for columns, given in LEVELS:
            level = levels.create(hospital=hospital, **columns)
            for row in given:
                services.create(hospital=hospital, level_id=level.pk, **row)


class Migration(migrations.Migration):
    dependencies = [("patients", "0043_services_of_members")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
