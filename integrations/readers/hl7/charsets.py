"""Which characters the bytes of a message mean: as it declares (MSH-18), in a field beside it, or as the bytes show.

A declaration that the bytes contradict is not followed. Undeclared bytes are UTF-8 where they are valid as such,
GB18030 where they come in pairs as Chinese characters do, else what the feed is known to send.
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
_NOT_ASCII = re.compile(rb"[\x80-\xff]+")


def decoded(raw: bytes, default: str = "") -> tuple[str, str, str]:
    """Text, name of the character set, and the code of a finding: '', charset_misplaced, charset_differs or
    charset_guessed. `default`: what the feed is known to send where it does not say.
    """
    raw = raw.removeprefix(codecs.BOM_UTF8)
    if raw.isascii():
        return raw.decode("ascii"), "ascii", ""
    declared, is_misplaced = _declared(raw)
    if declared and (text := _strictly(raw, declared)) is not None:
        return text, declared, "charset_misplaced" if is_misplaced else ""
    finding = "charset_differs" if declared else "charset_guessed"
    for name in dict.fromkeys(("utf-8", "gb18030" if _looks_chinese(raw) else "", known(default), _LATIN)):
        if name and (text := _strictly(raw, name)) is not None:
            return text, name, "" if name == "utf-8" and not declared else finding
    return raw.decode("utf-8", "replace"), "utf-8", "charset_unreadable"


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


def _looks_chinese(raw: bytes) -> bool:
    """Whether most bytes beyond ASCII come in pairs; a letter with an accent stands alone between others."""
    runs = [len(run) for run in _NOT_ASCII.findall(raw)]
    paired = sum(length for length in runs if length % 2 == 0)
    return paired * 4 >= sum(runs) * 3
