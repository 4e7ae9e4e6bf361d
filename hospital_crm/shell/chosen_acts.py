"""What was chosen in a form before its sender had to confirm who it is: kept for the way back, and then told once.

It is never carried out by itself: coming back is a GET, which changes nothing, and what was looked at before may have
been decided by somebody else meanwhile. The page shows the choice as it was made, and the button is pressed again.
"""

from dataclasses import dataclass

from django.http import HttpRequest, QueryDict

_KEY = "chosen_act"
_NOT_SAID = ("csrfmiddlewaretoken", "back")


@dataclass(frozen=True)
class Chosen:
    """What a form that was sent to `path` said."""

    path: str
    said: QueryDict


def keep(request: HttpRequest) -> None:
    """Keeps what the form says in the session, in place of what was kept before."""
    said = request.POST.copy()
    for name in _NOT_SAID:
        said.pop(name, None)
    request.session[_KEY] = [request.path, said.urlencode()]


def taken(request: HttpRequest, *, under: str) -> Chosen:
    """What was kept of a form that was sent to an address that begins with `under`, which is forgotten with this;
    nothing where nothing was. What was kept for another page stays for that page.
    """
    path, said = request.session.get(_KEY, ("", ""))
    if not path.startswith(under):
        return Chosen("", QueryDict())
    del request.session[_KEY]
    return Chosen(path, QueryDict(said))
