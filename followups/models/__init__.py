"""Facts of follow-up: protocols, what they decided for a stay, the orders that follow and what was done about them."""

from followups.models.calendars import FollowedCalendar
from followups.models.dissatisfactions import Dissatisfaction, DissatisfactionEntry
from followups.models.hands import CallInHand
from followups.models.orders import FollowUpOrder
from followups.models.outcomes import (
    CALLS,
    LIFE,
    NOT_REACHED,
    REACHED,
    AnsweredBy,
    NextStep,
    Outcome,
    OutcomeGroup,
    Satisfaction,
    SecondCall,
)
from followups.models.protocols import EscalationRule, Protocol, ProtocolStep, TierRule, TierTarget
from followups.models.runs import FollowUpRun, TierAssignment
from followups.models.states import CLOSED, MOVES, OPEN, STARTED, UNSTARTED, WORKING, OrderState
from followups.models.tiers import AssigneeRole, Channel, StepKind, Tier, Trigger
from followups.models.waiting import ChangedStay
from followups.models.work import Attempt, OrderTransfer, Reminder, Review, SampleDraw

__all__ = [
    "CALLS",
    "CLOSED",
    "LIFE",
    "MOVES",
    "NOT_REACHED",
    "OPEN",
    "REACHED",
    "STARTED",
    "UNSTARTED",
    "WORKING",
    "AnsweredBy",
    "AssigneeRole",
    "Attempt",
    "CallInHand",
    "ChangedStay",
    "Channel",
    "Dissatisfaction",
    "DissatisfactionEntry",
    "EscalationRule",
    "FollowUpOrder",
    "FollowUpRun",
    "FollowedCalendar",
    "NextStep",
    "OrderState",
    "OrderTransfer",
    "Outcome",
    "OutcomeGroup",
    "Protocol",
    "ProtocolStep",
    "Reminder",
    "Review",
    "SampleDraw",
    "Satisfaction",
    "SecondCall",
    "StepKind",
    "Tier",
    "TierAssignment",
    "TierRule",
    "TierTarget",
    "Trigger",
]
