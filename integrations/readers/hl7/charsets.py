"""Which characters the bytes of a message mean: as the hospital knows of the feed, as the message declares (MSH-18),
in a field beside it, or as the bytes show.

A declaration that the bytes contradict is not followed, and what is valid as UTF-8 is hardly ever anything else. What
is declared as a part of ISO 8859 and holds bytes that are no letters there is of the Windows page of the same
languages. Bytes of which nobody says anything are UTF-8, else GB18030 where they read as Chinese, else Latin.
"""

import codecs
import re
from functools import lru_cache

UTF_16 = "utf-16"
_LATIN = "cp1252"
# words without their signs, as senders write them in many ways: ISO_8859-2, Windows-1250, GB 18030-2000
_DECLARED = {
    **dict.fromkeys(("ascii", "usascii", "isoir6"), "ascii"),
    **dict.fromkeys(("unicodeutf8", "utf8", "unicode"), "utf-8"),
    **dict.fromkeys(("gb18030", "gb180302000", "gbk", "gb2312", "cp936"), "gb18030"),
    "big5": "big5hkscs",
    **{f"latin{number}": f"iso8859-{part}" for number, part in ((1, 1), (2, 2), (3, 3), (4, 4), (5, 9), (9, 15))},
}
_SIGNS = re.compile(r"[\W_]+")
_ISO_8859 = re.compile(r"(?:iso(?:ir)?)?8859p?(?P<part>[1-9]|1[013-6])")
_WINDOWS = re.compile(r"(?:cp|ibm|ms|mswin|win|windows|ansi|x)?(?P<page>125[0-8])")
# what senders under Windows mean, where the bytes are none of the part that they declare
_OF_WINDOWS = {"iso8859-1": "cp1252", "iso8859-2": "cp1250", "iso8859-7": "cp1253", "iso8859-9": "cp1254"}
_NO_LETTERS = re.compile("[\x80-\x9f]")
_BESIDE = (16, 15, 18)
# with a letter of ASCII before or behind: a word in Latin letters, or one as in B超
_RUN = re.compile(r"(?P<before>[A-Za-z]?)(?P<run>[^\x00-\x7f]+)(?=(?P<behind>[A-Za-z]?))")
# characters, their punctuation, full-width signs, Roman and other numerals, and signs that go between them
_CHINESE = re.compile(
    r"[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef\U00020000-\U0003ffff"
    r"\u2010-\u203b\u2103\u2160-\u2169\u2460-\u249b\u00b7\u00d7]+"
)


def decoded(raw: bytes, default: str = "") -> tuple[str, str, str]:
    """Text, name of the character set, and the code of a finding: '', charset_misplaced, charset_differs or
    charset_guessed. `default`: what the feed is known to send.
    """
    raw = raw.removeprefix(codecs.BOM_UTF8)
    if raw.isascii():
        return raw.decode("ascii"), "ascii", ""
    declared, is_misplaced = _declared(raw)
    of_feed = known(default)
    if of_feed and not _is_utf_8(raw, declared) and (text := _strictly(raw, of_feed)) is not None:
        return text, of_feed, "charset_differs" if declared and declared != of_feed else ""
    if declared and (declared == "utf-8" or not _is_utf_8(raw, declared)):
        if (text := _strictly(raw, declared)) is not None and _may_be(text, declared):
            return text, declared, "charset_misplaced" if is_misplaced else ""
        meant = _OF_WINDOWS.get(declared, "")
        if meant and (text := _strictly(raw, meant)) is not None:
            return text, meant, "charset_differs"
    finding = "charset_differs" if declared else "charset_guessed"
    for name in ("utf-8" if _is_utf_8(raw, declared) else "", "gb18030" if _reads_as_chinese(raw) else "", _LATIN):
        if name and (text := _strictly(raw, name)) is not None:
            return text, name, "" if name == "utf-8" and not declared else finding
    return raw.decode("utf-8", "replace"), "utf-8", "charset_unreadable"


def _may_be(text: str, declared: str) -> bool:
    """Whether people write what a part of ISO 8859 makes of the bytes."""
    return declared not in _OF_WINDOWS or not _NO_LETTERS.search(text)


def _is_utf_8(raw: bytes, declared: str) -> bool:
    """Whether the bytes are UTF-8, whatever is known of the feed. Two bytes of a character in common use, as of 某, may
    happen to be a letter of UTF-8: such a message is UTF-8 only where it says so.
    """
    text = _strictly(raw, "utf-8")
    if text is None or declared == "utf-8" or any(char >= "\u0800" for char in text):
        return text is not None
    return not (_reads_as_chinese(raw) and _is_common(raw.decode("gb18030")))


@lru_cache(maxsize=64)
def known(word: str) -> str:
    """The character set that a word means; '' for one that is not known."""
    bare = _SIGNS.sub("", word).casefold()
    if found := _ISO_8859.fullmatch(bare):
        return f"iso8859-{found['part']}"
    if found := _WINDOWS.fullmatch(bare):
        return f"cp{found['page']}"
    return _DECLARED.get(bare, "")


def _declared(raw: bytes) -> tuple[str, bool]:
    """The character set that the header names, and whether it stands in a field that is not its own."""
    head = re.split(rb"[\r\n]", raw, maxsplit=1)[0]
    fields = head.split(head[3:4]) if len(head) > 4 else []
    for place in (17, *_BESIDE):
        for word in fields[place].split(head[5:6]) if place < len(fields) else ():
            if name := known(word.decode("latin-1")):
                return name, place != 17
    return "", False


def _strictly(raw: bytes, name: str) -> str | None:
    try:
        return raw.decode(name)
    except UnicodeDecodeError:
        return None


def _reads_as_chinese(raw: bytes) -> bool:
    """Whether the bytes are pairs of GB18030 throughout and most of what they mean is Chinese as people write it. In a
    name in Latin letters a letter with an accent makes a pair with the sign after it, and stands between letters then.
    """
    text = _strictly(raw, "gb18030")
    if text is None:
        return False
    runs = [(found, len(found["run"])) for found in _RUN.finditer(text)]
    return sum(length for found, length in runs if _is_chinese(found)) * 4 >= sum(length for _, length in runs) * 3


def _is_chinese(found: re.Match[str]) -> bool:
    """Whether a run of characters is Chinese; beside a letter only what is in common use is."""
    if (found["before"] and found["behind"]) or not _CHINESE.fullmatch(found["run"]):
        return False
    return not (found["before"] or found["behind"]) or _is_common(found["run"])


def _is_common(text: str) -> bool:
    """Whether every character is one in common use (GB 2312)."""
    try:
        return bool(text.encode("gb2312"))
    except UnicodeEncodeError:
        return False
