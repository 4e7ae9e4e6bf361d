"""Every URL of a URLconf, with its view, and addresses for it made of the rows of a hospital."""

import itertools
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter

from accounts.models import Hospital
from accounts.roles import SHIPPED_ROLES
from hospital_crm.tenancy.scope import hospital_scope

GUARDED_ELSEWHERE = ("allauth.", "django.contrib.admin.")


@dataclass(frozen=True)
class Address:
    """One URL pattern: its route from the root of the URLconf, its name with namespaces, its view and converters."""

    route: str
    name: str
    view: Callable[..., Any]
    converters: tuple[tuple[str, Any], ...]

    def __str__(self) -> str:
        return f"{self.name or '?'} {self.route}"

    @property
    def is_admin(self) -> bool:
        """Whether a ModelAdmin or the AdminSite guards it."""
        return self.name.startswith("admin:")


def addresses(urlconf: str) -> list[Address]:
    """All of them, in order."""
    return list(_walk(get_resolver(urlconf).url_patterns, "", "", {}))


def _walk(patterns: list, route: str, namespace: str, converters: dict) -> Iterator[Address]:
    for entry in patterns:
        here = route + str(entry.pattern)
        known = {**converters, **getattr(entry.pattern, "converters", {})}
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, here, inner, known)
        elif isinstance(entry, URLPattern):
            yield Address(here, f"{namespace}{entry.name or ''}", entry.callback, tuple(known.items()))


def asked_of(address: Address) -> set[str]:
    """What the page demands: capabilities of which one is enough, or that one works here, or nothing."""
    return set(getattr(address.view, "guard", ()) or getattr(getattr(address.view, "cls", None), "requires", ()))


def may_open(role: str, address: Address) -> bool:
    """Whether the role is let in: it holds what the page asks for, or the page asks only that one works here."""
    asked = asked_of(address)
    return asked == {"staff"} or bool(asked & set(SHIPPED_ROLES[role].capabilities))


def filled(address: Address, hospital: Hospital, *, at_most: int | None = None) -> list[str]:
    """Paths of this URL with identifiers of rows of the hospital: of each model that may be meant, those of the
    view's own app first; two identifiers are those of rows that belong together.
    """
    if not address.converters:
        return [address.route] if "(" not in address.route else []
    if address.is_admin:
        return [re.sub(r"<[^>]+>", str(key), address.route) for key in _rows_of_admin(address, hospital)]
    found = []
    for values in itertools.islice(_values(address, hospital), at_most):
        path = address.route
        for (name, converter), value in zip(address.converters, values, strict=True):
            path = path.replace(_written(path, name), converter.to_url(value), 1)
        found.append(path)
    return found


def _rows_of_admin(address: Address, hospital: Hospital) -> list[Any]:
    """A row of the model that a page of the admin is about; pages of an admin's own take its number too."""
    for model in apps.get_models():
        if not address.name.startswith(f"admin:{model._meta.app_label}_{model._meta.model_name}_"):
            continue
        with hospital_scope(hospital):
            return list(model._base_manager.filter(hospital=hospital).values_list("pk", flat=True)[:1])
    return []


def _written(path: str, name: str) -> str:
    start = next(i for i in range(len(path)) if path[i] == "<" and path[i : path.index(">", i)].endswith(name))
    return path[start : path.index(">", start) + 1]


# Which way imports go; a page is about rows of its own app or of one further down.
DOWNWARDS = (
    "reports",
    "integrations",
    "followups",
    "campaigns",
    "groups",
    "content",
    "messaging",
    "patients",
    "accounts",
)
# What stands in an address for a word that is no identifier of a row.
WORDS = {"axis": "life_cycle", "value": "loyal", "chain": "events", "kind": "diagnoses", "key": "people"}
WORDS |= {"category": "vip", "field": "phone", "language": "zh-hans"}


def _values(address: Address, hospital: Hospital) -> Iterator[tuple[Any, ...]]:
    """What may stand for the parts of an address, in their order."""
    kinds = [_kind(converter) for _name, converter in address.converters]
    words = [WORDS.get(name, "phone") for name, _converter in address.converters]
    rows = [kind for kind in kinds if kind]
    app = address.view.__module__.split(".")[0]
    for keys in _keys(hospital, app, tuple(rows)) or [(uuid.uuid4(), 1)[: len(rows)]]:
        left = iter(keys)
        yield tuple(next(left) if kind else word for kind, word in zip(kinds, words, strict=True))


def _kind(converter: Any) -> str:
    """The column by which an address names a row; nothing for a word."""
    return "public_id" if isinstance(converter, UUIDConverter) else "pk" if isinstance(converter, IntConverter) else ""


@cache
def _keys(hospital: Hospital, app: str, kinds: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Keys of rows, or of pairs of rows. A hospital is filled before its addresses are asked for; forgotten before each
    test.
    """
    if not kinds:
        return [()]
    with hospital_scope(hospital):
        models = sorted(_models(app), key=lambda model: model._meta.app_label != app)
        if len(kinds) == 1:
            return [(key,) for model in models for key in _of(model, hospital, kinds[0])[:1]]
        return list(dict.fromkeys(pair for model in models for pair in _pairs(model, hospital, kinds)))


def _models(app: str) -> list[Any]:
    """Every model of a hospital's rows that a page of this app may be about: of its own or of an app below."""
    below = DOWNWARDS[DOWNWARDS.index(app) :] if app in DOWNWARDS else DOWNWARDS
    found = [model for name in below for model in apps.get_app_config(name).get_models()]
    return [model for model in found if any(one.name == "hospital" for one in model._meta.fields)]


def _of(model: Any, hospital: Hospital, column: str) -> list[Any]:
    """The first keys of this kind of a model."""
    if column != "pk" and not any(one.name == column for one in model._meta.fields):
        return []
    return list(model._base_manager.filter(hospital=hospital).order_by("pk").values_list(column, flat=True)[:2])


def _pairs(model: Any, hospital: Hospital, kinds: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """A row with what it belongs to, two rows that a row joins, two rows of one model."""
    owners = [
        field.name
        for field in model._meta.fields
        if field.is_relation
        and field.name != "hospital"
        and any(one.name == "public_id" for one in field.related_model._meta.fields)
    ]
    rows = model._base_manager.filter(hospital=hospital)
    second = [kinds[1]] if kinds[1] == "pk" or _of(model, hospital, kinds[1]) else []
    for owner in owners:
        others = [f"{other}__{kinds[1]}" for other in owners if other != owner]
        for column in (*second, *others):
            found = rows.exclude(**{owner: None}).values_list(f"{owner}__{kinds[0]}", column)[:1]
            yield from (pair for pair in found if None not in pair)
    same = _of(model, hospital, kinds[0])
    if kinds[0] == kinds[1] and len(same) == 2:
        yield tuple(same)


class Tried:
    """What pages have said to a role of rows they do not know, so that the like of it is not asked again.

    Once a page has looked for a row of a model by its public identifier, an address that names no such row is answered
    like the one before. What a page takes from programs alone (401) or not at all (405), it takes for no row.
    """

    def __init__(self, hospital: Hospital) -> None:
        self._hospital = hospital
        self._models: dict[tuple[str, str, str], set[str]] = {}
        self._not_taken: set[tuple[str, str, str]] = set()

    def learn(self, role: str, page: Address, answer: Any) -> None:
        """Takes in how the page answered this role."""
        asked = answer.wsgi_request
        key, missed = (role, page.route, asked.method.lower()), getattr(asked, "not_visible", None)
        if answer.status_code in (401, 405):
            self._not_taken.add(key)
        elif missed is not None and missed.by == ("public_id",) and missed.key in _named_in(asked.path_info):
            self._models.setdefault(key, set()).add(missed.model)

    def is_known(self, role: str, page: Address, url: str, method: str = "get") -> bool:
        """Whether the page would say to the role what it has said before."""
        key = (role, page.route, method)
        models = self._models.get(key, set())
        return key in self._not_taken or any(
            not _named_in(url) & _public_ids(self._hospital, model) for model in models
        )


def _named_in(url: str) -> set[str]:
    """The public identifiers in a path."""
    return set(re.findall("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", url.partition("?")[0]))


@cache
def _public_ids(hospital: Hospital, label: str) -> set[str]:
    """What a row of this model is asked for by. Forgotten before each test."""
    with hospital_scope(hospital):
        rows = apps.get_model(label)._base_manager.filter(hospital=hospital)
        return {str(value) for value in rows.values_list("public_id", flat=True)}
