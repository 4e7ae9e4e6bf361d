"""What the findings about a sender's names are called on screen."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

CHECKS = {
    "spf": _("SPF: who may send for the domain"),
    "dkim": _("DKIM: the key of the signature"),
    "dmarc": _("DMARC: what becomes of mails that fail"),
    "reverse": _("Reverse name of the server"),
    "mx": _("Mail server for bounces"),
}
VERDICTS = {"good": _("in order"), "weak": _("weak"), "bad": _("not in order"), "unknown": _("not known")}
REASONS = {
    "missing": _("There is no such record."),
    "two": _("There are two records; only one may be there."),
    "spf_two": _("There are two policies; only one may be there."),
    "spf_lookups": _("The policy asks for more than ten names; receivers then ignore it."),
    "spf_broken": _("The policy cannot be worked out."),
    "not_listed": _("An address of the server is not in the policy."),
    "no_host": _("The server has no address."),
    "no_selector": _("The account does not name the selector of the relay that signs."),
    "revoked": _("The key was taken back."),
    "unreadable": _("The key cannot be read."),
    "only_watches": _("The policy only watches; quarantine or reject protects."),
    "leads_elsewhere": _("The name does not lead back to the address."),
    "no_answer": _("Nobody answered."),
}


def line(finding: Mapping[str, Any]) -> dict[str, Any]:
    """A finding as a line of the page."""
    return {
        "check": CHECKS.get(finding["check"], finding["check"]),
        "verdict": finding["verdict"],
        "word": VERDICTS.get(finding["verdict"], finding["verdict"]),
        "why": REASONS.get(finding["why"], finding["why"]),
        "detail": finding["detail"],
    }
