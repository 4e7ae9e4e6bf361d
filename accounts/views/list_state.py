"""What any long list shows of saved views and columns: the page asks once and hands the answer to its template."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.actors import Actor
from accounts.domain.saved_views import EVERYTHING, VIEW, Kept, kept_of, state_of
from accounts.lists import Act, Column, FilteredList, acts_for
from accounts.models import SavedView

View = Callable[..., HttpResponse]


@dataclass
class ListState:
    """The reader's views of a list, which one the address names, the columns that are shown, and what can be done with
    the list.
    """

    entry: FilteredList
    actor: Actor
    state: str
    kept: Kept
    view: SavedView | None
    columns: list[Column]
    path: str
    query: str = ""

    @cached_property
    def shown(self) -> set[str]:
        """The keys of the columns that are shown."""
        return {column.key for column in self.columns}

    @property
    def views(self) -> list[dict[str, Any]]:
        """Views as links; the reader's own, and shared ones for who may share, can be taken away."""
        return [
            {
                "name": view.name,
                "url": self.address_of(view),
                "is_on": view is self.view,
                "shared": view.get_shared_display() if view.shared != "nobody" else "",
                "is_default": view.is_default,
                "delete_url": reverse("accounts:view-delete", args=[view.public_id])
                if view.owner_id == self.actor.staff.pk or self.may_share
                else "",
            }
            for view in self.kept.views
        ]

    def address_of(self, view: SavedView) -> str:
        """The list as this view has it."""
        return f"{self.path}?{view.query}{'&' if view.query else ''}{VIEW}={view.public_id}"

    @property
    def everything(self) -> str:
        """The list without any view."""
        return f"{self.path}?{VIEW}={EVERYTHING}"

    @property
    def save_url(self) -> str:
        """Where the list as it stands is kept as a view."""
        return reverse("accounts:view-save", args=[self.entry.key])

    @property
    def columns_url(self) -> str:
        """Where columns are chosen."""
        return reverse("accounts:columns", args=[self.entry.key])

    @property
    def offered(self) -> list[tuple[str, Any, bool]]:
        """Every column the role may see, and whether it is shown."""
        return [(one.key, one.label, one.key in self.shown) for one in self.entry.columns_for(self.actor)]

    @property
    def may_share(self) -> bool:
        """Whether views may be shared."""
        return self.actor.can("lists.share")

    @property
    def acts(self) -> list[Act]:
        """What can be done to many rows."""
        return acts_for(self.actor, self.entry.key)

    @property
    def may_export(self) -> bool:
        """Whether the list may leave the house."""
        return self.actor.can("exports.make")


def list_state(request: HttpRequest, entry: FilteredList) -> ListState:
    """The state of the list that this request asks for."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    kept = kept_of(actor, entry.key)
    view = kept.chosen(request.GET.get(VIEW, ""))
    wanted: Sequence[str] = view.columns if view is not None and view.columns else kept.columns
    return ListState(
        entry=entry,
        actor=actor,
        state=state_of(request.GET.urlencode(), entry.parameters),
        kept=kept,
        view=view,
        columns=entry.chosen(actor, wanted),
        path=request.path,
        query=request.GET.urlencode(),
    )


def with_views(entry: FilteredList | Callable[..., FilteredList]) -> Callable[[View], View]:
    """The page of a list of which views are kept: a bare address leads to what the role opens first, and the template
    finds the views in `request.list_state`, or in `request.list_url` the way to them. `entry`: the list, or how the
    address tells which it is.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.htmx or request.method not in ("GET", "HEAD"):  # type: ignore[attr-defined]
                return view(request, *args, **kwargs)
            one = entry if isinstance(entry, FilteredList) else entry(**kwargs)
            if one.opened_by in request.GET:
                kept = state_of(request.GET.urlencode(), one.parameters) or f"{VIEW}={EVERYTHING}"
                request.list_url = f"?{kept}"  # type: ignore[attr-defined]
                return view(request, *args, **kwargs)
            state = list_state(request, one)
            if first := opens_with(request, state):
                return redirect(first)
            request.list_state = state  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        return shown

    return wrap


def opens_with(request: HttpRequest, state: ListState) -> str:
    """Where a bare address of the list leads: to what the active role opens first; "" where it stays as it is."""
    if request.GET:
        return ""
    first = state.kept.opened_first(state.actor)
    return state.address_of(first) if first is not None else ""
