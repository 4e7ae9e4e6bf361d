"""Objects that a register numbers, such as exports, incidents and privacy requests: the trail keeps the row, people
know the number that stands on pages and papers.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

from django.apps import apps
from django.db.models import Model, Q

from accounts.models import AuditEvent

_LIKE = re.compile(r"[A-Z]0*([1-9]\d{0,8})")


def _numbered() -> dict[str, type[Model]]:
    """Kinds of rows with a number of a register, by the name the trail gives them."""
    return {
        model._meta.label_lower: model
        for model in apps.get_models()
        if hasattr(model, "number") and any(field.name == "serial" for field in model._meta.concrete_fields)
    }


def numbers_of(events: Iterable[AuditEvent]) -> dict[tuple[str, str], str]:
    """The numbers of the objects of these events, by kind and row; one look-up for each kind that occurs."""
    known, wanted = _numbered(), defaultdict(set)
    for event in events:
        if event.object_type in known and event.object_id.isdigit():
            wanted[event.object_type].add(int(event.object_id))
    return {
        (kind, str(row.pk)): row.number  # type: ignore[attr-defined]
        for kind, ids in wanted.items()
        for row in known[kind]._default_manager.filter(pk__in=ids).only("serial")
    }


def meant_by(number: str) -> Q:
    """Events about the object that bears this number; none where it is no such number."""
    found, text = Q(pk__in=[]), number.strip().upper()
    if shape := _LIKE.fullmatch(text):
        for kind, model in _numbered().items():
            rows = model._default_manager.filter(serial=int(shape.group(1))).only("serial")
            ids = [str(row.pk) for row in rows if row.number == text]  # type: ignore[attr-defined]
            found |= Q(object_type=kind, object_id__in=ids)
    return found
