"""Which characters the bytes of a message mean: by the feed, by the message, by the bytes."""

import pytest

from integrations.readers.hl7.charsets import decoded, known
from integrations.readers.hl7.events import read
from integrations.readers.hl7.fields import Options
from patients.domain.records import PersonRecord
from tests.integrations.hl7_messages import adt


def person(raw: bytes) -> PersonRecord:
    """The one whom the message tells of."""
    (one,) = read(raw, Options()).told
    assert isinstance(one, PersonRecord)
    return one


@pytest.mark.parametrize(
    ("charset", "declared", "finding"),
    [
        ("utf-8", "UNICODE UTF-8", ""), ("utf-8", "", ""), ("utf-8-sig", "", ""), ("gb18030", "GB 18030-2000", ""),
        ("gbk", "GBK", ""), ("gbk", "", "charset_guessed"), ("gbk", "UNICODE UTF-8", "charset_differs"),
        ("big5", "BIG-5", ""),
    ],
)  # fmt: skip
def test_chinese_character_sets(charset: str, declared: str, finding: str) -> None:
    name = "陳大明" if charset == "big5" else "甘书远"
    text = adt("A28", name=name).decode().replace("UNICODE UTF-8", declared)
    if charset == "big5":
        text = text.replace("山东省青岛市市南区一路1号", "")
    reading = read(text.encode(charset), Options())
    assert (reading.told[0].name, reading.findings) == (name, [finding] if finding else [])


@pytest.mark.parametrize(
    ("charset", "declared"), [("iso8859-15", "8859/15"), ("cp1250", "CP1250"), ("iso8859-1", "8859/1"), ("cp1252", "")]
)
def test_other_character_sets(charset: str, declared: str) -> None:
    raw = f"MSH|^~\\&|A||B||20260601||ADT^A28|1|P|2.4||||||{declared}\rPID|1||M1||Wëber^Éva"
    assert person(raw.encode(charset)).name == "Éva Wëber"


@pytest.mark.parametrize(
    ("charset", "words", "name"),
    [
        ("cp1250", ("CP1250", "cp-1250", "WINDOWS-1250", "Windows 1250", "win1250", "1250"), "Żółć^Šárka"),
        ("cp1252", ("CP1252", "windows-1252", "ANSI 1252"), "Größmann^Žofie–Œuvre"),
        ("iso8859-1", ("8859/1", "ISO 8859/1", "ISO-8859-1", "iso_8859-1", "8859-1", "LATIN1"), "Größmann^José"),
        ("iso8859-2", ("8859/2", "ISO8859/2", "ISO IR 8859-2", "latin-2"), "Dvořáček^Šárka"),
        ("iso8859-15", ("8859/15", "ISO-8859-15"), "Œuvre^Žofie€"),
        ("iso8859-16", ("8859/16",), "Ionuț^Știrbei"),
    ],
)  # fmt: skip
def test_declared_in_any_spelling(charset: str, words: tuple[str, ...], name: str) -> None:
    for word in words:
        text = f"MSH|^~\\&|A||B||20260601||ADT^A28|1|P|2.4||||||{word}\rPID|1||M1||{name}\r"
        assert decoded(text.encode(charset)) == (text, charset, "")


@pytest.mark.parametrize(
    ("charset", "declared", "name", "read_as"),
    [
        ("cp1250", "8859/2", "Šulcová^Žaneta", "cp1250"),
        ("cp1252", "8859/1", "Žofie^Œuvre", "cp1252"),
        ("utf-8", "8859/1", "Größmann^José", "utf-8"),
        ("utf-8", "CP1250", "Dvořáček^Šárka", "utf-8"),
        ("utf-8", "GBK", "李玥", "utf-8"),
    ],
)
def test_a_declaration_that_the_bytes_contradict_is_not_followed(
    charset: str, declared: str, name: str, read_as: str
) -> None:
    text = f"MSH|^~\\&|A||B||20260601||ADT^A28|1|P|2.4||||||{declared}\rPID|1||M1||{name}\r"
    assert decoded(text.encode(charset)) == (text, read_as, "charset_differs")


@pytest.mark.parametrize("word", ["8859/12", "8859/0", "CP1249", "9999", ""])
def test_what_names_no_character_set_is_none(word: str) -> None:
    assert known(word) == ""


@pytest.mark.parametrize("name", ["李玥", "李珺瑄", "王祎", "朱镕基", "王昇", "玥", "某", "阿依古丽·买买提", "𠀋"])
@pytest.mark.parametrize("charset", ["gb18030", "utf-8"])
def test_undeclared_chinese_is_read_also_with_seldom_characters(name: str, charset: str) -> None:
    """The second byte of many given names is a letter of ASCII."""
    text = f"MSH|^~\\&|A||B||20260601||ADT^A28|1|P|2.4\rPID|1||M1||{name}\r"
    assert decoded(text.encode(charset))[:2] == (text, charset)


def test_departments_with_a_letter_are_chinese_too() -> None:
    text = "MSH|^~\\&|A||B||20260601||ADT^A01|1|P|2.4\rPID|1||M1||陈玥\rPV1|1|I|B超室\rNK1|1|李珺|母亲\r"
    assert decoded(text.encode("gb18030"))[:2] == (text, "gb18030")


@pytest.mark.parametrize("name", ["Größmann^Hans", "MÜLLER^JÜRGEN", "José^María", "Straße^Öß", "Ångström^Åsa"])
def test_undeclared_latin_is_not_chinese(name: str) -> None:
    text = f"MSH|^~\\&|A||B||20260601||ADT^A28|1|P|2.4\rPID|1||M1||{name}\r"
    assert decoded(text.encode("iso8859-1"))[:2] == (text, "cp1252")


@pytest.mark.parametrize(
    ("charset", "of_feed", "declared", "name", "finding"),
    [
        ("iso8859-1", "8859/1", "", "Größmann^Hans", ""),
        ("cp1250", "cp1250", "", "Żółć^Łucja", ""),
        ("cp1250", "CP1250", "8859/1", "Dvořáček^Šárka", "charset_differs"),
        ("gb18030", "GBK", "8859/1", "李玥", "charset_differs"),
        ("gb18030", "GB18030", "UNICODE UTF-8", "李玥", "charset_differs"),
        ("gb18030", "GB18030", "", "某某", ""),
        ("utf-8", "8859/1", "UNICODE UTF-8", "Größmann^Hans", ""),
        ("utf-8", "8859/1", "", "Größmann^Hans", ""),
        ("utf-8", "GBK", "", "李玥", ""),
        ("utf-8", "GBK", "", "Иванов^Иван", ""),
        ("iso8859-15", "", "8859/15", "Größmann^Hans", ""),
    ],
)
def test_what_is_known_of_the_feed_comes_before_what_the_message_declares_and_both_before_a_guess(
    charset: str, of_feed: str, declared: str, name: str, finding: str
) -> None:
    text = f"MSH|^~\\&|A||B||20260601||ADT^A28|1|P|2.4||||||{declared}\rPID|1||M1||{name}\r"
    assert decoded(text.encode(charset), of_feed)[::2] == (text, finding)


def test_the_character_set_in_a_field_beside_its_own() -> None:
    raw = adt("A28").decode().replace("||||||UNICODE UTF-8", "|||||GB2312").encode("gb18030")
    assert decoded(raw)[1:] == ("gb18030", "charset_misplaced")
