# ruff: noqa: E501
"""The words of cells: sexes, ways of leaving, levels of surgery, titles, and what stands where nothing is meant."""

import re

EMPTY_WORDS = frozenset(
    ("", "无", "無", "不详", "不詳", "未知", "未填", "空", "暂无", "暫無", "同上", "null", "none", "nan", "n/a", "na", "-", "--", "—", "——", "/", "\\", "*", "。", ".", "…")
)  # fmt: skip

SEXES = {
    "M": ("男", "男性", "1", "m", "male", "man", "男士", "先生", "1男", "男1", "1-男"),
    "F": ("女", "女性", "2", "f", "female", "woman", "女士", "2女", "女2", "2-女"),
}
SEX = {word: code for code, all_words in SEXES.items() for word in all_words}

DISPOSITIONS = (
    ("died", ("5", "死亡", "死", "亡", "已故", "病故", "去世", "院内死亡", "死亡离院", "临床死亡", "脑死亡", "expired", "died", "dead", "death", "deceased")),
    ("home", ("1", "医嘱离院", "正常离院", "正常出院", "出院", "医嘱出院", "遵医嘱出院", "治愈", "好转", "回家", "痊愈", "醫囑離院", "正常出院", "home", "routine", "discharged", "discharge")),
    ("transfer", ("2", "医嘱转院", "转院", "转外院", "转上级医院", "转下级医院", "轉院", "醫囑轉院", "transfer", "transferred")),
    ("community", ("3", "医嘱转社区", "转社区", "转卫生院", "醫囑轉社區", "轉社區", "community")),
    ("against_advice", ("4", "非医嘱离院", "自动出院", "自动离院", "自行离院", "放弃治疗", "要求出院", "签字出院", "自動出院", "非醫囑離院", "ama", "against advice", "left against medical advice")),
    ("other", ("9", "其他", "其它", "其他方式", "other")),
)  # fmt: skip
DISPOSITION = {word: code for code, all_words in DISPOSITIONS for word in all_words}
# the first that stands in the text; moved within the house, nobody has left
SIGNS = tuple(
    (code, re.compile(sign))
    for code, sign in (
        (
            "died",
            r"死亡|[猝病]死|[病仙]?逝世?|去世|身故|病故|亡故|已故|[过過离離辞辭谢謝]世|往生|[殁歿]|[抢搶]救[无無]效|太平[间間]|[殡殯]"
            r"|\b(?:died|dead|deceased|death|expired|passed away)\b",
        ),
        ("against_advice", r"非医嘱|自动"),
        ("community", r"[转轉].*(?:社[区區]|[乡鄉][镇鎮]|[卫衛]生(?:院|服[务務]))"),
        ("transfer", r"[转轉](?:外?院|.*[医醫]院)"),
        ("", r"[转轉].*(?:科|病[区區房]|住院|icu)|院[内內][转轉]"),
        ("transfer", r"[转轉]"),
        ("home", r"医嘱离院|出院|(?<![未没沒不])治愈"),
    )
)
# HL7 table 0112, as far as its codes are not used otherwise by hospitals here
DISPOSITIONS_0112 = {
    **dict.fromkeys(("01", "06", "08"), "home"),
    **dict.fromkeys(("02", "03", "04", "05"), "transfer"),
    "07": "against_advice",
    **dict.fromkeys(("20", "40", "41", "42"), "died"),
}

OUTCOME_CODES = {"1": "cured", "2": "improved", "3": "not_cured"}
# the first that stands in the text
OUTCOME_SIGNS = (
    (
        "not_cured",
        re.compile(r"(?:未|不|没|沒)(?:治|痊)?[愈癒]|无效|無效|恶化|惡化|稳定|穩定|not\s+cured|unhealed|worse|stable"),
    ),
    ("improved", re.compile(r"好[转轉]|[显顯]效|有效|改善|[缓緩]解|improved|better")),
    ("cured", re.compile(r"[治痊][愈癒]|cured|recovered|healed")),
)

LEVELS = {
    "1": 1,
    "一": 1,
    "i": 1,
    "ⅰ": 1,
    "甲": 1,
    "2": 2,
    "二": 2,
    "ii": 2,
    "ⅱ": 2,
    "乙": 2,
    "3": 3,
    "三": 3,
    "iii": 3,
    "ⅲ": 3,
    "丙": 3,
    "4": 4,
    "四": 4,
    "iv": 4,
    "ⅳ": 4,
    "丁": 4,
}

TITLES = (
    "副主任医师", "主任医师", "副主任医生", "主任医生", "主治医师", "主治医生", "住院医师", "住院医生", "助理医师", "执业医师",
    "副主任护师", "主任护师", "主管护师", "护师", "护士长", "护士", "副教授", "教授", "副主任", "主任", "院长", "医师", "医生",
    "大夫", "博士", "主治", "醫師", "醫生", "主任醫師", "副主任醫師", "主治醫師", "dr.", "doctor", "prof.", "md",
)  # fmt: skip

EDUCATION_SIGNS = (
    ("研究生", "postgraduate"), ("硕士", "postgraduate"), ("博士", "postgraduate"), ("大学", "college"), ("本科", "college"),
    ("大专", "college"), ("专科", "college"), ("高职", "college"), ("高中", "senior"), ("中专", "senior"), ("技校", "senior"),
    ("职高", "senior"), ("初中", "junior"), ("小学", "primary"),
)  # fmt: skip
MARITAL_SIGNS = (
    ("未婚", "single"),
    ("离", "divorced"),
    ("丧偶", "widowed"),
    ("已婚", "married"),
    ("再婚", "married"),
    ("婚", "married"),
)
