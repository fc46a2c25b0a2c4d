"""What is asked: a new submission, files, the reason of a return."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any, NamedTuple

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import access, uploads
from jiaoheng.ledger.models import Organisation, Person, Submission
from jiaoheng.sources.bundles import is_litter, within_bundle
from jiaoheng.web.choosing import school_year

Kind = Organisation.Kind
_SEPTEMBER = 9
_YEARS = 12


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


class Chosen(NamedTuple):
    """A file that was chosen: its name with its folders, and whether it came with a whole folder."""

    file: UploadedFile
    name: str
    of_folder: bool


class FilesForm(forms.Form):
    """Files to add: single ones, and a whole folder of them.

    Browsers name the files of a folder without their folders; ``paths``, which a script fills in, has them, one a line.
    """

    upload = FilesField(
        label=gettext_lazy("选择文件"),
        help_text=gettext_lazy("Excel 工作簿、CSV，或它们的 zip 包；可以一次选多个。学校的国家统计报表原样上传即可。"),
        widget=FilesInput(attrs={"accept": ",".join(uploads.ACCEPTED)}),
        error_messages={"required": gettext_lazy("请先选择文件。"), "empty": gettext_lazy("这个文件是空的。")},
        max_length=255,
    )
    folder = FilesField(
        label=gettext_lazy("或选择整个文件夹"),
        help_text=gettext_lazy("一校一册的统计报表，放在一个文件夹里一次上传。不是数据的文件会自动略过。"),
        widget=FilesInput(attrs={"webkitdirectory": True, "data-folder": "paths", "data-most": uploads.MOST_FILES}),
        allow_empty_file=True,
        required=False,
    )
    paths = forms.CharField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), required=False, strip=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["upload"].required = False
        self.fields["folder"].widget.attrs["data-too-many"] = uploads.too_many()

    def chosen(self) -> list[Chosen]:
        """The files that were chosen, each by its name; raises ``KeyError`` before they are cleaned."""
        single = [Chosen(file, file.name or "", False) for file in self.cleaned_data["upload"]]
        files: list[UploadedFile] = self.cleaned_data["folder"]
        names = self.cleaned_data["paths"].splitlines()
        told = len(names) == len(files) and all(
            PurePosixPath(path).name == file.name for path, file in zip(names, files, strict=True)
        )
        paths = names if told else [file.name or "" for file in files]
        kept = [(file, path) for file, path in zip(files, paths, strict=True) if not is_litter(path)]
        inner = within_bundle([path for _, path in kept])
        return single + [Chosen(file, name, True) for (file, _), name in zip(kept, inner, strict=True)]


class NewForm(FilesForm):
    """A new submission; which of the fields are asked depends on the person."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("为谁报送"), empty_label=None)
    title = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=120,
        help_text=gettext_lazy("日后在清单里靠它辨认，如“2025 年秋季统计”。"),
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("与现有数据的关系"), choices=Submission.Mode.choices, widget=forms.RadioSelect
    )
    year = forms.TypedChoiceField(
        label=gettext_lazy("学年"),
        help_text=gettext_lazy("只用于没有写明学年的统计报表；写明了的，以表中为准。"),
        coerce=int,
        empty_value=None,
        required=False,
    )
    field_order = ("organisation", "title", "upload", "folder", "year", "mode")

    def __init__(self, person: Person, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _offer_years(self.fields["year"])
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


def _offer_years(field: forms.Field) -> None:
    """The present school year, which begins in September, and those about it."""
    assert isinstance(field, forms.ChoiceField)
    today = timezone.localdate()
    present = today.year if today.month >= _SEPTEMBER else today.year - 1
    field.choices = [(year, school_year(year)) for year in range(present + 1, present - _YEARS, -1)]
    field.initial = present


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
