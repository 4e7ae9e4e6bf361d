"""What the details that followups records are called in the audit trail."""

from django.utils.translation import gettext_lazy as _

from accounts import trail_words
from followups.models import Dissatisfaction, OrderState, Outcome, Tier


def connect() -> None:
    """Called once by the app's `ready`."""
    trail_words.register(
        "followups",
        keys={
            "attempt": _("attempt"),
            "attempts": _("attempts"),
            "cause": _("cause"),
            "code": _("code"),
            "dead": _("have died"),
            "drawn": _("results drawn"),
            "given_back": _("orders given back"),
            "insufficient": _("in C for want of facts"),
            "known": _("with a physician known before"),
            "level": _("level"),
            "merged": _("united record"),
            "month": _("month"),
            "notices": _("notices"),
            "on": _("day of planning"),
            "orders": _("orders"),
            "red_flag": _("red flag"),
            "years": _("years"),
            "orders_before_start": _("before follow-up began here"),
            "orders_changed": _("orders changed"),
            "orders_created": _("orders made"),
            "outcome": _("outcome"),
            "owner": _("owner"),
            "repeats_created": _("repeats made"),
            "run": _("run"),
            "runs_closed": _("runs closed"),
            "runs_opened": _("runs opened"),
            "score": _("score"),
            "stays": _("stays"),
            "taken": _("orders taken over"),
            "tier": _("tier"),
            "tier_a": _("tier A"),
            "tier_b": _("tier B"),
            "tier_c": _("tier C"),
            "version": _("version"),
        },
        values={
            "state": [*OrderState.choices, *Dissatisfaction.State.choices],
            "outcome": Outcome.choices,
            "tier": Tier.choices,
            "cause": Dissatisfaction.Cause.choices,
            "purpose": [
                ("followups.order", _("follow-up order")),
                ("followups.ward", _("ward list")),
                ("followups.record", _("record of a follow-up")),
                ("followups.sample", _("sampled result")),
                ("followups.dissatisfaction", _("dissatisfaction")),
            ],
        },
    )
