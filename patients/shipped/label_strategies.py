"""What every hospital starts with for people of each group and stage: what they expect, what is done, what is talked
about, benefits, what is measured. Simplified, traditional, English.
"""
# ruff: noqa: E501 - Chinese characters count twice, and a text reads better in one line

from collections.abc import Iterator
from typing import Any

_LANGUAGES = ("zh-hans", "zh-hant", "en")
_TEXTS = ("expects", "tasks", "topics", "benefits", "indicators")

_STRATEGIES: dict[tuple[str, str], tuple[tuple[str, str, str], ...]] = {
    ("orientation", "value"): (
        (
            "看重诊疗质量和医生的连续性，愿意为可靠的结果付费；希望由同一位医生负责到底，病情和方案讲清楚。",
            "看重診療質量和醫生的連續性，願意為可靠的結果付費；希望由同一位醫生負責到底，病情和方案講清楚。",
            "Good care and the same physician throughout; pays for results that can be relied on; wants illness and plan explained.",
        ),
        (
            "指定固定联系人；就诊或出院后由主管医师回访；每半年说明一次本人检查结果的前后变化。",
            "指定固定聯絡人；就診或出院後由主管醫師回訪；每半年說明一次本人檢查結果的前後變化。",
            "A named contact; the attending physician calls after a visit or stay; every half-year the change in own results is explained.",
        ),
        (
            "新技术与专家动态、本人疾病的长期管理、检查结果的前后对比。",
            "新技術與專家動態、本人疾病的長期管理、檢查結果的前後對比。",
            "New techniques and experts, long-term care of the own illness, results compared over time.",
        ),
        (
            "专家号优先预约、同一医生复诊、检查报告解读。",
            "專家號優先預約、同一醫生複診、檢查報告解讀。",
            "Priority with experts, revisits to the same physician, results read and explained.",
        ),
        (
            "同一医生复诊率、报告出具时间、用药指导、满意度。",
            "同一醫生複診率、報告出具時間、用藥指導、滿意度。",
            "Revisits to the same physician, time until a report is ready, medication guidance, satisfaction.",
        ),
    ),
    ("orientation", "benefit"): (
        (
            "看重价格和优惠，来院前会比较；希望费用事先说清、优惠真正用得上。",
            "看重價格和優惠，來院前會比較；希望費用事先說清、優惠真正用得上。",
            "Price and benefits, compared before coming; wants to know the cost beforehand and to really get what was promised.",
        ),
        (
            "就诊前说明费用和可用的优惠；合同到期前30天提醒；体检后告知异常项目并约复查。",
            "就診前說明費用和可用的優惠；合同到期前30天提醒；體檢後告知異常專案並約複查。",
            "Cost and benefits told before the visit; a reminder 30 days before a contract ends; abnormal check-up items told, re-examination booked.",
        ),
        (
            "体检套餐、单位合同优惠、医保政策、费用构成。",
            "體檢套餐、單位合同優惠、醫保政策、費用構成。",
            "Check-up packages, benefits of the unit's contract, insurance rules, what a bill is made of.",
        ),
        (
            "合同单位优惠、体检套餐、积分兑换；不以药品作奖励。",
            "合同單位優惠、體檢套餐、積分兌換；不以藥品作獎勵。",
            "Benefits of the unit, check-up packages, points; never medicines as a reward.",
        ),
        (
            "费用清楚程度、优惠使用次数、体检后复查率、候诊时间。",
            "費用清楚程度、優惠使用次數、體檢後複查率、候診時間。",
            "Clarity of cost, benefits used, re-examination after check-ups, waiting time.",
        ),
    ),
    ("orientation", "volatile"): (
        (
            "就近、就急而来，没有固定的科室和医生；希望少排队、一次办完。",
            "就近、就急而來，沒有固定的科室和醫生；希望少排隊、一次辦完。",
            "Comes when it is near or urgent, without a department or physician of his own; wants no queues and everything done at once.",
        ),
        (
            "就诊后一周内电话了解感受；漏掉复诊的当周提醒，仍未来的改为电话；帮助选定一个常去的科室。",
            "就診後一週內電話瞭解感受；漏掉複診的當周提醒，仍未來的改為電話；幫助選定一個常去的科室。",
            "A call within a week of the visit; a missed revisit reminded in the same week, then called; help to settle on one department.",
        ),
        (
            "怎样预约、哪些情况需要复诊、急诊和门诊的区别。",
            "怎樣預約、哪些情況需要複診、急診和門診的區別。",
            "How to book, when a revisit is needed, emergency or outpatient.",
        ),
        (
            "预约提醒、就诊当天的一站式引导。",
            "預約提醒、就診當天的一站式引導。",
            "Reminders of bookings, guidance through the day of the visit.",
        ),
        (
            "提醒后的到院率、爽约率、候诊时间、不满处理时限。",
            "提醒後的到院率、爽約率、候診時間、不滿處理時限。",
            "Visits after a reminder, no-shows, waiting time, time until dissatisfaction is handled.",
        ),
    ),
    ("life_cycle", "potential"): (
        (
            "还没有来过，想先知道医院能做什么、找谁、大约多少费用。",
            "還沒有來過，想先知道醫院能做什麼、找誰、大約多少費用。",
            "Has not come yet; wants to know what the hospital can do, whom to ask, about what it costs.",
        ),
        (
            "记录来源和关心的问题；咨询后两个工作日内答复；征得同意后再发送资料。",
            "記錄來源和關心的問題；諮詢後兩個工作日內答覆；徵得同意後再發送資料。",
            "Note source and question; answer within two working days; send material only with consent.",
        ),
        (
            "科室与专家介绍、预约方法、健康知识。",
            "科室與專家介紹、預約方法、健康知識。",
            "Departments and experts, how to book, health knowledge.",
        ),
        (
            "首次就诊引导、健康讲座与义诊。",
            "首次就診引導、健康講座與義診。",
            "Guidance at the first visit, lectures and free clinics.",
        ),
        (
            "咨询答复时间、首次到院率。",
            "諮詢答覆時間、首次到院率。",
            "Time until an enquiry is answered, share who come for the first time.",
        ),
    ),
    ("life_cycle", "customer"): (
        (
            "来过，关心疗效和下一步；希望有人主动告知结果和复诊时间。",
            "來過，關心療效和下一步；希望有人主動告知結果和複診時間。",
            "Has come; cares about the effect and what is next; wants to be told results and the revisit date unasked.",
        ),
        (
            "按随访方案回访；复诊前三天和前一天提醒；每次住院或就诊只做一次满意度调查。",
            "按隨訪方案回訪；複診前三天和前一天提醒；每次住院或就診只做一次滿意度調查。",
            "Follow-up by protocol; reminders three days and one day before the revisit; one satisfaction survey per stay or visit.",
        ),
        (
            "出院医嘱、用药指导、复诊安排。",
            "出院醫囑、用藥指導、複診安排。",
            "Discharge instructions, medication guidance, the revisit.",
        ),
        (
            "复诊预约协助、报告完成通知。",
            "複診預約協助、報告完成通知。",
            "Help with booking the revisit, notice when a report is ready.",
        ),
        (
            "随访有效率、复诊到院率、用药指导、报告出具时间。",
            "隨訪有效率、複診到院率、用藥指導、報告出具時間。",
            "Effective follow-up, revisits kept, medication guidance, time until a report is ready.",
        ),
    ),
    ("life_cycle", "loyal"): (
        (
            "常来，也愿意推荐；希望被记得，不必每次重复病史。",
            "常來，也願意推薦；希望被記得，不必每次重複病史。",
            "Comes often and recommends us; wants to be known and not to tell the history every time.",
        ),
        (
            "指定固定联系人；每季度联系一次；邀请参加病友联谊会。",
            "指定固定聯絡人；每季度聯絡一次；邀請參加病友聯誼會。",
            "A named contact; one contact a quarter; invitations to get-togethers.",
        ),
        (
            "个人健康计划、新技术、家人健康。",
            "個人健康計劃、新技術、家人健康。",
            "The own health plan, new techniques, the family's health.",
        ),
        (
            "优先预约、家人体检优惠、积分。",
            "優先預約、家人體檢優惠、積分。",
            "Priority in booking, check-ups for the family, points.",
        ),
        (
            "一年内到院次数、推荐人数、满意度、投诉处理时限。",
            "一年內到院次數、推薦人數、滿意度、投訴處理時限。",
            "Visits in a year, people recommended, satisfaction, time until a complaint is handled.",
        ),
    ),
    ("life_cycle", "lifelong"): (
        (
            "多年把健康托付给医院；希望连续、受尊重，有事能直接找到人。",
            "多年把健康託付給醫院；希望連續、受尊重，有事能直接找到人。",
            "Has trusted the hospital for years; wants continuity, respect, and somebody who can be reached at once.",
        ),
        (
            "主管医师和固定联系人每半年共同回顾一次健康档案；年度体检提醒；重要变化当天告知。",
            "主管醫師和固定聯絡人每半年共同回顧一次健康檔案；年度體檢提醒；重要變化當天告知。",
            "Physician and named contact review the record every half-year; yearly check-up; important changes told the same day.",
        ),
        (
            "年度健康总结、慢性病长期管理、家庭健康。",
            "年度健康總結、慢性病長期管理、家庭健康。",
            "The year's health in summary, chronic disease, the family's health.",
        ),
        (
            "绿色通道、年度体检套餐、专家长期随诊。",
            "綠色通道、年度體檢套餐、專家長期隨診。",
            "A short way in, yearly check-up package, one expert over the years.",
        ),
        (
            "年度回顾完成率、满意度、候诊时间、告知及时率。",
            "年度回顧完成率、滿意度、候診時間、告知及時率。",
            "Yearly reviews done, satisfaction, waiting time, timeliness of what is told.",
        ),
    ),
    ("visit_cycle", "first"): (
        (
            "第一次来，不熟悉流程；希望有人指路、费用清楚、报告及时。",
            "第一次來，不熟悉流程；希望有人指路、費用清楚、報告及時。",
            "Is here for the first time; wants to be shown the way, clear cost, timely reports.",
        ),
        (
            "就诊后7天内回访一次，问清流程、费用、用药三件事；听到不满当天登记。",
            "就診後7天內回訪一次，問清流程、費用、用藥三件事；聽到不滿當天登記。",
            "One call within seven days about the way through the house, cost and medicines; dissatisfaction noted the same day.",
        ),
        (
            "就诊流程、报告查询、复诊与用药说明。",
            "就診流程、報告查詢、複診與用藥說明。",
            "The way through a visit, where reports are found, revisit and medicines.",
        ),
        ("首次复诊预约协助。", "首次複診預約協助。", "Help with booking the first revisit."),
        (
            "候诊时间、费用清楚程度、报告出具时间、用药指导。",
            "候診時間、費用清楚程度、報告出具時間、用藥指導。",
            "Waiting time, clarity of cost, time until a report is ready, medication guidance.",
        ),
    ),
    ("visit_cycle", "latent"): (
        (
            "来过但没有形成规律；需要知道什么时候、为什么该再来。",
            "來過但沒有形成規律；需要知道什麼時候、為什麼該再來。",
            "Has come without a rhythm; needs to know when and why to come again.",
        ),
        (
            "核对复诊日期；到期未来的提醒两次，仍未来的转电话；半年没有联系的问一次近况。",
            "核對複診日期；到期未來的提醒兩次，仍未來的轉電話；半年沒有聯絡的問一次近況。",
            "Check the revisit date; remind twice, then call; ask after half a year without contact.",
        ),
        (
            "复诊的意义、季节性健康提示、体检。",
            "複診的意義、季節性健康提示、體檢。",
            "What a revisit is for, health through the seasons, check-ups.",
        ),
        ("复诊提醒、改期方便。", "複診提醒、改期方便。", "Reminders, easy changes of a booking."),
        ("提醒后的到院率、复诊到院率。", "提醒後的到院率、複診到院率。", "Visits after a reminder, revisits kept."),
    ),
    ("visit_cycle", "long_term"): (
        (
            "规律来院；希望医生固定、少等候，续方和检查一次办完。",
            "規律來院；希望醫生固定、少等候，續方和檢查一次辦完。",
            "Comes regularly; wants the same physician, little waiting, prescription and tests in one visit.",
        ),
        (
            "每季度核对用药和检查计划；复诊前一天提醒；每年一次满意度调查。",
            "每季度核對用藥和檢查計劃；複診前一天提醒；每年一次滿意度調查。",
            "Medicines and tests reviewed each quarter; a reminder the day before; one survey a year.",
        ),
        (
            "慢性病管理、用药安全、检查计划。",
            "慢性病管理、用藥安全、檢查計劃。",
            "Chronic disease, safe medication, planned tests.",
        ),
        (
            "固定医生预约、检查与就诊同日安排。",
            "固定醫生預約、檢查與就診同日安排。",
            "Booking with the same physician, tests and visit on one day.",
        ),
        (
            "按期复诊率、候诊时间、用药指导、满意度。",
            "按期複診率、候診時間、用藥指導、滿意度。",
            "Revisits on time, waiting time, medication guidance, satisfaction.",
        ),
    ),
    ("visit_cycle", "lapsed"): (
        (
            "很久没有来，可能已在别处就诊，也可能有没说出的不满；希望被认真询问，而不是被推销。",
            "很久沒有來，可能已在別處就診，也可能有沒說出的不滿；希望被認真詢問，而不是被推銷。",
            "Has not come for long: treated elsewhere, or not content without having said so; wants to be asked, not to be sold to.",
        ),
        (
            "列入挽回名单，三周内电话询问近况和原因；有不满的转负责人处理；表示不再联系的停止联系。",
            "列入挽回名單，三週內電話詢問近況和原因；有不滿的轉負責人處理；表示不再聯絡的停止聯絡。",
            "On the win-back list; a call within three weeks about health and reason; dissatisfaction goes to its owner; who wants no contact is left alone.",
        ),
        (
            "近况、没有复诊的原因、现在能提供的帮助。",
            "近況、沒有複診的原因、現在能提供的幫助。",
            "How the person is, why the revisit was missed, what we can do.",
        ),
        (
            "优先安排复诊、由原主管医师接诊。",
            "優先安排複診、由原主管醫師接診。",
            "A revisit soon, with the former physician.",
        ),
        (
            "挽回联系率、恢复就诊率、流失原因分布。",
            "挽回聯絡率、恢復就診率、流失原因分佈。",
            "Share called, share who come again, reasons for staying away.",
        ),
    ),
}


def strategies() -> Iterator[dict[str, Any]]:
    """The values of one row after the other."""
    for (axis, value), texts in _STRATEGIES.items():
        named = {name: dict(zip(_LANGUAGES, text, strict=True)) for name, text in zip(_TEXTS, texts, strict=True)}
        yield {"axis": axis, "value": value, **named}
