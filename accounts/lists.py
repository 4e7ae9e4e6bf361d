"""The long lists of the house: each app registers its own in `apps.py`, and saved views, chosen columns, exports and
bulk edits work on all of them alike.

A list is described by the query of its address: the same text opens the page, names a saved view, and says what an
export or a bulk edit is about.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet

if TYPE_CHECKING:
    import datetime as dt

    from accounts.actors import Actor


@dataclass(frozen=True)
class Column:
    """A column that may be shown or exported. Whoever lacks the `capability` is not offered it."""

    key: str
    label: Any
    capability: str = ""
    is_shown: bool = True
    width: int = 14


@dataclass(frozen=True, kw_only=True)
class FilteredList:
    """A list whose filters and order stand in its address, so that they are kept as a view: own, shared, or what a role
    opens first. `capability`, or one of `also`, opens it; `parameters`: what of the address a view keeps, everything
    where nothing is named; `opened_by`: what of the address opens one row beside the list. Then the page's time is the
    row's, and the views are a link away. `of_one`: there is such a list of each row of something, as the members of
    each unit; its views hold for all of them.
    """

    key: str
    label: Any
    url_name: str
    capability: str
    also: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    opened_by: str = ""
    of_one: bool = False
    columns: tuple[Column, ...] = ()

    def is_open_to(self, actor: "Actor") -> bool:
        """Whether the active role may see the list."""
        return any(actor.can(one) for one in (self.capability, *self.also))

    def columns_for(self, actor: "Actor") -> list[Column]:
        """The columns the active role may see."""
        return [column for column in self.columns if not column.capability or actor.can(column.capability)]

    def chosen(self, actor: "Actor", keys: Sequence[str]) -> list[Column]:
        """These columns in the order of the list, without those the role may not see; the usual ones where none is
        left.
        """
        offered = self.columns_for(actor)
        wanted = [column for column in offered if column.key in keys]
        return wanted or [column for column in offered if column.is_shown]


@dataclass(frozen=True, kw_only=True)
class RegisteredList(FilteredList):
    """A list of rows of a hospital, with columns to choose, exports and bulk edits.

    `ids(actor, query)`: the numbers of the rows in the order of the list, only what the actor may see;
    `words(actor, query)`: its filters in words; `cells(actor, ids, columns, whole)`: the rows as text, masked as on the
    screen unless `whole`; `people(ids)`: whom these rows show, for the access log; `unmask`: the capability without
    which nobody may ask for whole values. `foot`: what stands under the last row of an export; `always_approved`: no
    export of it is small enough to go without a second person.
    """

    ids: "Callable[[Actor, str], QuerySet]"
    words: "Callable[[Actor, str], list[str]]"
    cells: "Callable[[Actor, Sequence[int], Sequence[str], bool], list[list[str]]]"
    people: Callable[[Sequence[int]], list[int]]
    unmask: str = ""
    foot: "Callable[[], str] | None" = None
    always_approved: bool = False


@dataclass(frozen=True)
class Change:
    """What a bulk act does to one row: values before and after, as they are kept. `skipped` says why nothing is done;
    then there is no after.
    """

    before: Any = None
    after: Any = None
    skipped: str = ""


@dataclass(frozen=True)
class Act:
    """Something done to many rows of a list at once.

    `form`: asks for the value; its cleaned data, made plain by `plain`, are the params that are kept.
    `changes(ids, params)`: what would be done to each row. `apply(changes, params, actor, now)`: does it; the rows are
    held. `restore(changes, params, actor, now)`: puts the former values back. `words(value)`: a kept value as it is
    read; `reasons`: why rows are skipped; `gone(ids)`: rows that the act took out of the sight of who asked, which may
    be put back all the same.
    """

    key: str
    list_key: str
    label: Any
    capability: str
    form: type[forms.Form]
    hold: Callable[[Sequence[int]], None]
    changes: Callable[[Sequence[int], dict[str, Any]], dict[int, Change]]
    apply: "Callable[[dict[int, Change], dict[str, Any], Actor, dt.datetime], None]"
    restore: "Callable[[dict[int, Change], dict[str, Any], Actor, dt.datetime], None]"
    words: Callable[[Any], str]
    plain: Callable[[dict[str, Any]], dict[str, Any]] = dict
    reasons: dict[str, Any] = field(default_factory=dict)
    gone: Callable[[Sequence[int]], QuerySet] | None = None


filtered: dict[str, FilteredList] = {}
lists: dict[str, RegisteredList] = {}
acts: dict[str, Act] = {}


def register_filtered(*entries: FilteredList) -> None:
    """Adds lists of which views are kept."""
    filtered.update({entry.key: entry for entry in entries})


def register(entry: RegisteredList) -> None:
    """Adds a list."""
    lists[entry.key] = entry
    register_filtered(entry)


def register_act(act: Act) -> None:
    """Adds something that can be done to many rows of a list."""
    acts[act.key] = act


def acts_for(actor: "Actor", list_key: str) -> list[Act]:
    """What the active role may do to many rows of this list, in the order of registration."""
    return [act for act in acts.values() if act.list_key == list_key and actor.can(act.capability)]
