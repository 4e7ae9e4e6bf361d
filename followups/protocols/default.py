"""The protocol every hospital starts with (PRODUCT §3), row by row, in three languages.

Windows are days after discharge. Windows of repeats follow the step they continue: ±3 days monthly, -10/+7 days
quarterly. ICD-10 groups are prefixes of codes in upper case.
"""

from typing import Any

CODE = "discharge"
NAME = {"zh-hans": "出院随访标准方案", "zh-hant": "出院隨訪標準方案", "en": "Standard follow-up after discharge"}

MALIGNANT = ["C", "Z51.0", "Z51.1"]
SYMPTOMS = ["R"]
STOMA = ["Z93"]
BIRTH = ["O", "P", "Z37", "Z38", "Z39"]
CHRONIC = [
    *("E10", "E11", "E12", "E13", "E14", "E03", "E05", "E78", "M10"),
    *("I10", "I11", "I12", "I13", "I15", "I20", "I25", "I48", "I50", "I69"),
    *("J44", "J45", "N18", "K74", "B18", "G20", "G30", "G40", "F20", "M05", "M06", "M32"),
]
ANTICOAGULANTS = ["华法林", "利伐沙班", "达比加群", "阿哌沙班", "艾多沙班", "依诺肝素", "那屈肝素"]


def _text(hans: str, hant: str, en: str) -> dict[str, str]:
    return {"zh-hans": hans, "zh-hant": hant, "en": en}


def _rule(code: str, condition: str, title: dict[str, str], **params: Any) -> dict[str, Any]:
    return {"tier": code[0], "code": code, "condition": condition, "params": params, "title": title}


RULES: list[dict[str, Any]] = [
    _rule(
        "A1", "surgery_level_at_least", _text("三级、四级手术", "三級、四級手術", "grade III or IV surgery"), level=3
    ),
    _rule(
        "A2",
        "intensive_or_critical",
        _text(
            "本次住院入重症监护或下病危通知",
            "本次住院入加護病房或發病危通知",
            "intensive care or critical notice in this stay",
        ),
    ),
    _rule(
        "A3", "malignancy", _text("恶性肿瘤治疗中", "惡性腫瘤治療中", "malignancy under treatment"), groups=MALIGNANT
    ),
    _rule(
        "A4",
        "left_with_device",
        _text(
            "带引流管、造口或其他留置装置、抗凝药或新用胰岛素出院",
            "帶引流管、造口或其他留置裝置、抗凝藥或新用胰島素出院",
            "left with drain, stoma or other device, anticoagulant or new insulin",
        ),
        facts=["drain", "stoma", "device", "anticoagulant", "new_insulin"],
        groups=STOMA,
        medicines=ANTICOAGULANTS,
    ),
    _rule(
        "A5",
        "unplanned_readmission",
        _text("30天内非计划再入院", "30天內非計畫再入院", "unplanned readmission within 30 days"),
    ),
    _rule("A6", "diagnosis_unclear", _text("诊断不明", "診斷不明", "diagnosis unclear"), groups=SYMPTOMS),
    _rule("A7", "fact", _text("新技术", "新技術", "new technique"), fact="new_technique"),
    _rule("A8", "age_at_least", _text("年龄≥80", "年齡≥80", "age 80 or above"), years=80),
    _rule(
        "A9",
        "alone_with_chronic_diseases",
        _text(
            "年龄≥65、独居且慢病≥2种",
            "年齡≥65、獨居且慢性病≥2種",
            "age 65 or above, living alone, two or more chronic diseases",
        ),
        years=65,
        count=2,
        groups=CHRONIC,
    ),
    _rule("A10", "ordered_by_staff", _text("医师指定", "醫師指定", "the physician's order"), tier="A"),
    _rule("B1", "other_surgery", _text("其他手术", "其他手術", "other surgery"), below=3),
    _rule(
        "B2",
        "chronic_disease",
        _text("慢病长期用药", "慢性病長期用藥", "chronic disease on long-term medicine"),
        groups=CHRONIC,
    ),
    _rule("B3", "fact", _text("恢复慢", "恢復慢", "slow recovery"), fact="slow_recovery"),
    _rule("B4", "maternity", _text("孕产妇与新生儿", "孕產婦與新生兒", "maternity and newborn"), groups=BIRTH),
    _rule("B5", "age_at_least", _text("年龄≥65", "年齡≥65", "age 65 or above"), years=65),
    _rule(
        "B6",
        "revisit_date",
        _text("出院医嘱有复诊日期", "出院醫囑有複診日期", "a revisit date in the instructions"),
    ),
    _rule("B7", "ordered_by_staff", _text("医护指定", "醫護指定", "ordered by staff"), tier="B"),
    _rule(
        "C1",
        "short_stay_cured",
        _text("住院≤3晚，治愈", "住院≤3晚，治癒", "short stay (at most 3 nights), cured"),
        nights=3,
    ),
    _rule("C2", "outpatient_pick", _text("选定的门诊患者", "選定的門診患者", "chosen outpatients")),
    _rule("C3", "abnormal_checkup", _text("体检有异常项目", "體檢有異常項目", "health check with abnormal items")),
    _rule("C4", "unit_key_person", _text("签约单位重点人员", "簽約單位重點人員", "key persons of contract units")),
]

_A_LADDER = ["attending", "nurse", "department_head", "centre"]
_B_LADDER = ["nurse", "attending", "department_head", "centre"]
_C_LADDER = ["centre"]


def _step(
    tier: str, number: int, days: tuple[int, int, int], title: dict[str, str], ladder: list[str], **more: Any
) -> dict[str, Any]:
    earliest, due, latest = days
    return {
        "tier": tier,
        "number": number,
        "earliest_days": earliest,
        "due_days": due,
        "latest_days": latest,
        "title": title,
        "ladder": ladder,
        **more,
    }


STEPS: list[dict[str, Any]] = [
    _step(
        "A",
        1,
        (1, 2, 5),
        _text("出院后2个工作日", "出院後2個工作日", "two working days after discharge"),
        _A_LADDER,
        due_basis="working",
        duty_days=4,
        least_attempts=2,
    ),
    _step("A", 2, (6, 7, 9), _text("出院后1周", "出院後1週", "one week after discharge"), _A_LADDER),
    _step("A", 3, (12, 14, 16), _text("出院后2周", "出院後2週", "two weeks after discharge"), _A_LADDER),
    _step(
        "A",
        4,
        (27, 30, 33),
        _text("出院后1个月，问满意度", "出院後1個月，問滿意度", "one month after discharge, with satisfaction"),
        _A_LADDER,
        asks_satisfaction=True,
    ),
    _step(
        "A",
        5,
        (57, 60, 63),
        _text("每30天至第90天", "每30天至第90天", "every 30 days up to day 90"),
        _A_LADDER,
        repeats_every=30,
        repeat_until=90,
    ),
    _step("A", 6, (170, 180, 187), _text("每90天", "每90天", "every 90 days"), _A_LADDER, repeats_every=90),
    _step("B", 1, (3, 7, 10), _text("出院后1周", "出院後1週", "one week after discharge"), _B_LADDER),
    _step("B", 2, (14, 28, 35), _text("出院后4周", "出院後4週", "four weeks after discharge"), _B_LADDER),
    _step("B", 3, (80, 90, 97), _text("出院后3个月", "出院後3個月", "three months after discharge"), _B_LADDER),
    _step(
        "B",
        4,
        (170, 180, 187),
        _text("在管期间每90天", "在管期間每90天", "every 90 days while enrolled"),
        _B_LADDER,
        repeats_every=90,
        ends_after_clean=2,
    ),
    _step(
        "C",
        1,
        (3, 10, 30),
        _text("出院后10天问卷", "出院後10天問卷", "questionnaire ten days after discharge"),
        _C_LADDER,
        kind="questionnaire",
        call_sample_percent=10,
    ),
    _step(
        "C",
        2,
        (1, 3, 7),
        _text("第1步有异常时再联系", "第1步有異常時再聯絡", "again after a finding in step 1"),
        _C_LADDER,
        condition="after_negative",
        condition_step=1,
        anchor="completion",
    ),
    _step(
        "C",
        3,
        (25, 30, 40),
        _text("体检异常项目复查", "體檢異常項目複查", "abnormal items of the health check"),
        _C_LADDER,
        condition="abnormal_checkup",
        repeats_every=150,
        repeat_until=180,
    ),
    _step(
        "C",
        4,
        (330, 335, 350),
        _text("年度体检通知", "年度體檢通知", "yearly check-up notice"),
        _C_LADDER,
        kind="message",
        condition="checkup",
    ),
]


def _late(tier: str, level: int, after_hours: int, *recipients: str, weekly: bool = False) -> dict[str, Any]:
    return {
        "tier": tier,
        "level": level,
        "after_hours": after_hours,
        "recipients": list(recipients),
        "is_weekly_list": weekly,
    }


ESCALATIONS: list[dict[str, Any]] = [
    _late("A", 1, 24, "assignee", "head_nurse"),
    _late("A", 2, 48, "department_head"),
    _late("A", 3, 72, "medical_affairs"),
    _late("B", 1, 48, "assignee", "head_nurse"),
    _late("B", 2, 120, "department_head"),
    _late("C", 1, 0, "centre_manager", weekly=True),
]

TARGETS: list[dict[str, Any]] = [
    {"tier": "A", "attempted_percent": 100, "effective_percent": 95},
    {"tier": "B", "attempted_percent": 98, "effective_percent": 85},
    {"tier": "C", "attempted_percent": 95, "effective_percent": 70},
]
