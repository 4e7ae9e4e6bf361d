"""The texts of all messages: each app registers its own in `apps.py`, as lazy translations with %(name)s for values.
A value that is a code is given its words when it is read, so that each reader has them in the own language.

Texts name no diagnosis, no patient and no telephone number: what is confidential stays on the page behind the link.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from django.utils import translation
from django.utils.html import escape

from messaging.domain.marking import MedicalAdvert


@dataclass(frozen=True)
class Said:
    """A text in one language, made once for however many recipients: what is written between the values, and the
    words of values that are codes.

    `html` is the other form of a mail's body; `headers` and `inline` go with it as they are. `provider_template` and
    `provider_values` (name of the value there → name of ours) are for channels whose texts the provider keeps.
    `advert`: the review of a medical advert, which must hold on the day on which the message leaves.
    """

    subject: str
    body: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    inline: tuple[Any, ...] = ()
    provider_template: str = ""
    provider_values: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    advert: MedicalAdvert | None = None

    def fill(self, values: Mapping[str, Any]) -> "Filled":
        """With these values; those of the markup are escaped. KeyError where a value is missing."""
        said = {name: self.words.get(name, _NO_WORDS).get(value, value) for name, value in values.items()}
        subject = " ".join((self.subject % said).split())
        html = self.html % {name: escape(value) for name, value in said.items()} if self.html else ""
        told = {theirs: str(said[ours]) for theirs, ours in self.provider_values.items()}
        return Filled(subject, (self.body % said).strip(), html, told)


class Filled(NamedTuple):
    """What one recipient reads."""

    subject: str
    body: str
    html: str = ""
    provider_values: Mapping[str, str] = {}


class Text(Protocol):
    """A text in all its languages."""

    def said(self, language: str) -> Said:
        """In one language. A caller with many recipients keeps it."""
        ...


Resolver = Callable[[str], Text]


@dataclass(frozen=True)
class Template:
    """Subject and body of one kind of message, lazy so that each recipient gets the own language."""

    code: str
    subject: Any
    body: Any
    words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def said(self, language: str) -> Said:
        """The text in one language."""
        with translation.override(language):
            words = {name: {code: str(word) for code, word in said.items()} for name, said in self.words.items()}
            return Said(str(self.subject), str(self.body), words=words)


_templates: dict[str, Template] = {}
_resolvers: dict[str, Resolver] = {}
_NO_WORDS: Mapping[str, str] = {}


def register(code: str, subject: Any, body: Any, words: Mapping[str, Mapping[str, Any]] | None = None) -> None:
    """Adds the text `code`; `words` are those of values that are codes. ValueError where another text has that code."""
    template = Template(code, subject, body, words or {})
    if _templates.setdefault(code, template) != template:
        raise ValueError(f"two texts are called {code}")


def register_source(prefix: str, resolver: "Resolver") -> None:
    """Texts that are rows: `campaign:12` is looked up by the resolver of `campaign`, inside the hospital's scope.

    It answers LookupError where there is no such text. A second registration of a prefix takes its place.
    """
    _resolvers[prefix] = resolver


def get(code: str) -> "Text":
    """The text `code`. LookupError where nobody registered it."""
    prefix, _colon, rest = code.partition(":")
    if rest and prefix in _resolvers:
        return _resolvers[prefix](code)
    if code not in _templates:
        raise LookupError(f"no text is called {code}: register it in the app's apps.py")
    return _templates[code]


def codes() -> list[str]:
    """All registered texts, for the test that renders each in each language."""
    return sorted(_templates)
