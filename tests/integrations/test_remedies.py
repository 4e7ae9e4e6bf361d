"""Whoever looks at a message that was set aside reads what to do next."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.readers.hl7.answers import REJECTED
from integrations.readers.problems import SENTENCES, sentence
from integrations.readers.remedies import REMEDIES, remedy
from tests.integrations.factories import InboundRecordFactory

HOME = Path(__file__).parents[2]
_REASONS = re.compile(r'(?:refused=|refusals\[[^\]]+\] = |state=SET_ASIDE, reason=|SET_ASIDE, )"(\w+)"')


def reasons() -> set[str]:
    """The reasons for which the code sets messages aside."""
    files = [*(HOME / "patients" / "domain").glob("*.py"), *(HOME / "integrations").glob("*/**/*.py")]
    return {code for file in files for code in _REASONS.findall(file.read_text())} | set(REJECTED)


@pytest.mark.unit
def test_every_reason_of_setting_aside_names_its_remedy_in_chinese() -> None:
    found = reasons()
    assert {"nobody", "delete_told", "cannot_unite", "visit_of_another", "no_person", "no_header"} <= found
    assert (found - REMEDIES.keys(), REMEDIES.keys() - SENTENCES.keys()) == (set(), set())
    with translation.override("zh-hans"):
        assert [code for code in REMEDIES if remedy(code) == REMEDIES[code]] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "is_told"), [("set_aside", True), ("ignored", False)])
def test_the_page_of_a_message_says_what_to_do(north: Hospital, client_as: Any, state: str, is_told: bool) -> None:
    with hospital_scope(north):
        record = InboundRecordFactory(state=state, reason="delete_told")
    page = client_as("information_officer").get(f"imports/feeds/messages/{record.public_id}/").content.decode()
    assert ("处理办法" in page) is is_told


@pytest.mark.unit
def test_a_deletion_speaks_of_people_and_of_visits() -> None:
    with translation.override("zh-hans"):
        for words in (sentence("delete_told", {}), remedy("delete_told")):
            assert "人员" in words
            assert "就诊" in words


@pytest.mark.unit
def test_the_guardian_decides_for_those_under_fourteen() -> None:
    with translation.override("zh-hans"):
        assert "不满14周岁" in remedy("consent_refused")
