"""What is asked: a new submission, files, the reason of a return."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import access, uploads
from jiaoheng.ledger.models import Organisation, Person, Submission

Kind = Organisation.Kind


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Each of the files."""
        every = data if isinstance(data, list | tuple) else [data]
        return [found for one in every if (found := super(FilesField, self).clean(one, initial))]


class FilesForm(forms.Form):
    """Files to add."""

    upload = FilesField(
        label=gettext_lazy("选择文件"),
        help_text=gettext_lazy("Excel 工作簿、CSV，或它们的 zip 包；可以一次选多个。"),
        widget=FilesInput(attrs={"accept": ",".join(uploads.ACCEPTED)}),
        error_messages={"required": gettext_lazy("请先选择文件。"), "empty": gettext_lazy("这个文件是空的。")},
        max_length=255,
    )


class NewForm(FilesForm):
    """A new submission; which of the fields are asked depends on the person."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("为谁报送"), empty_label=None)
    title = forms.CharField(
        label=gettext_lazy("名称"), max_length=120, help_text=gettext_lazy("日后在清单里靠它辨认，如“2025 年秋季统计”。")
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("与现有数据的关系"), choices=Submission.Mode.choices, widget=forms.RadioSelect
    )
    field_order = ("organisation", "title", "upload", "mode")

    def __init__(self, person: Person, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        units = bringing_units(person)
        is_bureau = units.filter(kind=Kind.COUNTY).exists()
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = units
        self.fields["title"].initial = _("{date} 数据报送").format(date=timezone.localdate().strftime("%Y-%m-%d"))
        if units.count() == 1:
            field.widget = forms.HiddenInput()
            field.initial = units.first()
        if is_bureau:
            self.fields["mode"].initial = Submission.Mode.MERGE
            field.initial = units.filter(kind=Kind.COUNTY).first()
        else:
            del self.fields["mode"]


class ReturnForm(forms.Form):
    """Why a submission goes back."""

    note = forms.CharField(
        label=gettext_lazy("要改什么"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=gettext_lazy("学校会看到这段话。请写清哪里不对、怎样改。"),
        error_messages={"required": gettext_lazy("请写明退回的原因和要改的地方。")},
    )


def bringing_units(person: Person) -> QuerySet[Organisation]:
    """The units for which a person may bring in statistics, the county first.

    Campuses and teaching points are told with the school above them.
    """
    units = access.which(person, "submission.create", Organisation)
    wanted = units.filter(kind__in=(Kind.COUNTY, Kind.SCHOOL), active=True)
    below = wanted.filter(parent__kind=Kind.SCHOOL, parent__in=units.values("pk"))
    return wanted.exclude(pk__in=below.values("pk")).order_by("kind", "name")
