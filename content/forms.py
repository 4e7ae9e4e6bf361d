"""What staff type about articles, checked for shape."""

from operator import attrgetter
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from content.domain.articles import Words
from content.models import Article, Language
from hospital_crm.private_files import kinds
from hospital_crm.private_files.intake import PrivateFileField
from hospital_crm.tenancy.fields import HospitalChoiceField

_MARKS = _("## heading, - list, > remark, **bold**, [words](https://…), ![words](1) for picture 1")


class LibraryFilter(forms.Form):
    """The filters of the library."""

    q = forms.CharField(label=_("Words in the title or text"), required=False, max_length=40)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("kind", [("", _("Every kind")), *Article.Kind.choices])
        self._choose("language", [("", _("Every language")), *Language.choices])
        self.fields["q"].widget.attrs.update({"placeholder": _("Words in the title or text"), "class": "form-control"})

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields[name].widget.attrs["class"] = "form-select"

    def chosen(self) -> dict[str, Any]:
        """The choices that were made; what cannot be read filters nothing."""
        self.is_valid()
        said = {name: value for name, value in self.cleaned_data.items() if value}
        return {"words" if name == "q" else name: value for name, value in said.items()}


class WordsForm(forms.Form):
    """What an article says in one language."""

    title = forms.CharField(label=_("Title of the article"), max_length=80)
    summary = forms.CharField(
        label=_("Summary"), max_length=200, required=False, help_text=_("Shown in lists and mails.")
    )
    body = forms.CharField(
        label=_("Text"),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 20}),
        help_text=_MARKS,
    )
    video_url = forms.URLField(
        label=_("Video"),
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text=_("Address of the hospital's own video, beginning with https://"),
    )

    def clean_video_url(self) -> str:
        """Only over https, and without a user or a port in the address."""
        said = self.cleaned_data["video_url"]
        parts = urlsplit(said)
        if said and (parts.scheme != "https" or parts.netloc != parts.hostname):
            raise forms.ValidationError(
                _("A video has an address that begins with https:// and names no user or port.")
            )
        return said

    def words(self) -> Words:
        """The words as the domain takes them."""
        return Words(**{name: self.cleaned_data[name] for name in ("title", "summary", "body", "video_url")})


class AboutForm(forms.Form):
    """What kind of article it is, and about which department."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Article.Kind.choices)
    department = HospitalChoiceField(Department._base_manager.none(), label=_("Department"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.filter(is_active=True).order_by("name")
        self.fields["department"].label_from_instance = attrgetter("listed_name")


class NewArticleForm(AboutForm, WordsForm):
    """An article with the words of its first language."""

    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)

    field_order = ["kind", "department", "language", "title", "summary", "body", "video_url"]


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class PictureForm(forms.Form):
    """A picture, and words for those who do not see it."""

    file = PrivateFileField(label=_("Picture"), allowed=kinds.PICTURES)
    said = forms.CharField(label=_("What is to be seen"), max_length=120)
