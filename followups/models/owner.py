"""The hospital of a row in a large table, without the index and the key on it alone that Django would add.

Every index of these tables begins with the hospital, and each of their composite keys leads to a row whose hospital is
checked; one more of each costs every insert and proves nothing.
"""

from django.db import models

from hospital_crm.tenancy.scope import current_hospital


def lean_hospital() -> models.ForeignKey:
    """The same field as `HospitalModel.hospital`."""
    return models.ForeignKey(
        "accounts.Hospital",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        default=current_hospital,
        db_index=False,
        db_constraint=False,
    )
