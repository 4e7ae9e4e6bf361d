"""What commercial messages bear, and what may not be read on a locked screen."""

import datetime as dt

import pytest

from messaging.domain import marking, telling_words
from messaging.domain.marking import MedicalAdvert, NotMarked, Sender

TODAY = dt.date(2026, 11, 30)
NORTH = Sender("北方医院", "清江县一号", "0512-1234")


@pytest.mark.unit
@pytest.mark.parametrize(
    ("subject", "language", "marked"),
    [
        ("体检套餐", "zh-hans", "广告：体检套餐"),
        ("體檢套餐", "zh-hant", "廣告：體檢套餐"),
        ("Check-ups", "en", "AD: Check-ups"),
        ("(广告)体检套餐", "zh-hans", "(广告)体检套餐"),
        ("AD: check-ups", "en", "AD: check-ups"),
        ("Adults welcome", "en", "AD: Adults welcome"),
    ],
)
def test_subject_of_an_advert_begins_with_the_mark(subject: str, language: str, marked: str) -> None:
    once = marking.marked_subject(subject, is_commercial=True, language=language)
    assert (once, marking.marked_subject(once, is_commercial=True, language=language)) == (marked, marked)


@pytest.mark.unit
def test_subject_of_care_stays() -> None:
    assert marking.marked_subject("复诊提醒", is_commercial=False, language="zh-hans") == "复诊提醒"


@pytest.mark.unit
def test_text_message_is_signed_and_shows_the_way_out() -> None:
    said = {"signature": "北方医院", "language": "zh-hans"}
    once = marking.marked_text_message("体检八折", is_commercial=True, **said)
    assert once == "【北方医院】体检八折 拒收请回复R"
    assert marking.marked_text_message(once, is_commercial=True, **said) == once
    assert marking.marked_text_message("明天复诊", is_commercial=False, **said) == "【北方医院】明天复诊"


@pytest.mark.unit
def test_text_message_without_a_signature_is_refused() -> None:
    with pytest.raises(NotMarked):
        marking.marked_text_message("x", signature=" ", is_commercial=False, language="en")


@pytest.mark.unit
def test_foot_says_who_writes_and_the_number_of_the_advert() -> None:
    advert = MedicalAdvert("苏医广【2026】第01号", TODAY)
    lines = marking.sender_lines(NORTH, is_commercial=True, advert=advert)
    assert lines == ["北方医院", "清江县一号", "0512-1234", "苏医广【2026】第01号 (2026-11-30)"]


@pytest.mark.unit
def test_advert_without_an_address_or_after_its_last_day_is_refused() -> None:
    over = MedicalAdvert("1", TODAY - dt.timedelta(days=1))
    with pytest.raises(NotMarked):
        marking.sender_lines(Sender("北方医院", " "), is_commercial=True, advert=None)
    with pytest.raises(NotMarked):
        marking.check_review(over, today=TODAY)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("您的肿瘤科复诊", ["肿瘤"]),
        ("肿 瘤·科", ["肿 瘤"]),
        ("HIV检测", ["hiv"]),
        ("ＨＩＶ", ["hiv"]),
        ("Cancer screening", ["cancer"]),
        ("Cancerous is another word", []),
        ("shivering", []),
        ("复诊提醒：12月1日", []),
        ("精神病院、艾滋", ["精神病", "艾滋"]),
    ],
)
def test_telling_words_are_found_in_all_forms(in_north, text: str, words: list[str]) -> None:
    assert [one.word for one in telling_words.told_in({"subject": text})] == words


@pytest.mark.django_db
def test_what_is_told_says_where(in_north) -> None:
    (found,) = telling_words.told_in({"subject": "复诊", "preview": "肛肠科"})
    assert (found.place, found.word) == ("preview", "肛肠")


@pytest.mark.django_db
def test_hospital_adds_and_takes_off(in_north, actor) -> None:
    telling_words.change(added=["骨龄", " 骨龄 ", ""], taken_off=["糖尿病"], actor=actor("hospital_admin"))
    assert [one.word for one in telling_words.told_in({"text": "骨龄与糖尿病、乙肝"})] == ["骨龄", "乙肝"]
