"""What is assumed: how far, how large classes are, planned homes, births, who comes and goes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.county import County
from jiaoheng.findings import words
from jiaoheng.forecast.request import ForecastRequest, Housing
from jiaoheng.language import Language

MOST_YEARS = 15
HOMES = 4
"""Empty rows for planned homes; more appear once these are filled in and the page comes back."""
BIRTHS = 3
STAGES = ("kindergarten", "primary", "junior", "senior")
STANDARD = {"kindergarten": 30, "primary": 45, "junior": 50, "senior": 50}
ANY = [("", gettext_lazy("全部"))]


class HousingForm(forms.Form):
    """Homes planned in a place, or people resettled there; an empty row is none."""

    place = forms.ChoiceField(label=gettext_lazy("在哪里"), required=False)
    year = forms.TypedChoiceField(label=gettext_lazy("哪学年入住"), required=False, coerce=int, empty_value=None)
    homes = forms.FloatField(label=gettext_lazy("户数"), required=False, min_value=1, max_value=100_000)
    kindergarten = forms.FloatField(label=gettext_lazy("每户幼儿"), required=False, min_value=0, max_value=2)
    primary = forms.FloatField(label=gettext_lazy("每户小学生"), required=False, min_value=0, max_value=2)
    junior = forms.FloatField(label=gettext_lazy("每户初中生"), required=False, min_value=0, max_value=2)
    from_place = forms.ChoiceField(label=gettext_lazy("从哪里迁来"), required=False)
    note = forms.CharField(label=gettext_lazy("说明"), required=False, max_length=120)

    def __init__(self, places: list[tuple[str, str]], years: list[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("place", "from_place"):
            field: Any = self.fields[name]
            field.choices = [("", "—"), *places]
        year: Any = self.fields["year"]
        year.choices = [("", "—"), *years]

    def clean(self) -> dict[str, Any]:
        """A row that is begun is whole: where, when, how many homes, and pupils of at least one stage."""
        cleaned = super().clean() or {}
        begun = any(cleaned.get(name) not in (None, "") for name in self.fields)
        if not begun or self.errors:
            return cleaned
        for name in ("place", "year", "homes"):
            if cleaned.get(name) in (None, ""):
                self.add_error(name, _("这一行还没有填。"))
        if not any(cleaned.get(stage) for stage in STAGES[:3]):
            self.add_error("primary", _("请写每户带来几名学生，例如 0.2。"))
        return cleaned

    @property
    def housing(self) -> Housing | None:
        """The homes; None for an empty row."""
        given = self.cleaned_data
        if not given.get("place"):
            return None
        yields = {stage: given[stage] for stage in STAGES[:3] if given.get(stage)}
        return Housing(given["place"], given["year"], given["homes"], yields, given["from_place"], given["note"])


class ForecastForm(forms.Form):
    """A question for the forecast; rows of homes and births are forms of their own."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=80)
    years = forms.IntegerField(
        label=gettext_lazy("往后推算几年"), min_value=1, max_value=MOST_YEARS, initial=10,
        help_text=gettext_lazy("已出生的孩子推算得准；六年以后的一年级还没有出生，把握小。"),
    )  # fmt: skip
    migration = forms.FloatField(
        label=gettext_lazy("每年净流入的新生多（%）"), required=False, min_value=-20, max_value=20,
        help_text=gettext_lazy("进城的会更多就填正数，会更少就填负数；不填按近年的趋势。"),
    )  # fmt: skip

    def __init__(self, county: County, language: Language, base_year: int, data: Any = None, **options: Any) -> None:
        initial: dict[str, Any] = options.pop("initial", {})
        housing: tuple[Housing, ...] = options.pop("housing", ())
        super().__init__(data, initial=initial, **options)
        for stage in STAGES:
            self.fields[f"size_{stage}"] = forms.FloatField(
                label=words.stage_label(stage, language),
                required=False,
                min_value=10,
                max_value=80,
                widget=forms.NumberInput(attrs={"placeholder": STANDARD[stage]}),
            )
        for year in self.birth_years(base_year):
            label = _("{year} 年").format(year=year)
            self.fields[f"births_{year}"] = forms.FloatField(label=label, required=False, min_value=0, max_value=1e6)
        self.base_year = base_year
        years = [(str(base_year + n), str(base_year + n)) for n in range(1, MOST_YEARS + 1)]
        shown = max(HOMES, len(housing) + 2)
        self.homes = [
            HousingForm(
                _places(county),
                years,
                data,
                prefix=f"home-{row}",
                initial=_row(housing[row]) if row < len(housing) else {},
            )
            for row in range(shown)
        ]

    @staticmethod
    def birth_years(base_year: int) -> range:
        """The years whose births can be told or assumed."""
        return range(base_year, base_year + BIRTHS)

    @property
    def sizes(self) -> list[forms.BoundField]:
        """The sizes of classes."""
        return [self[f"size_{stage}"] for stage in STAGES]

    @property
    def births(self) -> list[forms.BoundField]:
        """The births."""
        return [self[f"births_{year}"] for year in self.birth_years(self.base_year)]

    @property
    def has_homes(self) -> bool:
        """Whether the rows of homes are to be shown open."""
        return any(home.errors or any(field.value() for field in home) for home in self.homes)

    @property
    def has_births(self) -> bool:
        """Whether births are to be shown open."""
        return any(field.value() or field.errors for field in self.births)

    def is_valid(self) -> bool:
        """Whether all of it is."""
        own = super().is_valid()
        return all([own, *(home.is_valid() for home in self.homes)])

    @property
    def slips(self) -> Iterable[tuple[forms.BoundField, str]]:
        """Every field that is wrong, with what is wrong about it."""
        for form in (self, *self.homes):
            for field in form.visible_fields():
                for error in field.errors:
                    yield field, str(error)

    def request(self) -> ForecastRequest:
        """The question, once the form is valid."""
        given = self.cleaned_data
        sizes = {stage: given[f"size_{stage}"] for stage in STAGES if given.get(f"size_{stage}")}
        births = {
            year: given[f"births_{year}"]
            for year in self.birth_years(self.base_year)
            if given.get(f"births_{year}") is not None
        }
        housing = tuple(home for form in self.homes if (home := form.housing) is not None)
        return ForecastRequest(
            years=given["years"],
            class_sizes=sizes,
            housing=housing,
            births=births,
            migration=(given["migration"] or 0.0) / 100,
        )

    @classmethod
    def filled(cls, request: ForecastRequest, name: str) -> dict[str, Any]:
        """What the form shows for a question that was put before; its homes are given apart."""
        sizes = {f"size_{stage}": size for stage, size in request.class_sizes.items()}
        births = {f"births_{year}": count for year, count in request.births.items()}
        migration = round(100 * request.migration, 6) or None
        return sizes | births | {"name": name, "years": request.years, "migration": migration}


class SchoolsForm(forms.Form):
    """Which schools are shown."""

    stage = forms.ChoiceField(label=gettext_lazy("学段"), required=False)
    town = forms.ChoiceField(label=gettext_lazy("乡镇"), required=False)

    def __init__(self, data: Any, stages: list[tuple[str, str]], towns: list[tuple[str, str]]) -> None:
        super().__init__(data)
        for name, own in (("stage", stages), ("town", towns)):
            field: Any = self.fields[name]
            field.choices = [*ANY, *own]
        self.is_valid()


def _places(county: County) -> list[tuple[str, str]]:
    """Towns, each followed by its villages."""
    rows = county["places"].select(["place_id", "name", "level", "parent_id"]).to_pylist()
    towns = [row for row in rows if row["level"] == "town"]
    found = []
    for town in towns:
        found.append((town["place_id"], town["name"]))
        found += [
            (row["place_id"], f"{town['name']} {row['name']}") for row in rows if row["parent_id"] == town["place_id"]
        ]
    return found


def _row(home: Housing) -> dict[str, Any]:
    named = {"place": home.place_id, "year": home.year, "homes": home.homes}
    return named | dict(home.yields) | {"from_place": home.from_place, "note": home.note}
