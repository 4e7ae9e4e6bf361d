"""Facts of the outbox: messages, every change of their state, and the days whose digest was made."""

from messaging.models.digest import DigestDay
from messaging.models.message import Channel, Message, MessageChange, State, Urgency
from messaging.models.reasons import Reason

__all__ = ["Channel", "DigestDay", "Message", "MessageChange", "Reason", "State", "Urgency"]
