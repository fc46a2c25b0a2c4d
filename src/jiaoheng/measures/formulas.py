"""The formulas, one function a figure: SQL over the columns of a table, as numerator and denominator.

A formula is registered with ``@formula(grain, how)``: the grain names the table it runs on (one row a section,
a school or a county) and ``how`` says it in words for the page that explains a number. ``total`` is the signed
sum of the inputs that the standard names, itself SQL.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from jiaoheng.language import Text
from jiaoheng.measures.demands import Grain

PER = ""
"""A denominator that the standard names: the sum of what it says the figure is a share of."""


class Ratio(NamedTuple):
    """A figure as numerator ÷ denominator × scale; ``low`` and ``high`` where the facts only bound it.

    ``bounded``: the inputs are totals that have bounds of their own (``totals.Counted``).
    """

    numerator: str
    denominator: str = "1"
    scale: float = 1.0
    low: str | None = None
    high: str | None = None
    bounded: bool = False


class Formula(NamedTuple):
    """A registered formula."""

    name: str
    grain: Grain
    how: Text
    needs: tuple[str, ...]
    apply: Callable[[str], Ratio]


FORMULAS: dict[str, Formula] = {}

_Function = Callable[[str], Ratio]


def formula(grain: Grain, zh: str, en: str, needs: tuple[str, ...] = ()) -> Callable[[_Function], _Function]:
    """Register a formula; ``needs`` are columns it reads besides the inputs that a standard names."""

    def register(function: _Function) -> _Function:
        if function.__name__ in FORMULAS:
            raise ValueError(f"two formulas are called {function.__name__}")
        FORMULAS[function.__name__] = Formula(function.__name__, grain, Text(zh=zh, en=en), needs, function)
        return function

    return register


@formula("section", "{inputs} ÷ 在校生数", "{inputs} ÷ pupils", ("pupils",))
def per_pupil(total: str) -> Ratio:
    """A resource per pupil."""
    return Ratio(total, "pupils")


@formula("section", "{inputs} ÷ 在校生数 × 100", "{inputs} ÷ pupils × 100", ("pupils",))
def per_hundred_pupils(total: str) -> Ratio:
    """A resource per hundred pupils."""
    return Ratio(total, "pupils", 100.0)


@formula("section", "{inputs} ÷ 专任教师数 × 100%", "{inputs} ÷ teachers × 100%", ("teachers",))
def percent_of_teachers(total: str) -> Ratio:
    """A share of the section's teachers, in percent."""
    return Ratio(total, "teachers", 100.0)


@formula(
    "section",
    "各班人数的最大值；只有年级数据时给出上下界",
    "largest number of pupils in a class; bounds where only grade totals are known",
    ("largest_class_low", "largest_class_high"),
)
def largest_class(total: str) -> Ratio:
    """Pupils in the largest class. Grade totals bound it: ⌈p/c⌉ from below, p − (c − 1) from above."""
    exact = "CASE WHEN largest_class_low = largest_class_high THEN largest_class_low END"
    return Ratio(exact, low="largest_class_low", high="largest_class_high")


@formula("school", "义务教育阶段在校生数", "pupils of the compulsory stages", ("compulsory_pupils",))
def school_size(total: str) -> Ratio:
    """Pupils of a school's compulsory stages together."""
    return Ratio("compulsory_pupils")


@formula("school", "{inputs} ÷ ⌈班数 ÷ 12⌉", "{inputs} ÷ ⌈classes ÷ 12⌉", ("compulsory_classes",))
def rooms_per_twelve_classes(total: str) -> Ratio:
    """Special rooms held against one for every twelve classes or part of them."""
    return Ratio(total, "CEIL(compulsory_classes / 12.0)")


@formula(
    "school",
    "公用经费拨款 ÷ 生均公用经费标准（按学段在校生加权）",
    "operating funds ÷ operating quota per pupil, weighted by the pupils of each stage",
    ("operating_funds", "compulsory_quota"),
)
def funded_pupils(total: str) -> Ratio:
    """For how many pupils the operating funds of a school are enough at the county's quota."""
    return Ratio("operating_funds", "compulsory_quota")


@formula("school", "公用经费拨款 ÷ 在校生数", "operating funds ÷ pupils", ("operating_funds", "school_pupils"))
def funds_per_pupil(total: str) -> Ratio:
    """Operating funds per pupil, in yuan."""
    return Ratio("operating_funds", "school_pupils")


@formula(
    "school",
    "教师培训经费预算 ÷ 公用经费预算总额 × 100%",
    "training budget ÷ operating budget × 100%",
    ("training_budget", "operating_budget"),
)
def training_share(total: str) -> Ratio:
    """Teacher training in the school's operating budget, in percent."""
    return Ratio("training_budget", "operating_budget", 100.0)


@formula(
    "county",
    "教师平均工资收入 ÷ 公务员平均工资收入 × 100%",
    "average pay of teachers ÷ average pay of civil servants × 100%",
    ("teacher_pay", "civil_servant_pay"),
)
def pay_ratio(total: str) -> Ratio:
    """Teachers' pay as a percentage of civil servants' pay."""
    return Ratio("teacher_pay", "civil_servant_pay", 100.0)


@formula("county", "{inputs}", "{inputs}")
def county_amount(total: str) -> Ratio:
    """A plain amount of the county, such as a quota in yuan."""
    return Ratio(total)


@formula("county", "{inputs} ÷ {per} × 100%", "{inputs} ÷ {per} × 100%")
def county_percent(total: str) -> Ratio:
    """A total of the county as a share of another, in percent; the catalogue of indicators says where each is from."""
    return Ratio(total, PER, 100.0)


@formula("county", "{inputs} ÷ {per}", "{inputs} ÷ {per}")
def county_ratio(total: str) -> Ratio:
    """A total of the county over another, such as a resource per pupil or pupils per teacher."""
    return Ratio(total, PER)


@formula("county", "{inputs} ÷ {per} × 100", "{inputs} ÷ {per} × 100")
def county_per_hundred(total: str) -> Ratio:
    """A total of the county per hundred of another."""
    return Ratio(total, PER, 100.0)


@formula("county", "{inputs}；数据不全时给出上下界", "{inputs}; bounds where the facts do not tell it exactly")
def county_bounded(total: str) -> Ratio:
    """A number of classes or schools of the county that the facts may only bound."""
    return Ratio(total, bounded=True)


@formula(
    "county",
    "{inputs} ÷ {per} × 100%；数据不全时给出上下界",
    "{inputs} ÷ {per} × 100%; bounds where the facts do not tell it exactly",
)
def county_bounded_percent(total: str) -> Ratio:
    """Such a number as a share of all, in percent."""
    return Ratio(total, PER, 100.0, bounded=True)


@formula("county", "上报数值（附佐证）", "figure reported with evidence", ("value",))
def reported(total: str) -> Ratio:
    """A figure that the county reports; without evidence it stays unknown."""
    return Ratio("value")
