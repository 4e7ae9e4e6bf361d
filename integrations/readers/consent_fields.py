# ruff: noqa: E501
"""The columns of lists of consents and their names, and the words of their cells. Who somebody is has the synonyms of
discharge lists.
"""

from integrations.readers.discharge_fields import shared_fields
from integrations.readers.tabular.columns import Field, Fields

_SYNONYMS: dict[str, str] = {
    "purpose": "用途 目的 同意事项 同意项目 联系目的 授权事项 用途目的 事项 同意事項 Purpose Subject ConsentTo",
    "channel": "渠道 方式 联系方式类型 联系渠道 接收方式 管道 Channel Way",
    "decision": "意愿 决定 是否同意 同意情况 同意与否 是否愿意 结果 意願 決定 Decision Consent Agreed OptIn",
    "decided_on": "日期 同意日期 签署日期 决定日期 登记日期 簽署日期 Date DecidedOn SignedOn ConsentDate",
    "proof_source": "来源 依据 证据 凭证 同意来源 来源凭证 證據 來源 Source Proof Evidence Basis",
    "wording": "版本 文本版本 同意书版本 话术版本 告知书版本 同意書版本 Version Wording WordingVersion",
    "confirmed_on": "邮件确认日期 确认日期 双重确认日期 確認日期 ConfirmedOn DoubleOptIn",
}

CONSENT_FIELDS = Fields(
    kind="consents",
    fields=(*shared_fields(), *(Field(name, frozenset(words.split())) for name, words in _SYNONYMS.items())),
    required=("name", "purpose", "decision", "proof_source"),
)

PURPOSE_WORDS = {
    "care": "随访 诊后随访 回访 care followup",
    "satisfaction": "满意度 满意度调查 調查 satisfaction survey",
    "education": "健康教育 健康知识 健康宣教 宣教 科普 健康知識 education",
    "marketing_mail": "营销邮件 推广邮件 邮件营销 邮件广告 marketingmail marketing_mail newsletter",
    "marketing_sms": "营销短信 推广短信 短信营销 短信广告 marketingsms marketing_sms",
    "calls": "营销电话 推广电话 电话营销 calls",
    "recording": "通话录音 录音 錄音 recording",
    "community": "社区活动 活动邀请 活动 義診活動 community events",
    "points": "积分 积分计划 積分 points",
    "profiling": "客户分类 画像 个性化推荐 profiling",
}
CHANNEL_WORDS = {
    "any": "任何 全部 所有 不限 any all",
    "phone": "电话 電話 phone telephone call",
    "sms": "短信 简讯 簡訊 sms text",
    "wechat": "微信 公众号 wechat",
    "email": "邮件 电子邮件 邮箱 電郵 email e-mail mail",
    "letter": "信函 信件 邮寄 letter post",
}
DECISION_WORDS = {
    "granted": "同意 是 愿意 接受 授权 已同意 y yes 1 granted agree true",
    "refused": "拒绝 否 不同意 不愿意 不接受 已拒绝 拒絕 n no 0 refused false",
    "withdrawn": "撤回 退订 已撤回 取消 退出 退訂 withdrawn revoked optout",
}


def by_word(words: dict[str, str]) -> dict[str, str]:
    """Word → code."""
    return {word: code for code, said in words.items() for word in (code, *said.split())}
