"""What the details that content records are called in the audit trail."""

from django.utils.translation import gettext_lazy as _

from accounts import trail_words
from content.models import Article, ArticleVersion, Language


def connect() -> None:
    """Called once by the app's `ready`."""
    trail_words.register(
        "content",
        keys={
            "file": _("picture of an article"),
            "kind": _("kind of article"),
            "language": _("language"),
            "number": _("version"),
            "state": _("state"),
        },
        values={
            "kind": Article.Kind.choices,
            "language": Language.choices,
            "state": ArticleVersion.State.choices,
        },
    )
