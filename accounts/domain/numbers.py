"""Numbers of registers: per hospital, from one, each once and without gaps."""

from django.db import connection

from hospital_crm.tenancy.scope import required_hospital

_DRAW = """
insert into accounts_numberseries (hospital_id, register, last) values (%s, %s, 1)
on conflict (hospital_id, register) do update set last = accounts_numberseries.last + 1
returning last
"""


def draw_number(register: str) -> int:
    """The next number of this register (`NumberSeries.Register`) at the hospital in scope.

    Whoever draws second waits for the first one's commit; what is rolled back gives its number back.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, [required_hospital().pk, register])
        return int(cursor.fetchone()[0])
