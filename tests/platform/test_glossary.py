"""The glossary names every table of the house, by the words that its screens use."""

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.utils.translation import override

pytestmark = pytest.mark.unit
# Words of work that later apps bring, and that have one Chinese word each from the first day.
AHEAD = {"case": "工单", "campaign": "营销活动", "event": "社区活动", "sign-up": "报名", "booking": "挂号"}


def rows() -> list[list[str]]:
    """Code, English, Chinese and meaning of each line."""
    text = (Path(settings.BASE_DIR) / "docs" / "glossary.md").read_text("utf-8")
    return [[part.strip() for part in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| ")]


def own_models() -> list:
    """Every model of the project's apps."""
    return [model for model in apps.get_models() if (Path(settings.BASE_DIR) / model.__module__.split(".")[0]).is_dir()]


def test_every_model_stands_with_the_name_that_the_screen_shows():
    with override("zh-hans"):
        wanted = {model.__name__: str(model._meta.verbose_name) for model in own_models()}
    said = {name: " ".join(row[2] for row in rows() if f"`{name}`" in row[0]) for name in wanted}
    assert len(wanted) > 100
    assert {name: words for name, words in wanted.items() if words not in said[name]} == {}


def test_words_of_later_work_have_one_word_each():
    assert {row[0]: row[2] for row in rows() if row[0] in AHEAD} == AHEAD


def test_every_row_has_its_four_columns():
    assert [row for row in rows() if len(row) != 4] == []
