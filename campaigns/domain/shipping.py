"""The words that every hospital can begin a campaign with: one for each kind at least, in Chinese. A file holds kind,
channel, name, subject and preview in its first lines, then the blocks.

`# ` begins a heading of the mail, `[article code]` shows a shipped article, `[button words]` a button whose address is
entered by the author, `---` a divider; everything else is text. What only the hospital knows is a blank,
`[[how much]]`, and stops the campaign until it is filled in (`campaigns.domain.checks`).
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction

from campaigns.domain.blocks import Block
from campaigns.models import Campaign, CampaignText
from content.models import Article

FOLDER = Path(__file__).resolve().parents[1] / "shipped"
LANGUAGES = ("zh-hans", "zh-hant")
_SPECIAL = re.compile(
    r"^(?:# (?P<heading>.+)|\[article (?P<article>[a-z-]+)\]|\[button (?P<button>[^\]]+)\]|(?P<divider>---))$"
)


@dataclass(frozen=True)
class Shipped:
    """A text as shipped, in one language. The article of a block is named by its code."""

    code: str
    head: dict[str, str]
    blocks: tuple[Block, ...] = field(default=())
    body: str = ""


@lru_cache
def shipped(language: str) -> dict[str, Shipped]:
    """All texts in a language, by code; those of simplified Chinese where it has none."""
    folder = language if language in LANGUAGES else LANGUAGES[0]
    return {path.stem: _read(path) for path in sorted((FOLDER / folder).glob("*.md"))}


def choices(language: str) -> list[tuple[Any, list[tuple[str, str]]]]:
    """Code and name of each, for a form, by kind and channel."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for one in shipped(language).values():
        found.setdefault((one.head["kind"], one.head["channel"]), []).append((one.code, one.head["name"]))
    kinds, channels = Campaign.Kind.choices, Campaign.Channel.choices
    return [
        (f"{kind_label} · {label}", found[kind, channel])
        for kind, kind_label in kinds
        for channel, label in channels
        if (kind, channel) in found
    ]


@transaction.atomic
def write_into(campaign: Campaign, code: str) -> None:
    """Gives a draft the words of a shipped text, in every language it has. LookupError where there is none."""
    articles = {one.code: str(one.public_id) for one in Article.objects.exclude(code="")}
    for language in LANGUAGES:
        one = shipped(language)[code]
        found = [_with_article(block, articles) for block in one.blocks]
        CampaignText.objects.create(
            campaign=campaign,
            language=language,
            subject=one.head.get("subject", ""),
            preview=one.head.get("preview", ""),
            blocks=[block.kept() for block in found],
            body=one.body,
        )


def _with_article(block: Block, articles: dict[str, str]) -> Block:
    """An article by its address instead of its code; without one where the hospital has none of that code."""
    return Block("article", article=articles.get(block.article, "")) if block.kind == "article" else block


def _read(path: Path) -> Shipped:
    head, _gap, rest = path.read_text(encoding="utf-8").partition("\n\n")
    said = dict(line.split(": ", 1) for line in head.splitlines())
    if said["channel"] not in (Campaign.Channel.EMAIL, Campaign.Channel.LETTER):
        return Shipped(path.stem, said, body=rest.strip())
    return Shipped(path.stem, said, blocks=tuple(_blocks(rest)))


def _blocks(text: str) -> list[Block]:
    """The blocks of a mail: lines that are neither heading, article, button nor divider belong to one text."""
    found: list[Block] = []
    gathered: list[str] = []

    def close() -> None:
        if words := "\n".join(gathered).strip():
            found.append(Block("text", text=words))
        gathered.clear()

    for line in text.splitlines():
        special = _SPECIAL.match(line)
        if special is None:
            gathered.append(line)
            continue
        close()
        kind = special.lastgroup or "divider"
        values = {
            "heading": {"text": line[2:]},
            "article": {"article": special["article"]},
            "button": {"text": special["button"]},
        }
        found.append(Block(kind, **values.get(kind, {})))
    close()
    return found
