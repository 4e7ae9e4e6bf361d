"""A cache whose loss costs speed and nothing else: while Redis is away, nothing is found and nothing is kept.

What must not be lost lives in PostgreSQL. After a failure Redis is left alone for a moment, so that pages do not wait.
"""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)

PAUSE_SECONDS = 5.0


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache that answers as an empty cache where Redis does not answer within a second."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        patience = {"socket_timeout": 1, "socket_connect_timeout": 1, "retry": Retry(NoBackoff(), 1)}
        super().__init__(server, {**params, "OPTIONS": {**patience, **params.get("OPTIONS", {})}})
        self._silent_until = 0.0

    def _ask(self, question: Callable[..., Any], fallback: Any, *args: Any, **kwargs: Any) -> Any:
        """The answer of Redis, or the fallback while Redis is away."""
        if time.monotonic() < self._silent_until:
            return fallback
        try:
            return question(*args, **kwargs)
        except (RedisError, OSError) as error:
            self._silent_until = time.monotonic() + PAUSE_SECONDS
            log.warning("cache not reached: %s", type(error).__name__)
            return fallback

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """True while Redis is away: whoever asks for a lock gets it."""
        return self._ask(super().add, True, *args, **kwargs)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The default while Redis is away."""
        return self._ask(super().get, default, key, default, version)

    def set(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is kept while Redis is away."""
        self._ask(super().set, None, *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        """False, as for a key that is not there."""
        return self._ask(super().touch, False, *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """False, as for a key that is not there."""
        return self._ask(super().delete, False, *args, **kwargs)

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        """Nothing is found while Redis is away."""
        return self._ask(super().get_many, {}, keys, version)

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        """False while Redis is away."""
        return self._ask(super().has_key, False, *args, **kwargs)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """As if counting began with this while Redis is away."""
        return self._ask(super().incr, delta, key, delta, version)

    def set_many(self, data: dict[str, Any], *args: Any, **kwargs: Any) -> list[str]:
        """All keys, as not kept, while Redis is away."""
        return self._ask(super().set_many, list(data), data, *args, **kwargs)

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        """Nothing to delete while Redis is away."""
        self._ask(super().delete_many, None, *args, **kwargs)

    def clear(self) -> None:
        """Nothing to clear while Redis is away."""
        self._ask(super().clear, None)
