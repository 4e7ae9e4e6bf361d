"""What somebody chooses for himself: language, appearance, digest, the role to act in."""

from typing import Any

from django.conf import settings

from accounts import audit
from accounts.actors import Actor
from accounts.models import Role, User
from accounts.models.user import THEME_CHOICES


def of(actor: Actor) -> dict[str, Any]:
    """The present choices."""
    return {
        "language": actor.user.language,
        "theme": actor.user.theme,
        "wants_digest": actor.staff.wants_digest,
        "email": actor.staff.email,
    }


def change(actor: Actor, *, language: str, theme: str, wants_digest: bool, email: str) -> None:
    """Keeps the choices with the account (language, appearance) and with the post here (digest, address)."""
    choose_language(actor.user, language)
    choose_theme(actor.user, theme)
    actor.staff.wants_digest = wants_digest
    actor.staff.email = email
    actor.staff.save(update_fields=["wants_digest", "email"])


def choose_language(user: Any, language: str) -> None:
    """The account's language; empty follows the hospital. Ignored when nobody is signed in or it is unknown."""
    if isinstance(user, User) and language in {"", *dict(settings.LANGUAGES)} and user.language != language:
        user.language = language
        user.save(update_fields=["language"])


def choose_theme(user: Any, theme: str) -> None:
    """The account's appearance. Nothing happens when nobody is signed in or the appearance is unknown."""
    if isinstance(user, User) and theme in dict(THEME_CHOICES) and user.theme != theme:
        user.theme = theme
        user.save(update_fields=["theme"])


def choose_role(actor: Actor, code: str) -> Role | None:
    """The role to act in from now on. None where it is not held, or is active already."""
    chosen = next((role for role in actor.roles if role.code == code), None)
    if chosen is None or chosen.code == actor.role_code:
        return None
    audit.record(
        "accounts.role.switch", actor.staff, actor=actor, before={"role": actor.role_code}, after={"role": chosen.code}
    )
    return chosen
