"""Every capability there is: what somebody may do. Roles are bundles of these; pages and domain functions ask for one.

A page names its capability in `@requires`; a capability that is not listed here is a check error.
"""

from django.utils.translation import gettext_lazy as _

CAPABILITIES = {
    "patients.list": _("see lists of people and search"),
    "patients.view": _("open a person's record"),
    "patients.care": _("see tier, department, visits and follow-up of people"),
    "patients.clinical": _("read clinical text"),
    "patients.edit": _("change what the hospital itself records about a person"),
    "patients.merge": _("look at possible duplicates, unite records and take unions apart"),
    "patients.hold": _("put a record under legal hold and release it"),
    "patients.erase": _("erase a record for good"),
    "patients.facts": _("tick clinical facts of a stay"),
    "patients.unmask": _("show one masked field for a purpose"),
    "patients.stop_contact": _("stop contact with a person"),
    "patients.report_death": _("report a death"),
    "patients.confirm_death": _("confirm a death as the second person"),
    "patients.segments": _("build segments of people and see who is in them"),
    "patients.segments_manage": _("change and retire segments of others"),
    "patients.classification": _("see people by group, stage, specialty, disease and region, and the win-back list"),
    "patients.label_rules": _("change label rules and strategies"),
    "groups.view": _("see units"),
    "groups.edit": _("change units, contracts and members"),
    "followups.work": _("see and complete own follow-up orders"),
    "followups.complete": _("record attempts and results"),
    "followups.dispatch": _("dispatch and reassign orders"),
    "followups.ward": _("assign and rebalance the orders of a ward"),
    "followups.review": _("file results or return them"),
    "followups.supervise": _("supervise a department's orders"),
    "followups.quality": _("see late A orders and escalations of all departments"),
    "followups.raise_tier": _("raise a tier"),
    "followups.lower_tier": _("lower a tier with a reason"),
    "followups.protocols": _("see follow-up protocols"),
    "integrations.import": _("import lists and decide conflicts"),
    "integrations.mappings": _("map departments and physicians"),
    "integrations.import_staff": _("import the staff sheet"),
    "reports.hospital": _("read the hospital's figures"),
    "reports.department": _("read the own department's figures"),
    "exports.make": _("export lists"),
    "admin.organisation": _("administer staff, departments, protocols and settings"),
    "admin.roles": _("adjust roles and grant them"),
    "security.rights": _("review rights and sessions"),
    "audit.read": _("read the audit trail"),
}
