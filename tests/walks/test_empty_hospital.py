"""A hospital on its first day, with nobody in it but its staff: every page that anybody reaches answers, and none is a
table without rows or a page without a word.
"""

import re
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import pytest

from accounts.domain.hospitals import create_hospital
from accounts.models import Hospital, StaffMember
from accounts.roles import SHIPPED_ROLES
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import Part, client_of, hire

pytestmark = pytest.mark.django_db

EMPTY_TABLE = re.compile(r"<tbody[^>]*>\s*</tbody>")
FEWEST_LETTERS = 10
FILES = ("/template", "/export", "/file/", "/static/", "/accounts/")
# The sessions of the own account: a browser that signed in is always among them, the client of the tests is not.
WITHOUT_SESSION = "/empty/me/"
CHIPS = ("list", "show", "view")


class Links(HTMLParser):
    """The addresses that a page leads to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.found.append(href)


@pytest.fixture
def empty(db: None) -> Hospital:
    """A hospital as `create_hospital` makes it."""
    return create_hospital(slug="empty", name="空医院")


def hired(hospital: Hospital, role: str) -> StaffMember:
    with hospital_scope(hospital):
        return hire(f"{role.replace('_', '-')}.empty", Part("新员工", (role,)))


def place_of(url: str) -> tuple[str, ...]:
    """A page and the chip chosen on it: the same with another order or period is not asked for again."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return (parts.path, *(query.get(name, "") for name in CHIPS))


def main_of(text: str) -> str:
    """The main part without its marks."""
    _before, _start, rest = text.partition('id="main"')
    main = re.sub(r"<script.*?</script>", "", rest.partition("</main>")[0], flags=re.S)
    return re.sub(r"<[^>]+>|\s", "", main.partition(">")[2])


def says_nothing(text: str) -> bool:
    """A table without rows, or a page with a heading at most."""
    return EMPTY_TABLE.search(text) is not None or len(main_of(text)) < FEWEST_LETTERS


@pytest.mark.parametrize("role", list(SHIPPED_ROLES))
def test_every_page_of_the_role_says_something(empty: Hospital, role: str) -> None:
    client = client_of(hired(empty, role))
    waiting: list[str] = ["/empty/"]
    seen: set[tuple[str, ...]] = set()
    faults: list[str] = []
    while waiting:
        url = waiting.pop(0)
        if place_of(url) in seen or not url.startswith("/empty/") or any(part in url for part in FILES):
            continue
        seen.add(place_of(url))
        answer = client.get(url)
        if answer.status_code in (301, 302):
            waiting.append(urljoin(url, answer["Location"]))
            continue
        if not answer["Content-Type"].startswith("text/html"):
            continue
        text = answer.content.decode()
        if answer.status_code != 200:
            faults.append(f"{answer.status_code} {url}")
        elif says_nothing(text) and "/admin/" not in url and url != WITHOUT_SESSION:
            faults.append(f"nothing to read: {url}")
        waiting += [urldefrag(urljoin(url, link)).url for link in Links(text).found]
    assert (faults, len(seen) > 2) == ([], True)
