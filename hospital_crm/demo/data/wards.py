"""The departments of the demo hospitals, what is treated there, and who works there. All names are invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Illness:
    """A main diagnosis as a discharge list writes it, with what usually goes with it."""

    code: str
    text: str
    operation: str = ""
    level: str = ""
    instructions: str = "注意休息，按时服药，如有不适随诊。"
    revisit_days: int = 0


@dataclass(frozen=True)
class DemoDepartment:
    """A department with its ward, head, physicians and nurses."""

    name: str
    ward: str
    head: str
    physicians: tuple[str, ...]
    head_nurse: str
    nurses: tuple[str, ...]
    illnesses: tuple[Illness, ...]


# Short stays of younger people that nothing but tier C fits.
SHORT_STAYS = (
    Illness("A09.901", "急性胃肠炎"),
    Illness("J03.900", "急性扁桃体炎"),
    Illness("R42.x00", "眩晕"),
    Illness("S80.100", "小腿软组织挫伤"),
    Illness("L50.900", "荨麻疹"),
    Illness("J20.900", "急性支气管炎"),
)

NORTH = (
    DemoDepartment(
        "普外科", "普外科病区", "袁崇礼", ("顾明远", "沈若兰", "陆知行"), "夏苇", ("林霜", "岑月"),
        (
            Illness("C20.x00", "直肠恶性肿瘤", "腹腔镜直肠前切除加回肠造口术", "四级",
            "低渣饮食，造口护理，按期复诊拆线。", 14), Illness("K80.201", "胆囊结石伴慢性胆囊炎", "腹腔镜胆囊切除术",
            "三级", "清淡饮食，保持切口干燥。", 7), Illness("K40.900", "单侧腹股沟疝", "无张力疝修补术", "二级",
            "三个月内避免负重。"), Illness("K35.800", "急性阑尾炎", "腹腔镜阑尾切除术", "二级",
            "保持切口干燥，七天后换药。"), ), ), DemoDepartment( "心内科", "心内科病区", "江晚晴", ("苏砚", "程书白",
            "何知秋"), "叶舟", ("安禾", "白苏"), ( Illness("I10.x05", "高血压病3级",
            instructions="低盐饮食，每日测血压，长期服用降压药。", revisit_days=28), Illness("I25.103",
            "冠状动脉粥样硬化性心脏病", "经皮冠状动脉支架置入术", "四级", "双联抗血小板药物不可自行停用。", 30),
            Illness("I48.x01", "心房颤动", instructions="新用抗凝药，定期复查凝血功能。", revisit_days=14),
            Illness("I50.900", "心力衰竭", instructions="限水限盐，每日称体重，长期服药。", revisit_days=14), ), ),
            DemoDepartment( "骨科", "骨科病区", "韩启明", ("秦怀瑾", "方远", "陆嘉木"), "许听澜", ("莫小满", "段青"),
            ( Illness("S72.000", "股骨颈骨折", "人工全髋关节置换术", "四级", "助行器辅助行走，防跌倒，按时抗凝。",
            30), Illness("M51.202", "腰椎间盘突出症", "椎间孔镜髓核摘除术", "三级", "佩戴腰围，避免久坐。", 30),
            Illness("S52.500", "桡骨远端骨折", "切开复位内固定术", "二级", "患肢抬高，功能锻炼。", 14), ), ),
            DemoDepartment( "内分泌科", "内分泌科病区", "楚云舒", ("叶思齐", "陶知微"), "贺南枝", ("汪晴",), (
            Illness("E11.900", "2型糖尿病", instructions="糖尿病饮食，监测血糖，新用胰岛素注射。", revisit_days=28),
            Illness("E05.900", "甲状腺功能亢进症", instructions="长期服药，每月复查血象。", revisit_days=30), ), ),
            DemoDepartment( "呼吸内科", "呼吸内科病区", "白景行", ("魏思远", "蒋临川"), "苗若水", ("祝青禾",), (
            Illness("J44.101", "慢性阻塞性肺疾病急性加重", instructions="戒烟，长期家庭氧疗，按时吸入药物。",
            revisit_days=30), Illness("J18.900", "肺炎", instructions="完成抗生素疗程，一周后复查胸片。",
            revisit_days=7), ), ), DemoDepartment( "产科", "产科病区", "常安宁", ("龚雨眠", "尹芷"), "柏舟",
            ("戚暖",), ( Illness("O80.900", "单胎顺产", instructions="母乳喂养，产后四十二天复查。", revisit_days=42),
            Illness("O82.900", "剖宫产单胎分娩", "子宫下段剖宫产术", "二级", "保持切口干燥，产后四十二天复查。", 42),
            ), ), DemoDepartment( "肿瘤科", "肿瘤科病区", "沈清和", ("卞文舟", "史云起"), "鲁秋", ("阮星",), (
            Illness("C50.900", "乳腺恶性肿瘤", instructions="按期化疗，复查血常规，预防感染。", revisit_days=21),
            Illness("C34.900", "支气管或肺恶性肿瘤", instructions="按期化疗，如发热及时就诊。", revisit_days=21), ),
            ), DemoDepartment( "神经内科", "神经内科病区", "窦知言", ("侯望舒", "费临"), "倪霁", ("廖小雨",), (
            Illness("I63.900", "脑梗死", instructions="长期服药，康复训练，控制血压。", revisit_days=30),
            Illness("G40.900", "癫痫", instructions="长期服药，不可自行停药。", revisit_days=30), ), ), )  # fmt: skip

SOUTH = (
    DemoDepartment(
        "综合内科", "内科病区", "邵南风", ("汤知夏", "尹慕白"), "康宁", ("钱小暖",),
        (
            Illness("I10.x03", "高血压病2级", instructions="低盐饮食，长期服药。", revisit_days=28),
            Illness("K29.500", "慢性胃炎", instructions="规律饮食。"),
        ),
    ),
    DemoDepartment(
        "综合外科", "外科病区", "易寒松", ("段景行", "贺兰舟"), "余静", ("方小满",),
        (
            Illness("K35.800", "急性阑尾炎", "腹腔镜阑尾切除术", "二级", "保持切口干燥。"),
            Illness("C16.900", "胃恶性肿瘤", "根治性胃大部切除术", "四级", "少食多餐，按期复诊。", 21),
        ),
    ),
)  # fmt: skip

OFFICE = {
    "agent": ("林静", "方圆", "温言"),
    "centre_manager": ("钟敏行",),
    "medical_affairs": ("盛怀远",),
    "hospital_leader": ("康济时",),
    "information_officer": ("钟岳",),
    "liaison": ("金淑然",),
    "station_staff": ("廖东篱", "柏知夏"),
    "hospital_admin": ("史正",),
    "security_officer": ("严守",),
    "auditor": ("查证",),
}
OFFICE_SOUTH = {
    "agent": ("梁小桥",),
    "centre_manager": ("龙在田",),
    "medical_affairs": ("孔思源",),
    "hospital_leader": ("万里",),
    "information_officer": ("石磊然",),
    "liaison": ("姚远山",),
    "station_staff": ("田野青",),
    "hospital_admin": ("方直",),
    "security_officer": ("卫安",),
    "auditor": ("明察",),
}
