"""Facts that may be told outside the house: which of its signals an app lets other systems hear, and what of them.

An app registers its facts in its `signals.py`. A payload holds public identifiers and codes, never a name, a number or
clinical text: who wants to know more asks the API, where rights hold and every reading is on record. Whoever tells
(integrations) enters itself here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.dispatch import Signal

Item = dict[str, str]


@dataclass(frozen=True)
class Fact:
    """`name` is what receivers read and stays; `items` makes of the signal's arguments what is told, one by one."""

    name: str
    label: Any
    signal: Signal
    items: Callable[[Mapping[str, Any]], Iterable[Item]]


Teller = Callable[[Fact, Mapping[str, Any]], None]
_facts: dict[str, Fact] = {}
_tellers: list[Teller] = []


def register(fact: Fact) -> None:
    """From now on the fact can be told outside. One that has several signals is registered for each of them."""

    def hear(sender: Any, **said: Any) -> None:
        for teller in _tellers:
            teller(fact, said)

    _facts.setdefault(fact.name, fact)
    fact.signal.connect(hear, weak=False, dispatch_uid=f"outside:{fact.name}")


def tell_through(teller: Teller) -> None:
    """Facts are handed to `teller` within the transaction in which they happen."""
    if teller not in _tellers:
        _tellers.append(teller)


def known_facts() -> list[Fact]:
    """All of them, by name."""
    return [_facts[name] for name in sorted(_facts)]
