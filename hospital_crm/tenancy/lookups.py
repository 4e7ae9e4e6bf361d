"""`field__prefix="王"`: starts with, in the one form that PostgreSQL answers from a b-tree under row-level security.

`LIKE` is not leakproof, so under a policy it is never used with an index; `^@` (starts_with) is, from PostgreSQL 15
on, for columns with the "C" collation.
"""

from typing import Any

from django.db.models import CharField, Lookup, TextField


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
