"""Draws Django's simple form widgets without a template for each: a page of filters has dozens of them, a list of the
team hundreds of options, and a template costs ten times what the tag itself does. What is drawn is what Django draws,
but for the choice of nothing.
"""

from collections.abc import Callable
from typing import Any

from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.renderers import TemplatesSetting
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

Widget = dict[str, Any]
_NOTHING = mark_safe("")


def _attributes(attrs: dict[str, Any]) -> SafeString:
    said = [(name, value) for name, value in attrs.items() if value is not False]
    return format_html_join(
        "", "{}{}", ((_name(name), _NOTHING if value is True else _value(value)) for name, value in said)
    )


def _name(name: str) -> SafeString:
    return format_html(" {}", name)


def _value(value: Any) -> SafeString:
    return format_html('="{}"', str(value))


def _input(widget: Widget) -> SafeString:
    value = _NOTHING if widget["value"] is None else format_html(' value="{}"', str(widget["value"]))
    return format_html(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, _attributes(widget["attrs"])
    )


def _choice(widget: Widget) -> SafeString:
    if not widget.get("wrap_label"):
        return _input(widget)
    own = widget["attrs"].get("id")
    label_for = format_html(' for="{}"', own) if own else _NOTHING
    return format_html("<label{}>{} {}</label>", label_for, _input(widget), widget["label"])


def _option(widget: Widget) -> str:
    """Nothing chosen is a dash, as everywhere, not the nine hyphens of Django. A page has hundreds of these, most
    without attributes: joined by hand, everything escaped.
    """
    label = "—" if widget["label"] == _HYPHENS else widget["label"]
    attrs = _attributes(widget["attrs"]) if widget["attrs"] else ""
    return f'<option value="{escape(str(widget["value"]))}"{attrs}>{conditional_escape(label)}</option>'


def _group(name: Any, options: list[Widget]) -> str:
    drawn = "".join(map(_option, options))
    return f'<optgroup label="{conditional_escape(name)}">{drawn}</optgroup>' if name else drawn


def _select(widget: Widget) -> SafeString:
    groups = mark_safe("".join(_group(name, options) for name, options, _index in widget["optgroups"]))
    return format_html('<select name="{}"{}>{}</select>', widget["name"], _attributes(widget["attrs"]), groups)


def _textarea(widget: Widget) -> SafeString:
    text = widget["value"] or ""
    return format_html('<textarea name="{}"{}>\n{}</textarea>', widget["name"], _attributes(widget["attrs"]), text)


_HYPHENS = BLANK_CHOICE_DASH[0][1]
_LINES = ("text", "number", "email", "url", "password", "hidden", "date", "datetime", "time", "checkbox", "input")
_DRAWN: dict[str, Callable[[Widget], SafeString]] = {
    **{f"django/forms/widgets/{name}.html": _input for name in _LINES},
    **{f"django/forms/widgets/{name}_option.html": _choice for name in ("input", "checkbox", "radio")},
    "django/forms/widgets/select.html": _select,
    "django/forms/widgets/textarea.html": _textarea,
}


class PlainRenderer(TemplatesSetting):
    """The renderer of all forms: simple widgets in Python, the rest by their templates."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        """The widget, the field or the form."""
        draw = _DRAWN.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)
