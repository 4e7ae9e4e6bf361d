"""The texts of all messages: each app registers its own in `apps.py`, as lazy translations with %(name)s for values.
A value that is a code is given its words when it is read, so that each reader has them in the own language.

Texts name no diagnosis, no patient and no telephone number: what is confidential stays on the page behind the link.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation


@dataclass(frozen=True)
class Template:
    """Subject and body of one kind of message, lazy so that each recipient gets the own language."""

    code: str
    subject: Any
    body: Any
    words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def render(self, context: Mapping[str, Any], language: str) -> tuple[str, str]:
        """Subject (one line) and body in `language`. KeyError where `context` lacks a value."""
        with translation.override(language):
            said = {name: self._said(name, value) for name, value in context.items()}
            subject, body = str(self.subject) % said, str(self.body) % said
        return " ".join(subject.split()), body.strip()

    def _said(self, name: str, value: Any) -> Any:
        return self.words.get(name, {}).get(value, value)


_templates: dict[str, Template] = {}


def register(code: str, subject: Any, body: Any, words: Mapping[str, Mapping[str, Any]] | None = None) -> None:
    """Adds the text `code`; `words` are those of values that are codes. ValueError where another text has that code."""
    template = Template(code, subject, body, words or {})
    if _templates.setdefault(code, template) != template:
        raise ValueError(f"two texts are called {code}")


def get(code: str) -> Template:
    """The text `code`. LookupError where nobody registered it."""
    if code not in _templates:
        raise LookupError(f"no text is called {code}: register it in the app's apps.py")
    return _templates[code]


def codes() -> list[str]:
    """All registered texts, for the test that renders each in each language."""
    return sorted(_templates)
