# ruff: noqa: E501
"""The texts by which every hospital asks for consents until it publishes its own. A text stands here as it was said to
people, word by word and by language, so it is never changed: another text is another version.
"""

VERSION = "S1"

TEXTS: dict[str, dict[str, str]] = {
    "care": {
        "zh-hans": "医院在我就诊、出院之后联系我，了解恢复情况，提醒复诊和用药。我可以随时拒绝，不影响我在医院看病。",
        "zh-hant": "醫院在我就診、出院之後聯絡我，了解恢復情況，提醒回診和用藥。我可以隨時拒絕，不影響我在醫院看病。",
        "en": "After my visit or stay the hospital contacts me to ask how I am and to remind me of visits and medicines. I can refuse at any time; it changes nothing about my treatment.",
    },
    "satisfaction": {
        "zh-hans": "医院就我的就诊体验询问我的意见，每次住院或就诊最多一次。我可以随时拒绝。",
        "zh-hant": "醫院就我的就診體驗詢問我的意見，每次住院或就診最多一次。我可以隨時拒絕。",
        "en": "The hospital asks how content I was, at most once for each stay or visit. I can refuse at any time.",
    },
    "education": {
        "zh-hans": "我同意医院通过我选择的方式向我发送健康知识和健康提醒。我可以随时撤回，撤回与同意一样方便。",
        "zh-hant": "我同意醫院以我選擇的方式向我發送健康知識和健康提醒。我可以隨時撤回，撤回與同意一樣方便。",
        "en": "I agree that the hospital sends me health knowledge and health reminders by the ways I choose. I can take this back at any time, as easily as I gave it.",
    },
    "marketing_mail": {
        "zh-hans": "我同意医院通过我选择的电子邮件或信函向我发送医院动态、科室与新技术介绍、体检套餐和优惠信息（属于广告）。电子邮件在我点开确认邮件并确认后才生效，可以随时退订。",
        "zh-hant": "我同意醫院以我選擇的電子郵件或信函向我發送醫院動態、科室與新技術介紹、健檢套餐和優惠資訊（屬於廣告）。電子郵件在我開啟確認信並確認後才生效，可以隨時退訂。",
        "en": "I agree that the hospital sends me news, presentations of departments and techniques, check-up packages and offers by e-mail or letter, as I choose (advertising). By e-mail it counts once I confirm it by the link sent to me; I can take it back at any time.",
    },
    "marketing_sms": {
        "zh-hans": "我同意医院通过我选择的短信或微信向我发送医院动态、体检套餐和优惠信息（属于广告）。短信回复R即可退订。",
        "zh-hant": "我同意醫院以我選擇的簡訊或微信向我發送醫院動態、健檢套餐和優惠資訊（屬於廣告）。簡訊回覆R即可退訂。",
        "en": "I agree that the hospital sends me news, check-up packages and offers by text message or WeChat, as I choose (advertising). Replying R to a text message ends it.",
    },
    "calls": {
        "zh-hans": "我同意医院打电话向我介绍医院的服务和优惠。我可以随时在电话中说不再需要。",
        "zh-hant": "我同意醫院致電向我介紹醫院的服務和優惠。我可以隨時在電話中說不再需要。",
        "en": "I agree that the hospital calls me about its services and offers. I can say no at any time on the telephone.",
    },
    "recording": {
        "zh-hans": "我同意医院对与我的通话录音，用于核对服务质量。不同意也可以正常通话。",
        "zh-hant": "我同意醫院對與我的通話錄音，用於核對服務品質。不同意也可以正常通話。",
        "en": "I agree that calls with me are recorded to check the quality of service. Calls go on as usual without it.",
    },
    "community": {
        "zh-hans": "我同意医院邀请我参加讲座、义诊和病友联谊会等社区活动。我可以随时撤回。",
        "zh-hant": "我同意醫院邀請我參加講座、義診和病友聯誼會等社區活動。我可以隨時撤回。",
        "en": "I agree that the hospital invites me to lectures, free clinics and get-togethers. I can take this back at any time.",
    },
    "points": {
        "zh-hans": "我同意参加医院的积分计划，并接收积分变动和兑换的通知。我可以随时退出。",
        "zh-hant": "我同意參加醫院的積分計畫，並接收積分變動和兌換的通知。我可以隨時退出。",
        "en": "I agree to take part in the hospital's points programme and to be told of my points. I can leave at any time.",
    },
    "profiling": {
        "zh-hans": "医院根据就诊情况把我归入客户分类和分群，以决定向我推荐什么。我可以随时拒绝，医院就不再这样做。",
        "zh-hant": "醫院依就診情況把我歸入客戶分類和分群，以決定向我推薦什麼。我可以隨時拒絕，醫院就不再這樣做。",
        "en": "The hospital sorts me into groups and stages by my visits to choose what to suggest to me. I can refuse at any time, and it stops.",
    },
}
