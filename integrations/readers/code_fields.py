# ruff: noqa: E501
"""The columns of tables of codes and their names: diagnoses, departments, administrative divisions."""

from integrations.readers.tabular.columns import Field, Fields

_CODE = "编码 代码 编号 疾病编码 诊断编码 诊断代码 主要编码 ICD ICD编码 ICD10 ICD10编码 國際疾病代碼 代碼 編碼 Code DiagnosisCode ICDCode"
_DIAGNOSES: dict[str, str] = {
    "table_code": _CODE,
    "term": "名称 诊断名称 疾病名称 诊断 疾病诊断名称 病名 診斷名稱 疾病名稱 Name Term DiagnosisName disease Diagnosis",
    "pinyin": "拼音 拼音码 拼音首字母 首拼 助记码 簡拼 Pinyin Initials PYM",
    "category": "类别 分类 疾病分类 章节 章 类目 类目名称 所属类目 類別 分類 Category Group Chapter catalog",
}
_DEPARTMENTS: dict[str, str] = {
    "table_code": "编码 代码 科室编码 科室代码 编号 科室编号 科别代码 代碼 編碼 Code DepartmentCode DeptCode",
    "term": "名称 科室 科室名称 科别 科别名称 诊疗科目 名稱 科室名稱 Name Department DepartmentName DeptName",
    "parent": "上级 上级编码 上级代码 上级科室 上级科室编码 父级 父编码 所属科室编码 上級代碼 Parent ParentCode",
    "aliases": "别名 别称 简称 曾用名 同义词 其他名称 別名 簡稱 Aliases Alias OtherNames Synonyms",
}
_DIVISIONS: dict[str, str] = {
    "table_code": "编码 代码 行政区划代码 区划代码 区划编码 行政代码 代碼 區劃代碼 Code DivisionCode AreaCode",
    "term": "名称 区划名称 行政区划 行政区划名称 单位名称 地区 名稱 區劃名稱 Name Division DivisionName",
    "level": "级别 层级 等级 级 級別 Level",
    "parent": "上级 上级编码 上级代码 上级区划代码 父级 父编码 上級代碼 Parent ParentCode cityCode",
}


def _fields(kind: str, synonyms: dict[str, str]) -> Fields:
    fields = tuple(Field(name, frozenset(words.split())) for name, words in synonyms.items())
    return Fields(kind=kind, fields=fields, required=("table_code", "term"))


DIAGNOSIS_FIELDS = _fields("diagnoses", _DIAGNOSES)
DEPARTMENT_FIELDS = _fields("departments", _DEPARTMENTS)
DIVISION_FIELDS = _fields("divisions", _DIVISIONS)
