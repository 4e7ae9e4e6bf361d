"""What the browser sends about messages, as clean values."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.models import Channel, State


class OutboxFilter(forms.Form):
    """Which messages of the outbox to show."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All states")), *State.choices])
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=[("", _("All channels")), *Channel.choices])

    def chosen(self) -> dict[str, Any]:
        """The choices that were made; unknown ones are as good as none."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class SettleForm(forms.Form):
    """What a person found out about a message whose outcome was unknown."""

    outcome = forms.ChoiceField(
        label=_("What became of it"),
        choices=[(State.DELIVERED.value, _("has arrived")), (State.FAILED.value, _("has not arrived"))],
        widget=forms.RadioSelect,
    )
