"""Bulk acts that set one field of many records, for every list whose rows have such fields.

One event stands in the trail of each record; it names the field, not its value.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.audit import record_each
from accounts.lists import Act, Change

SAME = "same"
SAME_WORDS = gettext_lazy("is so already")


@dataclass(frozen=True)
class Fields:
    """The records of a list and which of their fields may be set for many at once.

    `verb`: how the trail tells of it; `why_not(ids, field, wanted)`: records that stay as they are although the value
    differs, with the key of a reason among `reasons`. `model.objects.out_of_bin()` are the records there are.
    """

    list_key: str
    model: type[Any]
    names: Sequence[str]
    capability: str
    verb: str
    why_not: Callable[[Sequence[int], str, Any], Mapping[int, str]] = lambda ids, name, wanted: {}
    reasons: Mapping[str, Any] | None = None


def hold(model: type[Any], ids: Sequence[int]) -> None:
    """The records, lowest id first, as everybody takes them who changes several."""
    rows = model.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    list(rows.values_list("pk", flat=True))


def tell_each(verb: str, model: type[Any], done: Mapping[int, Change], actor: Actor, detail: dict[str, Any]) -> None:
    """One event for each record."""
    record_each(verb, model.objects.filter(pk__in=done).only("pk"), actor=actor, details=dict.fromkeys(done, detail))


def field_act(fields: Fields, name: str, form: type[forms.Form]) -> Act:
    """Sets one field of the record; `form` asks for its `value`."""
    if name not in fields.names:
        raise ValueError(f"{name} is not set for many records at once")
    model = fields.model
    field: Any = model._meta.get_field(name)
    choices = dict(field.choices or ())

    def changes(ids: Sequence[int], params: dict[str, Any]) -> dict[int, Change]:
        wanted = params["value"]
        kept = fields.why_not(ids, name, wanted)
        found = model.objects.out_of_bin().filter(pk__in=ids).values_list("pk", name)
        return {pk: _change(value, wanted, kept.get(pk, "")) for pk, value in found}

    def apply(done: dict[int, Change], params: dict[str, Any], actor: Actor, now: dt.datetime) -> None:
        by_value: dict[Any, list[int]] = {}
        for pk, change in done.items():
            by_value.setdefault(change.after, []).append(pk)
        for value, pks in by_value.items():
            model.objects.filter(pk__in=pks).update(**{name: value})
        tell_each(fields.verb, model, done, actor, {"fields": [name]})

    return Act(
        key=f"{fields.list_key}.{name}",
        list_key=fields.list_key,
        label=field.verbose_name,
        capability=fields.capability,
        form=form,
        hold=lambda ids: hold(model, ids),
        changes=changes,
        apply=apply,
        restore=apply,
        words=lambda value: str(choices.get(value, value)) if value else "—",
        reasons={SAME: SAME_WORDS, **(fields.reasons or {})},
    )


def _change(value: Any, wanted: Any, kept: str) -> Change:
    if kept:
        return Change(before=value, skipped=kept)
    return Change(before=value, skipped=SAME) if value == wanted else Change(before=value, after=wanted)
