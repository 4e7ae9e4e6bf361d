"""The blocks of a mail: heading, text, picture, button, article, divider. Kept as plain values; read here and nowhere
else, so that nothing but these few shapes is ever drawn.
"""

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.domain.errors import CampaignError

# What a letter leaves out.
NOT_PRINTED = frozenset({"picture", "button"})
MOST_BLOCKS = 40
KINDS: dict[str, Any] = {
    "heading": gettext_lazy("heading"),
    "text": gettext_lazy("paragraph"),
    "picture": gettext_lazy("picture"),
    "button": gettext_lazy("button"),
    "article": gettext_lazy("article"),
    "divider": gettext_lazy("divider"),
}
# What each kind holds, and how long it may be.
FIELDS: dict[str, dict[str, int]] = {
    "heading": {"text": 80},
    "text": {"text": 5000},
    "picture": {"number": 4, "text": 120},
    "button": {"text": 30, "url": 300},
    "article": {"article": 36},
    "divider": {},
}
_HTTPS = re.compile(r"^https://[^\s\"'<>]{3,}$")


@dataclass(frozen=True)
class Block:
    """One block. `number` is that of a picture, `article` the public id of an article."""

    kind: str
    text: str = ""
    number: str = ""
    url: str = ""
    article: str = ""

    def kept(self) -> dict[str, str]:
        """The block as a column keeps it: what its kind holds, and nothing else."""
        values = asdict(self)
        return {"kind": self.kind, **{name: values[name] for name in FIELDS[self.kind]}}

    @property
    def label(self) -> Any:
        """What this kind of block is called."""
        return KINDS[self.kind]


def read(rows: Iterable[Mapping[str, Any]]) -> list[Block]:
    """Blocks as they were kept. Refuses (CampaignError) an unknown kind, values that are too long, and too many."""
    found = [_block(row) for row in rows]
    if len(found) > MOST_BLOCKS:
        raise CampaignError(_("A mail has at most %(n)s blocks.") % {"n": MOST_BLOCKS})
    return found


def checked(blocks: Sequence[Block]) -> list[dict[str, str]]:
    """Blocks ready to be kept. Refuses a button whose address does not begin with https:// and an article that is no
    address of one.
    """
    for block in blocks:
        if block.kind == "button" and block.url and not _HTTPS.match(block.url):
            raise CampaignError(_("The address of a button begins with https://"))
        if block.kind == "article" and block.article and not _is_uuid(block.article):
            raise CampaignError(_("Choose an article of the library."))
    return [block.kept() for block in read(block.kept() for block in blocks)]


def _block(row: Mapping[str, Any]) -> Block:
    kind = str(row.get("kind", ""))
    if kind not in FIELDS:
        raise CampaignError(_("There is no such block."))
    values = {name: str(row.get(name, "")) for name in FIELDS[kind]}
    if any(len(value) > FIELDS[kind][name] for name, value in values.items()):
        raise CampaignError(_("The text of a block is too long."))
    return Block(kind, **values)


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
