"""What follow-up adds to people's pages, messages, the digest and its own navigation."""

from django.utils.translation import gettext_lazy as _


def connect() -> None:
    """Called once by the app's `ready`."""
    from accounts import trail_links
    from followups import (
        erasure_rules,
        filtered_lists,
        navigation,
        receivers,  # noqa: F401
        trail_words,
    )
    from followups.domain import file_parts

    trail_words.connect()
    filtered_lists.connect()
    readers = ("work", "dispatch", "ward", "review", "supervise", "quality")
    trail_links.register("followups.followuporder", "followups:order", *(f"followups.{name}" for name in readers))
    erasure_rules.connect()
    file_parts.connect()

    navigation.connect()
    _people()
    _messages()


def _people() -> None:
    from followups.domain import chronicle, content_of_groups, segment_facts
    from patients import registry

    segment_facts.register_all()
    content_of_groups.connect()
    registry.register_purpose(chronicle.people_with_own_orders)
    registry.register_purpose(chronicle.people_with_orders)
    registry.register_unmask_reason(chronicle.holds_order_for)
    registry.register_next_action(chronicle.next_action)
    registry.register_timeline(
        registry.TimelineSource(
            key="followups", label=_("follow-up"), entries=chronicle.timeline, order=20, reads_span=True
        )
    )


def _messages() -> None:
    from followups.domain import contacts, mornings
    from messaging import digest, purposes, wanted

    wanted.register("followups", contacts.orders_wanted)
    purposes.register(contacts.PURPOSE, _("follow-up"), basis="care")
    purposes.register("followups.assigned", _("follow-up orders assigned"))
    purposes.register("followups.days_moved", _("other due days of follow-up orders"))
    purposes.register("followups.reminder", _("reminder of follow-up orders"))
    purposes.register("followups.returned", _("result returned"))
    purposes.register("followups.to_file", _("result to file for the service centre"))
    purposes.register("followups.late", _("late follow-up order"))
    purposes.register("followups.late_a", _("late A order"), at_once=True)
    purposes.register("followups.dissatisfaction", _("dissatisfaction to settle"))
    purposes.register("followups.red_flag", _("red flag"), at_once=True, alarm=True)
    _texts()
    digest.register(mornings.section, order=10)


def _texts() -> None:
    from messaging import templates

    templates.register(
        "followups.assigned",
        _("%(count)s follow-up orders for you"),
        _("%(count)s follow-up orders were assigned to you."),
    )
    templates.register(
        "followups.days_moved",
        _("%(count)s follow-up orders are due on another day"),
        _("The calendar of working days has changed: %(count)s of your follow-up orders are due on another day."),
    )
    templates.register(
        "followups.reminder",
        _("Reminder: %(count)s follow-up orders"),
        _("You are reminded of %(count)s follow-up orders that are open."),
    )
    templates.register(
        "followups.returned",
        _("Result returned: tier %(tier)s, step %(step)s"),
        _("A result was returned for redo. The reason stands on its page."),
    )
    templates.register(
        "followups.return_undone",
        _("Return undone: tier %(tier)s, step %(step)s"),
        _("The return of this result was undone. It waits for review as it was sent; nothing is to be redone."),
    )
    templates.register(
        "followups.to_file",
        _("To file: tier %(tier)s, step %(step)s"),
        _("The only reviewer of the service centre sent this result. Read it, and file it in his place."),
    )
    _texts_of_late_steps()
    _texts_of_findings()


def _texts_of_late_steps() -> None:
    from messaging import templates

    templates.register(
        "followups.late",
        _("Late: tier %(tier)s, step %(step)s, %(hours)s hours"),
        _("A follow-up order of tier %(tier)s is late by %(hours)s hours."),
    )
    templates.register(
        "followups.late_several",
        _("Late: %(count)s follow-up orders, the longest %(hours)s hours"),
        _("%(count)s follow-up orders are late, the longest by %(hours)s hours. The list shows exactly these."),
    )
    templates.register(
        "followups.late_list",
        _("Weekly list: %(count)s follow-up orders of tier %(tier)s late"),
        _("%(count)s follow-up orders of tier %(tier)s are late. The list shows them all."),
    )


def _texts_of_findings() -> None:
    from followups.models import Dissatisfaction
    from messaging import templates

    templates.register(
        "followups.dissatisfaction",
        _("Not content: %(cause)s"),
        _("A person was not content with something that you own. Open it, act, and write how it was handled."),
        words={"cause": dict(Dissatisfaction.Cause.choices)},
    )
    templates.register(
        "followups.red_flag",
        _("⚑ Red flag: tier %(tier)s, step %(step)s"),
        _("Something abnormal was heard in a follow-up call. Open the order, decide and act."),
    )
    templates.register(
        "followups.flag_taken_back",
        _("Red flag taken back: tier %(tier)s, step %(step)s"),
        _("The result with the red flag was taken back by whoever sent it and is being written anew. Open the order."),
    )
    templates.register(
        "followups.unreached",
        _("%(hospital)s wanted to reach you"),
        _(
            "%(name)s, hello.\n\nWe tried to reach you by telephone to ask how you are after your visit, and did not"
            " reach you. Call our service centre when it suits you; we will also try again.\n\n%(hospital)s"
        ),
    )
