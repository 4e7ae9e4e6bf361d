"""What the details that integrations records are called in the audit trail."""

from django.utils.translation import gettext_lazy as _

from accounts import trail_words
from accounts.outside import known_facts
from integrations.models import ImportBatch, MatchConflict


def connect() -> None:
    """Called once by the app's `ready`."""
    trail_words.register(
        "integrations",
        keys={
            "department": _("department"),
            "accounts": _("accounts"),
            "code": _("reason"),
            "departments": _("departments"),
            "deaths": _("deaths"),
            "duplicates": _("repeated rows"),
            "kept": _("left in place"),
            "kind": _("kind"),
            "lists": _("lists deleted"),
            "messages": _("messages emptied"),
            "days": _("days kept"),
            "name": _("name"),
            "orders": _("orders"),
            "patients_created": _("people made"),
            "patients_matched": _("people matched"),
            "people": _("people"),
            "rejected": _("rows left out"),
            "skipped": _("rows left out by choice"),
            "staff": _("staff"),
            "stays": _("stays"),
            "stays_created": _("stays made"),
            "stays_updated": _("stays updated"),
            "facts": _("what it is told"),
            "quiet_until": _("left alone until"),
            "secret": _("secret"),
            "warning": _("rows with a warning"),
            "wards": _("wards"),
        },
        values={
            "kind": ImportBatch.Kind.choices,
            "state": MatchConflict.State.choices,
            "facts": [(fact.name, fact.label) for fact in known_facts()],
            "page": [("conflicts", _("Contradictions")), ("feed_queue", _("Feeds"))],
            "purpose": [("integrations.left_out", _("rows left out of an import"))],
        },
    )
