# ruff: noqa: E501
"""The columns of health-check lists (体检名单) and their names. Who somebody is has the synonyms of discharge lists."""

from integrations.readers.discharge_fields import shared_fields
from integrations.readers.tabular.columns import Field, Fields

_SYNONYMS: dict[str, str] = {
    "checkup_number": "体检号 体检编号 体检流水号 体检登记号 体检单号 體檢號 體檢編號 CheckupNo CheckupNumber TJH TJBH",
    "checked_on": "体检日期 体检时间 检查日期 到检日期 总检日期 體檢日期 CheckupDate CheckedOn DateOfCheckup TJRQ",
    "package": "体检套餐 套餐 套餐名称 体检类型 体检类别 體檢套餐 Package CheckupPackage TJTC",
    "abnormal_items": "异常项目 异常结果 阳性结果 阳性体征 异常指标 主要异常 体检异常 异常 体检结论 总检结论 异常情况 異常項目 陽性結果 AbnormalItems Abnormal Findings YCXM",
    "advice": "体检建议 健康建议 医生建议 总检建议 建议 體檢建議 Advice Recommendation",
}  # fmt: skip

CHECKUP_FIELDS = Fields(
    kind="checkups",
    fields=(
        *shared_fields("department"),
        *(Field(name, frozenset(words.split()), name == "abnormal_items") for name, words in _SYNONYMS.items()),
    ),
    required=("name", "checked_on"),
    ambiguous={
        "日期": ("checked_on", "birth_date"),
        "编号": ("checkup_number", "record_number"),
        "号码": ("checkup_number", "phone", "identity_number"),
        "结果": ("abnormal_items", "advice"),
        "结论": ("abnormal_items", "advice"),
    },
)
