"""The columns of a staff sheet: departments, wards, staff and roles, one row per person and role or place."""

from integrations.readers.tabular.columns import Field, Fields

_SYNONYMS: dict[str, str] = {
    "name": "姓名 员工姓名 职工姓名 人员姓名 名字 Name FullName StaffName 員工姓名",
    "staff_number": "工号 员工号 职工号 员工编号 职工编号 人员编号 工號 StaffNumber StaffNo EmployeeNo EmployeeID GH",
    "username": "用户名 登录名 账号 帐号 登录账号 帳號 使用者名稱 Username Login Account UserName",
    "department": "科室 所在科室 所属科室 部门 科室名称 科別 部門 Department Dept",
    "department_code": "科室编码 科室代码 科室编号 DepartmentCode DeptCode",
    "ward": "病区 所在病区 护理单元 病房 病區 Ward NursingUnit",
    "role": "角色 系统角色 岗位 职务 用户角色 身份 職務 角色名称 Role Position",
    "title": "职称 技术职称 专业技术职务 職稱 Title JobTitle",
    "is_head": "是否负责人 负责人 是否主任 是否护士长 Head IsHead",
    "phone": "手机 手机号 电话 联系电话 手機 電話 Phone Mobile Telephone",
    "email": "邮箱 电子邮箱 电子邮件 電子郵件 Email Mail",
    "station": "社区站 服务站 社区服务站 社區服務站 Station",
}  # fmt: skip

STAFF_FIELDS = Fields(
    kind="staff",
    fields=tuple(Field(name, frozenset(words.split())) for name, words in _SYNONYMS.items()),
    required=("name", "role"),
)
