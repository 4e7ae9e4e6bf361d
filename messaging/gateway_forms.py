"""What an administrator enters about an account of a gateway; each kind says which settings it has."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.gateways import texts
from messaging.gateways.base import Kind, Setting
from messaging.models import GatewayAccount

_FASTEST = 1000


class AccountForm(forms.Form):
    """An account of one kind. Secrets are entered, never shown; left empty they stay."""

    name = forms.CharField(label=gettext_lazy("name"), max_length=60)

    def __init__(self, *args: Any, kind: Kind, account: GatewayAccount | None = None, **kwargs: Any) -> None:
        if account is not None:
            own = {"name": account.name, "per_second": account.per_second, "is_active": account.is_active}
            kwargs["initial"] = {**account.settings, **own}
        super().__init__(*args, **kwargs)
        for setting in kind.settings:
            self.fields[setting.name] = _field(setting, is_known=account is not None)
        self.fields["per_second"] = forms.IntegerField(
            label=gettext_lazy("at most so many in a second"),
            help_text=gettext_lazy("0: as fast as it goes."),
            min_value=0,
            max_value=_FASTEST,
            initial=0,
        )
        self.fields["is_active"] = forms.BooleanField(label=gettext_lazy("in use"), required=False)

    def clean_texts(self) -> str:
        """Lines that can be read."""
        lines: str = self.cleaned_data["texts"]
        try:
            texts.read_lines(lines.splitlines())
        except ValueError as error:
            raise ValidationError(_("This line cannot be read: %(line)s") % {"line": str(error)}) from error
        return lines

    def clean_endpoint(self) -> str:
        """Outside development only over TLS, for the call carries what signs it."""
        address: str = self.cleaned_data["endpoint"]
        if address and settings.PRODUCTION and not address.startswith("https://"):
            raise ValidationError(_("Begins with https://."))
        return address.rstrip("/")


class TrialForm(forms.Form):
    """Where a test goes, where the record of whoever tests does not say it."""

    address = forms.CharField(label=gettext_lazy("address of the test"), max_length=254, required=False)


class CodeForm(forms.Form):
    """The code on a letter that came back."""

    code = forms.CharField(label=gettext_lazy("code on the letter"), max_length=20)


class RulesForm(forms.Form):
    """When an address is stopped that gives messages back for a time, and whether readings are written down."""

    soft_bounce_days = forms.IntegerField(
        label=gettext_lazy("Stop an address when messages came back on so many days"), min_value=1, max_value=30
    )
    soft_bounce_within = forms.IntegerField(label=gettext_lazy("within so many days"), min_value=1, max_value=365)
    records_reading = forms.BooleanField(
        label=gettext_lazy("Write down which mails are opened and which links are clicked"),
        required=False,
        help_text=gettext_lazy(
            "Only of mails to people who allowed this kind of mail, and of nobody who refuses profiling. What may have"
            " been a program that looks at mails is counted apart."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """The days must fit into the period."""
        said: dict[str, Any] = super().clean() or {}
        days, within = said.get("soft_bounce_days"), said.get("soft_bounce_within")
        if days and within and days > within:
            self.add_error("soft_bounce_within", _("The period is shorter than the number of days."))
        return said


class WordsForm(forms.Form):
    """What the hospital adds to the list of telling words, and what it takes off; a word in each line."""

    added = forms.CharField(label=gettext_lazy("also telling"), required=False, widget=forms.Textarea)
    taken_off = forms.CharField(label=gettext_lazy("not telling here"), required=False, widget=forms.Textarea)


def _field(setting: Setting, *, is_known: bool) -> forms.Field:
    """The field of one setting."""
    said: dict[str, Any] = {
        "label": setting.label,
        "required": setting.is_required and not (setting.is_secret and is_known),
        "help_text": setting.help_text,
        "initial": setting.default,
    }
    if setting.is_secret:
        said["help_text"] = gettext_lazy("Is on record; left empty it stays.") if is_known else setting.help_text
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        return forms.CharField(widget=widget, max_length=500, strip=True, **said)
    if setting.kind == "flag":
        return forms.BooleanField(**{**said, "required": False})
    if setting.kind == "number":
        return forms.IntegerField(min_value=0, max_value=2**31, **said)
    if setting.kind == "email":
        return forms.EmailField(**said)
    if setting.kind == "url":
        return forms.CharField(max_length=200, **said)
    if setting.kind == "lines":
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=10_000, **said)
    return forms.CharField(max_length=200, **said)
