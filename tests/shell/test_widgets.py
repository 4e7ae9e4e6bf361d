"""Plain fields are drawn as Django draws its own."""

import pytest
from django import forms
from django.test.html import parse_html

from hospital_crm.shell.widgets import PlainSelect, PlainText

pytestmark = pytest.mark.unit

CHOICES = [("", "全部"), (1, "心内科 <二>"), (2, "骨科")]


@pytest.mark.parametrize("value", [None, "", 2, "1"])
def test_a_plain_select_is_drawn_as_a_select(value):
    attrs = {"id": "id_department", "class": "form-select", "required": False}
    plain = PlainSelect(attrs, CHOICES).render("department", value)
    usual = forms.Select(attrs, CHOICES).render("department", value)
    assert parse_html(plain) == parse_html(usual)


@pytest.mark.parametrize("value", [None, "", 'I10 "高血压"'])
def test_a_plain_line_is_drawn_as_a_line(value):
    attrs = {"id": "id_disease", "maxlength": 20, "required": False}
    plain = PlainText(attrs).render("disease", value)
    assert parse_html(plain) == parse_html(forms.TextInput(attrs).render("disease", value))
