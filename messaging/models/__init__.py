"""Facts of the outbox: messages, every change of their state, whom they touched, what is stopped, the days whose digest
was made; accounts of gateways, their pace and their tests; letters; what came back; what was opened and clicked;
sendings that are stopped; who wanted no more by which message.
"""

from messaging.models.contact import BlackoutDay, SoftBounce, Suppression, Touch
from messaging.models.digest import DigestDay
from messaging.models.gateway import GatewayAccount, GatewayPace, GatewayTrial, MailboxWatch
from messaging.models.inbound import InboundMail, Reply
from messaging.models.letter import Letter, LetterBatch
from messaging.models.message import Channel, Message, MessageChange, State, Urgency
from messaging.models.planned import PlannedTouch
from messaging.models.reading import LinkedPage, Reading
from messaging.models.reasons import Reason
from messaging.models.rules import SendingRules
from messaging.models.sender_check import SenderCheck
from messaging.models.stopped import StoppedSending
from messaging.models.telling_words import TellingWords
from messaging.models.withdrawal import Withdrawal

__all__ = [
    "BlackoutDay",
    "Channel",
    "DigestDay",
    "GatewayAccount",
    "GatewayPace",
    "GatewayTrial",
    "InboundMail",
    "Letter",
    "LetterBatch",
    "LinkedPage",
    "MailboxWatch",
    "Message",
    "MessageChange",
    "PlannedTouch",
    "Reading",
    "Reason",
    "Reply",
    "SenderCheck",
    "SendingRules",
    "SoftBounce",
    "State",
    "StoppedSending",
    "Suppression",
    "TellingWords",
    "Touch",
    "Urgency",
    "Withdrawal",
]
