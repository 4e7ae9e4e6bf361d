"""Facts about units: who they are, whom we speak to, what was agreed, who belongs to them."""

from groups.models.binned import BinnedUnit
from groups.models.contract import Benefit, BenefitUse, Contract
from groups.models.file import GroupFile
from groups.models.member import GroupMember
from groups.models.merging import UnitMerger
from groups.models.opportunity import Opportunity
from groups.models.unit import GroupContact, GroupCustomer, GroupValue, OwnerChange, StatusChange
from groups.models.visit import GroupVisit

__all__ = [
    "BinnedUnit",
    "Benefit",
    "BenefitUse",
    "Contract",
    "GroupContact",
    "GroupCustomer",
    "GroupFile",
    "GroupMember",
    "GroupValue",
    "GroupVisit",
    "Opportunity",
    "OwnerChange",
    "StatusChange",
    "UnitMerger",
]
