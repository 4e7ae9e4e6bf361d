"""What staff type about campaigns, checked for shape."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from campaigns.domain import journeys, kinds, occasions, shipping
from campaigns.domain.checks import Finding
from campaigns.models import Campaign
from content.models import Language
from hospital_crm.private_files import kinds as file_kinds
from hospital_crm.private_files.intake import PrivateFileField
from hospital_crm.tenancy.fields import HospitalChoiceField
from patients.domain.segments.keeping import title_of
from patients.models import Segment

_MOMENT = "%Y-%m-%dT%H:%M"
_BEFORE_APPROVAL = _("required before it is sent for approval")


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT)


class SegmentField(HospitalChoiceField):
    """A segment by its title."""

    def label_from_instance(self, obj: Segment) -> str:
        """As lists call it, with the number of people at its last count."""
        return title_of(obj)


class CampaignFilter(forms.Form):
    """The filters of the list."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Every kind")), *Campaign.Kind.choices])
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("Every channel")), *Campaign.Channel.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    def chosen(self) -> dict[str, str]:
        """The choices that were made; what cannot be read filters nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class NewCampaignForm(forms.Form):
    """A campaign: what it is called, and the text it begins with, or its kind and channel where it begins empty."""

    name = forms.CharField(label=_("Name of the campaign"), max_length=60)
    template = forms.ChoiceField(label=_("Begin with"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", "—"), *Campaign.Kind.choices], required=False)
    channel = forms.ChoiceField(label=_("Channel"), choices=[("", "—"), *Campaign.Channel.choices], required=False)
    occasion = forms.ChoiceField(
        label=_("Occasion"),
        required=False,
        help_text=_("With one, the campaign stands: it writes on each day to those for whom it is the day."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = shipping.choices(get_language() or "")
        self.fields["template"].choices = [("", _("an empty page")), *offered]  # type: ignore[attr-defined]
        days = [(code, label) for code, label in occasions.choices() if code not in occasions.COUNTED]
        self.fields["occasion"].choices = [("", _("none: sent once")), *days]  # type: ignore[attr-defined]
        self.fields["kind"].needed_when = self.fields["channel"].needed_when = _("for an empty page")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """An empty page needs kind and channel; a text brings its own."""
        said = super().clean() or {}
        if said.get("template"):
            head = shipping.shipped(get_language() or "")[said["template"]].head
            return {**said, "kind": head["kind"], "channel": head["channel"]}
        for name in ("kind", "channel"):
            if not said.get(name) and name not in self.errors:
                self.add_error(name, _("Choose one."))
        return said


class AboutForm(forms.ModelForm):
    """To whom, when, how fast, and what the law asks for."""

    occasion = forms.ChoiceField(
        label=_("Occasion"),
        required=False,
        help_text=_("With one, the campaign stands: it writes on each day to those for whom it is the day."),
    )
    segment = SegmentField(Segment._base_manager.none(), label=_("Segment"), required=False)
    is_commercial = forms.BooleanField(
        label=_("Commercial"), required=False, help_text=_("Once commercial, a campaign stays so.")
    )
    starts_at = forms.DateTimeField(
        label=_("Starts at"), required=False, widget=_moment(), help_text=_("Left empty: as soon as it is approved.")
    )
    latest_start_at = forms.DateTimeField(
        label=_("Starts at the latest"),
        required=False,
        widget=_moment(),
        help_text=_("Missed, the campaign waits for approval once more."),
    )
    ends_at = forms.DateTimeField(
        label=_("Nothing leaves after"),
        required=False,
        widget=_moment(),
        help_text=_("For offers and festivals: what has not left by then never does."),
    )

    class Meta:
        model = Campaign
        fields = [
            *("name", "segment", "is_commercial", "review_number", "review_until", "starts_at", "latest_start_at"),
            *("ends_at", "per_hour", "holdout_percent", "effect_days", "occasion", "occasion_number"),
        ]
        widgets = {"review_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "occasion_number": _("Months after the last check-up, days after the first visit or in the segment."),
            "per_hour": _("0: as fast as they go."),
            "holdout_percent": _("So many get nothing, so that the effect can be told. At most 50."),
        }

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["occasion"].choices = [("", _("none: sent once")), *occasions.choices()]  # type: ignore[attr-defined]
        offered = Segment.objects.visible_to(actor).in_use()
        kept = Segment.objects.filter(pk=self.instance.segment_id)
        self.fields["segment"].queryset = (offered | kept).distinct().order_by("-pk")  # type: ignore[attr-defined]
        self.fields["segment"].needed_when = _BEFORE_APPROVAL  # type: ignore[attr-defined]
        self.fields["occasion_number"].required = False
        self.fields["occasion_number"].needed_when = _("for occasions that count months or days")  # type: ignore[attr-defined]
        if self.instance.is_commercial:
            self.fields["is_commercial"].disabled = True
        if self.instance.kind not in kinds.ADVERTS:
            del self.fields["review_number"], self.fields["review_until"]
        for name in self.fields.keys() & {"review_number", "review_until"}:
            self.fields[name].needed_when = _BEFORE_APPROVAL  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Shapes alone: what does not go together is refused by the rules of the domain."""
        return self.cleaned_data

    def clean_occasion_number(self) -> int:
        """None is nought."""
        return self.cleaned_data["occasion_number"] or 0

    def clean_holdout_percent(self) -> int:
        """At most half of the people get nothing."""
        said = self.cleaned_data["holdout_percent"]
        if said > 50:
            raise forms.ValidationError(_("At most 50."))
        return said

    def about(self) -> dict[str, Any]:
        """What the domain takes; what is not asked of this kind is empty."""
        return {"review_number": "", "review_until": None, **self.cleaned_data}


class JourneyForm(forms.Form):
    """Which shipped journey, for whom."""

    journey = forms.ChoiceField(label=_("Journey"), widget=forms.RadioSelect)
    segment = SegmentField(
        Segment._base_manager.none(),
        label=_("Segment"),
        required=False,
        help_text=_("Left empty: the shipped segment that the journey was made for."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(one.code, f"{one.label} · {one.explained}") for one in journeys.SHIPPED]
        self.fields["journey"].choices = offered  # type: ignore[attr-defined]
        self.fields["segment"].queryset = Segment.objects.visible_to(actor).in_use().order_by("-pk")  # type: ignore[attr-defined]


class ShortTextForm(forms.Form):
    """The words of a text message or of WeChat."""

    body = forms.CharField(label=_("Message text"), max_length=1000, widget=forms.Textarea(attrs={"rows": 6}))
    provider_template = forms.CharField(
        label=_("Template of the provider"),
        max_length=80,
        required=False,
        help_text=_("The number under which the provider has allowed this text."),
    )

    def __init__(self, *args: Any, channel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if channel == Campaign.Channel.WECHAT:
            self.fields["body"].label = _("Values of the template")
            self.fields["body"].help_text = _("A line for each value of the template: its name, a colon, the words.")


class MailHeadForm(forms.Form):
    """Subject and preview of a mail; of a letter the subject."""

    subject = forms.CharField(label=_("Subject"), max_length=100, required=False)
    preview = forms.CharField(
        label=_("Preview in the inbox"), max_length=120, required=False, help_text=_("Stands behind the subject.")
    )

    def __init__(self, *args: Any, is_letter: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].needed_when = _BEFORE_APPROVAL  # type: ignore[attr-defined]
        if is_letter:
            del self.fields["preview"]


def beside_fields(form: forms.BaseForm, findings: Iterable[Finding]) -> forms.BaseForm:
    """What stops a campaign stands beside the field it is about, until it is mended."""
    for one in findings:
        if one.stops and one.field in form.fields:
            field = form.fields[one.field]
            field.help_text = format_html('{} <span class="is-late">{}</span>', field.help_text, one.text)
    return form


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class ReviewForm(forms.Form):
    """The next review of a medical advert."""

    review_number = forms.CharField(label=_("review number of the medical advert"), max_length=60)
    review_until = forms.DateField(label=_("review valid until"), widget=forms.DateInput(attrs={"type": "date"}))


class CopyForm(forms.Form):
    """What the copy is called."""

    name = forms.CharField(label=_("Name of the campaign"), max_length=60)


class PictureForm(forms.Form):
    """A picture, and words for those who do not see it."""

    file = PrivateFileField(label=_("Picture"), allowed=file_kinds.PICTURES)
    said = forms.CharField(label=_("What is to be seen"), max_length=120)


def known_language(language: str) -> str:
    """A language that campaigns are written in; the first for anything else."""
    return language if language in Language.values else str(Language.values[0])


def year_of(text: str) -> int:
    """A year in an address; the present one for anything else."""
    this = timezone.localdate().year
    return int(text) if text.isdecimal() and abs(int(text) - this) <= 10 else this
