"""What others may hear from groups, sent inside the transaction.

- `members_changed(patient_ids)`: people joined or left a unit, or became or ceased to be key persons.
"""

from django.dispatch import Signal

members_changed = Signal()
