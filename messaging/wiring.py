"""What messaging adds to the bell, the navigation, the audit trail, people's pages and what becomes of their rows."""

from django.utils.translation import gettext_lazy as _

from accounts import navigation, trail_links
from hospital_crm.ops import gauges
from hospital_crm.shell import bell
from messaging import (  # noqa: F401
    filtered_lists,
    person_rows,
    purposes,
    receivers,
    returned_rows,
    templates,
    trail_words,
    wanted,
)
from messaging.domain import own_pages, passwords
from messaging.domain.composing import names_of_people, register_values
from messaging.domain.figures import messages_waiting, waiting_letters, waiting_replies
from messaging.domain.mailboxes import MAILBOX_TEXT
from messaging.domain.notices import unread
from messaging.domain.own_links import CONFIRMATION, OWN_PAGE
from messaging.domain.planning import SOURCE, messages_wanted
from patients.domain import preferences
from patients.registry import Panel, register_panel


def connect() -> None:
    """Called once by the app's `ready`."""
    trail_words.connect()
    filtered_lists.connect()
    person_rows.connect()
    returned_rows.connect()
    register_values(names_of_people)
    wanted.register(SOURCE, messages_wanted)
    trail_links.register("messaging.message", "messaging:message", "admin.organisation", "messaging.view")
    bell.register("messaging:notices", unread, poll="messaging:bell")
    gauges.register("crm_messages", "Messages of all hospitals that are due, and of unknown outcome", messages_waiting)
    register_panel(Panel("contacts", _("Contacts of a person"), "messaging:panel-contacts", "messaging.view", order=45))
    _texts()
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
    navigation.register(
        navigation.NavItem(
            label=_("Messages to people"),
            icon="mail",
            url_name="messaging:outbox",
            capability="messaging.view",
            unless="admin.organisation",
            order=65,
            group=2,
        )
    )
    _pages()


def _pages() -> None:
    """What the administrator sets up, and what the service centre prints and reads."""
    entries = (
        (_("Gateways"), "send", "messaging:gateways", "admin.organisation", 81, None),
        (_("Letters"), "mail-opened", "messaging:letters", "messaging.settle", 82, waiting_letters),
        (_("Replies"), "message-reply", "messaging:replies", "messaging.settle", 83, waiting_replies),
    )
    for label, icon, url_name, capability, order, count in entries:
        navigation.register(
            navigation.NavItem(
                label=label, icon=icon, url_name=url_name, capability=capability, order=order, group=3, count=count
            )
        )
    trail_links.register("messaging.gatewayaccount", "messaging:gateway", "admin.organisation")


def _texts() -> None:
    templates.register("digest", _("Today's follow-up: %(summary)s"), "%(day)s")
    purposes.register("member_messages", _("message about a VIP member"))
    templates.register(
        "member_messages", _("%(author)s wrote about a VIP member"), _("Read it and answer on the member's thread.")
    )
    purposes.register("exports", _("export ready or refused"))
    purposes.register(passwords.PURPOSE, _("password replaced by somebody else"))
    templates.register(
        passwords.OWN,
        _("Your password was replaced by %(by)s"),
        _("If you did not ask for it, tell the security officer at once: somebody may have signed in in your place."),
    )
    templates.register(
        passwords.OF_OTHERS,
        _("%(by)s replaced the password of %(whose)s"),
        _("Whoever hands out a password has read it. Open the sessions of this person if nobody asked for it."),
    )
    purposes.register(MAILBOX_TEXT, _("mailbox for bounces that cannot be read"))
    templates.register(
        MAILBOX_TEXT,
        _("The mailbox for bounces has not been read for a day"),
        _("Until it is, nobody hears of bounces, complaints and mails that want no more. Its account says why."),
    )
    templates.register("exports", _("Export %(number)s: %(state)s"), _("Open your exports."))
    _texts_of_own_pages()


def _texts_of_own_pages() -> None:
    purposes.register(own_pages.PURPOSE, _("link to the person's own page"), basis=purposes.Basis.OWN_REQUEST)
    templates.register(
        CONFIRMATION,
        _("One step left: confirm that we may write to you"),
        _(
            "You told us that we may write to you by e-mail: %(what)s.\n\nIt counts once you confirm it here:\n"
            "%(own_link)s\n\nIf you said nothing of the kind, you need do nothing: then we do not write."
        ),
        words={"what": {code: title for code, (title, _hint) in preferences.WORDS.items()}},
    )
    templates.register(
        OWN_PAGE,
        _("Your own page: what we may contact you about"),
        _(
            "Here you see what we may contact you about, and change it whenever you like:\n%(own_link)s\n\n"
            "The page needs no password. Keep the link to yourself."
        ),
    )
