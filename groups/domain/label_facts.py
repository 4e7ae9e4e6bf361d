"""What units tell the label rules about their members."""

from django.utils.translation import gettext_lazy as _

from patients.domain.staging import HOSPITAL
from patients.label_facts import FactSource, LabelFact, register

_BENEFITS = f"""
select m.patient_id, count(distinct b.id) as contract_benefits
  from groups_groupmember m
  join groups_contract c on c.hospital_id = {HOSPITAL} and c.group_id = m.group_id
                        and c.starts_on <= %(day)s and (c.ends_on is null or c.ends_on >= %(day)s)
  join groups_benefit b on b.hospital_id = {HOSPITAL} and b.contract_id = c.id
 where m.hospital_id = {HOSPITAL} and m.patient_id = any(%(ids)s) and m.left_on is null
 group by m.patient_id
"""


def connect() -> None:
    """Called once by the app's `ready`."""
    register(
        FactSource("units", (LabelFact("contract_benefits", _("benefits of the unit's valid contract")),), _BENEFITS)
    )
