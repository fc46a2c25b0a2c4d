"""What an inspector types, on a phone in a school more often than at a desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import access, clock
from jiaoheng.ledger.actions.inspections import Found, Outcome, open_points
from jiaoheng.ledger.models import Organisation, Visit
from jiaoheng.web.pages.tasks.forms import DayField, FilesField, FilesInput, UnitField
from jiaoheng.web.request import Request

POINTS = 8
"""Points that fit on one form; the first ``AT_ONCE`` are there from the beginning."""
AT_ONCE = 2
PHOTO = {"accept": "image/*", "capture": "environment"}


class VisitForm(forms.Form):
    """A visit: school, day, points with photos, and until when they are put right."""

    school = UnitField(queryset=Organisation.objects.none(), label=gettext_lazy("学校"))
    day = DayField(label=gettext_lazy("检查日期"))
    due = DayField(label=gettext_lazy("整改期限"), required=False, help_text=gettext_lazy("没有发现问题的，不用填。"))
    note = forms.CharField(
        label=gettext_lazy("总体情况"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("没有发现问题的，请在这里写明看了什么。"),
    )

    def __init__(self, request: Request, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        school: Any = self.fields["school"]
        schools = access.which(request.user, "visit.create", Organisation)
        school.queryset = schools.filter(kind=Organisation.Kind.SCHOOL, active=True).order_by("name")
        self.fields["day"].initial = clock.today()
        self.fields["due"].initial = clock.today() + timedelta(days=15)
        for place in range(POINTS):
            self.fields[f"point_{place}"] = forms.CharField(
                label=_("问题 {number}").format(number=place + 1),
                required=False,
                max_length=200,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"photo_{place}"] = FilesField(label=_("照片"), required=False, widget=FilesInput(attrs=PHOTO))

    def about(self) -> list[forms.BoundField]:
        """The fields above the points."""
        return [self["school"], self["day"]]

    def after(self) -> list[forms.BoundField]:
        """The fields below the points."""
        return [self["due"], self["note"]]

    def first(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """Text and photo of the points that are there from the beginning."""
        return ((self[f"point_{place}"], self[f"photo_{place}"]) for place in range(AT_ONCE))

    def more(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """Text and photo of the other points."""
        return ((self[f"point_{place}"], self[f"photo_{place}"]) for place in range(AT_ONCE, POINTS))

    @property
    def more_used(self) -> bool:
        """Whether one of the other points was filled in."""
        return any(text.value() for text, _ in self.more())

    def found(self) -> list[Found]:
        """The points that were filled in."""
        given = self.cleaned_data
        return [
            Found(given[f"point_{place}"], tuple(given[f"photo_{place}"]))
            for place in range(POINTS)
            if given[f"point_{place}"].strip()
        ]

    def clean(self) -> dict[str, Any]:
        """A photo belongs to a point."""
        cleaned = super().clean() or {}
        for place in range(POINTS):
            if cleaned.get(f"photo_{place}") and not cleaned.get(f"point_{place}", "").strip():
                self.add_error(f"point_{place}", _("有照片没有说明，请写一句是什么问题。"))
        return cleaned


class AgainForm(forms.Form):
    """A re-visit: for each point that is still open, whether it was put right."""

    day = DayField(label=gettext_lazy("复查日期"))
    due = DayField(
        label=gettext_lazy("新的整改期限"),
        required=False,
        help_text=gettext_lazy("有问题没有整改到位时填。"),
    )
    note = forms.CharField(label=gettext_lazy("总体情况"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, visit: Visit, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.points = open_points(visit)
        self.fields["day"].initial = clock.today()
        for point in self.points:
            self.fields[f"outcome_{point.pk}"] = forms.ChoiceField(
                label=point.text,
                choices=[("yes", _("已整改")), ("no", _("没有整改到位")), ("later", _("这次没看"))],
                widget=forms.RadioSelect,
            )
            self.fields[f"note_{point.pk}"] = forms.CharField(
                label=_("看到的情况"), required=False, widget=forms.Textarea(attrs={"rows": 2})
            )

    def asked(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """Outcome and note of each point."""
        return ((self[f"outcome_{point.pk}"], self[f"note_{point.pk}"]) for point in self.points)

    def after(self) -> list[forms.BoundField]:
        """The fields that are of the whole visit."""
        return [self["day"], self["due"], self["note"]]

    def outcomes(self) -> dict[int, Outcome]:
        """What was said of each point that was looked at."""
        given = self.cleaned_data
        return {
            point.pk: Outcome(given[f"outcome_{point.pk}"] == "yes", given[f"note_{point.pk}"])
            for point in self.points
            if given[f"outcome_{point.pk}"] != "later"
        }

    def clean(self) -> dict[str, Any]:
        """What was not put right needs a word on it and a day."""
        cleaned = super().clean() or {}
        left = [point for point in self.points if cleaned.get(f"outcome_{point.pk}") == "no"]
        for point in left:
            if not cleaned.get(f"note_{point.pk}", "").strip():
                self.add_error(f"note_{point.pk}", _("没有整改到位的，请写明还差什么。"))
        if left and not cleaned.get("due") and "due" not in self.errors:
            self.add_error("due", _("有问题没有整改到位，请填新的整改期限。"))
        return cleaned


class FilterForm(forms.Form):
    """Which visits are shown."""

    school = UnitField(queryset=Organisation.objects.none(), label=gettext_lazy("学校"), required=False)
    standing = forms.ChoiceField(
        label=gettext_lazy("整改"),
        required=False,
        choices=[
            ("", gettext_lazy("全部")),
            ("open", gettext_lazy("整改中")),
            ("overdue", gettext_lazy("整改逾期")),
            ("done", gettext_lazy("已办结")),
        ],
    )

    def __init__(self, request: Request) -> None:
        super().__init__(request.GET)
        school: Any = self.fields["school"]
        seen = access.which(request.user, "visit.see", Organisation)
        school.queryset = seen.filter(kind=Organisation.Kind.SCHOOL).order_by("name")
        school.empty_label = _("全部")
        if school.queryset.count() < 2:
            del self.fields["school"]
        self.is_valid()
