"""How an order reaches the person, as its row shows it: an icon, a word, and what pressing it does."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from followups.models import Channel, StepKind


@dataclass(frozen=True)
class Way:
    """`word` is told beside the step where it is no plain call; `act` names the button, with the person's name."""

    icon: str
    act: Any
    word: Any = ""

    @property
    def is_call(self) -> bool:
        """Whether the button opens the form to dial."""
        return not self.word


_CALL = Way("phone", _("Call %(name)s"))
_BY_CHANNEL = {
    Channel.VISIT: Way("home", _("Visit %(name)s"), Channel.VISIT.label),
    Channel.LETTER: Way("mail", _("Write to %(name)s"), Channel.LETTER.label),
    Channel.MESSAGE: Way("message", _("Send %(name)s a message"), Channel.MESSAGE.label),
}
_BY_KIND = {
    StepKind.QUESTIONNAIRE: Way("forms", _("Ask %(name)s the questionnaire"), StepKind.QUESTIONNAIRE.label),
    StepKind.MESSAGE: _BY_CHANNEL[Channel.MESSAGE],
}


def way_of(channel: str, kind: str) -> Way:
    """The channel of the order, which may be another than its step's, says most; what the step is comes after it."""
    return _BY_CHANNEL.get(Channel(channel)) or _BY_KIND.get(StepKind(kind), _CALL)
