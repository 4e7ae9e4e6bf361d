"""What others may hear from groups, sent inside the transaction.

- `members_changed(patient_ids)`: people joined or left a unit, or became or ceased to be key persons.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from accounts.outside import Fact, Item, register
from hospital_crm.tenancy.copies import Telling

members_changed = Telling()


def _members(said: Mapping[str, Any]) -> Iterable[Item]:
    people = apps.get_model("patients", "Patient").objects.filter(pk__in=list(said["patient_ids"]))
    for person in people.order_by("pk").values_list("public_id", flat=True):
        yield {"person": str(person)}


register(Fact("units.members_changed", _("members of a unit changed"), members_changed, _members))
