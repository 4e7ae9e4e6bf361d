"""Facts about units: who they are, whom we speak to, what was agreed, who belongs to them."""

from groups.models.contract import Benefit, Contract
from groups.models.member import GroupMember
from groups.models.unit import GroupContact, GroupCustomer, GroupVisit

__all__ = ["Benefit", "Contract", "GroupContact", "GroupCustomer", "GroupMember", "GroupVisit"]
