"""What the marks of a text become, and that nothing else becomes a tag."""

import pytest

from content.domain import markup

pytestmark = pytest.mark.unit


def html(text: str) -> str:
    return markup.html_of(text, picture_url=lambda n: "/p/1" if n == 1 else "")


def test_marks_become_our_few_tags() -> None:
    text = "## 怎样量\n坐稳，**不说话**。\n- 早上\n- 晚上\n\n1. 排尿\n2. 坐下\n\n> 立即拨打120。\n\n见[指南](https://example.org/a?b=1)"
    assert html(text) == (
        "<h2>怎样量</h2>\n<p>坐稳，<strong>不说话</strong>。</p>\n<ul><li>早上</li><li>晚上</li></ul>\n"
        "<ol><li>排尿</li><li>坐下</li></ol>\n<blockquote>立即拨打120。</blockquote>\n"
        '<p>见<a href="https://example.org/a?b=1" rel="noopener">指南</a></p>'
    )


def test_a_picture_stands_where_the_article_has_it() -> None:
    assert html("![盐](1)\n\n![没有](2)").strip() == (
        '<figure><img src="/p/1" alt="盐"><figcaption>盐</figcaption></figure>'
    )
    assert markup.pictures_in("![盐](1)\n\n![没有](2)") == {1, 2}


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[a](javascript:alert(1))",
        "![x](javascript:1)",
        '[a](https://e.org/"onclick="x)',
        "**<img src=x onerror=alert(1)>**",
        "## <b onclick=x>a</b>",
    ],
)
def test_nothing_typed_becomes_a_tag_of_its_own(text: str) -> None:
    made = html(text)
    assert "<script" not in made
    assert "<img" not in made
    assert "<b " not in made
    assert 'href="javascript' not in made
    assert '"onclick' not in made


def test_plain_text_keeps_words_and_addresses() -> None:
    text = "## 标题\n**早上**见[指南](https://example.org)\n- 一\n- 二\n\n![盐](1)"
    assert markup.plain_of(text) == "标题\n\n早上见指南 https://example.org\n\n- 一\n- 二"
