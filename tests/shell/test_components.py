"""Every component renders, in every language, without inline style or script."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.utils import timezone, translation

from tests.shell.kit import BENCH, CONFIRM, KIT, SHANGHAI, a_request, rendered

pytestmark = pytest.mark.unit

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# Parts of the frame, drawn by base.html or a tag rather than by a page.
FRAME = {
    *(
        "bell",
        "bulk_acts",
        "confirm",
        "help_dialog",
        "idle_dialog",
        "language_items",
        "language_menu",
        "me_menu",
        "later_numbers",
        "pick_matching",
        "role_menu",
    ),
    *("sheet_foot", "sheet_head", "sort_head", "tabs", "theme_button", "timeline", "toast", "toasts", "topbar"),
}
TAG = re.compile(r"\{%.*?%\}")
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\b(src=|type=\"application/json\"))", re.IGNORECASE)


@pytest.fixture(autouse=True)
def _hospital_time():
    with timezone.override(SHANGHAI):
        yield


def test_the_kit_shows_every_component():
    shown = set(re.findall(r"components/(\w+)\.html", KIT + CONFIRM))
    assert {path.stem for path in (TEMPLATES / "components").glob("*.html")} == shown | FRAME


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
@pytest.mark.parametrize("page", [KIT, CONFIRM, BENCH], ids=["kit", "confirm", "bench"])
def test_pages_render_without_inline_style_or_script(page, language):
    with translation.override(language):
        html = rendered(page)
    assert INLINE.findall(html) == []
    assert "{#" not in html
    assert "{%" not in html
    assert f'<html lang="{language}"' in html


def test_no_template_of_ours_carries_inline_style_or_script():
    found = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if INLINE.search(TAG.sub("", path.read_text("utf-8")))
    }
    assert found == set()


def test_the_window_says_in_words_what_it_draws():
    with translation.override("zh-hans"):
        html = rendered(KIT)
    assert '<span class="due-words is-late">超时14小时</span>' in html
    assert '<span class="due-words">剩9小时18分</span>' in html
    assert '<span class="due-words">11-25起</span>' in html


def test_a_rail_turns_the_page_into_list_and_rail():
    assert 'class="bench"' in rendered(BENCH)
    assert 'id="rail"' in rendered(BENCH)
    assert 'id="rail"' not in rendered(KIT)


def test_errors_of_a_form_stand_under_the_field_and_above_the_form_with_a_link():
    with translation.override("zh-hans"):
        html = rendered(KIT)
    assert '<a href="#id_name">姓名</a>' in html
    assert '<span class="req">必填</span>' in html
    assert '<span class="opt">选填</span>' in html
    assert 'aria-invalid="true"' in html


def test_sorting_keeps_the_other_parameters_and_starts_paging_anew():
    html = rendered(KIT, a_request("/kit/?department=1&sort=due&after=9"))
    assert 'aria-sort="ascending"><a href="?department=1&amp;sort=-due"' in html
    assert '<a href="?department=1&amp;sort=name">' in html


def test_dark_is_painted_from_the_first_moment():
    assert 'data-theme="dark" data-bs-theme="dark"' in rendered(BENCH, a_request(theme="dark"))
    assert 'data-theme="auto" data-bs-theme="light"' in rendered(BENCH, a_request(theme="<b>"))


@pytest.mark.parametrize("name", ["400", "403", "404", "429", "500", "403_csrf"])
def test_error_pages_say_what_to_do_and_give_a_number(name):
    with translation.override("zh-hans"):
        html = get_template(f"{name}.html").render({}, a_request())
    assert "5f1c2a7e" in html
    assert 'class="btn"' in html


def test_not_found_and_not_to_be_seen_are_the_same_words():
    html = get_template("404.html").render({"exception": "Patient 7 of North"}, a_request())
    assert "Patient 7" not in html
