"""Simple widgets are drawn as Django's own templates draw them."""

import datetime as dt

import pytest
from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.renderers import TemplatesSetting
from django.test.html import parse_html

from hospital_crm.shell.renderer import PlainRenderer

pytestmark = pytest.mark.unit

CHOICES = [("", "全部"), (1, "心内科 <二>"), ("外科", [(2, "骨科"), ("o'x", "A&B")])]
ATTRS = {"id": "id_x", "class": "form-select", "required": True, "disabled": False, "data-words": 'say "<hi>"'}
TEXT = '高血压 "I10" <b>&'

CASES = [
    *((forms.TextInput(ATTRS), value) for value in (None, "", TEXT, 0)),
    *((forms.Select(ATTRS, CHOICES), value) for value in (None, "", 2, "1", "o'x")),
    (forms.SelectMultiple(ATTRS, CHOICES), ["1", "2"]),
    (forms.NullBooleanSelect(ATTRS), True),
    (forms.NumberInput(ATTRS | {"min": 1}), 12),
    (forms.EmailInput(ATTRS), "a@example.com"),
    (forms.URLInput(ATTRS), "https://example.com/?a=1&b=2"),
    (forms.PasswordInput(ATTRS), "never shown"),
    (forms.HiddenInput(), "x"),
    (forms.DateInput({"type": "date"}, format="%Y-%m-%d"), dt.date(2026, 11, 29)),
    (forms.DateTimeInput(ATTRS), dt.datetime(2026, 11, 29, 8, 5)),
    (forms.TimeInput(ATTRS), dt.time(8, 5)),
    (forms.CheckboxInput(ATTRS), True),
    (forms.CheckboxInput(ATTRS), False),
    (forms.Textarea(ATTRS), TEXT),
    (forms.Textarea(ATTRS), None),
    (forms.CheckboxSelectMultiple(ATTRS, CHOICES[:2]), ["1"]),
    (forms.RadioSelect(ATTRS, CHOICES), "2"),
    (forms.ClearableFileInput(ATTRS), None),
    (forms.SplitDateTimeWidget(ATTRS), dt.datetime(2026, 11, 29, 8, 5)),
]


@pytest.mark.parametrize(("widget", "value"), CASES)
def test_a_widget_is_drawn_as_django_draws_it(widget, value):
    ours = widget.render("x", value, renderer=PlainRenderer())
    assert parse_html(ours) == parse_html(widget.render("x", value, renderer=TemplatesSetting()))


@pytest.mark.parametrize("wrap", [True, False])
def test_single_choices_are_drawn_as_django_draws_them(wrap):
    for widget in (forms.CheckboxSelectMultiple(ATTRS, CHOICES), forms.RadioSelect(ATTRS, CHOICES)):
        for option in widget.subwidgets("x", ["1"]):
            context = {"widget": option | {"wrap_label": wrap}}
            ours, usual = (one().render(option["template_name"], context) for one in (PlainRenderer, TemplatesSetting))
            assert parse_html(ours) == parse_html(usual)


def test_the_choice_of_nothing_is_a_dash():
    drawn = forms.Select(choices=[*BLANK_CHOICE_DASH, ("a", "甲")]).render("x", "", renderer=PlainRenderer())
    assert ">—<" in drawn
    assert "--" not in drawn


def test_nothing_typed_leaves_the_tag():
    drawn = PlainRenderer().render("django/forms/widgets/text.html", forms.TextInput().get_context("x", '"><b>', {}))
    assert "<b>" not in drawn
