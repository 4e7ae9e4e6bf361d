"""Access tokens of providers: asked for outside every scope, kept in the cache a little shorter than they are good for,
asked for anew where the provider refuses one.
"""

import hashlib
from collections.abc import Callable

from django.core.cache import cache

from hospital_crm.crypto import CannotDecrypt, decrypt, encrypt
from hospital_crm.tenancy.scope import current_hospital

# What the provider promises, less this.
MARGIN_SECONDS = 300


def token_of(account: str, ask: Callable[[], tuple[str, int]], *, anew: bool = False) -> str:
    """The token of an account, from the cache or from `ask`, which answers it and how many seconds it is good for.
    `account` names it together with its secret, so that a new secret means a new token. In the cache it lies sealed.

    Refused inside a scope (RuntimeError): a provider must never hold a transaction open.
    """
    if current_hospital() is not None:
        raise RuntimeError("tokens are asked for outside every scope")
    name = f"gateway-token:{hashlib.sha256(account.encode()).hexdigest()}"
    kept = None if anew else cache.get(name)
    if kept:
        try:
            return decrypt(kept)
        except (CannotDecrypt, ValueError):
            cache.delete(name)
    token, seconds = ask()
    cache.set(name, encrypt(token), max(60, seconds - MARGIN_SECONDS))
    return token
