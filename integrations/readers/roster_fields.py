# ruff: noqa: E501
"""The columns of rosters of units (花名册) and their names. Who somebody is has the synonyms of discharge lists."""

from integrations.readers.discharge_fields import shared_fields
from integrations.readers.tabular.columns import Field, Fields

_SYNONYMS: dict[str, str] = {
    "employee_number": "工号 员工号 职工号 员工编号 职工编号 人员编号 工作证号 工號 員工編號 EmployeeNo EmployeeNumber EmployeeID StaffNo GH",
    "unit_department": "部门 所在部门 所属部门 部门名称 车间 班组 处室 科室 单位部门 部門 所屬部門 Department Dept Section",
    "position": "职务 职位 岗位 工种 职务岗位 职称 職務 職位 崗位 Position JobTitle Title Post",
    "is_key_person": "是否重点 重点 重点人员 重点人群 重点对象 关键人员 是否关键人员 重点客户 是否重點 重點 KeyPerson IsKey VIP",
    "joined_on": "入职日期 入职时间 加入日期 参加工作日期 进厂日期 入會日期 入職日期 JoinedOn JoinDate HireDate",
    "left_on": "离职日期 离职时间 离开日期 退出日期 離職日期 LeftOn LeaveDate",
}  # fmt: skip

ROSTER_FIELDS = Fields(
    kind="roster",
    fields=(
        *shared_fields("education", "marital_status"),
        *(Field(name, frozenset(words.split())) for name, words in _SYNONYMS.items()),
    ),
    required=("name",),
    ambiguous={
        "编号": ("employee_number", "record_number"),
        "号码": ("phone", "identity_number", "employee_number"),
        "id": ("employee_number", "identity_number"),
        "日期": ("joined_on", "birth_date"),
    },
)
