"""Questions about places as they are typed in: catchments, and the layout of schools."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.county import County
from jiaoheng.county.grades import stage_of
from jiaoheng.county.moves import Site
from jiaoheng.forecast.request import VARIANTS, ForecastRequest
from jiaoheng.plans.layout.request import LayoutRequest
from jiaoheng.plans.zones.request import ZonesRequest
from jiaoheng.web.choosing import school_year
from jiaoheng.web.pages.studio.forms import MoneyField

STAGES = ("primary", "junior", "kindergarten")
YEARS_AHEAD = 10
FIXED = 4
SITES = 3
_KINDS = {"kindergarten": "111", "primary": "211", "junior": "311"}
VARIANT_LABELS = {"central": gettext_lazy("中"), "high": gettext_lazy("高"), "low": gettext_lazy("低")}


class School(msgspec.Struct, frozen=True):
    """A school that has the stage now, and its pupils."""

    code: str
    name: str
    pupils: int


def schools_of(county: County, stage: str) -> list[School]:
    """The schools that have pupils of a stage in the latest year, by name."""
    kinds = dict(zip(*(county["schools"][name].to_pylist() for name in ("school_id", "kind")), strict=True))
    last, names = county.years[-1], county.school_names()
    pupils: dict[str, int] = {}
    for row in county["enrolment"].to_pylist():
        own = stage_of(row["grade"], kinds.get(row["school_id"]) or "", county.primary_grades)
        if row["year"] == last and row["pupils"] and own == stage:
            pupils[row["school_id"]] = pupils.get(row["school_id"], 0) + row["pupils"]
    found = [School(code, names.get(code, code), count) for code, count in pupils.items()]
    return sorted(found, key=lambda school: (school.name, school.code))


class NamesField(forms.CharField):
    """Schools by name, one a line or between commas; cleaned to lines of codes."""

    widget = forms.Textarea

    def __init__(self, schools: Iterable[School], **options: Any) -> None:
        super().__init__(required=False, max_length=20_000, **options)
        self.codes = {school.name: school.code for school in schools}
        self.widget.attrs |= {"rows": 3}

    def clean(self, value: Any) -> Any:
        """Lines of codes; raises ``ValidationError`` naming line and school for one that is not there."""
        lines = []
        for number, line in enumerate(str(super().clean(value) or "").splitlines(), 1):
            names = [name.strip() for name in line.replace("，", "、").replace(",", "、").split("、")]
            for name in filter(None, names):
                if name not in self.codes:
                    text = _("第 {number} 行：没有叫“{name}”的学校，请照名册写全名。").format(number=number, name=name)
                    raise forms.ValidationError(text)
            lines.append(tuple(self.codes[name] for name in names if name))
        return tuple(line for line in lines if line)


class PlacesForm(forms.Form):
    """What both questions have: a name, until when, how long to compute."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=80)
    until = forms.TypedChoiceField(label=gettext_lazy("到哪一学年都够用"), coerce=int)
    tolerance = forms.FloatField(
        label=gettext_lazy("证明到多少（%）"), min_value=0, max_value=10,
        help_text=gettext_lazy("与最好的可能相差证明到这么小就停。一般不用改。"),
    )  # fmt: skip
    seconds = forms.IntegerField(
        label=gettext_lazy("最多算多少秒"), min_value=5, max_value=1500,
        help_text=gettext_lazy("到时没有证明完，也给出当时最好的方案。"),
    )  # fmt: skip

    def __init__(self, county: County, stage: str, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.county, self.stage, self.base_year = county, stage, county.years[-1]
        self.schools = schools_of(county, stage)
        self.names = {school.code: school.name for school in self.schools}
        years = [(year, school_year(year)) for year in range(self.base_year + 1, self.base_year + YEARS_AHEAD + 1)]
        self._offer("until", years)
        rows = county["places"].select(["place_id", "name", "level", "parent_id", "lon", "lat"]).to_pylist()
        self.rows = {row["place_id"]: row for row in rows}
        self.villages = [
            (
                row["place_id"],
                f"{(self.rows.get(row['parent_id'] or '') or {}).get('name') or ''} {row['name']}".strip(),
            )
            for row in sorted(rows, key=lambda row: row["place_id"])
            if row["level"] == "village"
        ]

    def _offer(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = list(choices)

    @property
    def advanced(self) -> list[forms.BoundField]:
        """Fields that hardly anybody changes."""
        return [self["tolerance"], self["seconds"]]


class ZonesForm(PlacesForm):
    """A question for the catchments of a stage."""

    first = forms.TypedChoiceField(label=gettext_lazy("从哪一学年起"), coerce=int)
    variant = forms.ChoiceField(label=gettext_lazy("按哪种人口"), choices=list(VARIANT_LABELS.items()))
    keep = forms.FloatField(
        label=gettext_lazy("换一名儿童的学校，抵多少公里路"), min_value=0, max_value=50,
        help_text=gettext_lazy("越大，与现在的划片变动越少；0 就只看路程。"),
    )  # fmt: skip
    migrants = forms.FloatField(
        label=gettext_lazy("给随迁子女留多少学位（%）"), min_value=0, max_value=60, required=False
    )
    feeder = forms.BooleanField(
        label=gettext_lazy("同一所小学的片尽量进同一所初中"), required=False,
    )  # fmt: skip
    contiguous = forms.BooleanField(
        label=gettext_lazy("每片连成一块"), required=False, help_text=gettext_lazy("一般要连成一块，家长才看得懂。")
    )
    areas = forms.IntegerField(
        label=gettext_lazy("由系统分成几个大片区"), required=False, min_value=1, max_value=50,
        help_text=gettext_lazy("多校划片、热点学校要分散时填；不填就是单校划片。"),
    )  # fmt: skip

    def __init__(self, county: County, stage: str, data: Any = None, **options: Any) -> None:
        super().__init__(county, stage, data, **options)
        years = [(year, school_year(year)) for year in range(self.base_year + 1, self.base_year + YEARS_AHEAD + 1)]
        self._offer("first", years)
        self.fields["groups"] = NamesField(
            self.schools, label=_("多校划片"),
            help_text=_("哪几所学校一起招生：一行一组，校名用顿号隔开。没有写的学校单独招生。"),
        )  # fmt: skip
        self.fields["spread"] = NamesField(
            self.schools, label=_("要分散到各片区的热点学校"), help_text=_("校名用顿号隔开，或一行一所。"),
        )  # fmt: skip
        for row in range(FIXED):
            self.fields[f"fixed_place_{row}"] = forms.ChoiceField(
                label=_("村（社区）"), required=False, choices=[("", "—"), *self.villages]
            )
            self.fields[f"fixed_school_{row}"] = forms.ChoiceField(
                label=_("学校"), required=False, choices=[("", "—"), *self.names.items()]
            )
        if stage != "junior":
            del self.fields["feeder"]

    @property
    def plain(self) -> list[forms.BoundField]:
        """The fields that everybody fills in."""
        return [self[name] for name in ("name", "first", "until", "keep", "migrants", "feeder") if name in self.fields]

    @property
    def grouping(self) -> list[forms.BoundField]:
        """Groups of schools."""
        return [self[name] for name in ("groups", "spread", "areas")]

    @property
    def fixed_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Places that must go to a school."""
        return [(self[f"fixed_place_{row}"], self[f"fixed_school_{row}"]) for row in range(FIXED)]

    @property
    def advanced(self) -> list[forms.BoundField]:
        """Fields that hardly anybody changes."""
        return [self["variant"], self["contiguous"], *super().advanced]

    def clean(self) -> dict[str, Any]:
        """The last year is not before the first; a school is in one group; a fixed row is whole."""
        cleaned = super().clean() or {}
        first, until = cleaned.get("first"), cleaned.get("until")
        if first is not None and until is not None and until < first:
            self.add_error("until", _("不能早于开始的学年。"))
        every = [code for group in cleaned.get("groups") or () for code in group]
        twice = {code for code in every if every.count(code) > 1}
        if twice:
            names = "、".join(sorted(self.names[code] for code in twice))
            self.add_error("groups", _("一所学校只能在一组：{names}。").format(names=names))
        for row in range(FIXED):
            place, school = cleaned.get(f"fixed_place_{row}"), cleaned.get(f"fixed_school_{row}")
            if bool(place) != bool(school):
                self.add_error(f"fixed_{'school' if place else 'place'}_{row}", _("村（社区）和学校都要选。"))
        return cleaned

    def request(self, standard: str) -> ZonesRequest:
        """The question, once the form is valid."""
        given = self.cleaned_data
        fixed = {
            given[f"fixed_place_{row}"]: given[f"fixed_school_{row}"]
            for row in range(FIXED)
            if given[f"fixed_place_{row}"]
        }
        return ZonesRequest(
            stage=self.stage,
            first=given["first"],
            until=given["until"],
            standard=standard,
            variant=given["variant"],
            forecast=_forecast(given["until"] - self.base_year),
            groups=given["groups"],
            spread=tuple(code for line in given["spread"] for code in line),
            areas=given["areas"],
            fixed=fixed,
            keep=given["keep"],
            feeder=bool(given.get("feeder")),
            migrants=(given["migrants"] or 0.0) / 100,
            contiguous=given["contiguous"],
            tolerance=given["tolerance"] / 100,
            seconds=float(given["seconds"]),
        )

    @classmethod
    def filled(cls, request: ZonesRequest, names: Mapping[str, str]) -> dict[str, Any]:
        """What the form shows for a question that was put before."""
        rows: dict[str, Any] = {}
        for row, (place, school) in enumerate(list(request.fixed.items())[:FIXED]):
            rows |= {f"fixed_place_{row}": place, f"fixed_school_{row}": school}
        return rows | {
            "first": request.first,
            "until": request.until,
            "variant": request.variant,
            "keep": request.keep,
            "migrants": round(100 * request.migrants, 6) or None,
            "feeder": request.feeder,
            "contiguous": request.contiguous,
            "areas": request.areas,
            "groups": "\n".join("、".join(names.get(code, code) for code in group) for group in request.groups),
            "spread": "、".join(names.get(code, code) for code in request.spread),
            "tolerance": round(100 * request.tolerance, 6),
            "seconds": round(request.seconds),
        }


class LayoutForm(PlacesForm):
    """A question for the layout of the schools of a stage."""

    low = forms.FloatField(label=gettext_lazy("一至三年级最多走几分钟"), min_value=5, max_value=120)
    high = forms.FloatField(label=gettext_lazy("四年级以上最多走几分钟"), min_value=5, max_value=120)
    boards_from = forms.IntegerField(
        label=gettext_lazy("几年级起可以寄宿"), min_value=1, max_value=9,
        help_text=gettext_lazy("走读超过时限的，须有寄宿床位。"),
    )  # fmt: skip
    expand_all = forms.IntegerField(
        label=gettext_lazy("每校最多能加多少学位"), min_value=0, max_value=5000, required=False,
        help_text=gettext_lazy("校园里还能扩出来的；0 或不填就不扩建。"),
    )  # fmt: skip
    consented = forms.MultipleChoiceField(
        label=gettext_lazy("已经征得同意、可以撤并或改为教学点的学校"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    consent_not_needed = forms.BooleanField(
        label=gettext_lazy("学生很少的学校，先不问同意与否，只看算出来会怎样"), required=False
    )
    fewest = forms.IntegerField(label=gettext_lazy("少于多少学生算很少"), min_value=0, max_value=300, required=False)
    variants = forms.MultipleChoiceField(
        label=gettext_lazy("哪几种人口都要装得下"), choices=list(VARIANT_LABELS.items()),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    phases = forms.TypedMultipleChoiceField(
        label=gettext_lazy("只在哪些学年可以变动"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("不选就是每年都可以。"),
    )  # fmt: skip

    def __init__(self, county: County, stage: str, data: Any = None, **options: Any) -> None:
        super().__init__(county, stage, data, **options)
        small_first = sorted(self.schools, key=lambda school: (school.pupils, school.code))
        self._offer(
            "consented",
            [(s.code, _("{name}（{pupils} 人）").format(name=s.name, pupils=s.pupils)) for s in small_first],
        )
        years = range(self.base_year + 1, self.base_year + YEARS_AHEAD + 1)
        self._offer("phases", [(year, str(year)) for year in years])
        self.fields["kept"] = NamesField(
            self.schools, label=_("一律不动的学校"), help_text=_("校名用顿号隔开，或一行一所。")
        )
        for row in range(SITES):
            self.fields[f"site_name_{row}"] = forms.CharField(label=_("新校名称"), required=False, max_length=60)
            self.fields[f"site_place_{row}"] = forms.ChoiceField(
                label=_("建在哪里"), required=False, choices=[("", "—"), *self.villages]
            )
            self.fields[f"site_most_{row}"] = forms.IntegerField(
                label=_("最多学位"), required=False, min_value=1, max_value=10_000
            )
            self.fields[f"site_cost_{row}"] = MoneyField(label=_("造价"), required=False)

    @property
    def plain(self) -> list[forms.BoundField]:
        """The fields that everybody fills in."""
        return [self[name] for name in ("name", "until", "low", "high", "boards_from", "expand_all")]

    @property
    def closing(self) -> list[forms.BoundField]:
        """Which schools may close."""
        return [self[name] for name in ("consented", "kept", "consent_not_needed", "fewest")]

    @property
    def site_rows(self) -> list[list[forms.BoundField]]:
        """Places for new schools."""
        return [[self[f"site_{name}_{row}"] for name in ("name", "place", "most", "cost")] for row in range(SITES)]

    @property
    def has_sites(self) -> bool:
        """Whether the rows of new schools are to be shown open."""
        return any(field.value() or field.errors for row in self.site_rows for field in row)

    @property
    def advanced(self) -> list[forms.BoundField]:
        """Fields that hardly anybody changes."""
        return [self["variants"], self["phases"], *super().advanced]

    def clean(self) -> dict[str, Any]:
        """A school is not both consented to and kept; a row of a new school is whole."""
        cleaned = super().clean() or {}
        kept = {code for line in cleaned.get("kept") or () for code in line}
        both = kept & set(cleaned.get("consented") or ())
        if both:
            names = "、".join(sorted(self.names[code] for code in both))
            self.add_error("kept", _("又说可以撤并、又说不动：{names}。").format(names=names))
        if cleaned.get("consent_not_needed") and not cleaned.get("fewest"):
            self.add_error("fewest", _("请写少于多少学生。"))
        for row in range(SITES):
            given = [cleaned.get(f"site_{name}_{row}") for name in ("name", "place", "most")]
            if any(given) and not all(given):
                lacking = next(name for name, value in zip(("name", "place", "most"), given, strict=True) if not value)
                self.add_error(f"site_{lacking}_{row}", _("这一行还没有填全。"))
        return cleaned

    def request(self, standard: str) -> LayoutRequest:
        """The question, once the form is valid."""
        given = self.cleaned_data
        return LayoutRequest(
            stage=self.stage,
            until=given["until"],
            standard=standard,
            variants=tuple(name for name in VARIANTS if name in given["variants"]),
            forecast=_forecast(given["until"] - self.base_year),
            minutes={"low": given["low"], "high": given["high"]},
            boards_from=given["boards_from"],
            consented=tuple(given["consented"]),
            consent_not_needed=given["consent_not_needed"],
            fewest=given["fewest"] or 0,
            kept=tuple(code for line in given["kept"] for code in line),
            sites=tuple(self._sites()),
            expand_all=given["expand_all"] or 0,
            phases=tuple(sorted(year for year in given["phases"] if year <= given["until"])),
            tolerance=given["tolerance"] / 100,
            seconds=float(given["seconds"]),
        )

    def _sites(self) -> Iterable[Site]:
        given = self.cleaned_data
        for row in range(SITES):
            place = given[f"site_place_{row}"]
            if place:
                yield Site(
                    school_id=f"new{row + 1}",
                    name=given[f"site_name_{row}"],
                    kind=_KINDS[self.stage],
                    place_id=place,
                    lon=self.rows[place]["lon"],
                    lat=self.rows[place]["lat"],
                    most=given[f"site_most_{row}"],
                    cost=given[f"site_cost_{row}"],
                )

    @classmethod
    def filled(cls, request: LayoutRequest, names: Mapping[str, str]) -> dict[str, Any]:
        """What the form shows for a question that was put before."""
        rows: dict[str, Any] = {}
        for row, site in enumerate(request.sites[:SITES]):
            told = {"name": site.name, "place": site.place_id, "most": site.most, "cost": site.cost}
            rows |= {f"site_{name}_{row}": value for name, value in told.items()}
        return rows | {
            "until": request.until,
            "low": request.minutes.get("low", 30.0),
            "high": request.minutes.get("high", 45.0),
            "boards_from": request.boards_from,
            "expand_all": request.expand_all or None,
            "consented": list(request.consented),
            "consent_not_needed": request.consent_not_needed,
            "fewest": request.fewest or None,
            "kept": "、".join(names.get(code, code) for code in request.kept),
            "variants": list(request.variants),
            "phases": list(request.phases),
            "tolerance": round(100 * request.tolerance, 6),
            "seconds": round(request.seconds),
        }


def _forecast(years: int) -> ForecastRequest:
    """A forecast that reaches as far as the question."""
    return ForecastRequest(years=max(years, 1))
