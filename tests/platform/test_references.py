"""What the pages of `docs` point at is there."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_NAMED = re.compile(r"`([\w.-]+(?:/[\w.-]+)*\.(?:md|py|html|css|js|toml|yml|po))`|\]\(([\w./-]+\.(?:md|png))\)")
_DECISION = re.compile(r"decisions/(\d{4})(?!-)")


def _is_there(page: Path, name: str) -> bool:
    places = (ROOT, page.parent, ROOT / "docs", ROOT / "hospital_crm")
    return any((place / name).exists() for place in places) or ("/" not in name and any(ROOT.glob(f"*/**/{name}")))


def test_every_file_named_in_the_docs_is_there() -> None:
    named = {
        (page.name, name) for page in PAGES for pair in _NAMED.findall(page.read_text()) for name in filter(None, pair)
    }
    pages = {page.name: page for page in PAGES}
    assert len(named) > 10
    assert {(page, name) for page, name in named if not _is_there(pages[page], name)} == set()


def test_no_two_decisions_have_the_same_number() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")]
    assert sorted(numbers) == sorted(set(numbers))


def test_a_decision_is_named_by_its_file_and_not_by_its_number() -> None:
    texts = {page.name: page.read_text() for page in PAGES}
    assert {name: _DECISION.findall(text) for name, text in texts.items() if _DECISION.findall(text)} == {}
