"""The states of a follow-up order and the only moves between them.

planned → dispatched → in progress → attempted → submitted → filed, with returned between submitted and submitted again.
Readmission suspends; death, transfer, loss and refusal end; a cancelled discharge or another tier voids.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderState(models.TextChoices):
    """Where an order stands."""

    PLANNED = "planned", _("scheduled")
    DISPATCHED = "dispatched", _("dispatched")
    IN_PROGRESS = "in_progress", _("in progress")
    ATTEMPTED = "attempted", _("attempted")
    RETURNED = "returned", _("returned for redo")
    SUBMITTED = "submitted", _("submitted")
    FILED = "filed", _("filed")
    SUSPENDED = "suspended", _("on hold")
    LOST = "lost", _("lost to follow-up")
    REFUSED = "refused", _("refused")
    DIED = "died", _("ended by death")
    READMITTED = "readmitted", _("ended by readmission")
    TRANSFERRED = "transferred", _("ended by transfer")
    VOID = "void", _("void")


_S = OrderState

UNSTARTED = (_S.PLANNED, _S.DISPATCHED)
STARTED = (_S.IN_PROGRESS, _S.ATTEMPTED, _S.RETURNED)
# Somebody still has to call.
WORKING = (*UNSTARTED, *STARTED)
# Not at its end: working, waiting for review, or waiting for the end of a stay.
OPEN = (*WORKING, _S.SUBMITTED, _S.SUSPENDED)
CLOSED = (_S.FILED, _S.LOST, _S.REFUSED, _S.DIED, _S.READMITTED, _S.TRANSFERRED, _S.VOID)
# Ended by what happened to the person: no longer due in any figure (PRODUCT §3 Figures).
NOT_DUE = (_S.DIED, _S.READMITTED, _S.TRANSFERRED, _S.VOID)

_ENDS = {_S.LOST, _S.REFUSED, _S.DIED, _S.READMITTED, _S.TRANSFERRED, _S.VOID}

MOVES: dict[OrderState, frozenset[OrderState]] = {
    _S.PLANNED: frozenset({_S.DISPATCHED, _S.IN_PROGRESS, _S.ATTEMPTED, _S.SUBMITTED, _S.SUSPENDED, *_ENDS}),
    _S.DISPATCHED: frozenset({_S.PLANNED, _S.IN_PROGRESS, _S.ATTEMPTED, _S.SUBMITTED, _S.SUSPENDED, *_ENDS}),
    _S.IN_PROGRESS: frozenset({_S.DISPATCHED, _S.ATTEMPTED, _S.SUBMITTED, _S.SUSPENDED, *_ENDS}),
    _S.ATTEMPTED: frozenset({_S.IN_PROGRESS, _S.SUBMITTED, _S.SUSPENDED, *_ENDS}),
    _S.RETURNED: frozenset({_S.IN_PROGRESS, _S.ATTEMPTED, _S.SUBMITTED, _S.SUSPENDED, *_ENDS}),
    # What was sent by mistake is a draft again; what was decided on it by mistake waits for review again.
    _S.SUBMITTED: frozenset({_S.FILED, _S.RETURNED, _S.ATTEMPTED}),
    _S.FILED: frozenset({_S.RETURNED, _S.SUBMITTED}),
    _S.SUSPENDED: frozenset({_S.PLANNED, _S.DISPATCHED, _S.ATTEMPTED, _S.RETURNED, *_ENDS}),
    # A report of death that the second person refuses gives back what was open.
    _S.DIED: frozenset({_S.PLANNED, _S.DISPATCHED, _S.ATTEMPTED, _S.RETURNED, _S.SUSPENDED, _S.VOID}),
    _S.LOST: frozenset({_S.ATTEMPTED}),
    # Contact is allowed again.
    _S.REFUSED: frozenset({_S.PLANNED, _S.DISPATCHED, _S.ATTEMPTED, _S.RETURNED, _S.SUSPENDED}),
    # A readmission that was reported in error.
    _S.READMITTED: frozenset({_S.ATTEMPTED, _S.RETURNED}),
    # A stay whose transfer the list takes back.
    _S.TRANSFERRED: frozenset({_S.PLANNED, _S.DISPATCHED, _S.ATTEMPTED, _S.RETURNED, _S.SUSPENDED, _S.REFUSED}),
    # A tier that comes back, or a discharge that was not cancelled after all.
    _S.VOID: frozenset({_S.PLANNED, _S.DISPATCHED}),
}
