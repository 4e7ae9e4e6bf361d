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


def filled(address: Address, hospital: Hospital, *, of_app: str = "", at_most: int = 6) -> list[str]:
    """Paths of this URL with identifiers of rows of the hospital, of each model of the app that may be meant."""
    if not address.converters:
        return [address.route] if "(" not in address.route else []
    if address.is_admin:
        return [re.sub(r"<[^>]+>", str(key), address.route) for key in _rows_of_admin(address, hospital)]
    app = of_app or address.view.__module__.split(".")[0]
    choices = [_values(name, converter, hospital, app) for name, converter in address.converters]
    found = []
    for values in itertools.islice(itertools.product(*choices), at_most):
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


# What stands in an address for a word that is no identifier of a row.
WORDS = {"axis": "life_cycle", "value": "loyal", "chain": "events"}


def _values(name: str, converter: Any, hospital: Hospital, app: str) -> list[Any]:
    if isinstance(converter, UUIDConverter):
        return _identifiers(hospital, app, "public_id") or [uuid.uuid4()]
    if isinstance(converter, IntConverter):
        return _identifiers(hospital, app, "pk") or [1]
    return [WORDS.get(name, "phone")]


@cache
def _identifiers(hospital: Hospital, app: str, field: str) -> list[Any]:
    """One of each model; a hospital is filled before its addresses are asked for. Forgotten before each test."""
    with hospital_scope(hospital):
        return [
            value
            for model in apps.get_app_config(app).get_models()
            if field == "pk" or any(known.name == field for known in model._meta.fields)
            if any(known.name == "hospital" for known in model._meta.fields)
            for value in model._base_manager.filter(hospital=hospital).values_list(field, flat=True)[:1]
        ]


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
