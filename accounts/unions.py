"""Other numbers of a person: those of records that were united with it. The trail keeps the number of its day, so who
asks about a person asks under all of them, as long as the union stands.
"""

from django.db import connection

from hospital_crm.tenancy.scope import required_hospital

_NOBODY = "select null::bigint as gone, null::bigint as kept where %(hospital)s is null"
_known = {"rows": _NOBODY}


def register(rows: str) -> None:
    """Says how unions are read: one SELECT of `(gone, kept)`, given `%(hospital)s`."""
    _known["rows"] = rows


def standing() -> str:
    """The SELECT of the unions that stand."""
    return _known["rows"]


def numbers_of(person: int) -> list[int]:
    """Every number under which the trail knows this person."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select gone from ({standing()}) as unions where kept = %(person)s order by gone",
            {"hospital": required_hospital().pk, "person": person},
        )
        return [person, *(row[0] for row in cursor.fetchall())]
