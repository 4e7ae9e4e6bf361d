"""The frame around every page: navigation, roles, languages, bell.

Worked out only when a template asks, so that fragments do not pay for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.crypto import salted_hmac
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts import navigation
from accounts.domain.hospitals import hospitals_of_user
from hospital_crm.shell import bell
from hospital_crm.shell.waiting import Memory
from hospital_crm.shell.wording import capped
from hospital_crm.tenancy.counts import Rows, capped_counts
from hospital_crm.tenancy.middleware import mounted_at
from hospital_crm.tenancy.urls import start_of

TABS = 4
MANY_ENTRIES = 12
CLOSED_GROUPS = "nav_closed"
_BELL = "bell"
THEMES = ("auto", "light", "dark")
LANGUAGE_NAMES = {"zh-hans": "简体中文", "zh-hant": "繁體中文", "en": "English"}
SHORT_LANGUAGE_NAMES = {"zh-hans": "简体", "zh-hant": "繁體", "en": "EN"}

# What the scripts say, by key; {names} are filled in by the browser.
SCRIPT_WORDS = {
    "undo": _("Undo"),
    "close": _("Close"),
    "copied": _("Copied"),
    "offline": _("No connection. Nothing was sent."),
    "failed": _("That did not work. Nothing was changed."),
    "forbidden": _("Your role may not do this."),
    "missing": _("This is no longer here. Reload the list."),
    "changed": _("Somebody else has changed this. Reload the page."),
    "too_large": _("The file is too large."),
    "too_many": _("Too many tries. Wait a moment."),
    "draft_saved": _("Draft saved {at}"),
    "draft_kept": _("No connection, draft kept here {at}"),
    "draft_restored": _("Draft of {at} restored from this machine"),
    "draft_left": _("A text of yours was kept on {at} and not sent"),
    "draft_closed": _("Already finished elsewhere. Draft not saved."),
    "draft_back": _("What was not saved is back."),
    "draft_kept_signed_out": _("Signed out, draft kept here {at}"),
    "draft_signed_out": _("Signed out, draft not saved"),
    "signed_out_kept": _(
        "Your sign-in has ended. What you write is kept in this browser and is back once you sign in."
    ),
    "signed_out": _("Your sign-in has ended. What stands here is not saved."),
    "sign_in": _("Sign in again"),
    "idle_left": _("{seconds} seconds left"),
    "over": _("{value} over"),
}


def address(*names: str) -> str:
    """The address of the first page that exists, in this hospital or outside hospitals; empty when there is none."""
    return _address(names, get_script_prefix(), get_urlconf() or settings.ROOT_URLCONF)


@lru_cache(maxsize=10_000)
def _address(names: tuple[str, ...], prefix: str, urlconf: str) -> str:
    """The same, remembered for each place where pages are mounted: every page asks for the same thirty."""
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            with mounted_at("/", settings.ROOT_URLCONF):
                try:
                    return reverse(name)
                except NoReverseMatch:
                    continue
    return ""


@lru_cache(maxsize=len(LANGUAGE_NAMES))
def _script_words(language: str) -> SafeString:
    """Texts for the scripts in a language, as they stand in every page."""
    return json_script({key: str(text) for key, text in SCRIPT_WORDS.items()}, "shell-words")


@dataclass(frozen=True)
class Entry:
    """One entry of the navigation as it is drawn."""

    label: Any
    icon: str
    url: str
    key: str
    count: str
    is_current: bool
    group: int


@dataclass(frozen=True)
class NavGroup:
    """Entries that belong together. Those of a long navigation can be closed; they stay so in this browser, but never
    around the page itself.
    """

    number: int
    label: Any
    entries: list[Entry]
    can_close: bool
    is_open: bool


class Frame:
    """What the frame of a page shows for this request."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.actor = getattr(request, "actor", None)
        self.user = getattr(request, "user", None)
        self.request_id = getattr(request, "request_id", "")
        self._unread: int | None = None

    @cached_property
    def nav(self) -> list[Entry]:
        """The entries of the active role, with what waits there. Current is the one whose address begins this one."""
        if self.actor is None:
            return []
        items = [(item, address(item.url_name)) for item in navigation.entries(self.actor)]
        items = [(item, url) for item, url in items if url]
        begins = {place: url for item, url in items for place in (url, *map(address, item.also)) if place}
        here = begins.get(max((one for one in begins if self.request.path.startswith(one)), key=len, default=""), "")
        entries = []
        numbers = self._count({item.url_name: item.count for item, _url in items if item.count})
        for item, url in items:
            waiting = numbers.get(item.url_name)
            count = capped(waiting) if waiting else ""
            entries.append(Entry(item.label, item.icon, url, _code(item.key), count, url == here, item.group))
        return entries

    @property
    def nav_groups(self) -> list[NavGroup]:
        """The same entries in their groups."""
        can_close = len(self.nav) > MANY_ENTRIES
        closed = self.request.COOKIES.get(CLOSED_GROUPS, "").split(".") if can_close else []
        groups = [(number, list(entries)) for number, entries in groupby(self.nav, key=lambda entry: entry.group)]
        return [
            NavGroup(
                number=number,
                label=navigation.GROUPS[number],
                entries=entries,
                can_close=can_close,
                is_open=str(number) not in closed or any(entry.is_current for entry in entries),
            )
            for number, entries in groups
        ]

    def _count(self, asked: dict[str, Callable[[Any], Rows | int | None]]) -> dict[str, int | None]:
        """What waits in these places and behind the bell, as counted a moment ago; what the page has counted itself
        (`request.counted`) is newer.
        """
        if known := bell.current():
            asked = {**asked, _BELL: known.count}
        memory = Memory.of(self.request)
        numbers = memory.numbers
        if numbers is None or not asked.keys() <= numbers.keys():
            numbers = self._count_anew(asked)
        counted: dict[str, int] = getattr(self.request, "counted", {})
        numbers = numbers | {name: number for name, number in counted.items() if numbers.get(name) is not None}
        memory.keep(numbers)
        self._unread = numbers.get(_BELL)
        return numbers

    def _count_anew(self, asked: dict[str, Callable[[Any], Rows | int | None]]) -> dict[str, int | None]:
        """Rows are counted in one statement."""
        found = {name: count(self.actor) for name, count in asked.items()}
        rows = {name: value for name, value in found.items() if isinstance(value, QuerySet | tuple)}
        return found | dict(zip(rows, capped_counts(*rows.values()), strict=True))

    @property
    def tabs(self) -> list[Entry]:
        """The first entries, on the phone's bottom line."""
        return self.nav[:TABS]

    @property
    def more(self) -> list[Entry]:
        """The entries behind 更多 on the phone."""
        return self.nav[TABS:]

    @cached_property
    def bell(self) -> dict[str, str] | None:
        """Where notices are read and how many are unread."""
        known = bell.current()
        url = address(known.url_name) if known and self.actor else ""
        if not known or not url:
            return None
        unread = self._count_anew({_BELL: known.count})[_BELL] if self._unread is None else self._unread
        return {
            "url": url,
            "count": capped(unread, 99) if unread else "",
            "poll": address(known.poll) if known.poll else "",
        }

    @cached_property
    def theme(self) -> str:
        """The choice: of the account, else of this browser, else as the device."""
        chosen = self.request.COOKIES.get("theme") or getattr(self.user, "theme", "")
        return chosen if chosen in THEMES else "auto"

    @property
    def first_theme(self) -> str:
        """What is painted before the script has looked at the device."""
        return "dark" if self.theme == "dark" else "light"

    @property
    def languages(self) -> list[dict[str, Any]]:
        """The languages to choose from, each in its own words."""
        return [
            {"code": code, "name": LANGUAGE_NAMES[code], "is_current": code == get_language()}
            for code, _name in settings.LANGUAGES
        ]

    @property
    def language(self) -> str:
        """The short name of the language being read."""
        return SHORT_LANGUAGE_NAMES.get(get_language() or "", "")

    @property
    def words(self) -> SafeString:
        """Texts for the scripts."""
        return _script_words(get_language() or "")

    @cached_property
    def urls(self) -> dict[str, str]:
        """Addresses the frame links to; an empty one is not drawn."""
        names = {
            "home": ("home", "entrance"),
            "search": ("patients:search",),
            "suggest": ("patients:suggest",),
            "language": ("accounts:language", "set_language"),
            "theme": ("accounts:theme",),
            "role": ("accounts:role",),
            "keepalive": ("accounts:keepalive",),
            "me": ("accounts:me", "accounts:preferences"),
            "entrance": ("entrance",),
            "password": ("account_change_password",),
            "second_factor": ("mfa_index",),
            "sessions": ("usersessions_list",),
            "sign_out": ("account_logout",),
            "sign_in": ("account_login",),
        }
        return {key: address(*candidates) for key, candidates in names.items()}

    @cached_property
    def person(self) -> str:
        """The mark of the account signed in, under which the browser keeps what is not saved; tells nothing else."""
        if self.user is None or not self.user.is_authenticated:
            return ""
        return salted_hmac("hospital_crm.shell.person", str(self.user.pk)).hexdigest()[:16]

    @property
    def is_stranger(self) -> bool:
        """Signed in, and before the door of a hospital where the account does not work."""
        signed_in = self.user is not None and self.user.is_authenticated
        return signed_in and self.actor is None and getattr(self.request, "hospital", None) is not None

    @cached_property
    def own_places(self) -> list[tuple[str, str]]:
        """Name and first page of each hospital where the account works; for an operator, of the platform."""
        places = [
            (place.short_name or place.name, start_of(place, self.request)) for place in hospitals_of_user(self.user)
        ]
        if not places and getattr(self.user, "is_operator", False):
            places.append((gettext("Platform administration"), self.urls["entrance"]))
        return places

    @property
    def can_search(self) -> bool:
        """Whether the active role may search for people."""
        return bool(self.actor and self.actor.can("patients.list") and self.urls["search"])

    @property
    def can_call(self) -> bool:
        """Whether the active role records results of calls, so that the keys for them are of use."""
        return bool(self.actor and self.actor.can("followups.complete"))

    @cached_property
    def idle_seconds(self) -> int:
        """After how long without a touch the session ends; 0 when nobody is signed in."""
        if self.actor is None:
            return 0
        known = getattr(self.request, "idle_seconds", 0)
        return int(known)

    @property
    def prefix(self) -> str:
        """Where this hospital's pages begin."""
        return get_script_prefix()


def _code(key: str) -> str:
    """The name of the key in the browser: f → KeyF."""
    return f"Key{key.upper()}" if len(key) == 1 and key.isalpha() else ""
