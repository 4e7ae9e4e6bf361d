"""A protocol is changed by a copy: a draft whose rows may be edited, checked as a whole, and published.

Published and retired versions stay as they are, because running orders pin them; the database refuses it too.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from followups.domain.errors import FollowUpError
from followups.domain.protocol_checks import PARTS
from followups.domain.protocols import NotADraft
from followups.models import Protocol


class DraftExists(FollowUpError):
    """Two people editing two drafts would publish over each other."""

    message = _("There is a draft of this protocol already: version %(version)d. Publish or discard it first.")


@transaction.atomic
def copy_as_draft(*, protocol: Protocol, actor: Actor) -> Protocol:
    """The next version, a draft with the same rows. Refuses while another draft of the protocol stands."""
    versions = list(Protocol.objects.select_for_update().filter(code=protocol.code))
    standing = next((one for one in versions if one.state == Protocol.State.DRAFT), None)
    if standing is not None:
        raise DraftExists(version=standing.version)
    draft = Protocol.objects.create(
        code=protocol.code,
        version=max(one.version for one in versions) + 1,
        name=protocol.name,
        trigger=protocol.trigger,
    )
    for model in PARTS:
        rows = list(model.objects.filter(protocol=protocol))
        for row in rows:
            row.pk, row.protocol = None, draft
        model.objects.bulk_create(rows)
    audit.record("followups.protocol.draft", draft, actor=actor, after={"code": draft.code, "version": draft.version})
    return draft


@transaction.atomic
def discard(*, protocol: Protocol, actor: Actor) -> None:
    """A draft that is not wanted goes. Refuses any other version."""
    protocol = Protocol.objects.select_for_update().get(pk=protocol.pk)
    if protocol.state != Protocol.State.DRAFT:
        raise NotADraft
    audit.record("followups.protocol.discard", protocol, actor=actor, before={"version": protocol.version})
    for model in PARTS:
        model.objects.filter(protocol=protocol).delete()
    Protocol.objects.filter(pk=protocol.pk).delete()
