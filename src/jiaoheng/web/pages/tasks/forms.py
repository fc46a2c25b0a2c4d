"""What is typed into the ledger."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core import validators
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Case, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from jiaoheng.ledger import access, clock
from jiaoheng.ledger.actions.tasks import LEADERS, VERIFIERS, mark, workers
from jiaoheng.ledger.file_types import ENDINGS
from jiaoheng.ledger.models import Organisation, Person, Task
from jiaoheng.web.request import Request
from jiaoheng.web.seen import SeenForm

Kind = Organisation.Kind
ACCEPTED = ",".join(f".{ending}" for ending in ENDINGS)


class DayInput(forms.DateInput):
    """The browser's own calendar, whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)
"""Days before and after are slips of the hand, and calendars end at the year 9999."""


class DayField(forms.DateField):
    """A day, typed or picked."""

    widget = DayInput

    def __init__(self, **options: Any) -> None:
        wrong = _("年份不对，请检查。")
        limits = [validators.MinValueValidator(FIRST_DAY, wrong), validators.MaxValueValidator(LAST_DAY, wrong)]
        super().__init__(input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"], validators=limits, **options)


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; cleaned to a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Every file that was chosen."""
        chosen = data if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not chosen:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [super(FilesField, self).clean(file, initial) for file in chosen]


_ORDER = (Kind.SECTION, Kind.COUNTY, Kind.AREA, Kind.SCHOOL, Kind.GROUP)


class PersonField(forms.ModelChoiceField):
    """Somebody of a unit."""

    def label_from_instance(self, obj: Any) -> str:
        """The name, and where one works."""
        return f"{obj.name}({'、'.join(held.organisation.name for held in obj.held)})"


class UnitField(forms.ModelChoiceField):
    """A unit to choose."""

    def label_from_instance(self, obj: Any) -> str:
        """Its name."""
        return str(obj.name)


def units(request: Request, kinds: tuple[str, ...], right: str = "task.create") -> QuerySet[Organisation]:
    """Units in use of these kinds to which the person's right extends, sections before schools."""
    found = access.which(request.user, right, Organisation).filter(kind__in=kinds, active=True)
    rank = Case(*(When(kind=kind, then=Value(place)) for place, kind in enumerate(_ORDER)), default=Value(9))
    return found.annotate(rank=rank).order_by("rank", "path")


def own_verifier(request: Request) -> Organisation | None:
    """The unit of the person's own that verifies, to begin with."""
    own = [held.organisation for held in request.user.held]
    return next((unit for unit in own if unit.kind in VERIFIERS), None)


class _WorkForm(forms.Form):
    """Who does it, who verifies it, until when."""

    lead = UnitField(queryset=Organisation.objects.none(), label=_("责任单位"))
    person = PersonField(
        queryset=Person.objects.none(), label=_("责任人"), required=False, help_text=_("可以不填，由责任单位自行分派。")
    )
    supports = forms.ModelMultipleChoiceField(
        queryset=Organisation.objects.none(),
        label=_("配合单位"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    verifier = UnitField(queryset=Organisation.objects.none(), label=_("验收单位"), help_text=_("由它核实并销号。"))
    due = DayField(label=_("完成时限"))

    def __init__(self, request: Request, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        leads = units(request, LEADERS)
        self._of("lead").queryset = leads
        self._of("verifier").queryset = units(request, VERIFIERS)
        self._of("supports").queryset = units(request, (Kind.SECTION,))
        self._of("person").queryset = Person.objects.filter(
            is_active=True, memberships__organisation__in=leads, memberships__until=None
        ).distinct()
        if not self._of("supports").queryset.exists():
            del self.fields["supports"]
        self.fields["verifier"].initial = own_verifier(request)
        self.fields["due"].initial = clock.today() + timedelta(days=30)

    def _of(self, name: str) -> Any:
        return self.fields[name]

    def clean(self) -> dict[str, Any]:
        """A person works in the unit that is responsible."""
        cleaned = super().clean() or {}
        lead, person = cleaned.get("lead"), cleaned.get("person")
        if lead and person and not workers(lead).filter(pk=person.pk).exists():
            self.add_error("person", _("这个人不在所选的责任单位。"))
        due = cleaned.get("due")
        if due and due < clock.today() and due != self.initial.get("due"):
            self.add_error("due", _("完成时限不能早于今天。"))
        return cleaned


class TaskForm(_WorkForm):
    """A task made by hand, or a part of one."""

    title = forms.CharField(label=_("事项"), max_length=200, help_text=_("一句话写清做什么、做到什么程度。"))
    detail = forms.CharField(label=_("要求"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    school = UnitField(
        queryset=Organisation.objects.none(),
        label=_("涉及学校"),
        required=False,
        help_text=_("责任单位就是学校的，不用填。"),
    )
    field_order = ("title", "detail", "lead", "person", "due", "verifier", "school", "supports")

    def __init__(self, request: Request, *args: Any, **options: Any) -> None:
        super().__init__(request, *args, **options)
        self._of("school").queryset = units(request, (Kind.SCHOOL,))


class EditForm(SeenForm, TaskForm):
    """A task that is there; a measured one's title follows from its figure."""

    def __init__(self, request: Request, task: Task, *args: Any, **options: Any) -> None:
        given = {name: getattr(task, name) for name in ("title", "detail", "lead", "person", "due", "verifier")}
        given["supports"] = [support.organisation_id for support in task.supports.all()]
        super().__init__(request, *args, initial=given | {"seen": mark(task)}, **options)
        del self.fields["school"]
        if task.is_measured:
            del self.fields["title"]
        for name in ("lead", "verifier"):
            there = Organisation.objects.filter(pk=getattr(task, f"{name}_id"))
            self._of(name).queryset = (self._of(name).queryset | there).distinct()


class ReasonForm(forms.Form):
    """Why something is sent back or withdrawn."""

    reason = forms.CharField(label=_("理由"), widget=forms.Textarea(attrs={"rows": 3}))


class SubmitForm(forms.Form):
    """What was done, when handing in."""

    note = forms.CharField(
        label=_("办理说明"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("做了什么、结果怎样，验收的人会看到。"),
    )


class CommentForm(forms.Form):
    """Something to say of a task."""

    text = forms.CharField(label=_("写意见"), widget=forms.Textarea(attrs={"rows": 3}))


class AttachForm(forms.Form):
    """Files of evidence."""

    evidence = FilesField(
        label=_("上传材料"),
        widget=FilesInput(attrs={"accept": ACCEPTED}),
        help_text=_("PDF、图片、Word、Excel，每个不超过 20 MB，可以一次选多个。"),
    )


class BulkForm(forms.Form):
    """How the chosen findings become tasks."""

    lead = UnitField(
        queryset=Organisation.objects.none(),
        label=_("责任单位"),
        required=False,
        empty_label=_("由学校各自负责"),
        help_text=_("全县性的问题没有学校，须选股室。"),
    )
    verifier = UnitField(queryset=Organisation.objects.none(), label=_("验收单位"))
    due = DayField(label=_("完成时限"))

    def __init__(self, request: Request, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        lead: Any = self.fields["lead"]
        lead.queryset = units(request, (Kind.COUNTY, Kind.SECTION))
        verifier: Any = self.fields["verifier"]
        verifier.queryset = units(request, VERIFIERS)
        verifier.initial = own_verifier(request)
        self.fields["due"].initial = clock.today() + timedelta(days=90)

    def clean_due(self) -> Any:
        """Not in the past."""
        due = self.cleaned_data["due"]
        if due < clock.today():
            raise forms.ValidationError(_("完成时限不能早于今天。"))
        return due
