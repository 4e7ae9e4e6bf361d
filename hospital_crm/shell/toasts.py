"""What was done, said to the person who did it, with a way back where there is one."""

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

UNDO = "undo:"


def say(request: HttpRequest, text: str, *, undo_url: str = "", late: bool = False) -> None:
    """On the next page: 已催办4步, with 撤销 when `undo_url` (a POST) is given; `late` for what did not work."""
    level = messages.ERROR if late else messages.SUCCESS
    messages.add_message(request, level, text, extra_tags=f"{UNDO}{undo_url}" if undo_url else "", fail_silently=True)


def undo_url(message: Message) -> str:
    """The address that takes back what `message` tells, or nothing."""
    tags = message.extra_tags or ""
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""
