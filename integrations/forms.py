"""Browser input of the import pages. Shapes only; what may be done is decided by the domain."""

import zoneinfo
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, StaffMember
from accounts.outside import known_facts
from integrations.domain import feed_words
from integrations.domain.message_list import MessageList
from integrations.domain.modes import BOTH, MODES
from integrations.models import Feed, ImportBatch, WebhookEndpoint
from integrations.readers.labels import field_label
from integrations.readers.problems import sentence
from integrations.readers.tabular.columns import Fields


class UploadForm(forms.Form):
    """A list to take in."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, .xls or .xlsx; the columns are recognised by their names."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xls,.xlsx"}),
        allow_empty_file=True,
    )
    mode = forms.ChoiceField(label=_("What the list does"), choices=list(MODES.items()), initial=BOTH, required=False)

    @property
    def options(self) -> dict[str, Any]:
        """What was asked for beside the file, as it is kept with the list."""
        return {"mode": self.cleaned_data["mode"] or BOTH}


class RosterForm(UploadForm):
    """A roster of a unit: also whether it names every member."""

    is_complete = forms.BooleanField(
        label=_("The list names every member of the unit"),
        help_text=_("Members who are missing in it are proposed as left; nobody leaves by itself."),
        required=False,
    )

    @property
    def options(self) -> dict[str, Any]:
        """As for every list."""
        return {**super().options, "is_complete": self.cleaned_data["is_complete"]}


class KindFilter(forms.Form):
    """The kind of list that the page of imports is narrowed to; what cannot be read narrows nothing."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Every kind")), *kinds]  # type: ignore[attr-defined]
        self.fields["kind"].widget.attrs["class"] = "form-select"

    def chosen(self) -> str:
        """The kind."""
        self.is_valid()
        return self.cleaned_data.get("kind", "")


class MessageFilter(forms.Form):
    """What the queue of messages is narrowed to, with how many wait for each reason."""

    feed = forms.ChoiceField(label=_("Feed"), required=False)
    reason = forms.ChoiceField(label=_("Reason"), required=False)
    number = forms.CharField(label=_("Number in the source"), max_length=100, required=False)

    def __init__(self, data: Any, *, asked: MessageList) -> None:
        super().__init__(data)
        feeds = [(feed.name, feed.title) for feed in asked.feeds]
        reasons = [(code, f"{sentence(code, {})} ({n})") for code, n in asked.reasons]
        self.fields["feed"].choices = [("", _("Every feed")), *feeds]  # type: ignore[attr-defined]
        if reasons or asked.reason:
            self.fields["reason"].choices = [("", _("Every reason")), *reasons]  # type: ignore[attr-defined]
        else:
            del self.fields["reason"]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control" if field is self.fields["number"] else "form-select"
        self.fields["number"].widget.attrs["placeholder"] = _("Number in the source")


class MessagesAgainForm(forms.Form):
    """Many messages are applied again: nothing is asked."""


class MessagesLeaveForm(forms.Form):
    """Many messages are left aside."""

    note = forms.CharField(label=_("Reason for leaving it aside"), max_length=200)


class ColumnsForm(forms.Form):
    """What each column of a list means. One field per column, named c0, c1, …"""

    def __init__(self, *args: Any, batch: ImportBatch, fields: Fields, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields_of_list = fields
        meaning = {column: name for name, columns in batch.mapping.items() for column in columns}
        choices = [("", _("not imported")), *((name, _meaning(name, fields)) for name in fields.names)]
        for column in range(len(batch.columns)):
            self.fields[f"c{column}"] = forms.ChoiceField(
                label=batch.columns[column] or str(column + 1),
                choices=choices,
                required=False,
                initial=meaning.get(column, ""),
            )

    def clean(self) -> dict[str, Any]:
        """No meaning twice, except where a list may have several columns of it."""
        cleaned = super().clean() or {}
        taken: set[str] = set()
        for column, name in cleaned.items():
            if name in taken and not self.fields_of_list.takes_several(name):
                self.add_error(column, _("Another column already means this."))
            taken.add(name or column)
        return cleaned

    @property
    def mapping(self) -> dict[str, list[int]]:
        """Field → columns."""
        places: dict[str, list[int]] = {}
        for column, name in self.cleaned_data.items():
            if name:
                places.setdefault(name, []).append(int(column[1:]))
        return places


def _meaning(name: str, fields: Fields) -> Any:
    """The field in the reader's language, with what becomes of it where nothing does."""
    return _("%(field)s (not used)") % {"field": field_label(name)} if name in fields.not_used else field_label(name)


class PhysicianForm(forms.Form):
    """Who is meant by a physician's or nurse's name; empty: nobody here."""

    staff = forms.ModelChoiceField(
        queryset=StaffMember._base_manager.none(), required=False, label=_("member of staff")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = StaffMember.objects.active()  # type: ignore[attr-defined]


class DepartmentForm(forms.Form):
    """The known department that an unconfirmed one means; empty: it is one of this hospital's."""

    known = forms.ModelChoiceField(queryset=Department._base_manager.none(), required=False, label=_("department"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Department.objects.active().filter(is_confirmed=True)
        self.fields["known"].queryset = known.order_by("name")  # type: ignore[attr-defined]


class FeedForm(forms.Form):
    """A system that sends: its names, how it is read, when its silence alarms. Kind and short name stay as entered."""

    kind = forms.ChoiceField(label=_("protocol of messages"), choices=[(one.value, one.label) for one in Feed.SENDING])
    name = forms.SlugField(
        label=_("short name"), max_length=40, help_text=_("Letters, digits and hyphens; used on the command line.")
    )
    title = forms.CharField(label=_("name"), max_length=60)
    is_active = forms.BooleanField(label=_("in use"), required=False, initial=True)
    number_domain = forms.SlugField(
        label=_("before its numbers"), max_length=20, initial="his",
        help_text=_("Systems that count visits in common share it."),
    )  # fmt: skip
    silence_minutes = forms.IntegerField(
        label=_("alarm after so many silent minutes"), min_value=1, max_value=60 * 24 * 31, required=False
    )
    zone = forms.CharField(
        label=_("time zone of its times"), max_length=40, required=False, help_text=_("Empty: that of the hospital.")
    )
    charset = forms.CharField(
        label=_("character set of its messages"), max_length=20, required=False,
        help_text=_(
            "For example GBK, 8859/1, CP1250; counts before what a message declares. Empty: as declared, else by the"
            " text."
        ),
    )  # fmt: skip
    department_from = forms.ChoiceField(
        label=_("the department stands in"), required=False,
        choices=[("location", _("the location (PV1-3)")), ("service", _("the hospital service (PV1-10)"))],
    )  # fmt: skip

    def __init__(self, *args: Any, feed: Feed | None = None, **kwargs: Any) -> None:
        if feed is not None:
            known = {name: getattr(feed, name, feed.settings.get(name)) for name in self.base_fields}
            kwargs["initial"] = known
        super().__init__(*args, **kwargs)
        if feed is not None:
            self.fields["kind"].disabled = self.fields["name"].disabled = True

    def clean_zone(self) -> str:
        """A zone that exists."""
        zone = self.cleaned_data["zone"]
        if zone and zone not in zoneinfo.available_timezones():
            raise forms.ValidationError(_("There is no such time zone; for example Asia/Shanghai."))
        return zone


class FeedDepartmentForm(forms.Form):
    """A department's name or code in a feed, and the department it means."""

    name = forms.CharField(label=_("name or code in the feed"), max_length=60)
    department = forms.ModelChoiceField(queryset=Department._base_manager.none(), label=_("department"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Department.objects.active().filter(is_confirmed=True)
        self.fields["department"].queryset = known.order_by("name")  # type: ignore[attr-defined]


class FeedWordForm(forms.Form):
    """A word of a feed, and what it means: the kind of the word goes with the meaning that was chosen."""

    word = forms.CharField(label=_("word in the feed"), max_length=feed_words.WORD_LENGTH)
    means = forms.ChoiceField(label=_("meaning"))

    def __init__(self, *args: Any, feed: Feed, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["means"].choices = [("", "---------")] + [  # type: ignore[attr-defined]
            (feed_words.KINDS[kind], [(f"{kind} {code}", label) for code, label in feed_words.MEANINGS[kind].items()])
            for kind in feed_words.kinds_of(feed)
        ]

    @property
    def said(self) -> dict[str, str]:
        """Kind, word and meaning."""
        kind, _blank, meaning = self.cleaned_data["means"].partition(" ")
        return {"kind": kind, "word": self.cleaned_data["word"], "meaning": meaning}


class WebhookForm(forms.Form):
    """A system that wants to hear what happened here."""

    name = forms.CharField(label=_("name of the system"), max_length=60)
    url = forms.CharField(label=_("address"), max_length=500, help_text=_("Begins with https://."))
    facts = forms.MultipleChoiceField(label=_("what it is told"), widget=forms.CheckboxSelectMultiple)
    is_active = forms.BooleanField(label=_("in use"), required=False, initial=True)

    def __init__(self, *args: Any, endpoint: WebhookEndpoint | None = None, **kwargs: Any) -> None:
        if endpoint is not None:
            kwargs["initial"] = {name: getattr(endpoint, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        facts = [(fact.name, fact.label) for fact in known_facts()]
        self.fields["facts"].choices = facts  # type: ignore[attr-defined]
