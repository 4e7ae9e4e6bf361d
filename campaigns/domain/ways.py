"""The way of a campaign's messages out of the house, asked before it is approved: whether an account of its channel is
in use and, where the provider keeps the texts, whether there is one under which the message goes.
"""

from collections.abc import Collection
from dataclasses import dataclass

from hospital_crm.tenancy.scope import required_hospital
from messaging import gateways
from messaging.gateways.closed import ClosedGateway
from messaging.gateways.texts import EVERYTHING_ELSE


@dataclass(frozen=True)
class Way:
    """`gateway`: what it is called, '' where nothing is set up or its secrets cannot be read. `texts`: the registered
    texts of the account by our names; None where the provider keeps none.
    """

    gateway: str
    texts: Collection[str] | None = None

    @property
    def is_console(self) -> bool:
        """Whether nothing leaves the house: development and demo."""
        return self.gateway == "console"

    def takes(self, provider_template: str) -> bool:
        """Whether there is a text under which a message with this number of a provider's text goes."""
        return self.texts is None or bool(provider_template.strip()) or EVERYTHING_ELSE in self.texts


def way_of(channel: str) -> Way:
    """The way of the hospital in scope for a channel."""
    found = gateways.for_channel(required_hospital(), channel)
    account = getattr(found, "gateway", found)
    if account is None or isinstance(account, ClosedGateway):
        return Way("")
    return Way(account.name, getattr(account, "texts", None))
