"""Which characters the bytes of a message mean: as the hospital knows of the feed, as the message declares (MSH-18),
in a field beside it, or as the bytes show.

A declaration that the bytes contradict is not followed, and what is valid as UTF-8 is hardly ever anything else. Bytes
of which nobody says anything are UTF-8, else GB18030 where they read as Chinese, else Latin.
"""

import codecs
import re
from functools import lru_cache

UTF_16 = "utf-16"
_LATIN = "cp1252"
_DECLARED = {
    "ascii": "ascii",
    "iso ir6": "ascii",
    "unicode utf-8": "utf-8",
    "unicode utf8": "utf-8",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "unicode": "utf-8",
    "gb 18030-2000": "gb18030",
    "gb18030": "gb18030",
    "gb18030-2000": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "cp936": "gb18030",
    "big-5": "big5hkscs",
    "big5": "big5hkscs",
    **{f"8859/{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)},
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)},
    **{f"cp{page}": f"cp{page}" for page in (1250, 1251, 1252, 1253, 1254, 1257)},
    **{f"windows-{page}": f"cp{page}" for page in (1250, 1251, 1252, 1253, 1254, 1257)},
}
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
    if declared and (text := _strictly(raw, declared)) is not None:
        return text, declared, "charset_misplaced" if is_misplaced else ""
    finding = "charset_differs" if declared else "charset_guessed"
    for name in ("utf-8" if _is_utf_8(raw, declared) else "", "gb18030" if _reads_as_chinese(raw) else "", _LATIN):
        if name and (text := _strictly(raw, name)) is not None:
            return text, name, "" if name == "utf-8" and not declared else finding
    return raw.decode("utf-8", "replace"), "utf-8", "charset_unreadable"


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
    return _DECLARED.get(" ".join(word.split()).casefold(), "")


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
