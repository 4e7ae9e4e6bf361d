"""What content adds to the navigation, the trail and the views of lists."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor


def connect() -> None:
    """Called once by the app's `ready`."""
    from accounts import trail_links
    from accounts.navigation import NavItem, register
    from content import filtered_lists, receivers, trail_words  # noqa: F401

    trail_words.connect()
    filtered_lists.connect()
    trail_links.register("content.article", "content:article", "content.view")
    register(
        NavItem(
            label=_("Articles"),
            icon="article",
            url_name="content:library",
            capability="content.view",
            order=70,
            group=2,
            key="a",
            count=_waiting,
        )
    )


def _waiting(actor: Actor) -> QuerySet | None:
    """Texts that wait for this person's approval."""
    from content.models import ArticleVersion

    if not actor.can("content.approve"):
        return None
    return ArticleVersion.objects.filter(state="in_approval").exclude(writers__contains=[actor.staff.pk])
