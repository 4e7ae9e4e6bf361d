"""What sheets claim of themselves, and Django's sentences in our own words."""

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext, override


@pytest.mark.parametrize(("counted", "claims"), [({"page": 2, "pages": 3}, ["第2页，共3页"]), ({}, [])])
def test_a_sheet_says_its_number_only_where_the_page_parts_its_sheets(counted: dict, claims: list[str]) -> None:
    with override("zh-hans"):
        foot = render_to_string("components/sheet_foot.html", {"now": timezone.now(), **counted})
    assert ([claim for claim in ("第2页，共3页",) if claim in foot], "页，共" in foot) == (claims, bool(claims))


@pytest.mark.parametrize(
    ("language", "heading", "required"),
    [
        ("zh-hans", "员工", "这一项必填。"),
        ("zh-hant", "员工", "這一項必填。"),
        ("en", "Select 员工 to change", "This field is required."),
    ],
)
def test_the_administration_speaks_our_words(language: str, heading: str, required: str) -> None:
    with override(language):
        assert (gettext("Select %s to change") % "员工", gettext("This field is required.")) == (heading, required)
