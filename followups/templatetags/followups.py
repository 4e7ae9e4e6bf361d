"""`{% load followups %}`: rates as they are said, and moments as a browser's input wants them."""

import datetime as dt
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.calendar import is_provisional
from followups.domain.condition_words import source_words, value_words
from followups.domain.tiers import ExplainedRule
from followups.models import EscalationRule, FollowUpOrder
from hospital_crm.shell import wording
from hospital_crm.shell.templatetags.shell import drawn_once

register = template.Library()


@register.simple_tag(takes_context=True)
def order_state(context: template.Context, order: FollowUpOrder) -> SafeString:
    """`{% order_state row.order %}`: the state of an order in the rows of a list."""
    return drawn_once(context, "followups/state.html", order.state, {"order": order})


@register.simple_tag
def behind_line(url: str, attending: Any = "", where: Any = "") -> SafeString:
    """`{% behind_line behind_url line.key as to %}<a href="{{ to }}due">`: where the steps behind a line are listed."""
    whose = {name: value for name, value in (("attending", attending), ("department", where)) if value}
    return conditional_escape(f"{url}&{urlencode({**whose, 'measure': ''})}")


@register.filter
def due_day(day: dt.date, now: dt.datetime) -> str:
    """`{{ order.due_on|due_day:now }}`: 11-22, or 2027-01-05（暂定） while that year's days off are not announced."""
    words = wording.day(day, wording.local(now).date())
    return _("%(day)s (provisional)") % {"day": words} if is_provisional(day.year) else words


@register.filter
def rate(value: float | None) -> str:
    """`{{ line.figures.coverage|rate }}`: 97.2%, or a dash where there is nothing to divide by."""
    return wording.percent(value, 100)


@register.filter
def local_input(value: Any) -> str:
    """`{{ form.agreed_at.value|local_input }}`: 2026-11-20T10:50 in the hospital's time, for `datetime-local`."""
    if not isinstance(value, dt.datetime):
        return value or ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{local:%Y-%m-%dT%H:%M}"


@register.filter
def recipients(rule: EscalationRule) -> str:
    """`{{ rule|recipients }}`: who is told when an order of this tier is late."""
    names = dict(EscalationRule.Recipient.choices)
    return pgettext("list of values", ", ").join(str(names.get(code, code)) for code in rule.recipients)


@register.filter
def fact_words(rule: ExplainedRule) -> str:
    """`{{ rule|fact_words }}`: the input that made a rule fire, in words: 三级, 引流管, I50.9."""
    return value_words(rule.value, rule.field)


@register.filter
def fact_source(rule: ExplainedRule) -> str:
    """`{{ rule|fact_source }}`: what a rule would have read: 手术分级."""
    return source_words(rule.field)
