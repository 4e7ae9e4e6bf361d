"""All texts and purposes of all apps: registered, translated, without anything confidential in the subject."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from messaging import purposes, templates

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    *("accounts", "campaigns", "content", "followups", "groups"),
    *("integrations", "messaging", "patients", "reports"),
)
TELLING = re.compile("诊断|肿瘤|癌|精神|艾滋|性病|diagnos|tumou?r|cancer|psychiatr|HIV", re.IGNORECASE)


def values_of(text) -> set[str]:
    """The names of the values in a text."""
    return set(re.findall(r"%\((\w+)\)s", str(text)))


@pytest.mark.unit
@pytest.mark.parametrize("code", [code for code in templates.codes() if not code.startswith("test")])
def test_text_is_whole_in_every_language(code):
    template = templates.get(code)
    names = values_of(template.subject) | values_of(template.body)
    values = dict.fromkeys(names, "7")
    rendered = {language: template.said(language).fill(values)[:2] for language, _name in settings.LANGUAGES}
    assert all(subject and body and "%(" not in subject + body for subject, body in rendered.values())
    assert all(subject.count("7") == rendered["en"][0].count("7") for subject, _body in rendered.values())
    assert rendered["en"][0] != rendered["zh-hans"][0]
    assert [subject for subject, _body in rendered.values() if TELLING.search(subject)] == []


def constants(keyword: str) -> set[str]:
    """Every constant that is given to `enqueue` or a `Notice` under this keyword, anywhere in the apps."""
    found, doors = set(), ("enqueue", "Notice")
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in doors:
                    given = [argument.value for argument in node.keywords if argument.arg == keyword]
                    found |= {
                        leaf.value
                        for value in given
                        for leaf in ast.walk(value)
                        if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
                    }
    return found


@pytest.mark.unit
def test_whatever_is_queued_is_registered():
    queued = {"purpose": constants("purpose"), "template": constants("template")}
    assert queued["purpose"] - purposes._purposes.keys() == set()
    assert queued["template"] - set(templates.codes()) == set()
    assert "followups.late_a" in queued["purpose"]
