"""Who may see which page and which row.

Denied by default: a view is marked `@requires(...)`, `@staff_only` or `@public`, or the URL walk fails.

`get_visible_or_404` is the one door to an object: what somebody may not see does not exist for him.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlencode, urlsplit
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.capabilities import CAPABILITIES
from hospital_crm.shell import chosen_acts
from hospital_crm.shell.toasts import say
from hospital_crm.tenancy.prepared_rows import PreparedRows

M = TypeVar("M", bound=Model)
View = Callable[..., HttpResponse]


class NotVisible(Http404):
    """What was asked for does not exist for this actor: outside the role's view, another hospital's, or nowhere.

    `by`: the fields it was looked up by.
    """

    def __init__(self, model: str, key: str, by: tuple[str, ...] = ()) -> None:
        super().__init__(model)
        self.model = model
        self.key = key
        self.by = by


def requires(*capabilities: str) -> Callable[[View], View]:
    """Only for people whose active role grants one of these capabilities.

    Signed out → sign-in; otherwise refused → 403.
    """
    unknown = set(capabilities) - CAPABILITIES.keys()
    if unknown or not capabilities:
        raise ValueError(f"unknown capabilities: {sorted(unknown)}")

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            refusal = _refuse(request, capabilities)
            return refusal or view(request, *args, **kwargs)

        guarded.guard = capabilities  # type: ignore[attr-defined]
        return guarded

    return mark


def staff_only(view: View) -> View:
    """For everybody who works at the hospital of the request, whatever the role: own settings, bell, choice of role."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _refuse(request, ()) or view(request, *args, **kwargs)

    guarded.guard = ("staff",)  # type: ignore[attr-defined]
    return guarded


def second_factor_first(request: HttpRequest) -> HttpResponse | None:
    """Where somebody must go before taking a list out of the house: to activate a second factor, or to enter its code
    once more where that was a while ago. None where nothing is missing. Asked after what is asked for was found.

    Who pressed a button is told that nothing was done yet, and finds the choice kept on the way back. That is the page
    of the form: the address itself, or the field `back` where the address answers POST alone.
    """
    from accounts.domain.second_factor import has_second_factor, is_fresh  # its domain asks this module

    if not has_second_factor(request.user):  # type: ignore[arg-type]
        return redirect("mfa_activate_totp")
    if is_fresh(request):
        return None
    if request.method == "POST":
        chosen_acts.keep(request)
        say(request, _("Not done yet: confirm that it is you, then press the button once more."), late=True)
    back = request.POST.get("back") or request.get_full_path()
    return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': back})}")


def public(view: View) -> View:
    """For everybody, signed in or not: sign-in pages, links without log-in, health."""
    view.guard = ("public",)  # type: ignore[attr-defined]
    return view


def _refuse(request: HttpRequest, capabilities: tuple[str, ...]) -> HttpResponse | None:
    """Nothing when the active role grants one of the capabilities (or none is asked for)."""
    if not request.user.is_authenticated:
        return to_sign_in(request)
    actor = getattr(request, "actor", None)
    if actor is None or (capabilities and not any(actor.can(c) for c in capabilities)):
        raise PermissionDenied
    return None


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back afterwards; htmx is sent there with the whole page, not with the fragment."""
    if not request.headers.get("HX-Request"):
        return redirect_to_login(_came_from(request), reverse("account_login"))
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    answer = HttpResponse()
    answer["HX-Redirect"] = redirect_to_login(_place(page) or request.path, reverse("account_login")).url
    return answer


def _came_from(request: HttpRequest) -> str:
    """The page to come back to: what was sent cannot be opened, so the page it was sent from, else the first page."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    page = urlsplit(request.headers.get("Referer", ""))
    return _place(page) if page.netloc == request.get_host() else get_script_prefix()


def _place(page: SplitResult) -> str:
    """The path and query of an address."""
    return f"{page.path}?{page.query}" if page.query else page.path


def get_visible_or_404(model: type[M] | Any, actor: Actor, *, read: PreparedRows[M] | None = None, **lookup: Any) -> M:
    """The one row that `actor` may see.

    What belongs to another hospital, or lies outside the role's view, is 404 like what does not exist. `read`
    brings the row with all that a page shows of it.
    """
    rows = model if hasattr(model, "visible_to") else model.objects
    try:
        visible = rows.visible_to(actor)
        if read is None:
            return visible.get(**lookup)
        (found,) = read.among(visible.filter(**lookup)) or [None]
        if found is None:
            raise rows.model.DoesNotExist
        return found
    except (rows.model.DoesNotExist, ValidationError, ValueError, TypeError) as error:
        key = ",".join(str(value)[:40] for value in lookup.values())
        raise NotVisible(rows.model._meta.label_lower, key, by=tuple(lookup)) from error


def leads_on(rows: Callable[[], Any], kept_for: Callable[[UUID], UUID | None], page: str) -> Callable[[View], View]:
    """What is read of a record that was united with another leads to the page of the one that was kept, whoever may see
    that. `kept_for` answers with the address of the kept one; `rows`: among which it is looked for.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def leading(request: HttpRequest, public_id: UUID) -> HttpResponse:
            try:
                return view(request, public_id)
            except NotVisible:
                kept = kept_for(public_id) if request.method == "GET" else None
                seen = rows().visible_to(request.actor)  # type: ignore[attr-defined]
                if kept is None or not seen.filter(public_id=kept).exists():
                    raise
                return redirect(page, kept)

        return leading

    return mark
