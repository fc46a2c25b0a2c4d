"""What is typed in: questions for the planner, names, conditions on the table of moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger.models import Scenario
from jiaoheng.ledger.spoken import spoken
from jiaoheng.plans.money import MoneyError, yuan_of
from jiaoheng.plans.path.request import PathRequest
from jiaoheng.web.choosing import school_year

ANY = [("", gettext_lazy("全部"))]
YEARS_AHEAD = 6


class MoneyField(forms.CharField):
    """An amount of yuan as people write it: 5000000, 5,000,000, 500万, 0.05 亿; cleaned to yuan, None where empty."""

    def to_python(self, value: Any) -> Any:
        """Yuan; raises ``ValidationError`` for what is no amount."""
        if not str(value or "").strip():
            return None
        try:
            return float(yuan_of(str(value)))
        except MoneyError as error:
            raise forms.ValidationError(error.say(spoken())) from None

    def prepare_value(self, value: Any) -> Any:
        """As it is shown again: what was typed, or a figure without an exponent."""
        return f"{value:.15g}" if isinstance(value, int | float) and value < 1e15 else value

    def validate(self, value: Any) -> None:
        """Nothing is required unless the field says so."""
        if value is None and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """No rule for texts holds for an amount."""


class ScenarioForm(forms.Form):
    """A question for the planner."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=80)
    until = forms.TypedChoiceField(
        label=gettext_lazy("到哪一学年达标"),
        coerce=int,
        help_text=gettext_lazy("以这一学年的统计数据达标为准；举措须在此前办完。"),
    )
    budget = MoneyField(
        label=gettext_lazy("总预算"),
        required=False,
        help_text=gettext_lazy("不填就是不限，算最少要花多少。可以写 5000000，也可以写 500万。"),
    )
    rural = forms.BooleanField(
        label=gettext_lazy("乡镇和村的学校优先"),
        required=False,
        help_text=gettext_lazy("分年度安排时，先做乡镇、村学校的举措。"),
    )
    classes = forms.BooleanField(
        label=gettext_lazy("同时化解大班额"),
        required=False,
        help_text=gettext_lazy("班级人数超标的，也安排增加班级。"),
    )
    tolerance = forms.FloatField(
        label=gettext_lazy("证明到多少（%）"),
        min_value=0,
        max_value=10,
        initial=0.1,
        help_text=gettext_lazy("方案与最低费用的差距证明到这么小就停。一般不用改。"),
    )
    seconds = forms.IntegerField(
        label=gettext_lazy("最多算多少秒"), min_value=5, max_value=1500, initial=120,
        help_text=gettext_lazy("到时没有证明完，也给出当时最好的方案。"),
    )  # fmt: skip

    def __init__(self, base_year: int, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.base_year = base_year
        self.years = [base_year + ahead for ahead in range(YEARS_AHEAD + 1)]
        until: Any = self.fields["until"]
        until.choices = [(year, school_year(year)) for year in self.years[1:]]
        for year in self.years[:-1]:
            self.fields[self.year_field(year)] = MoneyField(
                label=school_year(year), required=False, widget=forms.TextInput(attrs={"inputmode": "text"})
            )

    @staticmethod
    def year_field(year: int) -> str:
        """The name of the field of a year's budget."""
        return f"budget_{year}"

    @property
    def yearly(self) -> list[forms.BoundField]:
        """The fields of the budgets by year."""
        return [self[self.year_field(year)] for year in self.years[:-1]]

    @property
    def plain(self) -> list[forms.BoundField]:
        """The fields that everybody fills in."""
        return [self[name] for name in ("name", "until", "budget", "rural", "classes")]

    @property
    def advanced(self) -> list[forms.BoundField]:
        """Those that hardly anybody does."""
        return [self["tolerance"], self["seconds"]]

    @property
    def is_yearly(self) -> bool:
        """Whether the budgets by year are to be shown open."""
        return any(field.value() or field.errors for field in self.yearly)

    def clean(self) -> dict[str, Any]:
        """Budgets by year lie before the year of the goal, and fit in the budget in all where there is one."""
        cleaned = super().clean() or {}
        until = cleaned.get("until")
        budgets = {year: cleaned.get(self.year_field(year)) for year in self.years[:-1]}
        given = {year: amount for year, amount in budgets.items() if amount is not None}
        for year in given:
            if until is not None and year > until:
                text = _("{year} 学年的钱赶不上 {until} 学年达标，请删去，或推迟目标学年。").format(
                    year=year, until=until
                )
                self.add_error(self.year_field(year), text)
        cleaned["budgets"] = given
        return cleaned

    def request(self, standard: str) -> PathRequest:
        """The question, once the form is valid."""
        given = self.cleaned_data
        return PathRequest(
            until=given["until"],
            standard=standard,
            budget=given["budget"],
            budgets=given["budgets"],
            first="rural" if given["rural"] else "need",
            classes=given["classes"],
            tolerance=given["tolerance"] / 100,
            seconds=float(given["seconds"]),
        )

    @classmethod
    def filled(cls, request: PathRequest, name: str) -> dict[str, Any]:
        """What the form shows for a question that was put before."""
        years = {cls.year_field(int(year)): amount for year, amount in request.budgets.items()}
        return years | {
            "name": name,
            "until": request.until,
            "budget": request.budget,
            "rural": request.first == "rural",
            "classes": request.classes,
            "tolerance": round(100 * request.tolerance, 6),
            "seconds": round(request.seconds),
        }


class RenameForm(forms.Form):
    """Another name."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=80)


class MovesForm(forms.Form):
    """Which moves are shown."""

    school = forms.ChoiceField(label=gettext_lazy("学校"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("举措"), required=False)
    year = forms.ChoiceField(label=gettext_lazy("实施学年"), required=False)

    def __init__(self, data: Any, choices: Mapping[str, Iterable[tuple[str, str]]]) -> None:
        super().__init__(data)
        for name, own in choices.items():
            field: Any = self.fields[name]
            field.choices = [*ANY, *own]
        self.is_valid()


class CompareForm(forms.Form):
    """Two scenarios to look at side by side."""

    a = forms.ModelChoiceField(queryset=Scenario.objects.none(), label=gettext_lazy("方案甲"))
    b = forms.ModelChoiceField(queryset=Scenario.objects.none(), label=gettext_lazy("方案乙"))

    def __init__(self, data: Any, offered: Any) -> None:
        super().__init__(data or None)
        for name in ("a", "b"):
            field: Any = self.fields[name]
            field.queryset = offered
            field.empty_label = None
