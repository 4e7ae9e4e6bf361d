"""How often somebody has done something in this minute, counted in the cache; without the cache nobody counts."""

import datetime as dt

from django.core.cache import cache


def this_minute(key: str, now: dt.datetime) -> int:
    """How often with this time."""
    name = f"rate:{key}:{now:%Y%m%d%H%M}"
    cache.add(name, 0, 120)
    try:
        return cache.incr(name) or 0
    except ValueError:
        return 0
