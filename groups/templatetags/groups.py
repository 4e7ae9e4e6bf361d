"""`{% load groups %}`: units as lists show them."""

from django import template
from django.utils.safestring import SafeString

from groups.models import GroupCustomer
from hospital_crm.shell.templatetags.shell import drawn_once

register = template.Library()


@register.simple_tag(takes_context=True)
def unit_state(context: template.Context, unit: GroupCustomer) -> SafeString:
    """`{% unit_state row %}`: the state of cooperation of a unit in the rows of a list."""
    values = {"status": unit.status, "words": unit.get_status_display()}
    return drawn_once(context, "groups/state.html", unit.status, values)
