"""Wiring of messages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    """The outbox, its gateways, the bell and the morning digest."""

    name = "messaging"
    verbose_name = _("messages")

    def ready(self) -> None:
        from accounts import navigation, trail_links
        from hospital_crm.ops import gauges
        from hospital_crm.shell import bell
        from messaging import filtered_lists, purposes, receivers, templates, trail_words  # noqa: F401
        from messaging.domain.figures import messages_waiting
        from messaging.domain.notices import unread

        trail_words.connect()
        filtered_lists.connect()
        trail_links.register("messaging.message", "messaging:message", "admin.organisation")
        bell.register("messaging:notices", unread, poll="messaging:bell")
        templates.register("digest", _("Today's follow-up: %(summary)s"), "%(day)s")
        purposes.register("member_messages", _("message about a VIP member"))
        templates.register(
            "member_messages", _("%(author)s wrote about a VIP member"), _("Read it and answer on the member's thread.")
        )
        purposes.register("exports", _("export ready or refused"))
        templates.register("exports", _("Export %(number)s: %(state)s"), _("Open your exports."))
        gauges.register(
            "crm_messages", "Messages of all hospitals that are due, and of unknown outcome", messages_waiting
        )
        navigation.register(
            navigation.NavItem(
                label=_("Outbox"),
                icon="mail",
                url_name="messaging:outbox",
                capability="admin.organisation",
                order=80,
                group=3,
            )
        )
