"""What the verbs of the audit trail are called on screen. A verb that is not listed here fails a walk."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "access.not_visible": _("asked for something not visible"),
    "access.refused": _("was refused a page"),
    "accounts.absence.cancel": _("cancelled an absence"),
    "accounts.absence.enter": _("entered an absence"),
    "accounts.audit.purge": _("deleted records whose years are over"),
    "accounts.hospital.create": _("made the hospital"),
    "accounts.password.change": _("changed the own password"),
    "accounts.password.issue": _("gave a one-time password"),
    "accounts.role.adjust": _("adjusted a role"),
    "accounts.role.grant": _("granted a role"),
    "accounts.role.propose": _("proposed a role"),
    "accounts.role.refuse": _("refused a proposed role"),
    "accounts.role.switch": _("switched role"),
    "accounts.role.withdraw": _("withdrew a role"),
    "accounts.second_factor.add": _("activated a second factor"),
    "accounts.second_factor.remove": _("gave up a second factor"),
    "accounts.second_factor.reset": _("reset a second factor"),
    "accounts.sessions.revoke": _("signed somebody out everywhere"),
    "accounts.sign_in": _("signed in"),
    "accounts.staff.bring": _("brought staff from a sheet"),
    "accounts.staff.join": _("let somebody of another hospital work here"),
    "accounts.staff.leave": _("ended somebody's work here"),
    "accounts.station.close": _("closed a community station"),
    "accounts.station.leave": _("took somebody out of a community station"),
    "followups.attempt.record": _("recorded an attempt"),
    "followups.dissatisfaction.ask": _("asked again about a dissatisfaction"),
    "followups.dissatisfaction.handle": _("handled a dissatisfaction"),
    "followups.dissatisfaction.hear": _("heard a dissatisfaction"),
    "followups.order.escalate": _("escalated an order"),
    "followups.order.hand_over": _("handed an order over"),
    "followups.order.start": _("started an order"),
    "followups.orders.cover": _("moved orders to a cover"),
    "followups.orders.end_by_death": _("ended orders after a death"),
    "followups.orders.end_withdrawn": _("voided orders of stays that were taken back"),
    "followups.orders.follow_again": _("followed somebody up again"),
    "followups.orders.give_back": _("gave orders back"),
    "followups.orders.hand_over": _("handed orders over"),
    "followups.orders.hold_in_doubt": _("held orders of somebody who may have died"),
    "followups.orders.leave_station": _("took home visits back from a station"),
    "followups.orders.merge": _("united orders of two records"),
    "followups.orders.reassign": _("reassigned orders"),
    "followups.orders.release": _("released orders"),
    "followups.orders.release_from_doubt": _("let held orders go on"),
    "followups.orders.remind": _("reminded of orders"),
    "followups.orders.reroute": _("sent orders to a recognised physician"),
    "followups.orders.stop": _("stopped orders"),
    "followups.orders.take_back_visits": _("took home visits back from stations"),
    "followups.orders.take_department": _("moved orders to a joined department"),
    "followups.orders.to_pool": _("gave orders to the service centre"),
    "followups.plan": _("planned follow-up"),
    "followups.protocol.discard": _("discarded a draft of a protocol"),
    "followups.protocol.draft": _("copied a protocol as draft"),
    "followups.protocol.publish": _("published a protocol"),
    "followups.review.file": _("filed a result"),
    "followups.review.return": _("returned a result"),
    "followups.run.agree_end": _("agreed to end a run"),
    "followups.run.keep_on": _("kept a run on"),
    "followups.run.resume": _("resumed a run"),
    "followups.run.suspend": _("suspended a run"),
    "followups.run.transfer": _("transferred a run"),
    "followups.sample.draw": _("drew a sample"),
    "followups.sample.score": _("scored a sample"),
    "followups.tier.set": _("set a tier"),
    "groups.contact.add": _("added a contact of a unit"),
    "groups.contract.sign": _("recorded a contract"),
    "groups.member.add": _("added a member of a unit"),
    "groups.member.key": _("changed a key person"),
    "groups.member.remove": _("removed a member of a unit"),
    "groups.unit.change": _("changed a unit"),
    "groups.unit.create": _("created a unit"),
    "groups.visit.finish": _("recorded a visit to a unit"),
    "groups.visit.plan": _("planned a visit to a unit"),
    "integrations.batch.break_off": _("broke an import off"),
    "integrations.batch.discard": _("discarded an import"),
    "integrations.batch.forget": _("deleted uploaded lists that were kept long enough"),
    "integrations.batch.import": _("imported a list"),
    "integrations.batch.left_out": _("downloaded the rows left out"),
    "integrations.batch.pause": _("paused an import"),
    "integrations.batch.start": _("started an import"),
    "integrations.batch.take_in": _("uploaded a list"),
    "integrations.batch.undo": _("asked for an import to be undone"),
    "integrations.batch.undone": _("undid an import"),
    "integrations.conflict.decide": _("decided a conflict"),
    "integrations.department.confirm": _("confirmed a department"),
    "integrations.department.join": _("joined two departments"),
    "integrations.feed.change": _("changed a feed"),
    "integrations.feed.department": _("mapped a department of a feed"),
    "integrations.feed.enter": _("entered a feed"),
    "integrations.message.again": _("applied a message again"),
    "integrations.message.correct": _("corrected a message"),
    "integrations.message.leave": _("left a message out"),
    "integrations.message.look": _("looked at a message"),
    "integrations.physician.assign": _("recognised a physician"),
    "messaging.message.settle": _("settled a message"),
    "patients.attachment.add": _("attached a file"),
    "patients.attachment.remove": _("removed an attached file"),
    "patients.consent.record": _("recorded a consent or refusal"),
    "patients.contact.resume": _("allowed contact again"),
    "patients.contact.stop": _("stopped contact"),
    "patients.death.confirm": _("confirmed a death"),
    "patients.death.doubt": _("doubted whether somebody lives"),
    "patients.death.report": _("reported a death"),
    "patients.death.settle": _("settled whether somebody lives"),
    "patients.death.withdraw": _("withdrew a report of death"),
    "patients.facts.record": _("recorded facts of a stay"),
    "patients.identifier.add": _("added an identifier"),
    "patients.identifier.change": _("changed an identifier"),
    "patients.label.give_back": _("gave a label back to the rules"),
    "patients.label.set": _("set a label by hand"),
    "patients.label_rules.add": _("added a rule of labels"),
    "patients.label_rules.discard": _("discarded a draft of the label rules"),
    "patients.label_rules.draft": _("copied the label rules as draft"),
    "patients.label_rules.line": _("changed a line of the label rules"),
    "patients.label_rules.points": _("changed points of the label rules"),
    "patients.label_rules.publish": _("published the label rules"),
    "patients.label_strategy.change": _("changed a strategy"),
    "patients.labels.classify": _("classified people"),
    "patients.note.add": _("added a note"),
    "patients.note.pin": _("put a note on top"),
    "patients.note.unpin": _("took a note down"),
    "patients.note.withdraw": _("withdrew a note"),
    "patients.person.change": _("changed a record"),
    "patients.person.create": _("created a record"),
    "patients.person.unite": _("united two records"),
    "patients.phone.add": _("added a number"),
    "patients.phone.change": _("changed a number"),
    "patients.phone.state": _("marked a number"),
    "patients.relation.add": _("added a relation"),
    "patients.relation.change": _("changed a relation"),
    "patients.segment.change": _("changed a segment"),
    "patients.segment.create": _("made a segment"),
    "patients.segment.refresh": _("refreshed a segment"),
    "patients.segment.resume": _("took a segment up again"),
    "patients.segment.retire": _("retired a segment"),
    "patients.station.assign": _("set the station of a person"),
    "patients.station.assign_by_area": _("assigned people to stations by address"),
    "patients.station.release": _("released people from closed stations"),
    "patients.task.done": _("did a task"),
    "patients.task.dropped": _("dropped a task"),
    "patients.task.give": _("gave a task"),
    "patients.win_back.call": _("noted a win-back call"),
}

AREAS = {
    "access.": _("refusals"),
    "accounts.": _("accounts and rights"),
    "admin.": _("administration"),
    "patients.": _("people"),
    "groups.": _("units"),
    "followups.": _("follow-up"),
    "integrations.": _("imports"),
    "messaging.": _("messages"),
}

_ADMIN = {
    "add": _("added in the administration"),
    "change": _("changed in the administration"),
    "delete": _("deleted in the administration"),
}

PLATFORM = {
    "platform.hospital.add": _("made the hospital"),
    "platform.hospital.change": _("changed the hospital"),
    "platform.user.add": _("made an account"),
    "platform.user.change": _("changed an account"),
    "platform.user.join": _("let somebody of another hospital work here"),
    "platform.user.password": _("gave a one-time password"),
    "platform.user.second_factor": _("reset a second factor"),
}

_OPERATIONS = {"INSERT": _("row added"), "UPDATE": _("row changed"), "DELETE": _("row deleted")}

_FAILURES = {"password": _("wrong user name or password"), "locked": _("locked after failures")}


def label(verb: str) -> str:
    """The verb in the reader's language; the code itself where it has no words."""
    if verb.startswith("admin."):
        return str(_ADMIN.get(verb.rpartition(".")[2], verb))
    if verb.startswith("platform."):
        own = verb.replace("platform.", "accounts.", 1)
        return str(PLATFORM.get(verb) or VERBS.get(own, verb))
    return str(VERBS.get(verb, verb))


def operation(code: str) -> str:
    """What happened to a row of a table, in the reader's language."""
    return str(_OPERATIONS.get(code, code))


def failure(code: str) -> str:
    """Why a sign-in failed, in the reader's language."""
    return str(_FAILURES.get(code, code))
