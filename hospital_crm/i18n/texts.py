"""One text that the code marks for translation, and what its translation has to keep."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*(?:[.!:\[][^{}]*)?\}")
_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True)
class Text:
    """A marked text with its place. `context` and `plural` are empty where there is none."""

    singular: str
    place: Path
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What a catalogue looks the text up by."""
        return self.context, self.singular


def placeholders(text: str) -> list[str]:
    """The parts that are filled in later, sorted: `%(count)s`, `%s`, `{name}`."""
    return sorted(_PLACEHOLDER.findall(text.replace("%%", "")))


def has_chinese(text: str) -> bool:
    """Whether a Chinese character occurs."""
    return bool(_CHINESE.search(text))


def by_key(texts: Iterable[Text]) -> dict[tuple[str, str], Text]:
    """One text per key; a plural form wins over the same text without one."""
    found: dict[tuple[str, str], Text] = {}
    for text in texts:
        if text.key not in found or (text.plural and not found[text.key].plural):
            found[text.key] = text
    return found
