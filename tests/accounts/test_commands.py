"""Commands that work at one hospital find it in one way, and refuse in words their reader knows."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from accounts.models import Hospital

COMMANDS: dict[str, tuple[list[str], dict[str, Any]]] = {
    "classify": ([], {}),
    "import_discharges": (["list.csv"], {}),
    "import_staff": (["staff.csv"], {}),
    "plan_followups": ([], {}),
    "receive_mail": ([], {}),
    "receive_fhir": (["bundle.json"], {"feed": "his"}),
    "receive_hl7": (["messages.hl7"], {"feed": "his"}),
    "renew": ([], {}),
    "run_mllp": ([], {"feed": "his", "port": 1}),
}
IN_WORDS = {
    "zh-hans": "没有启用中的医院“{slug}”。",
    "zh-hant": "沒有啟用中的醫院“{slug}”。",
    "en": "There is no active hospital “{slug}”.",
}


@pytest.fixture
def switched_off(north: Hospital) -> Hospital:
    north.is_active = False
    north.language = "en"
    north.save()
    return north


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("slug", ["nowhere", "north"])
def test_command_refuses_an_address_without_an_active_hospital(
    switched_off: Hospital, settings: Any, command: str, slug: str
) -> None:
    arguments, options = COMMANDS[command]
    for language in ("zh-hans", "en"):
        settings.LANGUAGE_CODE = language
        with override("zh-hant"), pytest.raises(CommandError) as refused:
            call_command(command, *arguments, hospital=slug, **options)
        assert str(refused.value) == IN_WORDS[language].format(slug=slug)


@pytest.mark.parametrize("command", ["import_discharges", "receive_fhir", "receive_hl7"])
@pytest.mark.parametrize("language", IN_WORDS)
def test_command_refuses_in_the_language_it_is_given(switched_off: Hospital, command: str, language: str) -> None:
    arguments, options = COMMANDS[command]
    with pytest.raises(CommandError) as refused:
        call_command(command, *arguments, hospital="north", language=language, **options)
    assert str(refused.value) == IN_WORDS[language].format(slug="north")


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", "没有医院“nowhere”。"), ("zh-hant", "沒有醫院“nowhere”。"), ("en", "There is no hospital “nowhere”.")],
)
def test_verify_audit_refuses_an_address_that_no_hospital_has(
    switched_off: Hospital, settings: Any, language: str, words: str
) -> None:
    settings.LANGUAGE_CODE = language
    call_command("verify_audit", hospital="north")
    with pytest.raises(CommandError) as refused:
        call_command("verify_audit", hospital="nowhere")
    assert str(refused.value) == words


def test_every_command_that_names_one_hospital_is_asked() -> None:
    """`verify_audit` reads the trail of hospitals that are switched off as well."""
    folders = Path(__file__).resolve().parents[2].glob("*/management/commands")
    takes = {path.stem for folder in folders for path in folder.glob("*.py") if "--hospital" in path.read_text("utf-8")}
    assert takes | {"receive_fhir", "receive_hl7"} == {*COMMANDS, "verify_audit"}
