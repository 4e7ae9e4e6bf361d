"""The words by which staff sheets name the shipped roles, beside the names of the roles themselves."""

# Whoever is written of as a physician attends; a bare 主任 of a department is its head. Words that may mean several
# roles (院长助理, 管理员, 专员) stand for none: the sheet is told the names that are known.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "agent": ("客服", "客服人员", "客服员", "坐席", "话务员", "随访员", "随访专员", "回访员", "回访专员"),
    "centre_manager": ("客服主任", "客服主管", "客服中心主任", "客户服务中心主任", "服务中心主任"),
    "physician": (
        *("医师", "医生", "大夫", "主管医生", "经治医师", "管床医师", "管床医生", "主治医师", "主治医生", "住院医师"),
        *("住院医生", "临床医师", "临床医生", "主任医师", "副主任医师", "醫師", "醫生", "doctor"),
    ),
    "nurse": ("护士", "护师", "主管护师", "责任护师", "管床护士", "临床护士", "病区护士", "護士"),
    "head_nurse": ("病区护士长", "科护士长", "護士長", "charge nurse"),
    "department_head": ("主任", "科主任", "科室负责人", "科负责人", "病区主任", "主任(科室)"),
    "medical_affairs": ("医务处", "医务部", "医务科专员", "医务科人员"),
    "hospital_leader": ("院长", "副院长", "分管院长", "院级领导", "党委书记"),
    "information_officer": ("信息科", "信息员", "信息专员", "信息中心", "信息科人员", "信息科工程师"),
    "liaison": ("团体专员", "团检专员", "团体客户经理", "大客户专员", "大客户经理"),
    "station_staff": ("服务站人员", "社区服务站", "社区站人员", "社区卫生服务站人员"),
    "security_officer": ("安全员",),
    "auditor": ("审计", "审计人员"),
}
