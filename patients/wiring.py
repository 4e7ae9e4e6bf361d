"""What patients adds when it starts: its words, its rules of erasing, its navigation, its own page, its list."""

from django.utils.translation import gettext_lazy as _


def connect() -> None:
    """Called once by the app's `ready`."""
    from accounts import trail_links
    from accounts.unions import register as register_unions
    from patients import erasure_rules, filtered_lists, navigation, trail_words
    from patients.domain import member_file_parts, name_renewal, own_file_parts, region_renewal
    from patients.domain.search import bearers_of
    from patients.domain.unions import STANDING

    trail_words.connect()
    trail_links.register("patients.patient", "patients:detail", "patients.view")
    erasure_rules.connect()
    own_file_parts.connect()
    member_file_parts.connect()
    name_renewal.connect()
    region_renewal.connect()
    register_unions(STANDING, bearers=bearers_of)
    navigation.connect()
    filtered_lists.connect()
    _links()
    _page()
    _list()


def _links() -> None:
    """What of a person a link without log-in opens."""
    from accounts import public_links
    from patients.views.preferences import KINDS

    for kind in KINDS:
        public_links.register(kind)


def _page() -> None:
    from patients.domain import (
        chronicle,
        decided_timeline,
        member_timeline,
        memberships,
        own_label_facts,
        tasks,
        unions,
        winback,
    )
    from patients.domain.segments import consent_facts, mark_facts, person_facts, visit_facts
    from patients.registry import (
        Panel,
        TimelineSource,
        register_next_action,
        register_panel,
        register_purpose,
        register_timeline,
    )

    person_facts.register_all()
    visit_facts.register_all()
    mark_facts.register_all()
    consent_facts.register_all()
    own_label_facts.connect()
    register_purpose(memberships.people_looked_after)
    register_panel(Panel("membership", _("VIP and service standard"), "patients:panel-membership", "patients.care", 12))
    register_timeline(TimelineSource("members", _("VIP"), member_timeline.entries, 66, reads_span=True))
    register_timeline(TimelineSource("unions", _("Unions"), unions.entries, 80, "patients.view"))
    register_timeline(TimelineSource("win_back", _("Win-back calls"), winback.entries, 65, "patients.care"))
    register_panel(Panel("labels", _("Labels and strategy"), "patients:panel-labels", "patients.care", order=25))
    register_timeline(TimelineSource("stays", _("Stays"), chronicle.stays, order=10, reads_span=True))
    register_timeline(TimelineSource("contact", _("Contact"), chronicle.endings, order=60))
    register_timeline(TimelineSource("notes", _("Notes"), chronicle.notes, 70, "patients.view", reads_span=True))
    register_timeline(TimelineSource("tasks", _("Tasks"), chronicle.tasks, order=75, reads_span=True))
    register_timeline(TimelineSource("files", _("Files"), chronicle.files, 80, "patients.view", reads_span=True))
    register_timeline(TimelineSource("consents", _("Consents"), decided_timeline.consents, 62, "patients.view"))
    register_timeline(TimelineSource("labels", _("Groups and stages"), decided_timeline.labels, 64, "patients.care"))
    register_next_action(tasks.next_task)
    register_panel(Panel("notes", _("Notes"), "patients:panel-notes", "patients.view", order=10))
    register_panel(Panel("tasks", _("Tasks"), "patients:panel-tasks", "patients.care", order=15))
    register_panel(Panel("files", _("Files"), "patients:panel-files", "patients.view", order=70))
    register_panel(Panel("reach", _("Family and numbers"), "patients:panel-reach", "patients.view", order=20))
    register_panel(Panel("tags", _("Tags"), "patients:panel-tags", "patients.care", order=10))
    register_panel(Panel("record", _("Record"), "patients:panel-record", "patients.view", order=60))
    register_panel(Panel("requests", _("Privacy requests"), "patients:panel-requests", "privacy.requests", order=80))
    register_panel(Panel("consents", _("Consents"), "patients:panel-consents", "patients.view", order=30))
    register_panel(Panel("segments", _("Segments"), "segments:panel", "patients.segments", order=70))
    register_panel(Panel("seen", _("Who has seen this record"), "patients:panel-seen", "patients.care", order=90))


def _list() -> None:
    """The list of people, and what can be done to many of them at once."""
    from accounts import lists
    from accounts.domain import bins
    from accounts.domain.field_acts import field_act
    from patients import list_forms as forms
    from patients.domain import bulk_acts
    from patients.domain.binning import PEOPLE_BIN
    from patients.domain.people_list import PEOPLE

    lists.register(PEOPLE)
    bins.register(PEOPLE_BIN)
    lists.register_act(bulk_acts.tag_act(forms.TagValue, is_added=True))
    lists.register_act(bulk_acts.tag_act(forms.TagValue, is_added=False))
    lists.register_act(bulk_acts.station_act(forms.StationValue))
    for name, form in (
        ("category", forms.CategoryValue),
        ("kind", forms.KindValue),
        ("source", forms.SourceValue),
        ("preferred_channel", forms.ChannelValue),
        ("preferred_language", forms.LanguageValue),
    ):
        lists.register_act(field_act(bulk_acts.FIELDS, name, form))
