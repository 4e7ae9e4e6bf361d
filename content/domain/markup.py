"""The few marks in which articles and mails are written, and what they become: `## ` and `### ` headings, `- ` and
`1. ` lists, `> ` a remark, `**bold**`, `[words](https://…)`, and `![words](1)` the picture of that number on a line of
its own. Everything else is text: nothing that somebody types becomes a tag.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import nh3
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

_TAGS = {"h2", "h3", "p", "ul", "ol", "li", "blockquote", "strong", "a", "figure", "img", "figcaption", "br"}
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}}
_PICTURE = re.compile(r"^!\[([^\]\n]{0,120})\]\((\d{1,4})\)$")
_LINK = re.compile(r"\[([^\]\n]{1,120})\]\((https://[^\s()]{3,300})\)")
_BOLD = re.compile(r"\*\*([^*\n]{1,200})\*\*")
_ITEM = re.compile(r"^(?:- |(\d{1,2})[.、] ?)(.+)$")

PictureUrl = Callable[[int], str]


@dataclass(frozen=True)
class Part:
    """A part of a text: what kind (h2, h3, p, ul, ol, remark, picture) and its lines; of a picture its number."""

    kind: str
    lines: tuple[str, ...]
    picture: int = 0


def parts_of(text: str) -> list[Part]:
    """A text, part by part."""
    found: list[Part] = []
    for lines in _blocks(text):
        found += _parts(lines)
    return found


def pictures_in(text: str) -> set[int]:
    """Numbers of the pictures that a text shows."""
    return {part.picture for part in parts_of(text) if part.kind == "picture"}


def html_of(text: str, *, picture_url: PictureUrl) -> SafeString:
    """A text as HTML of our own few tags. A picture that `picture_url` answers with nothing is left out."""
    written = "\n".join(_html(part, picture_url) for part in parts_of(text))
    cleaned = nh3.clean(written, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"https", "http"}, link_rel="noopener")
    return mark_safe(cleaned)  # noqa: S308


def inline_html(line: str) -> str:
    """A line with bold words and links."""
    said = _BOLD.sub(r"<strong>\1</strong>", escape(line))
    return _LINK.sub(r'<a href="\2">\1</a>', said)


def plain_of(text: str) -> str:
    """A text without its marks, for mails in plain text and for searching."""
    return "\n\n".join(said for part in parts_of(text) if (said := _plain(part)))


def plain_line(line: str) -> str:
    """A line without its marks; the address of a link stands behind its words."""
    return _LINK.sub(r"\1 \2", _BOLD.sub(r"\1", line))


def _blocks(text: str) -> Iterator[list[str]]:
    """Lines that stand together."""
    together: list[str] = []
    for line in [*text.replace("\r\n", "\n").split("\n"), ""]:
        if line.strip():
            together.append(line.strip())
        elif together:
            yield together
            together = []


def _parts(lines: list[str]) -> Iterator[Part]:
    """The parts of lines that stand together: a heading or a picture ends what came before it."""
    gathered: list[str] = []
    kind = ""
    for line in lines:
        one = _kind(line)
        if gathered and (one != kind or one in ("h2", "h3", "picture")):
            yield _part(kind, gathered)
            gathered = []
        kind = one
        gathered.append(line)
    yield _part(kind, gathered)


def _kind(line: str) -> str:
    if line.startswith(("## ", "### ")):
        return "h3" if line.startswith("### ") else "h2"
    if line.startswith("> "):
        return "remark"
    if _PICTURE.match(line):
        return "picture"
    if item := _ITEM.match(line):
        return "ol" if item[1] else "ul"
    return "p"


def _part(kind: str, lines: list[str]) -> Part:
    if kind == "picture":
        found = _PICTURE.match(lines[0])
        assert found is not None
        return Part(kind, (found[1],), int(found[2]))
    if kind in ("ul", "ol"):
        return Part(kind, tuple(found[2].strip() for line in lines if (found := _ITEM.match(line))))
    return Part(kind, tuple(line.lstrip("#> ").strip() if kind != "p" else line for line in lines))


def _html(part: Part, picture_url: PictureUrl) -> str:
    said = [inline_html(line) for line in part.lines]
    if part.kind in ("ul", "ol"):
        return f"<{part.kind}>{''.join(f'<li>{line}</li>' for line in said)}</{part.kind}>"
    if part.kind == "picture":
        url = picture_url(part.picture)
        words = conditional_escape(part.lines[0])
        below = f"<figcaption>{words}</figcaption>" if words else ""
        return f'<figure><img src="{escape(url)}" alt="{words}">{below}</figure>' if url else ""
    tag = {"remark": "blockquote"}.get(part.kind, part.kind)
    return f"<{tag}>{'<br>'.join(said)}</{tag}>"


def _plain(part: Part) -> str:
    said = [plain_line(line) for line in part.lines]
    if part.kind == "ul":
        return "\n".join(f"- {line}" for line in said)
    if part.kind == "ol":
        return "\n".join(f"{n}. {line}" for n, line in enumerate(said, 1))
    return "" if part.kind == "picture" else "\n".join(said)
