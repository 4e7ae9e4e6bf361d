"""The segments every hospital starts with: chronic disease, young parents and older people, and three that a service
centre asks for first. Name and purpose are translated; the rule is copied and changed like any other.

The migration that gave them to the hospitals of the first release holds its own copy.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class ShippedSegment:
    """A segment as shipped."""

    code: str
    name: Any
    description: Any
    rule: dict[str, Any]


def _line(fact: str, op: str, *values: str, months: int | None = None) -> dict[str, Any]:
    line: dict[str, Any] = {"fact": fact, "op": op, "values": list(values)}
    return line if months is None else {**line, "months": months}


def _group(mode: str, *parts: dict[str, Any]) -> dict[str, Any]:
    return {"mode": mode, "parts": list(parts)}


# hypertension, diabetes, coronary and cerebrovascular disease, obstructive lung disease, asthma, chronic liver and
# kidney disease, gout: what the national basic public health service and most hospitals follow for life
CHRONIC_CODES = ("I10-I15", "E10-E14", "I20-I25", "I60-I69", "J44", "J45", "K74", "N18", "M10")

SHIPPED = (
    ShippedSegment(
        "chronic",
        _("Chronic disease"),
        _("Chronic disease on record, or such a diagnosis in the last three years: revisits, advice on medicines."),
        _group("any", _line("chronic", "yes"), _line("disease", "in", *CHRONIC_CODES, months=36)),
    ),
    ShippedSegment(
        "young_parents",
        _("Young parents"),
        _("From 20 to 40 years, with a child under 14, or pregnancy or birth in the last three years: child health."),
        _group(
            "all",
            _line("age", "between", "20", "40"),
            _group("any", _line("parent", "yes"), _line("disease", "in", "O", "Z32-Z39", months=36)),
        ),
    ),
    ShippedSegment(
        "older",
        _("Older people"),
        _("65 years and more: yearly check, falls, medicines, calls in plain words."),
        _group("all", _line("age", "at_least", "65")),
    ),
    ShippedSegment(
        "checkup",
        _("Health-check clients"),
        _("A health check in the last two years: next year's appointment, abnormal findings."),
        _group("any", _line("kind", "in", "checkup"), _line("visit_kind", "in", "checkup", months=24)),
    ),
    ShippedSegment(
        "away",
        _("Not seen for a year"),
        _("Last visit one to three years ago, and may be contacted: to be won back."),
        _group(
            "all",
            _line("last_visit", "longer", "365"),
            _line("last_visit", "within", "1095"),
            _line("contact_state", "in", "open"),
        ),
    ),
    ShippedSegment(
        "no_number",
        _("Nobody can be reached"),
        _("Seen in the last year and neither phone, e-mail nor WeChat on record: to be asked for at the next visit."),
        _group(
            "all",
            _line("last_visit", "within", "365"),
            _group("none", _line("phone", "yes"), _line("email", "yes"), _line("wechat", "yes")),
        ),
    ),
)

_BY_CODE = {one.code: one for one in SHIPPED}


def shipped_as(code: str) -> ShippedSegment | None:
    """The shipped segment of this code."""
    return _BY_CODE.get(code)
