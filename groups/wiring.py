"""What groups adds to people's pages, visibility and navigation."""

from django.utils.translation import gettext_lazy as _


def connect() -> None:
    """Called once by the app's `ready`."""
    from accounts.navigation import NavItem, register
    from groups import trail_words
    from groups.domain import label_facts, segment_facts
    from groups.domain.members import people_of_own_units
    from patients import erasure
    from patients.registry import register_purpose

    trail_words.connect()
    erasure.register(erasure.Erasure("groups.GroupMember", "patient", goes=True))

    register(
        NavItem(
            label=_("Groups"),
            icon="building",
            url_name="groups:list",
            capability="groups.view",
            order=60,
            group=2,
            key="u",
            main_for=frozenset({"liaison"}),
        )
    )
    segment_facts.register_all()
    register_purpose(people_of_own_units)
    label_facts.connect()
