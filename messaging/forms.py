"""What the browser sends about messages, as clean values."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging import purposes
from messaging.models import Channel, Reason, State


class OutboxFilter(forms.Form):
    """Which messages of the outbox to show."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All states")), *State.choices])
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=[("", _("All channels")), *Channel.choices])
    to = forms.ChoiceField(
        label=_("Recipient"),
        required=False,
        choices=[
            ("", _("All recipients")),
            ("person", _("people")),
            ("staff", _("staff")),
            ("address", _("other addresses")),
        ],
    )
    purpose = forms.ChoiceField(label=_("Purpose"), required=False)
    reason = forms.ChoiceField(label=_("Reason"), required=False)
    since = forms.DateField(label=_("Queued from"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Queued until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    MORE = ("purpose", "reason", "since", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(code, purposes.label_of(code)) for code in purposes.codes()]
        reasons = [(value, label) for value, label in Reason.choices if value]
        self.fields["purpose"].choices = [("", _("All purposes")), *known]  # type: ignore[attr-defined]
        self.fields["reason"].choices = [("", _("All reasons")), *reasons]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """The choices that were made; unknown ones are as good as none."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def first_fields(self) -> list[Any]:
        """Those that always stand there."""
        return [self[name] for name in self.fields if name not in self.MORE]

    @property
    def more_fields(self) -> list[Any]:
        """Those behind the button."""
        return [self[name] for name in self.MORE]

    @property
    def more_in_use(self) -> int:
        """How many of those behind the button are set."""
        return sum(name in self.chosen() for name in self.MORE)


class SettleForm(forms.Form):
    """What a person found out about a message whose outcome was unknown."""

    outcome = forms.ChoiceField(
        label=_("What became of it"),
        choices=[(State.DELIVERED.value, _("has arrived")), (State.FAILED.value, _("has not arrived"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("How it is known"), max_length=200)


class StopForm(forms.Form):
    """An address that is written to no more."""

    channel = forms.ChoiceField(
        label=_("Channel"), choices=[(value, label) for value, label in Channel.choices if value in ("email", "sms")]
    )
    address = forms.CharField(label=_("Number or address"), max_length=254)


class LiftForm(forms.Form):
    """Why a stopped address may be written to again."""

    reason = forms.CharField(label=_("Why the stop is lifted"), max_length=200)
