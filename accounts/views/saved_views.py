"""Keeping and taking away views of lists, and choosing columns. Each leads back to the list."""

import uuid
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, get_script_prefix, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import get_visible_or_404, staff_only
from accounts.domain.saved_views import VIEW, ViewError, choose_columns, delete_view, save_view
from accounts.forms import SaveViewForm
from accounts.lists import FilteredList, RegisteredList, filtered, lists
from accounts.models import SavedView
from hospital_crm.shell.toasts import say


def list_or_404(request: HttpRequest, key: str) -> RegisteredList:
    """The list of this name with its exports and bulk edits, where the active role may see it."""
    entry = lists.get(key)
    if entry is None or not entry.is_open_to(request.actor):  # type: ignore[attr-defined]
        raise Http404
    return entry


def _viewed_or_404(request: HttpRequest, key: str) -> FilteredList:
    """The list of this name of which views are kept, where the active role may see it."""
    entry = filtered.get(key)
    if entry is None or not entry.is_open_to(request.actor):  # type: ignore[attr-defined]
        raise Http404
    return entry


@staff_only
@require_POST
def save(request: HttpRequest, key: str) -> HttpResponse:
    """Keeps the list as it stands."""
    entry, actor = _viewed_or_404(request, key), request.actor  # type: ignore[attr-defined]
    form = SaveViewForm(request.POST, may_share=actor.can("lists.share"))
    path = _path_of(request, entry)
    if not form.is_valid():
        say(request, _("A view needs a name."), late=True)
        return redirect(_back(request, path))
    values = form.cleaned_data
    try:
        view = save_view(
            entry,
            name=values["name"],
            query=values["query"],
            columns=request.POST.getlist("column"),
            shared=values.get("shared") or "nobody",
            role=values.get("role"),
            is_default=bool(values.get("is_default")),
            actor=actor,
        )
    except ViewError as refusal:
        say(request, str(refusal), late=True)
        return redirect(_back(request, path))
    say(request, _("View “%(name)s” saved.") % {"name": view.name})
    return redirect(f"{path}?{view.query}{'&' if view.query else ''}{VIEW}={view.public_id}")


@staff_only
@require_POST
def delete(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Takes a view away."""
    actor = request.actor  # type: ignore[attr-defined]
    view = get_visible_or_404(SavedView, actor, public_id=public_id)
    path = _path_of(request, _viewed_or_404(request, view.page))
    try:
        delete_view(view, actor=actor)
    except ViewError as refusal:
        say(request, str(refusal), late=True)
    else:
        say(request, _("View “%(name)s” deleted.") % {"name": view.name})
    return redirect(f"{path}?{VIEW}=all")


@staff_only
@require_POST
def columns(request: HttpRequest, key: str) -> HttpResponse:
    """The columns this reader wants to see."""
    entry = list_or_404(request, key)
    choose_columns(entry, request.POST.getlist("column"), actor=request.actor)  # type: ignore[attr-defined]
    return redirect(_back(request, f"{reverse(entry.url_name)}?{VIEW}=all"))


def _path_of(request: HttpRequest, entry: FilteredList) -> str:
    """The address of the list; of a list of one row the one that was left to come here."""
    if not entry.of_one:
        return reverse(entry.url_name)
    path = urlsplit(request.POST.get("back", "")).path
    inside = path.removeprefix(get_script_prefix())
    try:
        is_list = inside != path and resolve(f"/{inside}").view_name == entry.url_name
    except Resolver404:
        is_list = False
    if not is_list:
        raise Http404
    return path


def _back(request: HttpRequest, otherwise: str) -> str:
    """The list as one came from it, never another page."""
    wished = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(wished, {request.get_host()}, require_https=request.is_secure())
    return wished if is_ours and urlsplit(wished).path == urlsplit(otherwise).path else otherwise
