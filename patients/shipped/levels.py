"""The levels of membership and the service standards that every hospital starts with."""

from typing import Any

_LANGUAGES = ("zh-hans", "zh-hant", "en")

# names, priority in booking and of calls, answered within minutes, first appointment within days
_LEVELS: tuple[tuple[tuple[str, str, str], int, int, int, int], ...] = (
    (("钻石特需", "鑽石特需", "Diamond"), 30, 30, 5, 1),
    (("金卡特需", "金卡特需", "Gold"), 20, 20, 10, 2),
    (("银卡特需", "銀卡特需", "Silver"), 10, 10, 15, 3),
)

# names, how many times in the three levels (None: as often as wanted; 0: not agreed), in each
_SERVICES: tuple[tuple[tuple[str, str, str], tuple[int | None, int | None, int | None], str], ...] = (
    (("专家门诊优先预约", "專家門診優先預約", "Priority booking of experts"), (None, 12, 6), "year"),
    (("专人陪诊", "專人陪診", "Companion for a visit"), (12, 6, 2), "year"),
    (("年度健康体检", "年度健康體檢", "Yearly health check"), (1, 1, 1), "year"),
    (("体检报告面对面解读", "體檢報告面對面解讀", "Check-up results explained in person"), (2, 1, 1), "year"),
    (("多学科会诊", "多學科會診", "Case conference of several specialties"), (2, 1, 0), "year"),
    (("报告邮寄到家", "報告郵寄到家", "Reports by mail"), (None, 12, 4), "year"),
)

_STANDARDS = (
    ("general", 120, 7, ("按预约时段就诊，检查结果出具后可电话查询。", "按預約時段就診，檢查結果出具後可電話查詢。",
                         "Seen at the time booked; results can be asked for by telephone once they are ready.")),
    ("specialty", 60, 5, ("由同一专科随访，复诊前有提醒。", "由同一專科隨訪，複診前有提醒。",
                          "Followed by the same specialty, reminded before a revisit.")),
    ("vip", 15, 3, ("有固定联系人，就诊当天有人陪同。", "有固定聯絡人，就診當天有人陪同。",
                    "A named contact, and somebody beside the person on the day of a visit.")),
)  # fmt: skip


def _texts(values: tuple[str, str, str]) -> dict[str, str]:
    return dict(zip(_LANGUAGES, values, strict=True))


def levels() -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """The columns of each level, with those of its services."""
    found = []
    for place, (names, booking, calls, minutes, days) in enumerate(_LEVELS):
        level = {
            "names": _texts(names),
            "rank": place + 1,
            "booking_priority": booking,
            "call_priority": calls,
            "answer_minutes": minutes,
            "first_appointment_days": days,
        }
        services = [
            {"names": _texts(words), "times": times[place], "per": per, "rank": rank}
            for rank, (words, times, per) in enumerate(_SERVICES, start=1)
            if times[place] != 0
        ]
        found.append((level, services))
    return found


def standards() -> list[dict[str, Any]]:
    """The columns of the standard of each category."""
    return [
        {"category": category, "answer_minutes": minutes, "first_appointment_days": days, "words": _texts(words)}
        for category, minutes, days, words in _STANDARDS
    ]
