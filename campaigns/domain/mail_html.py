"""A mail as HTML, drawn by us alone: one column of 600 pixels, every style inline, colours that turn in the dark. What
an author typed is text everywhere; variables stay as `%(salutation|您)s` until somebody's values are put in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import nh3
from django.utils.html import escape
from django.utils.translation import gettext as _

from campaigns.domain import variables
from campaigns.domain.blocks import Block
from content.domain import markup

_INK, _SOFT, _ACCENT = "#1a2224", "#5f6b6e", "#0f6a6a"
_FONT = "font-family:-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"
_P = f"margin:0 0 16px;font-size:16px;line-height:1.7;color:{_INK}"
_STYLES = {
    "p": _P,
    "h2": f"margin:8px 0 12px;font-size:20px;line-height:1.4;color:{_INK}",
    "h3": f"margin:8px 0 8px;font-size:17px;line-height:1.4;color:{_INK}",
    "ul": f"{_P};padding-left:24px",
    "ol": f"{_P};padding-left:24px",
    "remark": f"{_P};padding:12px 16px;border-left:3px solid #7f4e00;background:#fbf1dc",
}
# Fills what a preview leaves of the line of an inbox, which would go on with the first words of the mail.
_NOTHING = "\u034f\u200c\u00a0" * 120
_WHERE_DARK = "@media (prefers-color-scheme:dark)"
_DARK = (
    _WHERE_DARK + "{body,.page{background:#0f1415!important}.sheet{background:#161c1e!important}"
    ".sheet p,.sheet h1,.sheet h2,.sheet h3,.sheet li{color:#e4e9e9!important}.sheet .soft{color:#929da0!important}"
    ".sheet a{color:#68c3be!important}.sheet .act{background:#1a7370!important;color:#ffffff!important}"
    ".sheet td,.sheet hr{border-color:#2a3336!important}"
    ".sheet .remark{background:#32270f!important;color:#efbc69!important}}"
)


@dataclass(frozen=True)
class ArticleCard:
    """What a mail tells of an article: its title, a sentence, and where it is read."""

    title: str
    summary: str
    url: str


@dataclass(frozen=True)
class Foot:
    """What stands under each mail: who sent it, from where, why, and the way out; its address is a ready piece."""

    sender: str
    address: str
    why: str
    review: str
    way_out_words: str
    way_out_url: str


@dataclass(frozen=True)
class Sheet:
    """All that a mail is drawn from."""

    language: str
    subject: str
    preview: str
    blocks: Sequence[Block]
    articles: Mapping[str, ArticleCard]
    foot: Foot
    picture_url: Callable[[int], str]
    alt_of: Mapping[int, str]


def html_of(sheet: Sheet) -> str:
    """The whole mail. A block whose picture, article or address is missing is left out."""
    inner = "\n".join(drawn for block in sheet.blocks if (drawn := _drawn(block, sheet)))
    preview = (
        f'<div style="display:none;max-height:0;overflow:hidden;opacity:0">{_said(sheet.preview)}{_NOTHING}</div>'
        if sheet.preview
        else ""
    )
    return (
        f'<!DOCTYPE html><html lang="{escape(sheet.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
        f"<title>{_said(sheet.subject)}</title><style>{_DARK.replace('%', '%%')}</style></head>"
        f'<body class="page" style="margin:0;padding:0;background:#f3f5f5;{_FONT}">{preview}'
        '<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" border="0"><tr><td align="center"'
        ' style="padding:16px 8px"><table role="presentation" class="sheet" width="600" cellpadding="0" cellspacing="0"'
        ' border="0" style="width:100%%;max-width:600px;background:#ffffff;border-radius:6px"><tr>'
        f'<td style="padding:24px 24px 8px">\n{inner}\n</td></tr><tr><td style="padding:16px 24px 24px;border-top:1px'
        f' solid #e1e6e6">{_foot(sheet.foot)}</td></tr></table></td></tr></table></body></html>'
    )


def plain_of(sheet: Sheet) -> str:
    """The same mail for those who read plain text."""
    foot = sheet.foot
    last = [variables.marked(line) for line in (foot.sender, foot.address, foot.why, foot.review) if line.strip()]
    return "\n\n".join(
        [*plain_parts(sheet), "\n".join(["--", *last, f"{variables.marked(foot.way_out_words)} {foot.way_out_url}"])]
    )


def plain_parts(sheet: Sheet) -> list[str]:
    """What the blocks say in plain text, one after the other; pictures say nothing there."""
    return [said for block in sheet.blocks if (said := _plain(block, sheet))]


def _drawn(block: Block, sheet: Sheet) -> str:
    if block.kind == "heading":
        style = f"margin:0 0 16px;font-size:24px;line-height:1.4;color:{_INK}"
        return f'<h1 style="{style}">{_said(block.text)}</h1>' if block.text else ""
    if block.kind == "text":
        return "\n".join(_part(part) for part in markup.parts_of(block.text) if part.kind != "picture")
    if block.kind == "picture":
        return _picture(block, sheet)
    if block.kind == "button":
        return _button(block.text, block.url) if block.text and block.url else ""
    if block.kind == "article":
        return _article(sheet.articles.get(block.article))
    return '<hr style="border:0;border-top:1px solid #e1e6e6;margin:8px 0 24px">'


def _part(part: markup.Part) -> str:
    """A part of a text with its style on it."""
    said = [_inline(line) for line in part.lines]
    style = _STYLES[part.kind]
    if part.kind in ("ul", "ol"):
        items = "".join(f'<li style="margin:0 0 4px;color:{_INK}">{line}</li>' for line in said)
        return f'<{part.kind} style="{style}">{items}</{part.kind}>'
    tag = "p" if part.kind == "remark" else part.kind
    mark = ' class="remark"' if part.kind == "remark" else ""
    return f'<{tag}{mark} style="{style}">{"<br>".join(said)}</{tag}>'


def _inline(line: str) -> str:
    """A line with bold words and links, cleaned once more, with its variables marked."""
    cleaned = nh3.clean(
        markup.inline_html(line), tags={"strong", "a"}, attributes={"a": {"href"}}, url_schemes={"https"}, link_rel=None
    )
    return variables.marked(cleaned.replace("<a href=", f'<a style="color:{_ACCENT}" href='))


def _said(text: str) -> str:
    """Plain words with their variables marked."""
    return variables.marked(escape(text))


def _picture(block: Block, sheet: Sheet) -> str:
    number = int(block.number) if block.number.isdecimal() else 0
    url = sheet.picture_url(number)
    if not url:
        return ""
    words = _said(block.text or sheet.alt_of.get(number, ""))
    style = "display:block;width:100%%;max-width:552px;height:auto;margin:0 0 16px;border-radius:4px"
    return f'<img src="{variables.marked(escape(url))}" alt="{words}" width="552" style="{style}">'


def _button(words: str, url: str) -> str:
    style = (
        f"display:inline-block;padding:12px 24px;border-radius:4px;background:{_ACCENT};color:#ffffff;"
        "font-size:16px;font-weight:600;text-decoration:none"
    )
    link = f'<a class="act" href="{variables.marked(escape(url))}" style="{style}">{_said(words)}</a>'
    return f'<p style="margin:8px 0 24px">{link}</p>'


def _article(card: ArticleCard | None) -> str:
    if card is None:
        return ""
    title = f'<h2 style="{_STYLES["h2"]};margin-bottom:4px">{_said(card.title)}</h2>'
    summary = f'<p style="{_P};margin-bottom:8px">{_said(card.summary)}</p>' if card.summary else ""
    url, style = variables.marked(escape(card.url)), f"color:{_ACCENT};font-weight:600"
    link = f'<a href="{url}" style="{style}">{_said(_("Read on"))}</a>'
    return f'{title}{summary}<p style="{_P};margin-bottom:24px">{link}</p>'


def _foot(foot: Foot) -> str:
    lines = [line for line in (foot.sender, foot.address, foot.why, foot.review) if line.strip()]
    style = f"margin:0 0 4px;font-size:13px;line-height:1.6;color:{_SOFT}"
    said = "".join(f'<p class="soft" style="{style}">{_said(line)}</p>' for line in lines)
    way_out = f'<a href="{foot.way_out_url}" style="color:{_SOFT}">{_said(foot.way_out_words)}</a>'
    return f'{said}<p class="soft" style="{style}">{way_out}</p>'


def _plain(block: Block, sheet: Sheet) -> str:
    if block.kind == "heading":
        return variables.marked(block.text)
    if block.kind == "text":
        return variables.marked(markup.plain_of(block.text))
    if block.kind == "button" and block.text and block.url:
        return variables.marked(f"{block.text}\n{block.url}")
    if block.kind == "article" and (card := sheet.articles.get(block.article)):
        return variables.marked("\n".join(line for line in (card.title, card.summary, card.url) if line))
    return ""


def in_the_dark(html: str) -> str:
    """The mail as a program shows it that is set to dark, whatever the reader's own is set to."""
    return html.replace(_WHERE_DARK, "@media all", 1)
