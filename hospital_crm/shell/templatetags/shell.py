"""`{% load shell %}`: words for times and numbers, small drawings, sorted heads, blocks of the base page."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.template.context import RequestContext
from django.template.loader import get_template
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from hospital_crm.shell import drawings, toasts, widgets, wording
from hospital_crm.shell.small_numbers import HIDDEN, LEAST, in_fives

register = template.Library()


def _now(context: template.Context | None = None) -> dt.datetime:
    """The page's `now` when the view passed one, else this moment."""
    return (context.get("now") if context is not None else None) or timezone.now()


@register.filter
def day(value: wording.Moment | None, now: wording.Moment | None = None) -> str:
    """`{{ order.due_on|day:now }}`: 11-22, with the year when it is another one. Long lists pass the day itself."""
    if isinstance(now, dt.date) and not isinstance(now, dt.datetime):
        return wording.day(value, now)
    return wording.day(value, wording.local(now or timezone.now()).date())


@register.filter
def moment(value: wording.Moment | None, now: dt.datetime | None = None) -> str:
    """`{{ attempt.at|moment:now }}`: 11-22 20:00."""
    return wording.moment(value, now or timezone.now())


@register.filter
def planned(value: wording.Moment | None, now: dt.datetime | None = None) -> str:
    """`{{ touch.at|planned:now }}`: 11-22 20:00, or 11-22 where a day is planned and no hour."""
    return wording.planned(value, now or timezone.now())


@register.filter
def in_full(value: wording.Moment | None) -> str:
    """`{{ attempt.at|in_full }}`: 2026-11-22 20:00, on paper."""
    return wording.in_full(value)


@register.filter
def number(value: float | None) -> str:
    """`{{ rows|number }}`: 1,268, or a dash."""
    return wording.number(value)


@register.filter
def money(value: Decimal | float | None) -> str:
    """`{{ amount|money }}`: 1,268.00, or a dash."""
    return wording.money(value)


@register.filter
def number_or_few(value: int | None, tells_few: bool) -> str:
    """`{{ count|number_or_few:tells_few }}`: a number; where a few must not be told, <5, for none too, and of more the
    nearest five (≈45), so that two numbers do not tell of the one person in whom they differ.
    """
    if tells_few or value is None:
        return wording.number(value)
    return f"≈{wording.number(in_fives(value))}" if value >= LEAST else HIDDEN


@register.filter
def capped(value: int | None, cap: int = 1000) -> str:
    """`{{ count|capped }}`: 1000+ above the cap."""
    return wording.capped(value, cap)


@register.filter
def percent_of(part: float | None, whole: float | None) -> str:
    """`{{ reached|percent_of:due }}`: 91.3%, or a dash."""
    return wording.percent(part, whole)


@register.filter
def device(user_agent: str) -> str:
    """Chrome · Windows."""
    return wording.device(user_agent)


@register.filter
def or_dash(value: Any) -> Any:
    """`{{ title|or_dash }}`: a dash for what is missing; zero stays zero."""
    return wording.MISSING if value is None or value == "" else value


@register.simple_tag(takes_context=True)
def day_range(context: template.Context, first: wording.Moment | None, last: wording.Moment | None) -> str:
    """`{% day_range order.earliest_on order.latest_on %}`: 11-19至11-22."""
    return wording.day_range(first, last, wording.local(_now(context)).date())


@register.simple_tag(takes_context=True)
def due_words(
    context: template.Context, latest: wording.Moment | None, earliest: wording.Moment | None = None
) -> wording.Due:
    """`{% due_words order.latest_on as due %}{{ due.words }}`: words and tone of a window."""
    return wording.due(latest, _now(context), earliest)


def drawn_once(context: template.Context, name: str, key: str, values: dict[str, Any]) -> SafeString:
    """A small template that comes in few forms: rendered once for each `key` on the page, however long its list."""
    drawn = context.render_context.setdefault(name, {})
    if key not in drawn:
        drawn[key] = mark_safe(get_template(name).render(values).strip())
    return drawn[key]


@register.simple_tag(takes_context=True)
def tier(context: template.Context, code: str) -> SafeString:
    """`{% tier row.order.tier %}`: the tier in the rows of a list."""
    return drawn_once(context, "components/tier.html", code, {"code": code})


@register.simple_tag(takes_context=True)
def window(
    context: template.Context,
    earliest: wording.Moment,
    due: wording.Moment,
    latest: wording.Moment,
    bar: bool = True,
    waits: bool = True,
) -> SafeString:
    """`{% window order.earliest_on order.due_on order.latest_on %}`: bar and words; `bar=False` leaves the words.
    Drawn once on a page for all orders with the same days.

    `waits=False` where nobody has to act any more: the last day alone, for what is done is not late.
    """
    drawn = context.render_context.setdefault("windows", {})
    key = earliest, due, latest, bar, waits
    if key not in drawn:
        now = wording.local(_now(context))
        closes = wording.moment(latest, now)
        drawn[key] = widgets.window(
            drawings.window(earliest, due, latest, now) if bar and waits else None,
            wording.due(latest, now, earliest) if waits else wording.Due(closes, "open"),
            closes,
        )
    return drawn[key]


@register.simple_tag
def meter(value: float | None, goal: float | None = None, low: bool = False) -> SafeString:
    """`{% meter 91.3 goal=86.5 %}`: a bar with its number; `low=True` when clearly below, then with 低."""
    return widgets.meter(value, wording.percent(value, 100), goal, low=low)


@register.simple_tag
def spark(values: Sequence[float | None], goal: float | None = None) -> SafeString:
    """`{% spark weeks goal=86.5 %}`: a trend of percentages, oldest first."""
    return widgets.spark(drawings.spark(values, goal))


@register.inclusion_tag("components/sort_head.html", takes_context=True)
def sort_head(context: RequestContext, name: str, label: str, css: str = "", col: str = "") -> dict[str, Any]:
    """`{% sort_head "due" _("Closes") %}`: a head that sorts by `?sort=due`, again by `-due`; paging starts anew."""
    params = context["request"].GET.copy()
    current = params.get("sort", context.get("sort", ""))
    for key in ("after", "before", "page"):
        params.pop(key, None)
    params["sort"] = f"-{name}" if current == name else name
    direction = {name: "ascending", f"-{name}": "descending"}.get(current, "")
    return {"label": label, "url": f"?{params.urlencode()}", "direction": direction, "css": css, "col": col}


@register.filter
def undo_url(message: Message) -> str:
    """Where what a message tells is taken back."""
    return toasts.undo_url(message)


@register.filter
def saved_draft(message: Message) -> str:
    """The key of the form that a message tells to be saved."""
    return toasts.draft(message)


@register.simple_tag(takes_context=True)
def has_block(context: template.Context, name: str) -> bool:
    """`{% has_block "rail" as with_rail %}`: whether the page fills this block of its base."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    return blocks is not None and len(blocks.blocks[name]) > 1


@register.simple_tag(takes_context=True)
def repeat_block(context: template.Context, name: str) -> SafeString | str:
    """`{% repeat_block "title" %}`: what the page wrote into a block, once more elsewhere."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return block.nodelist.render(context).strip() if block else ""
