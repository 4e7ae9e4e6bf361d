"""Statements that Django writes once and that are filled with other values from then on.

Writing a statement out of querysets takes several times as long as its answer: the dozen small lists around one order
took a fifth of the page. A `Prepared` writes its statement with stand-ins for the values, notes where each came to
stand, and puts the values there at every call.

A stand-in may be moved (`now - timedelta(30)`), and the value is moved as far. Whatever else is made of one cannot be
followed: a date that is neither a stand-in nor near one, a number as large as they are, or a text that holds one, is
an error when the statement is written, which is the first time it is asked for.
"""

import datetime as dt
import itertools
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar

from hospital_crm.tenancy.scope import required_hospital

T = TypeVar("T")
Single = int | str | dt.date | dt.datetime | None
Value = Single | tuple[int, ...] | tuple[str, ...]
# Larger than any id of a test, smaller than an integer column's end; years in which nothing of a hospital happened.
_FIRST_NUMBER, _FIRST_YEAR, _LAST_YEAR, _YEARS_APART = 2_000_000_000, 100, 1600, 20
_NEAR = dt.timedelta(days=365 * _YEARS_APART // 2 - 5)
_KEPT = 2_000
_MARK = "\ue000"  # of private use: in no text that anybody types, and unchanged by whatever is made of one


@dataclass(frozen=True)
class _Place:
    """Where a value stands in the statement: which one, and how far it is moved."""

    number: int
    moved: dt.timedelta | None = None

    def filled(self, values: Sequence[Any]) -> Any:
        value = values[self.number]
        return value + self.moved if self.moved else value


class Prepared(Generic[T]):
    """`write(*shape, **values)` answers the statement, its parameters, and what is known of it besides.

    Everything that decides how the statement reads comes with `shape`; the hospital in scope belongs to it, and so does
    which of the values are None, and how many numbers or texts a tuple has.
    """

    def __init__(self, write: Callable[..., tuple[str, Sequence[Any], T]]) -> None:
        self._write = write
        self._written: dict[Hashable, tuple[str, list[Any], T]] = {}
        self._lock = Lock()

    def __call__(self, *shape: Hashable, **values: Value) -> tuple[str, list[Any], T]:
        """The statement, its parameters for these values, and what `write` knows of it."""
        key = (required_hospital().pk, shape, tuple(map(_kind, values.values())))
        written = self._written.get(key)
        if written is None:
            written = self._keep(key, self._prepare(shape, values))
        sql, places, known = written
        flat = _flat(values)
        return sql, [place.filled(flat) if isinstance(place, _Place) else place for place in places], known

    def _keep(self, key: Hashable, written: tuple[str, list[Any], T]) -> tuple[str, list[Any], T]:
        """Keeps it in place of the oldest where there are many; threads may write the same one twice."""
        with self._lock:
            self._written[key] = written
            while len(self._written) > _KEPT:
                del self._written[next(iter(self._written))]
        return written

    def _prepare(self, shape: tuple[Hashable, ...], values: dict[str, Value]) -> tuple[str, list[Any], T]:
        stand_ins = iter(_stand_ins(_flat(values)))
        given = {
            name: tuple(next(stand_ins) for _ in value) if isinstance(value, tuple) else next(stand_ins)
            for name, value in values.items()
        }
        sql, params, known = self._write(*shape, **given)
        flat = _flat(given)
        return sql, [_place(param, flat) for param in params], known


def in_steps(ids: Iterable[int], step: int = 20) -> tuple[int, ...]:
    """Ids to ask `in` for, the last one repeated up to a multiple of the step: so that there are few statements."""
    known = tuple(ids)
    return known + known[-1:] * (-len(known) % step)


def _flat(values: dict[str, Any]) -> list[Any]:
    return [single for value in values.values() for single in (value if isinstance(value, tuple) else (value,))]


def _kind(value: Value) -> Hashable:
    return len(value) if isinstance(value, tuple) else value is None


def _stand_ins(values: Sequence[Single]) -> list[Single]:
    numbers = itertools.count(_FIRST_NUMBER)
    days = (dt.datetime(year, 7, 1, tzinfo=dt.UTC) for year in range(_FIRST_YEAR, _LAST_YEAR, _YEARS_APART))
    return [_text(numbers) if isinstance(value, str) else _stand_in(value, numbers, days) for value in values]


def _text(numbers: Iterator[int]) -> str:
    return f"{_MARK}{next(numbers)}{_MARK}"


def _stand_in(value: Single, numbers: Iterator[int], days: Iterator[dt.datetime]) -> Single:
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        return next(days)
    return next(days).date() if isinstance(value, dt.date) else next(numbers)


def _place(param: Any, stand_ins: Sequence[Any]) -> Any:
    """The place of a value, or the parameter itself where it is none."""
    for number, value in enumerate(stand_ins):
        if type(param) is type(value):
            if param == value:
                return _Place(number)
            if isinstance(param, dt.date) and abs(param - value) <= _NEAR:
                return _Place(number, param - value)
    if isinstance(param, dt.date) or isinstance(param, int) and param >= _FIRST_NUMBER or _MARK in str(param):
        raise ValueError(f"made of none of the values: {param}")
    return param
