"""The pages of the objects that the trail names: each app registers the kinds it has pages for in its `wiring`."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.urls import reverse

from accounts.actors import Actor
from hospital_crm.typed import whole_number


@dataclass(frozen=True)
class ObjectPage:
    """The page of a kind of object. `capabilities`: any of them opens it; `query`: the object is named there instead of
    in the path.
    """

    url_name: str
    capabilities: tuple[str, ...]
    query: str = ""


pages: dict[str, ObjectPage] = {}


def register(label: str, url_name: str, *capabilities: str, query: str = "") -> None:
    """Adds the page of a kind, named as the trail does (`patients.patient`)."""
    pages[label] = ObjectPage(url_name, capabilities, query)


def address(label: str, number: Any, actor: Actor) -> str:
    """Where the reader opens this object; empty where the kind has no page, the role may not open it, or the object is
    gone or not visible to the reader.
    """
    page = pages.get(label)
    if page is None or (key := whole_number(number)) is None or not any(actor.can(name) for name in page.capabilities):
        return ""
    rows = apps.get_model(label)._default_manager.visible_to(actor)  # type: ignore[attr-defined]
    found = rows.filter(pk=key).first()
    if found is None:
        return ""
    if page.query:
        return f"{reverse(page.url_name)}?{page.query}={found.public_id}"
    return reverse(page.url_name, args=[found.public_id])
