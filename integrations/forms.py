"""Browser input of the import pages. Shapes only; what may be done is decided by the domain."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, StaffMember
from integrations.models import ImportBatch
from integrations.readers.labels import field_label
from integrations.readers.tabular.columns import Fields


class UploadForm(forms.Form):
    """A list to take in."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, .xls or .xlsx; the columns are recognised by their names."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xls,.xlsx"}),
        allow_empty_file=True,
    )


class ColumnsForm(forms.Form):
    """What each column of a list means. One field per column, named c0, c1, …"""

    def __init__(self, *args: Any, batch: ImportBatch, fields: Fields, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields_of_list = fields
        meaning = {column: name for name, columns in batch.mapping.items() for column in columns}
        choices = [("", _("not imported")), *((name, field_label(name)) for name in fields.names)]
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


class PhysicianForm(forms.Form):
    """Who is meant by a physician's name; empty: nobody here."""

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
