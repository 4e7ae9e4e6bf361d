"""What was done, said to the person who did it, with a way back where there is one."""

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

UNDO = "undo:"
DRAFT = "draft:"


def say(request: HttpRequest, text: str, *, undo_url: str = "", draft: str = "", late: bool = False) -> None:
    """On the next page: 已催办4步, with 撤销 when `undo_url` (a POST) is given; `late` for what did not work.

    `draft`: the key of a form that is saved with this, so that the browser lets its copy go.
    """
    level = messages.ERROR if late else messages.SUCCESS
    tags = f"{UNDO}{undo_url}" if undo_url else f"{DRAFT}{draft}" if draft else ""
    messages.add_message(request, level, text, extra_tags=tags, fail_silently=True)


def undo_url(message: Message) -> str:
    """The address that takes back what `message` tells, or nothing."""
    return _told(message, UNDO)


def draft(message: Message) -> str:
    """The key of the form that `message` tells to be saved, or nothing."""
    return _told(message, DRAFT)


def _told(message: Message, prefix: str) -> str:
    tags = message.extra_tags or ""
    return tags.removeprefix(prefix) if tags.startswith(prefix) else ""
