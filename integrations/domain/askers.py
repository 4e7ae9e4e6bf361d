"""In whose name a list is worked on in the background: whoever pressed the button. The work asks for no right of that
person, and so goes by that name also where a role is taken away meanwhile.
"""

from accounts.actors import Actor
from accounts.audit import tell_triggers
from accounts.models import Role
from integrations.models import ImportBatch


def note_asker(batch: ImportBatch, actor: Actor | None) -> tuple[str, str]:
    """Who asks for what is done next, nobody at the command line; answers the columns to be stored."""
    batch.asked_by = actor.staff if actor else None
    batch.asked_as = actor.role_code if actor else ""
    return "asked_by", "asked_as"


def asker(batch: ImportBatch) -> Actor | None:
    """Who asked, in the role of the asking, as the audit trail names them; None where the system did."""
    if batch.asked_by is None:
        return None
    role = Role.objects.filter(code=batch.asked_as).first()
    return Actor(user=batch.asked_by.user, staff=batch.asked_by, role=role) if role else None


def act_for_asker(batch: ImportBatch) -> None:
    """Row differences of this transaction name who asked."""
    if who := asker(batch):
        tell_triggers(who.user.pk, who)
