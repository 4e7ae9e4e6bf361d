"""Facts of the outbox: messages, every change of their state, whom they touched, what is stopped, the days whose digest
was made.
"""

from messaging.models.contact import BlackoutDay, SoftBounce, Suppression, Touch
from messaging.models.digest import DigestDay
from messaging.models.message import Channel, Message, MessageChange, State, Urgency
from messaging.models.planned import PlannedTouch
from messaging.models.reasons import Reason

__all__ = [
    "BlackoutDay",
    "Channel",
    "DigestDay",
    "Message",
    "MessageChange",
    "PlannedTouch",
    "Reason",
    "SoftBounce",
    "State",
    "Suppression",
    "Touch",
    "Urgency",
]
