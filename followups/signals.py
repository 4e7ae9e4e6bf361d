"""What others may hear from follow-up, sent inside the transaction.

- `result_recorded(order)`: a try to reach somebody was written down.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from accounts.outside import Fact, Item, register

result_recorded = Signal()


def _order(said: Mapping[str, Any]) -> Iterable[Item]:
    order = said["order"]
    yield {"order": str(order.public_id), "person": str(order.patient.public_id), "state": order.state}


register(Fact("orders.result_recorded", _("a follow-up result was recorded"), result_recorded, _order))
