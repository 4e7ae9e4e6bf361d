"""`field__prefix="王"` and `pk__any_of=[…]`.

The first: starts with, in the one form that PostgreSQL answers from a b-tree under row-level security. `LIKE` is not
leakproof, so under a policy it is never used with an index; `^@` (starts_with) is, from PostgreSQL 15 on, for columns
with the "C" collation.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import BigAutoField, CharField, Lookup, TextField


@CharField.register_lookup
@TextField.register_lookup
class Prefix(Lookup):
    """`column ^@ value`."""

    lookup_name = "prefix"
    prepare_rhs = True

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} ^@ {right}", (*left_params, *right_params)


def array_of(ids: Iterable[int]) -> str:
    """Ids as PostgreSQL reads an array."""
    return f"{{{','.join(str(int(value)) for value in ids)}}}"


@BigAutoField.register_lookup
class AnyOf(Lookup):
    """`pk__any_of=[…]` or `=ArraySubquery(…)`: as `in`, but the ids are one value, so that thousands of them cost next
    to nothing to write down.
    """

    lookup_name = "any_of"

    def get_prep_lookup(self) -> Any:
        """The ids as one text; what the database gathers itself stays as it is."""
        return array_of(self.rhs) if self.rhs_is_direct_value() else self.rhs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """`id = any(array)`."""
        left, params = self.process_lhs(compiler, connection)
        if self.rhs_is_direct_value():
            return f"{left} = any(%s::bigint[])", (*params, self.rhs)
        right, more = self.process_rhs(compiler, connection)
        return f"{left} = any({right})", (*params, *more)
