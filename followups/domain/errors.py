"""The refusals of follow-up: one base class, so that a page can show any of them in the reader's language."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class FollowUpError(Exception):
    """A rule of the hospital refuses. `message` is a translatable sentence; `detail` fills its blanks."""

    message: Any = _("This is not possible.")

    def __init__(self, **detail: Any) -> None:
        super().__init__()
        self.detail = detail

    def __str__(self) -> str:
        return str(self.message) % self.detail if self.detail else str(self.message)
