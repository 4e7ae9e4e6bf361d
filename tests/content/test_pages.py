"""The library and the public page of an article."""

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Hospital
from content.models import Article, ArticleOpening, ArticlePicture
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import Cast, MountedClient, client_of
from tests.content.factories import ArticleVersionFactory

pytestmark = pytest.mark.django_db
WORDS = {"kind": "knowledge", "language": "zh-hans", "title": "少吃盐", "body": "## 为什么\n酱油里也有盐。"}


def written(cast: Cast) -> Article:
    """An article made on the page."""
    answer = client_of(cast.sun).post("content/new/", WORDS)
    assert answer.status_code == 302
    with hospital_scope(cast.hospital):
        return Article.objects.get(name="少吃盐")


def test_an_article_is_written_approved_read_and_retired_on_pages(cast: Cast) -> None:
    one = written(cast)
    page, words = f"content/{one.public_id}/", f"content/{one.public_id}/words/zh-hans/"
    public = f"/north/articles/{one.public_id}/"
    assert Client().get(public).status_code == 404
    assert client_of(cast.sun).post(f"{words}submit/").status_code == 302
    assert "少吃盐" in client_of(cast.qian).get("content/?list=in_approval").content.decode()
    client_of(cast.qian).post(f"{words}approve/")
    (link,) = re.findall(r'href="/north/([^"]*/approve/\?seen=[^"]+)"', client_of(cast.qian).get(page).content.decode())
    with hospital_scope(cast.hospital):
        assert one.versions.get().state == "in_approval"
    assert client_of(cast.qian).post(link).status_code == 302
    assert "已批准" in client_of(cast.sun).get(page).content.decode()
    read = Client().get(public).content.decode()
    assert "<h2>为什么</h2>\n<p>酱油里也有盐。</p>" in read
    assert client_of(cast.sun).post(f"{words}retire/", {"reason": "过时"}).status_code == 302
    assert Client().get(public).status_code == 404


def test_opening_an_article_leaves_a_row_and_looking_at_its_head_none(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        version = ArticleVersionFactory(state="approved")
        url = f"/north/articles/{version.article.public_id}/"
    assert Client().head(url).status_code == 200
    assert Client().get(url).status_code == 200
    assert Client().post(url).status_code == 405
    with hospital_scope(north):
        assert list(ArticleOpening.objects.values_list("version_id", flat=True)) == [version.pk]


def test_who_may_only_read_the_library_neither_writes_nor_approves(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        version = ArticleVersionFactory(state="in_approval")
    page = f"content/{version.article.public_id}/"
    nurse = client_of(cast.li)
    assert nurse.get(page).status_code == 200
    for name in ("words/zh-hans/", "words/zh-hans/approve/", "words/zh-hans/retire/", "about/"):
        assert nurse.get(f"{page}{name}").status_code == 403, name
    assert client_of(cast.deng).get(page).status_code == 403
    assert client_of(cast.sun).post(f"{page}words/zh-hans/approve/").status_code == 403


def test_a_picture_is_seen_outside_once_its_article_is_approved(cast: Cast, north: Hospital, png: bytes) -> None:
    one = written(cast)
    sent = {"file": SimpleUploadedFile("盐.png", png), "said": "一勺盐"}
    assert client_of(cast.sun).post(f"content/{one.public_id}/pictures/", sent).status_code == 302
    with hospital_scope(north):
        picture = ArticlePicture.objects.get()
        assert (picture.number, picture.said, picture.title) == (1, "一勺盐", "盐.png")
    public = f"/north/articles/pictures/{picture.public_id}/"
    assert Client().get(public).status_code == 404
    assert client_of(cast.li).get(f"content/pictures/{picture.public_id}/").status_code == 200
    with hospital_scope(north):
        one.versions.update(state="approved")
    assert Client().get(public)["Content-Type"] == "image/png"


@pytest.fixture
def png() -> bytes:
    """A grey square."""
    import io

    from PIL import Image

    target = io.BytesIO()
    Image.new("RGB", (8, 8), "grey").save(target, "PNG")
    return target.getvalue()


def test_library_is_narrowed_and_costs_the_same_for_many(
    client_as: Callable[[str], MountedClient], north: Hospital, django_assert_max_num_queries: Callable
) -> None:
    client = client_as("agent")
    with hospital_scope(north):
        for n in range(4):
            ArticleVersionFactory(article__name=f"盐{n}", title=f"盐{n}", body="独一无二")
    client.get("content/")
    with django_assert_max_num_queries(15):
        found = client.get("content/?q=独一无二").content.decode()
    assert [f"盐{n}" in found for n in range(4)] == [True] * 4
    assert "高血压" not in found
    assert "没有文章" in client.get("content/?q=没有这样的话").content.decode()


def test_a_video_has_an_address_of_the_plain_kind(cast: Cast) -> None:
    sent = {**WORDS, "body": "", "video_url": "https://user@example.org:99/a"}
    assert client_of(cast.sun).post("content/new/", sent).status_code == 422
    sent["video_url"] = "https://video.example.org/a"
    assert client_of(cast.sun).post("content/new/", sent).status_code == 302


def test_outside_the_published_articles_are_found_and_nothing_else(north: Hospital) -> None:
    with hospital_scope(north):
        shown = ArticleVersionFactory(state="approved", title="少吃盐", summary="每天5克")
        ArticleVersionFactory(article=shown.article, language="en", state="approved", title="Less salt")
        ArticleVersionFactory(state="approved", title="量血压")
        for state in ("draft", "in_approval", "retired"):
            ArticleVersionFactory(state=state, title=f"没有发布{state}")
    client = Client()
    said = client.get("/north/articles/").content.decode()
    assert [words in said for words in ("少吃盐", "每天5克", "量血压", "没有发布")] == [True, True, True, False]
    assert said.index("量血压") < said.index("少吃盐")
    assert f'href="/north/articles/{shown.article.public_id}/"' in said
    for words in ("盐", "SALT"):
        found = client.get("/north/articles/", {"q": words}).content.decode()
        assert ("少吃盐" in found, "量血压" in found) == (True, False)
    assert "没有标题含这些字的文章" in client.get("/north/articles/", {"q": "没有这个词"}).content.decode()
    assert client.post("/north/articles/").status_code == 405
    client.cookies["crm_language"] = "en"
    assert "Less salt" in client.get("/north/articles/").content.decode()


def test_list_outside_goes_on_by_pages_and_costs_the_same_for_many(
    north: Hospital, django_assert_max_num_queries: Callable
) -> None:
    with hospital_scope(north):
        for _n in range(60):
            ArticleVersionFactory(state="approved")
    with django_assert_max_num_queries(15):
        first = Client().get("/north/articles/").content.decode()
    (older,) = re.findall(r'rel="next" href="(\?after=[^"]+)"', first)
    rest = Client().get(f"/north/articles/{older}").content.decode()
    assert first.count("<b>少吃盐</b>") + rest.count("<b>少吃盐</b>") == 60
