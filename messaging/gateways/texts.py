"""Texts that a provider has registered: which of them a message is, and with which values.

An account keeps a line per text, `our code = provider's code value value …`; the line of `*` is for everything else and
takes the whole text as its only value.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from messaging.gateways.base import Setting

EVERYTHING_ELSE = "*"
LINES = Setting(
    "texts",
    _("registered texts"),
    kind="lines",
    help_text=_("A line each: name = code value value. The line of * is for everything else: * = code value."),
)


class NoSuchText(LookupError):
    """The account has no text for this message."""


@dataclass(frozen=True)
class ProviderText:
    """A provider's text: its code and the names of its values in order."""

    code: str
    names: tuple[str, ...]


def read_lines(lines: Iterable[str]) -> dict[str, ProviderText]:
    """The lines of an account. Refuses (ValueError, with the line) what is none."""
    found = {}
    for line in (one.strip() for one in lines):
        if not line:
            continue
        ours, _sign, rest = line.partition("=")
        code, *names = rest.split() or [""]
        if not ours.strip() or not code:
            raise ValueError(line)
        found[ours.strip()] = ProviderText(code, tuple(names))
    return found


def chosen(
    texts: Mapping[str, ProviderText], *, template: str, values: Mapping[str, str], body: str
) -> tuple[str, list[tuple[str, str]]]:
    """The provider's code and the values in its order: a line of the account by its name, else `template` as the
    provider's own code with its values as they come, else the line of everything else. NoSuchText without that.
    """
    own = texts.get(template)
    if own is not None:
        return own.code, [(name, str(values.get(name, ""))) for name in own.names]
    if template:
        return template, [(name, str(value)) for name, value in values.items()]
    general = texts.get(EVERYTHING_ELSE)
    if general is None:
        raise NoSuchText
    return general.code, [(general.names[0] if general.names else "text", body)]
