"""Facts about imports: lists and how far they are, what was wrong in them, contradictions, what names mean here, feeds
and what they sent.
"""

from integrations.models.batch import ImportBatch, ImportChunk, ImportIssue
from integrations.models.conflict import MatchConflict
from integrations.models.feed import Feed, InboundRecord
from integrations.models.mapping import DepartmentMapping, LentName, NameGap, PhysicianMapping
from integrations.models.webhook import WebhookDelivery, WebhookEndpoint

__all__ = [
    "DepartmentMapping",
    "Feed",
    "ImportBatch",
    "ImportChunk",
    "ImportIssue",
    "InboundRecord",
    "LentName",
    "MatchConflict",
    "NameGap",
    "PhysicianMapping",
    "WebhookDelivery",
    "WebhookEndpoint",
]
