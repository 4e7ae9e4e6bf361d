"""Texts marked in templates, and text that somebody forgot to mark."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.utils.translation.template import templatize

from hospital_crm.i18n.python_texts import FUNCTIONS
from hospital_crm.i18n.texts import Text

_STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"(?<!\w)({'|'.join(FUNCTIONS)})\(\s*({_STRING}(?:\s*,\s*{_STRING})*)", re.DOTALL)
_BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?\b(?P<options>[^%]*)%\}.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)
_COMMENT = re.compile(r"\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}|\{#.*?#\}", re.DOTALL)
# Blocks that hold a class or an address; `coltype` and `bodyclass` are those of Django's admin.
_VALUE_BLOCK = re.compile(
    r"\{%\s*block\s+(?:\w*_(?:class|attributes|url)|coltype|bodyclass)\s*%\}.*?\{%\s*endblock\b.*?%\}", re.DOTALL
)
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_SPLIT_ELEMENT = re.compile(r"<(/?)\s+")  # `<{% if … %}legend{% endif %} …>`
_WORD = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]")
_SPOKEN_ATTRIBUTES = {"alt", "aria-label", "placeholder", "title"}
_SILENT_ELEMENTS = {"script", "style", "code", "kbd"}


def template_texts(source: str, place: Path) -> Iterator[Text]:
    """Every text of `translate`, `blocktranslate` and `_("…")`."""
    for function, arguments in _CALL.findall(templatize(source, origin=str(place))):
        values = [ast.literal_eval(argument) for argument in re.findall(_STRING, arguments, re.DOTALL)]
        yield Text(place=place, **dict(zip(FUNCTIONS[function], values, strict=False)))


def untrimmed_blocks(source: str) -> int:
    """How many `blocktranslate` are not `trimmed`: their texts would carry the template's indentation."""
    return sum("trimmed" not in block["options"].split() for block in _BLOCK.finditer(source))


def unmarked_texts(source: str) -> list[str]:
    """Words a reader would see that no tag marks for translation: between elements or in spoken attributes."""
    for silent in (_COMMENT, _BLOCK, _VALUE_BLOCK, _TAG):
        source = silent.sub(" ", source)
    reader = _Reader()
    reader.feed(_SPLIT_ELEMENT.sub(r"<\1", source))
    reader.close()
    return [" ".join(text.split()) for text in reader.seen if _WORD.search(text)]


class _Reader(HTMLParser):
    """Collects what is read aloud or shown; leaves out elements whose content is not prose."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT_ELEMENTS
        self.seen += [value for name, value in attrs if name in _SPOKEN_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT_ELEMENTS

    def handle_data(self, data: str) -> None:
        if self._silent <= 0:
            self.seen.append(data)
