"""What the details of the audit trail are called on screen. A key that is recorded and not listed here fails a walk.

Each app adds its own words when it starts. A column of the object itself needs none: it is called as its form calls it.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts import affected, lists, navigation, trail_links
from accounts.capabilities import CAPABILITIES
from accounts.roles import SHIPPED_ROLES
from accounts.scopes import SCOPES

LONGEST_LIST = 5
PEOPLE = "patients"  # the app whose pages the trail names by themselves, as `panel-tags`
# What keeps a row in its place and tells a reader nothing.
TECHNICAL = frozenset(
    {
        *("id", "hospital", "public_id", "last_id"),
        *("name_order", "sort_on", "value_reversed", "py_full", "py_initials", "py_full_alt", "py_initials_alt"),
        *("value_hash", "tail_hash", "value_encrypted", "stored_as", "sha256"),
    }
)

_KEYS: dict[str, Any] = {
    "account": gettext_lazy("account"),
    "act": gettext_lazy("act"),
    "hospital": gettext_lazy("hospital"),
    "id": gettext_lazy("number of the row"),
    "language": gettext_lazy("language"),
    "public_id": gettext_lazy("number in the address"),
    "sha256": gettext_lazy("check sum"),
    "size": gettext_lazy("size in bytes"),
    "stored_as": gettext_lazy("place of the file"),
    "token_hash": gettext_lazy("keyed hash of the secret"),
    "exports": gettext_lazy("exports"),
    "is_default": gettext_lazy("what the role opens first"),
    "kind": gettext_lazy("kind"),
    "limit": gettext_lazy("rows at most"),
    "links": gettext_lazy("links"),
    "params": gettext_lazy("values"),
    "scopes": gettext_lazy("what it may do"),
    "shared": gettext_lazy("shared with"),
    "token": gettext_lazy("token of the API"),
    "whole": gettext_lazy("whole values"),
    "capabilities": gettext_lazy("rights"),
    "cover": gettext_lazy("covered by"),
    "created": gettext_lazy("staff made"),
    "departments_created": gettext_lazy("departments made"),
    "ended": gettext_lazy("sessions ended"),
    "fields": gettext_lazy("fields"),
    "key": gettext_lazy("number in the address"),
    "from": gettext_lazy("first day"),
    "method": gettext_lazy("kind of request"),
    "model": gettext_lazy("kind"),
    "page": gettext_lazy("page"),
    "problems": gettext_lazy("rows with a problem"),
    "reason": gettext_lazy("reason"),
    "role": gettext_lazy("role"),
    "roles_granted": gettext_lazy("roles granted"),
    "roles_proposed": gettext_lazy("roles proposed"),
    "rows": gettext_lazy("rows"),
    "last_id": gettext_lazy("last row"),
    "names_read": gettext_lazy("names read anew"),
    "slug": gettext_lazy("address"),
    "staff": gettext_lazy("member of staff"),
    "period": gettext_lazy("time asked about"),
    "patients": gettext_lazy("people"),
    "source": gettext_lazy("what is asked about"),
    "station": gettext_lazy("community station"),
    "unchanged": gettext_lazy("staff unchanged"),
    "type": gettext_lazy("kind"),
    "until": gettext_lazy("last day"),
    "updated": gettext_lazy("staff updated"),
    "staff_created": gettext_lazy("staff made"),
    "staff_updated": gettext_lazy("staff updated"),
    "wards_created": gettext_lazy("wards made"),
    "stations_created": gettext_lazy("community stations made"),
}
_OWN_KEYS: dict[tuple[str, str], Any] = {}
_VALUES: dict[str, list[Mapping[str, Any]]] = {
    "role": [{code: role.name for code, role in SHIPPED_ROLES.items()}],
    "capabilities": [CAPABILITIES],
    "scopes": [{code: scope.label for code, scope in SCOPES.items()}],
    "method": [
        {"GET": gettext_lazy("opening"), "HEAD": gettext_lazy("opening"), "POST": gettext_lazy("sending")}
        | dict.fromkeys(("PUT", "PATCH"), gettext_lazy("changing"))
        | {"DELETE": gettext_lazy("deleting")}
    ],
    "type": [
        {
            "totp": gettext_lazy("authenticator application"),
            "recovery_codes": gettext_lazy("recovery codes"),
            "webauthn": gettext_lazy("security key"),
        }
    ],
    "page": [{"api": gettext_lazy("interface for programs"), "bin": gettext_lazy("bin")}],
    "field": [{"whole": gettext_lazy("whole values")}],
}
STAFF_KEYS = frozenset({"cover", "staff", "owner"})


def register(
    app: str, keys: Mapping[str, Any] | None = None, values: Mapping[str, Iterable[tuple[str, Any]]] | None = None
) -> None:
    """The words of an app: `keys` name details, `values` what a detail may say, as choices of a field. Where two apps
    name a detail alike, the words of the app whose object it is about are meant.
    """
    for key, words in (keys or {}).items():
        _KEYS.setdefault(key, words)
        _OWN_KEYS[app, key] = words
    for key, choices in (values or {}).items():
        _VALUES.setdefault(key, []).append(dict(choices))


def knows(key: str) -> bool:
    """Whether a detail has words of its own."""
    return key in _KEYS


def key_words(key: str, model: type[Model] | None) -> str:
    """What a detail is called; the key itself where nobody gave it words. A column of the object, that of a reference
    (`staff_id`) too, is called as its model names it, where it does.
    """
    field = field_of(model, key)
    key, named = getattr(field, "name", key), getattr(field, "verbose_name", "")
    if not isinstance(named, str):  # words to be translated: Django makes up a plain string where there are none
        return str(named)
    if model is not None and (model._meta.app_label, key) in _OWN_KEYS:
        return str(_OWN_KEYS[model._meta.app_label, key])
    known = _KEYS.get(key) or named
    return str(known or (model and _labels(model._meta.app_label).get(key)) or key)


@lru_cache
def _labels(app: str) -> dict[str, Any]:
    """What the forms of the admin call the columns of an app, as the trail keeps it: in English, with a capital."""
    with translation.override("en"):
        return {
            capfirst(str(field.verbose_name)): field.verbose_name
            for model in apps.get_app_config(app).get_models()
            for field in model._meta.concrete_fields
        }


def pairs(values: Any, model: type[Model] | None, names: Mapping[int, str]) -> list[tuple[str, str]]:
    """Details by their words; what is empty is left out. `names` are those of the staff they may speak of."""
    if not isinstance(values, dict):
        return []
    return [
        (key_words(key, model), value_of(key, value, model, names))
        for key, value in _with_columns(values).items()
        if value not in (None, "", [], {})
    ]


def written(values: Any, model: type[Model] | None, names: Mapping[int, str]) -> str:
    """Details in one line."""
    if not isinstance(values, dict):
        return "—" if values is None else str(values)
    said = pairs(values, model, names)
    parts = [_("%(name)s: %(value)s") % {"name": name, "value": value} for name, value in said]
    return pgettext("between facts", ", ").join(parts) or "—"


def _with_columns(values: dict[str, Any]) -> dict[str, Any]:
    """The columns of a list as its head calls them."""
    entry = lists.filtered.get(str(values.get("page")))
    if entry is None or not isinstance(values.get("columns"), list):
        return values
    labels = {column.key: str(column.label) for column in entry.columns}
    return {**values, "columns": [labels.get(key, key) for key in values["columns"]]}


def is_technical(model: type[Model] | None, name: str) -> bool:
    """Whether a column of a row keeps it in its place only, so that it is left out of what people read."""
    return getattr(field_of(model, name), "name", name) in TECHNICAL


def columns(model: type[Model] | None, changed: Iterable[str]) -> str:
    """The columns of a changed row as their forms call them, but for the technical ones."""
    told = (name for name in changed if not is_technical(model, name))
    return pgettext("between items", ", ").join(sorted(key_words(name, model) for name in told))


def value_words(key: str, value: Any) -> str:
    """One value in words, such as the purpose of a view; itself where it has none."""
    return _choice(key, str(value), None)


def value_of(key: str, value: Any, model: type[Model] | None, names: Mapping[int, str]) -> str:
    """One value of an object in words; a dash where it is empty."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return pgettext("detail", "yes") if value else pgettext("detail", "no")
    if isinstance(value, dict):
        return written(value, model, names)
    if isinstance(value, list):
        return _listed(key, value, model, names)
    if key in STAFF_KEYS and value in names:
        return names[value]
    return _choice(key, str(value), model)


def _listed(key: str, value: list[Any], model: type[Model] | None, names: Mapping[int, str]) -> str:
    if len(value) > LONGEST_LIST and isinstance(value[0], int):
        return ngettext("%(n)s in all", "%(n)s in all", len(value)) % {"n": len(value)}
    if key == "fields":
        return columns(model, map(str, value))
    return pgettext("between items", ", ").join(value_of(key, one, model, names) for one in value)


def _choice(key: str, value: str, model: type[Model] | None) -> str:
    if key == "page":
        value = _page_known(value)
    own = dict(getattr(field_of(model, key), "flatchoices", ()) or ())
    known = (own, _of_registries(key, model), *_VALUES.get(key, ()))
    return str(next((choices[value] for choices in known if value in choices), _kind_words(key, value)))


def _page_known(value: str) -> str:
    """A page by the name under which it has words: those of the system's administration together, a list that was taken
    out or changed by its own name.
    """
    start, _separator, rest = value.partition(":")
    if start == "admin":
        return "admin:index"
    return rest if start in ("bulk", "export") else value


def _kind_words(key: str, value: str) -> str:
    """A kind of object, or a page that no entry of the navigation leads to, by what it shows; else by its app."""
    labels = {page.url_name: label for label, page in trail_links.pages.items()}
    kind = model_of({"page": labels.get(value, ""), "model": value}.get(key, ""))
    if kind is not None:
        return str(kind._meta.verbose_name)
    app = (value.partition(":")[0] if ":" in value else PEOPLE) if key == "page" and value else ""
    return str(apps.get_app_config(app).verbose_name) if app in apps.app_configs else value


def _of_registries(key: str, model: type[Model] | None) -> Mapping[str, Any]:
    """Words of what the apps register while they start: lists and pages, what is done to many rows, what an incident
    is about.
    """
    if key == "page":
        pages = {item.url_name: item.label for item in navigation.known()}
        starts = dict.fromkeys(("home", "followups:home"), gettext_lazy("first page"))
        own = {name.removeprefix(f"{PEOPLE}:"): label for name, label in pages.items()}
        return starts | own | pages | {one.key: one.label for one in lists.filtered.values()}
    if key == "act":
        return {one.key: one.label for one in lists.acts.values()}
    if key == "source" and model is not None and model._meta.label_lower == "accounts.incident":
        return {one.key: one.label for one in affected.sources.values()}
    return {}


def field_of(model: type[Model] | None, name: str) -> Any:
    """The column of this name; `x_id` is the reference `x`."""
    for wanted in (name, name.removesuffix("_id")):
        try:
            return model._meta.get_field(wanted) if model else None
        except FieldDoesNotExist:
            continue
    return None


def model_of(label: str) -> type[Model] | None:
    """The kind of an object that the trail names; None for kinds of earlier days."""
    try:
        return apps.get_model(label) if label else None
    except (LookupError, ValueError):
        return None
