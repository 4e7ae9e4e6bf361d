"""Fields of the filters above long lists, drawn without a template for every field and choice."""

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

_CHOSEN = mark_safe(" selected")


class PlainSelect(forms.Select):
    """A choice of one among many, without groups: looks and works as Django's own."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The select with its options."""
        chosen = self.format_value(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (("" if key is None else key, _CHOSEN if str(key) in chosen else "", label) for key, label in self.choices),
        )
        own = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        return format_html("<select{}>{}</select>", own, options)


class PlainText(forms.TextInput):
    """A line to type in: looks and works as Django's own."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The input with what was typed."""
        own = {"type": self.input_type, "name": name, "value": self.format_value(value)}
        filled = {key: text for key, text in own.items() if text is not None}
        return format_html("<input{}>", flatatt(filled | self.build_attrs(self.attrs, attrs)))
