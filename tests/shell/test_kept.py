"""Parts of a page that are rendered once for each language and repeated."""

import pytest
from django.template import Context, engines
from django.utils import translation

from hospital_crm.shell.templatetags.kept import KeptNode

pytestmark = pytest.mark.unit


def template(text: str):
    return engines["django"].from_string("{% load kept %}" + text).template


def test_a_kept_part_knows_nothing_of_the_page():
    page = template("{% kept %}<b>{{ name }}</b>{% endkept %}{{ name }}")
    assert page.render(Context({"name": "张三"})) == "<b></b>张三"


def test_a_kept_part_is_rendered_once_for_each_language():
    page = template("{% load i18n %}{% kept %}{% translate 'Search' %}{% endkept %}")
    [part] = page.nodelist.get_nodes_by_type(KeptNode)
    read = []
    for language in ("zh-hans", "en", "zh-hans"):
        with translation.override(language):
            read.append(page.render(Context()))
    assert read == ["搜索", "Search", "搜索"]
    assert part.kept == {"zh-hans": "搜索", "en": "Search"}


def test_a_kept_part_is_not_escaped_again():
    page = template('{% kept %}<script src="a.js"></script>{% endkept %}')
    assert page.render(Context()) + page.render(Context()) == '<script src="a.js"></script>' * 2
