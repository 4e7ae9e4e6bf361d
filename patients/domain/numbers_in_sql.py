"""Whose number it is, in SQL: the text of `ContactPoint.objects.own(on=…)` for statements over everybody."""

# Of the contact point `c`; `{day}` is the expression of the day that is asked for.
OWN = (
    "c.owner_relation = '' and (c.owner_id is null or c.owner_id = c.patient_id)"
    " and (c.valid_from is null or c.valid_from <= {day}) and (c.valid_until is null or c.valid_until >= {day})"
)
