"""Facts about imports: lists and how far they are, what was wrong in them, contradictions, and what names mean here."""

from integrations.models.batch import ImportBatch, ImportChunk, ImportIssue
from integrations.models.conflict import MatchConflict
from integrations.models.mapping import DepartmentMapping, PhysicianMapping

__all__ = ["DepartmentMapping", "ImportBatch", "ImportChunk", "ImportIssue", "MatchConflict", "PhysicianMapping"]
